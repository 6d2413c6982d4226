import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytesToLatin1,
  concatBytes,
  EMPTY_BYTES,
  equalBytes,
  indexOfBytes,
  isAscii,
  latin1ToBytes,
} from './bytes.ts';

test('wire text: bytes to string and back lose nothing, whatever the size', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(equalBytes(latin1ToBytes(bytesToLatin1(bytes)), bytes)).toBe(true);
    }),
    { seed: 1 },
  );
  const big = Uint8Array.from({ length: 100_001 }, (_, i) => i % 256);
  expect(equalBytes(latin1ToBytes(bytesToLatin1(big)), big)).toBe(true);
  expect(bytesToLatin1(latin1ToBytes('abcdef'), 2, 4)).toBe('cd');
});

test('concatBytes: parts in order; a single part is not copied', () => {
  const part = latin1ToBytes('ab');
  expect(concatBytes([EMPTY_BYTES, part, EMPTY_BYTES])).toBe(part);
  expect(bytesToLatin1(concatBytes([part, latin1ToBytes('cd'), part]))).toBe('abcdab');
  expect(concatBytes([])).toHaveLength(0);
});

test('indexOfBytes: agrees with String.indexOf', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, fc.nat(12), (text, part, from) => {
      const found = indexOfBytes(latin1ToBytes(text), latin1ToBytes(part), from);
      expect(found).toBe(text.indexOf(part, from));
    }),
    { seed: 2 },
  );
});

test('isAscii: 127 is, 128 is not, in strings and bytes', () => {
  expect(isAscii('a\x7f')).toBe(true);
  expect(isAscii('a\x80')).toBe(false);
  expect(isAscii(Uint8Array.of(0, 127))).toBe(true);
  expect(isAscii(Uint8Array.of(128))).toBe(false);
});
