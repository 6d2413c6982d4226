import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  firstOf,
  inserted,
  nextBehind,
  type Ordered,
  removed,
  sizeOf,
  valueAt,
  valuesOf,
  walkBehind,
} from './ordered.ts';

const compare = (a: number, b: number) => a - b;

function depthOf(tree: Ordered<number, number>): number {
  return tree === undefined ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right));
}

test('ordered: says what a sorted list says, whatever comes and goes', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.nat(40), (all, from) => {
      let tree: Ordered<number, number>;
      const model = new Map<number, number>();
      all.forEach(([put, key], index) => {
        const before = valuesOf(tree);
        const next = put ? inserted(tree, compare, key, index) : removed(tree, compare, key);
        expect(valuesOf(tree)).toEqual(before);
        tree = next;
        if (put) model.set(key, index);
        else model.delete(key);
      });
      const sorted = [...model].sort(([a], [b]) => a - b);
      expect(valuesOf(tree)).toEqual(sorted.map(([, value]) => value));
      expect(sizeOf(tree)).toBe(model.size);
      expect(firstOf(tree)?.key).toBe(sorted[0]?.[0]);
      expect(valueAt(tree, compare, from)).toBe(model.get(from));
      expect(nextBehind(tree, compare, from)?.key).toBe(sorted.find(([key]) => key > from)?.[0]);
      const behind: number[] = [];
      const whole = walkBehind(tree, compare, from, (key) => behind.push(key) < 3);
      expect(behind).toEqual(sorted.flatMap(([key]) => (key > from ? [key] : [])).slice(0, 3));
      expect(whole).toBe(behind.length < 3);
    }),
    { seed: 46 },
  );
});

test('ordered: stays flat: twenty thousand in order, then half of them gone', () => {
  let tree: Ordered<number, number>;
  for (let key = 0; key < 20_000; key += 1) tree = inserted(tree, compare, key, key);
  expect(depthOf(tree)).toBeLessThan(30);
  for (let key = 0; key < 10_000; key += 1) tree = removed(tree, compare, key);
  expect(sizeOf(tree)).toBe(10_000);
  expect(firstOf(tree)?.key).toBe(10_000);
  expect(depthOf(tree)).toBeLessThan(30);
});
