import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Decode, utf8Encode, utf8SizeAt } from './utf8.ts';

test('RFC 3629 §3: encoding and decoding agree with the platform', () => {
  const code = fc.integer({ max: 0x10ffff, min: 0 }).filter((c) => c < 0xd800 || c > 0xdfff);
  const text = fc.array(code, { maxLength: 20 }).map((codes) => String.fromCodePoint(...codes));
  fc.assert(
    fc.property(text, (plain) => {
      expect([...utf8Encode(plain)]).toEqual([...new TextEncoder().encode(plain)]);
      expect(utf8Decode(utf8Encode(plain))).toBe(plain);
    }),
    { seed: 3 },
  );
  expect([...utf8Encode('\ud800')]).toEqual([0xef, 0xbf, 0xbd]);
});

test('RFC 3629 §10: over-long forms, surrogates and cut characters are not decoded', () => {
  for (const bad of [
    [0xc0, 0xaf],
    [0xe0, 0x80, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
  ]) {
    expect(utf8Decode(Uint8Array.from(bad))).toMatch(/^\ufffd+$/);
    expect(utf8SizeAt(Uint8Array.from(bad), 0)).toBe(0);
  }
  expect(utf8Decode(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\ufffdb');
});
