/** The page names the programs that it loads late as the core does; its late rules wait for their code. */
import { expect, test } from 'vitest';
import { isNeedsCode } from '#core';
import { rare } from '#core/rare';
import { rare as late, lateRules, loadLate } from './late.ts';

/** What is thrown; undefined: nothing. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
}

test('late: names the programs of core/rare.ts, and is them once they are loaded', async () => {
  const kinds = (programs: typeof rare) =>
    Object.entries(programs).map(([name, { daemon, single }]) => [name, daemon.name, single]);
  expect(kinds(late)).toEqual(kinds(rare));
  for (const { daemon } of Object.values(late))
    expect(isNeedsCode(thrownBy(() => daemon.stateOf(undefined)))).toBe(true);
  await loadLate();
  for (const [name, { daemon }] of Object.entries(late)) expect(daemon.chart).toBe(rare[name]?.daemon.chart);
});

test('late: a rule says that its code is still to be loaded', () => {
  const takeChunk = lateRules('core/smtpd/chunks.ts')('takeChunk');
  const thrown = thrownBy(() => takeChunk({}));
  expect(isNeedsCode(thrown)).toBe(true);
  expect(String(thrown)).toContain('takeChunk of core/smtpd/chunks.ts');
  expect(isNeedsCode(new Error('panic'))).toBe(false);
});
