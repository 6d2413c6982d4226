import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { headerInfo } from './header-names.ts';
import {
  endHeaders,
  type Header,
  headerNameLength,
  headerValue,
  scanHeaders,
  startHeaders,
} from './headers.ts';

function scan(
  chunks: readonly string[],
  limit = 102_400,
): { headers: string[]; body: string; truncated: boolean } {
  let state = startHeaders(limit);
  const headers: Header[] = [];
  const body: Uint8Array[] = [];
  for (const chunk of chunks) {
    const got = scanHeaders(state, latin1ToBytes(chunk));
    headers.push(...got.headers);
    if (got.body !== undefined) body.push(got.body);
    state = got.state;
  }
  const last = endHeaders(state);
  headers.push(...last.headers);
  if (last.body !== undefined) body.push(last.body);
  return {
    headers: headers.map((header) => header.text),
    body: bytesToLatin1(concatBytes(body)),
    truncated: headers.some((header) => header.truncated),
  };
}

test('RFC 5322 §2.2: headers with their continuation lines, then the blank line and the body', () => {
  expect(scan(['A: 1\nB: 2\n\tmore\n \nC:3\n\nbody\nD: 4\n'])).toEqual({
    headers: ['A: 1', 'B: 2\n\tmore\n ', 'C:3'],
    body: '\nbody\nD: 4\n',
    truncated: false,
  });
  expect(scan(['\nbody\n'])).toMatchObject({ headers: [], body: '\nbody\n' });
  expect(scan([])).toMatchObject({ headers: [], body: '' });
  expect(scan(['A: 1\n'])).toMatchObject({ headers: ['A: 1'], body: '' });
  expect(scan(['A: 1\nB: 2'])).toMatchObject({ headers: ['A: 1', 'B: 2'], body: '' });
});

test('cleanup(8): a line that is no header ends the block, with a blank line before it', () => {
  expect(scan(['Subject: x\nnot header\nX: y\n'])).toMatchObject({
    headers: ['Subject: x'],
    body: '\nnot header\nX: y\n',
  });
  expect(scan([' leading\nbody\n'])).toMatchObject({ headers: [], body: '\n leading\nbody\n' });
  expect(scan(['A: 1\nno end'])).toMatchObject({ headers: ['A: 1'], body: '\nno end\n' });
});

test('RFC 5322 §4.5: blanks before the colon are removed; names are printable ASCII', () => {
  expect(scan(['Bad \t: x\n']).headers).toEqual(['Bad: x']);
  expect(headerNameLength('A:')).toBe(1);
  for (const bad of ['', ':', ' A:', 'A B:', 'A', 'A\0:', 'caf\xe9:', 'A\x7f:', '\t:']) {
    expect(headerNameLength(bad)).toBe(0);
  }
});

test('headers: any split of the text gives the same', () => {
  const unit = fc.constantFrom('A', 'b', ':', ' ', '\n', '\n\n', '\t', `x${'y'.repeat(2100)}`);
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit, maxLength: 5 }), { maxLength: 8 }),
      fc.constantFrom(10, 5000),
      (chunks, limit) => {
        expect(scan(chunks, limit)).toEqual(scan([chunks.join('')], limit));
        expect(scan([...chunks.join('')], limit)).toEqual(scan([chunks.join('')], limit));
      },
    ),
    { seed: 24, numRuns: 300 },
  );
});

test('postconf(5) header_size_limit: a long header is cut, the next one is not lost', () => {
  const long = `To: ${'x'.repeat(10_000)}\n y\n`;
  const { headers, truncated } = scan([`${long}A: 1\n\n`], 4000);
  expect(truncated).toBe(true);
  expect(headers[0]?.length).toBeLessThan(4000 + 2048);
  expect(headers[1]).toBe('A: 1');
});

test('headers: an endless header and a byte at a time take linear time', () => {
  const started = performance.now();
  expect(scan([`A: ${'x'.repeat(20_000_000)}`]).truncated).toBe(true);
  const many = 'Received: from a\n\tby b\n'.repeat(5000);
  expect(scan([...many]).headers).toHaveLength(5000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('headerValue and headerInfo: what cleanup(8) asks of a header', () => {
  const { headers } = scanHeaders(startHeaders(100), latin1ToBytes('message-ID:  <a@b> \n\n'));
  const header = headers[0] as Header;
  expect(headerValue(header)).toBe('<a@b>');
  expect(headerInfo(header.name)?.name).toBe('Message-Id');
  expect(headerInfo('RESENT-to')).toEqual({
    name: 'Resent-To',
    addresses: 'recipient',
    extract: true,
    resent: true,
  });
  expect(headerInfo('X-Other')).toBeUndefined();
  expect(headerInfo('__proto__')).toBeUndefined();
});
