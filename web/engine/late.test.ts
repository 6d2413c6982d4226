/** The page names the programs that it loads late as the core does. */
import { expect, test } from 'vitest';
import { rare } from '#core/rare';
import { rare as late, loadLate } from './late.ts';

test('late: names the programs of core/rare.ts, and is them once they are loaded', async () => {
  const kinds = (programs: typeof rare) =>
    Object.entries(programs).map(([name, { daemon, single }]) => [name, daemon.name, single]);
  expect(kinds(late)).toEqual(kinds(rare));
  const here = () => new Set(Object.values(late).map(({ daemon }) => daemon.isHere?.()));
  expect(here()).toEqual(new Set([false]));
  expect(() => late.bounce?.daemon.stateOf(undefined)).toThrow('bounce is not loaded');
  await loadLate();
  expect(here()).toEqual(new Set([true]));
  for (const [name, { daemon }] of Object.entries(late)) expect(daemon.chart).toBe(rare[name]?.daemon.chart);
});
