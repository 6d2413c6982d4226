/** The same scenario and seed give the same trace, however one gets there; another seed gives another. */
import { expect, test } from 'vitest';
import { digestOf, scenarios } from '../../scenarios/index.ts';
import { createWorld, playOut } from '../../sim/index.ts';
import { seeds } from '../support/search.ts';

test('determinism: equal seeds give equal traces, other seeds others', () => {
  for (const seed of seeds(2)) {
    for (const { id } of scenarios) {
      const digest = digestOf(id, seed);
      expect(digest, `${id}, seed ${seed}`).toMatch(/^[0-9a-f]{32}$/);
      expect(digestOf(id, seed), `${id}, seed ${seed}`).toBe(digest);
      expect(digestOf(id, seed + 1), `${id}, seed ${seed}`).not.toBe(digest);
    }
  }
  expect(() => digestOf('nothing', 1)).toThrow('no scenario nothing');
});

test('determinism: a world that was looked at on its way has the digest of one that was not', () => {
  for (const seed of seeds(1)) {
    for (const scenario of scenarios) {
      const straight = createWorld(scenario, seed);
      playOut(straight);
      const world = createWorld(scenario, seed);
      for (const part of [0.1, 0.3, 0.31, 0.8, 1]) {
        world.seek(straight.n() * part);
        world.digest();
        world.seek(world.n() >> 1);
      }
      expect(world.seek(straight.n())).toBe(straight.n());
      expect(world.digest(), `${scenario.id}, seed ${seed}`).toBe(straight.digest());
    }
  }
});
