import { expect, test } from 'vitest';
import { joined } from './joined.ts';

test('lists: two are joined in order, and one is given back when the other is empty', () => {
  const some = ['a', 'b'];
  expect(joined(some, ['c'])).toEqual(['a', 'b', 'c']);
  expect(joined(some, [])).toBe(some);
  expect(joined([], some)).toBe(some);
});
