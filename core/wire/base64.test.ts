import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Decode, base64Encode } from './base64.ts';
import { bytesToLatin1, latin1ToBytes } from './bytes.ts';

test('RFC 4648 §10: the test vectors', () => {
  const vectors = {
    '': '',
    f: 'Zg==',
    fo: 'Zm8=',
    foo: 'Zm9v',
    foob: 'Zm9vYg==',
    fooba: 'Zm9vYmE=',
    foobar: 'Zm9vYmFy',
  };
  for (const [text, encoded] of Object.entries(vectors)) {
    expect(base64Encode(latin1ToBytes(text))).toBe(encoded);
    expect(bytesToLatin1(base64Decode(encoded) ?? new Uint8Array(1))).toBe(text);
  }
});

test('RFC 4648 §4: decode undoes encode', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(base64Encode(bytes)).toBe(btoa(bytesToLatin1(bytes)));
      expect(base64Decode(base64Encode(bytes))).toEqual(bytes);
    }),
    { seed: 7 },
  );
});

test('RFC 4648 §3: wrong padding, other characters and stray bits are refused', () => {
  for (const bad of [
    'Zg',
    'Zg=',
    'Zg===',
    '=',
    'Z===',
    '====',
    'Zm=v',
    'Zm9\r',
    'Zm9v\r\n',
    'Zh==',
    'Zm9=',
    'Zm-_',
    'Z m9',
  ]) {
    expect(base64Decode(bad)).toBeUndefined();
  }
});
