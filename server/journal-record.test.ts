import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyRecord, decodeRecords, encodeRecord, type JournalRecord, seal } from './journal-record.ts';

const path = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const time = fc.double({ noNaN: true, min: 0, max: 4e12 });
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({
    type: fc.constant('file' as const),
    path,
    file: fc.record({ bytes, mode: fc.nat(0o7777), modifiedAt: time, inode: fc.maxSafeNat() }),
  }),
  fc.record({ type: fc.constant('write' as const), path, offset: fc.nat(100_000), bytes }),
  fc.record({ type: fc.constant('rename' as const), path, to: path }),
  fc.record({ type: fc.constant('touch' as const), path, modifiedAt: time }),
  fc.record({ type: fc.constant('remove' as const), path }),
  fc.record({ type: fc.constant('settled' as const), path }),
);

/** As the segment of that number holds it. */
function sealed(each: JournalRecord, segment = 7): Buffer {
  const whole = encodeRecord(each);
  seal(whole, segment);
  return whole;
}

/** Node's Buffer and a plain Uint8Array of the same bytes are the same here. */
const plain = (records: readonly JournalRecord[]) => JSON.parse(JSON.stringify(records));

test('the journal: records are read as they were written, however it was cut, and none after the cut', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), fc.nat(), bytes, (records, where, junk) => {
      const parts = records.map((each) => sealed(each));
      const whole = Buffer.concat(parts);
      const all = decodeRecords(whole, 7);
      expect(plain(all.records)).toEqual(plain(records));
      expect(all.end).toBe(whole.length);

      const cut = where % (whole.length + 1);
      const left = decodeRecords(Buffer.concat([whole.subarray(0, cut), Buffer.alloc(junk.length)]), 7);
      let end = 0;
      let count = 0;
      while (count < parts.length && end + (parts[count]?.length ?? 0) <= cut) {
        end += parts[count]?.length ?? 0;
        count += 1;
      }
      expect(plain(left.records)).toEqual(plain(records.slice(0, count)));
      expect(left.end).toBe(end);
    }),
    { seed: 20261124, numRuns: 300 },
  );
});

test('the journal: a changed byte ends it', () => {
  const records: JournalRecord[] = ['a', 'b', 'c'].map((name) => ({ type: 'remove', path: name }));
  const whole = Buffer.concat(records.map((each) => sealed(each)));
  const first = sealed(records[0] as JournalRecord).length;
  for (let at = first; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(whole.readUInt8(at) ^ 0x10, at);
    expect(decodeRecords(changed, 7).records.length, `byte ${at}`).toBeLessThan(3);
    expect(decodeRecords(changed, 7).records[0]).toEqual(records[0]);
  }
});

test('the journal: what an earlier segment left in the file is not read as part of this one', () => {
  const count = 4;
  const old = Array.from({ length: count }, (_, at) => sealed({ type: 'remove', path: `old${at}` }, 3));
  const fresh = sealed({ type: 'remove', path: 'new0' }, 4);
  // The new record ends exactly where an old one begins.
  const whole = Buffer.concat([fresh, ...old.slice(1)]);
  expect(decodeRecords(whole, 4)).toEqual({
    records: [{ type: 'remove', path: 'new0' }],
    end: fresh.length,
  });
  expect(decodeRecords(Buffer.concat(old), 4).records).toEqual([]);
  expect(decodeRecords(Buffer.concat(old), 3).records.length).toBe(count);
});

test('the journal: a change of a file that is not there says nothing; one that is settled is forgotten', () => {
  const files = new Map();
  const file = { bytes: Buffer.from('abc'), mode: 0o700, modifiedAt: 1, inode: 7 };
  applyRecord(files, { type: 'rename', path: 'x', to: 'y' });
  applyRecord(files, { type: 'write', path: 'x', offset: 0, bytes: Buffer.from('Z') });
  expect(files.size).toBe(0);
  applyRecord(files, { type: 'file', path: 'incoming/A', file });
  applyRecord(files, { type: 'rename', path: 'incoming/A', to: 'active/A' });
  applyRecord(files, { type: 'write', path: 'active/A', offset: 2, bytes: Buffer.from('Zd') });
  applyRecord(files, { type: 'touch', path: 'active/A', modifiedAt: 9 });
  expect([...files]).toEqual([['active/A', { ...file, bytes: Buffer.from('abZd'), modifiedAt: 9 }]]);
  expect(file.bytes.toString()).toBe('abc');
  applyRecord(files, { type: 'settled', path: 'active/A' });
  expect(files.size).toBe(0);
});
