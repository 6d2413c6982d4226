import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { encodeContent, endContent, startContent } from './queue-content.ts';
import { contentOf, headerIn, parseQueueFile, textIn } from './queue-file.ts';
import { encodeRecords } from './queue-records.ts';

function fileWith(text: string): Uint8Array {
  const { records, state } = encodeContent(startContent, latin1ToBytes(text));
  const head = encodeRecords([
    ['T', '1795494474 0'],
    ['S', 'ann@a.example'],
    ['R', 'bob@b.example'],
    ['M', ''],
  ]);
  return concatBytes([
    head,
    records,
    endContent(state),
    encodeRecords([
      ['X', ''],
      ['E', ''],
    ]),
  ]);
}

test('queue file: the text alone is the text that is found when all is read, damaged or not', () => {
  const bytes = fileWith('Subject: hi\n\nbody\n');
  expect(bytesToLatin1(textIn(bytes))).toBe('Subject: hi\n\nbody\n');
  expect(textIn(concatBytes([encodeRecords([['E', '']]), bytes]))).toEqual(latin1ToBytes(''));
  const damage = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), length: fc.nat(bytes.length) });
  fc.assert(
    fc.property(damage, ({ at, byte, length }) => {
      const damaged = bytes.slice(0, length);
      if (at < length) damaged[at] = byte;
      expect(textIn(damaged)).toEqual(contentOf(damaged, parseQueueFile(damaged)));
    }),
    { seed: 1 },
  );
});

test('RFC 5322 §2.1: the header ends with the first blank line, whatever the lines before it are', () => {
  const long = 'x'.repeat(2048);
  const line = fc.constantFrom('A: b', '', ' ', '\tfold', long, `${long}y`, 'no header');
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.map((one) => `${one}\n`).join('');
      const blank = lines.indexOf('');
      const header = blank < 0 ? lines : lines.slice(0, blank + 1);
      const expected = header.map((one) => `${one}\n`).join('');
      expect(bytesToLatin1(headerIn(fileWith(text)))).toBe(expected);
    }),
    { seed: 1 },
  );
});
