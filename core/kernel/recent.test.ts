import { expect, test } from 'vitest';
import { recent } from './recent.ts';

test('recent: works once for each of the last few keys, and again for one that was let go', () => {
  const worked: string[] = [];
  const length = recent(2, (key: { readonly name: string }, extra: string) => {
    worked.push(key.name + extra);
    return key.name.length;
  });
  const [a, bb, ccc] = [{ name: 'a' }, { name: 'bb' }, { name: 'ccc' }];
  expect([length(a, '1'), length(a, '2'), length(bb, '1'), length(a, '3')]).toEqual([1, 1, 2, 1]);
  expect(worked).toEqual(['a1', 'bb1']);
  // The oldest goes; the same text in another object is another key.
  expect([length(ccc, '1'), length(bb, '2'), length(a, '4'), length({ name: 'a' }, '5')]).toEqual([
    3, 2, 1, 1,
  ]);
  expect(worked).toEqual(['a1', 'bb1', 'ccc1', 'a4', 'a5']);
});

test('recent: a value may be undefined, and an error is not remembered', () => {
  let calls = 0;
  const nothing = recent(1, (_key: object) => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return undefined;
  });
  const key = {};
  expect(() => nothing(key)).toThrow('not yet');
  expect([nothing(key), nothing(key)]).toEqual([undefined, undefined]);
  expect(calls).toBe(2);
});
