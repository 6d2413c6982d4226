/** Messages of the DNS, both ways, and whatever bytes come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DnsRecord, DnsType } from '../kernel/dns.ts';
import { recordIn } from './drive.ts';
import { decodeMessage, encodeMessage, encodeQuery } from './message.ts';
import { readName } from './name.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test('RFC 1035 §4.1: a question in bytes', () => {
  const bytes = encodeQuery(0x1234, 'a.example', 'MX');
  expect([...(bytes ?? [])]).toEqual([
    ...bytesOf('12340100000100000000000001610765'),
    ...bytesOf('78616d706c6500000f0001'),
  ]);
  expect(encodeQuery(1, 'a..example', 'A')).toBeUndefined();
  expect(encodeQuery(1, `${'a'.repeat(64)}.example`, 'A')).toBeUndefined();
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const address = fc.ipV4().map((text) => text.split('.').map(Number).join('.'));
const number = fc.nat(0x7fffffff);
const data: Readonly<Record<DnsType, fc.Arbitrary<string>>> = {
  ...{ A: address, AAAA: fc.constantFrom('2001:db8::1', '::1'), CNAME: name, NS: name, PTR: name, MX: name },
  TXT: fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 600 })
    .map((codes) => String.fromCharCode(...codes)),
  SOA: fc.tuple(name, name, number, number, number, number, number).map((fields) => fields.join(' ')),
};
const record: fc.Arbitrary<DnsRecord> = fc
  .constantFrom<DnsType>('A', 'AAAA', 'CNAME', 'NS', 'PTR', 'MX', 'TXT', 'SOA')
  .chain((rrtype) =>
    fc.record({
      ...{ name, rrtype: fc.constant(rrtype), ttl: number, data: data[rrtype] },
      preference: rrtype === 'MX' ? fc.nat(65_535) : fc.constant(0),
    }),
  );
const draft = fc.record({
  ...{ id: fc.nat(65_535), isReply: fc.boolean(), isTruncated: fc.boolean(), rcode: fc.nat(15) },
  question: fc.record({ name, rrtype: fc.constantFrom<DnsType>('A', 'MX', 'TXT') }),
  ...{ answers: fc.array(record, { maxLength: 5 }), authority: fc.array(record, { maxLength: 2 }) },
});

test('RFC 1035 §4: what is written is read again', () => {
  fc.assert(
    fc.property(draft, (message) => {
      const bytes = encodeMessage(message) ?? new Uint8Array(0);
      expect(decodeMessage(bytes)).toEqual({ ...message, isDamaged: false });
    }),
    { seed: 20261125, numRuns: 300 },
  );
});

test('security 39: no bytes make the reader throw or hang, be they random, cut or changed', () => {
  const broken = fc.tuple(draft, fc.nat(), fc.nat(255), fc.nat()).map(([message, at, value, end]) => {
    const bytes = encodeMessage(message) ?? new Uint8Array(1);
    bytes[at % bytes.length] = value;
    return bytes.subarray(0, end % (bytes.length + 1));
  });
  fc.assert(
    fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 600 })), (bytes) => {
      const message = decodeMessage(bytes);
      for (const { rrtype, data: text } of message?.answers ?? [])
        if (rrtype === 'A') expect(text).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    }),
    { seed: 20261125, numRuns: 3000 },
  );
});

test('security 39: pointers lead backwards only, so a name ends', () => {
  expect(readName(bytesOf('c000'), 0)).toBeUndefined();
  expect(readName(bytesOf('0161c000'), 0)).toBeUndefined();
  expect(readName(bytesOf('c002c000'), 2)).toBeUndefined();
  expect(readName(bytesOf('016100c000'), 3)).toEqual({ name: 'a', end: 5 });
  // Two names that lead into each other, a label each.
  expect(readName(bytesOf('0161c0040162c000'), 4)).toBeUndefined();
});

test('RFC 1035 §5.1: bytes that no host name has are written with a backslash', () => {
  expect(readName(bytesOf('04612e0aff00'), 0)?.name).toBe('a\\.\\010\\255');
});

test('security 39: a record whose data cannot be right makes the message a damaged one', () => {
  const question = { name: 'a.example', rrtype: 'A' } as const;
  const base = { id: 1, isReply: true, isTruncated: false, rcode: 0, authority: [] };
  const bytes = encodeMessage({ ...base, question, answers: [recordIn('a.example A 192.0.2.1')] });
  const odd = Uint8Array.from(bytes ?? []);
  odd[odd.length - 5] = 3;
  expect(decodeMessage(odd.subarray(0, odd.length - 1))).toMatchObject({ answers: [], isDamaged: true });
  expect(decodeMessage(odd.subarray(0, odd.length - 2))).toBeUndefined();
});
