/**
 * Random rewriting rules with the real Postfix, many of them. What fails is printed with
 * its seed.
 *
 * SEED=first seed, COUNT=how many.
 */
import { expect } from 'vitest';
import { failuresOnPostfix, recordSeeds } from '../dialogue/compare.ts';
import { generateRewriting } from '../dialogue/generate-rewriting.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 1000);
/** Each session needs an smtpd and a cleanup of its own; one instance has so many. */
const BATCH = 50;

testWithOracle('postfix')(
  'canonical(5), virtual(5): the real Postfix says and delivers the same, whatever the rules',
  async () => {
    const failed: string[] = [];
    for (let at = FIRST; at < FIRST + COUNT; at += BATCH) {
      const length = Math.min(BATCH, FIRST + COUNT - at);
      failed.push(...(await failuresOnPostfix(recordSeeds(at, length, generateRewriting))));
    }
    expect(failed).toEqual([]);
  },
);
