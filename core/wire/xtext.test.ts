import fc from 'fast-check';
import { expect, test } from 'vitest';
import { xtextDecode, xtextEncode } from './xtext.ts';

test('RFC 3461 §4: decode undoes encode for printable and 8-bit text', () => {
  const text = fc.string({
    unit: fc
      .integer({ min: 32, max: 255 })
      .filter((c) => c !== 127)
      .map((c) => String.fromCharCode(c)),
  });
  fc.assert(
    fc.property(text, (plain) => {
      expect(xtextDecode(xtextEncode(plain))).toBe(plain);
      expect(xtextEncode(plain)).toMatch(/^[!-~]*$/);
    }),
    { seed: 8 },
  );
  expect(xtextEncode('a b+c=d', '=')).toBe('a+20b+2Bc+3Dd');
  expect(xtextDecode('x+3dy')).toBe('x=y');
});

test('RFC 3461 §4: control characters after decoding, and broken escapes, are refused', () => {
  for (const bad of ['x+0D+0ARCPT', 'a+00', 'a+7F', 'a\r\nb', 'a+', 'a+2', 'a+G0', 'a+ 1', 'a+-1']) {
    expect(xtextDecode(bad)).toBeUndefined();
  }
});
