import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { decodeContent, encodeContent, endContent, startContent } from './queue-content.ts';
import { readRecords } from './queue-records.ts';

function encode(chunks: readonly string[]): Uint8Array {
  let state = startContent;
  const parts: Uint8Array[] = [];
  for (const chunk of chunks) {
    const encoded = encodeContent(state, latin1ToBytes(chunk));
    parts.push(encoded.records);
    state = encoded.state;
    expect(state.length).toBeLessThan(2048);
  }
  return concatBytes([...parts, endContent(state)]);
}

const shape = (bytes: Uint8Array) => readRecords(bytes).records.map((r) => `${r.type}${r.end - r.start}`);

test('postconf(5) line_length_limit: long lines are L records and an N record, as Postfix cuts them', () => {
  expect(shape(encode(['a\n\nbc\n']))).toEqual(['N1', 'N0', 'N2']);
  expect(shape(encode([`${'x'.repeat(5000)}\nend\n`]))).toEqual(['L2048', 'L2048', 'N904', 'N3']);
  expect(shape(encode([`${'x'.repeat(2047)}\n`]))).toEqual(['N2047']);
  expect(shape(encode([`${'x'.repeat(2048)}\n`]))).toEqual(['L2048', 'N0']);
  expect(shape(encode([`${'x'.repeat(127)}\n${'x'.repeat(128)}\n`]))).toEqual(['N127', 'N128']);
  expect(shape(encode(['no end']))).toEqual(['N6']);
});

test('content: decode undoes encode, and any split gives the same records', () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '\n', '\0', '\r'), maxLength: 6 }),
    fc.constantFrom('y'.repeat(127), 'y'.repeat(128), 'z'.repeat(2047), 'z'.repeat(2048), 'z'.repeat(4097)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (chunks) => {
      const text = chunks.join('');
      const records = encode(chunks);
      expect(records).toEqual(encode([text]));
      const decoded = bytesToLatin1(decodeContent(records, readRecords(records).records));
      expect(decoded).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
    }),
    { seed: 22 },
  );
});

test('content: the text given is not kept, so a socket may use its buffer again', () => {
  const chunk = latin1ToBytes('half a line');
  const { state } = encodeContent(startContent, chunk);
  chunk.fill(0);
  expect(bytesToLatin1(state)).toBe('half a line');
});

test('content: a cut L record at the end is given back with a line end', () => {
  const bytes = latin1ToBytes('L\x02abL\x01c');
  expect(bytesToLatin1(decodeContent(bytes, readRecords(bytes).records))).toBe('abc\n');
});
