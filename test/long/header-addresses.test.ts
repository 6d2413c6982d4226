/**
 * Thousands of random headers with addresses, rewritten by our cleanup(8) and by the real one.
 *
 * SEED=first seed, COUNT=how many seeds of 150 headers each.
 */
import { expect } from 'vitest';
import { headerDifferences, startCleanup } from '../cli/header-addresses.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 100);

testWithOracle('postfix')(
  'cleanup(8): header addresses come out as the real Postfix writes them',
  async () => {
    const postfix = await startCleanup('');
    const found: string[] = [];
    try {
      for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
        const more = await headerDifferences(postfix, '', seed);
        for (const text of more) process.stdout.write(`${text}\n`);
        found.push(...more);
      }
    } finally {
      await postfix.stop();
    }
    expect(found).toEqual([]);
  },
);
