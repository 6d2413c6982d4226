import { expect, test } from 'vitest';
import { isBraced, splitItems, splitWords, unbrace } from './items.ts';

test('postconf(5): commas and blanks separate; since 3.0 not inside braces', () => {
  expect(splitItems(' a,,b\tc , ', '3.x')).toEqual(['a', 'b', 'c']);
  expect(splitItems('a {b, {c d}} x{e f}', '3.x')).toEqual(['a', '{b, {c d}}', 'x{e f}']);
  expect(splitItems('a {b, c}', '2.3')).toEqual(['a', '{b', 'c}']);
  expect(splitItems('a {b c', '3.x')).toEqual(['a', '{b c']);
  expect(splitWords('a,b c', '3.x')).toEqual(['a,b', 'c']);
});

test('postconf(5): braces come off with their blanks, or with Postfix’s complaint', () => {
  expect(unbrace('{ a {b} }')).toEqual({ text: 'a {b}' });
  expect(unbrace('{a')).toEqual({ text: 'a', error: 'missing \'}\' in "{a"' });
  expect(unbrace('{a}b')).toEqual({ text: 'a', error: 'syntax error after \'}\' in "{a}b"' });
  expect(unbrace('a')).toEqual({ text: 'a', error: 'no \'{\' at start of text in "a"' });
  expect([isBraced('{a}'), isBraced('{a}{b}'), isBraced(''), isBraced('{}')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
