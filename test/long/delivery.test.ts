/**
 * Random roads, relay hosts, classes and checks with a real Postfix of their own, many of them: replies,
 * letters, log lines and queue files. What fails is printed with its seed.
 *
 * SEED=first seed, COUNT=how many.
 */
import { expect } from 'vitest';
import { wholeFailures } from '../dialogue/whole-postfix.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 2000);

testWithOracle('postfix')(
  'transport(5), relocated(5), header_checks(5): the real Postfix does the same, whatever the rules',
  async () => {
    expect(await wholeFailures(FIRST, COUNT)).toEqual([]);
  },
);
