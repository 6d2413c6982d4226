import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { encodeRecord, encodeRecords, readRecord, readRecords } from './queue-records.ts';

test('queue file: type, length in groups of seven bits with the lowest first, data', () => {
  expect([...encodeRecord('N', 'ab')]).toEqual([78, 2, 97, 98]);
  expect([...encodeRecord('L', 'x'.repeat(2048)).subarray(0, 4)]).toEqual([76, 0x80, 0x10, 120]);
  expect([...encodeRecord('N', 'x'.repeat(904)).subarray(0, 3)]).toEqual([78, 0x88, 0x07]);
  expect([...encodeRecord('E', '')]).toEqual([69, 0]);
});

test('queue file: records come back in order, with offsets', () => {
  const records = fc.array(
    fc.tuple(
      fc.constantFrom('A' as const, 'N' as const, '/' as const),
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
    ),
  );
  fc.assert(
    fc.property(records, (list) => {
      const bytes = encodeRecords(list);
      expect(bytes).toEqual(concatBytes(list.map(([type, data]) => encodeRecord(type, data))));
      const read = readRecords(bytes);
      expect(read.problem).toBeUndefined();
      expect(read.records.map((r) => [r.type, bytesToLatin1(bytes, r.start, r.end)])).toEqual(list);
      for (const record of read.records)
        expect(readRecord(bytes, record.offset)).toEqual({ ok: true, record });
    }),
    { seed: 21 },
  );
});

test('queue file: damage is told with its offset, and what was before it is kept', () => {
  const good = encodeRecord('S', 'a@b');
  const read = (text: string) => readRecords(concatBytes([good, latin1ToBytes(text)]));
  for (const [damage, problem] of [
    ['N', 'unexpected end of file in length at offset 5'],
    ['N\x03ab', 'unexpected end of file in data at offset 5'],
    ['N\xff\xff\xff\xff\x01', 'too many length bits at offset 5'],
    ['!\x00', 'unknown record type 33 at offset 5'],
  ] as const) {
    expect(read(damage)).toMatchObject({ problem, records: [{ type: 'S', offset: 0, start: 2, end: 5 }] });
  }
  expect(readRecord(good, 99).ok).toBe(false);
});
