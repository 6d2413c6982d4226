import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote821, quote822, unquote822 } from './quote.ts';

test('RFC 5322 §3.2.4: only a local part that needs quotes gets them', () => {
  expect(quote822('a.b@c')).toBe('a.b@c');
  expect(quote822('a b@dom')).toBe('"a b"@dom');
  expect(quote822('a@b@c@d')).toBe('"a@b@c"@d');
  expect(quote822('a"b\\c@d')).toBe('"a\\"b\\\\c"@d');
  for (const local of ['', '.a', 'a.', 'a..b', 'a,b', 'a\tb', 'a:b']) {
    expect(quote822(`${local}@x`)).toBe(`"${local}"@x`);
  }
  expect(quote822('\xe9@x')).toBe('\xe9@x');
  expect(quote822('@r,@s:a b@c')).toBe('@r,@s:"a b"@c');
  expect(quote821('a b@c')).toBe('"a b"@c');
  expect(quote821('a\nb@c')).toBe('"a\\\nb"@c');
});

test('RFC 5322 §3.2.4: the last unquoted @ separates, and quotes are removed before it', () => {
  expect(unquote822('"a@b@c"@d')).toBe('a@b@c@d');
  expect(unquote822('"a@b@c"')).toBe('a@b@c');
  expect(unquote822('"a@b@c"@d@e')).toBe('a@b@c@d@e');
  expect(unquote822('"a b"@dom')).toBe('a b@dom');
  expect(unquote822('a\\ b@c\\d')).toBe('a b@c\\d');
  expect(unquote822('a\\')).toBe('a');
});

test('RFC 5322 §3.2.4: unquote undoes quote', () => {
  const local = fc.string({
    unit: fc.constantFrom('a', '@', '"', '\\', ' ', '.', ',', '\xe9'),
    maxLength: 8,
  });
  fc.assert(
    fc.property(local, (text) => {
      // A leading route is not a local part.
      fc.pre(!text.startsWith('@'));
      expect(unquote822(quote822(`${text}@dom.test`))).toBe(`${text}@dom.test`);
      expect(unquote822(quote821(`${text}@dom.test`))).toBe(`${text}@dom.test`);
    }),
    { seed: 12 },
  );
});
