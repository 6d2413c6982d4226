import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyMap, entriesIn, type PersistentMap, valueIn, withEntry, withoutEntry } from './persistent.ts';

const step = fc.record({ key: fc.integer({ min: 0, max: 300 }).map(String), value: fc.option(fc.nat()) });

function changed(map: PersistentMap<number>, key: string, value: number | null): PersistentMap<number> {
  return value === null ? withoutEntry(map, key) : withEntry(map, key, value);
}

test('checkpoints: a persistent map holds what a Map holds, and old ones stay as they were', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const model = new Map<string, number>();
      let map = emptyMap<number>();
      const kept: (readonly [PersistentMap<number>, Map<string, number>])[] = [];
      for (const { key, value } of steps) {
        kept.push([map, new Map(model)]);
        map = changed(map, key, value);
        if (value === null) model.delete(key);
        else model.set(key, value);
      }
      kept.push([map, model]);
      for (const [version, expected] of kept.slice(-20)) {
        expect(version.size).toBe(expected.size);
        expect(new Map(entriesIn(version))).toEqual(expected);
        for (const [key, value] of expected) expect(valueIn(version, key)).toBe(value);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('determinism: the order of entries follows from the keys alone', () => {
  const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
  const build = (order: readonly string[]) =>
    order.reduce((map, key) => withEntry(map, key, 1), emptyMap<number>());
  expect(entriesIn(build(keys))).toEqual(entriesIn(build(keys.toReversed())));
});
