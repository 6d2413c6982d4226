/**
 * Random restriction lists and access tables with the real Postfix, many of them. What fails is printed with
 * its seed.
 *
 * SEED=first seed, COUNT=how many.
 */
import { expect } from 'vitest';
import { failuresOnPostfix, recordSeeds } from '../dialogue/compare.ts';
import { generateRestrictions } from '../dialogue/generate-restrictions.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 1000);
/** Each session needs an smtpd of its own; one instance has so many. */
const BATCH = 100;

testWithOracle('postfix')(
  'access(5), SMTPD_ACCESS_README: the real Postfix says the same, whatever the lists',
  async () => {
    const failed: string[] = [];
    for (let at = FIRST; at < FIRST + COUNT; at += BATCH) {
      const length = Math.min(BATCH, FIRST + COUNT - at);
      failed.push(...(await failuresOnPostfix(recordSeeds(at, length, generateRestrictions))));
    }
    expect(failed).toEqual([]);
  },
);
