/**
 * Thousands of random headers with addresses, rewritten by our cleanup(8) and by the real one.
 *
 * SEED=first seed, COUNT=how many seeds of 150 headers each.
 */
import { expect } from 'vitest';
import { CANONICAL, headerDifferences, startCleanup } from '../cli/header-addresses.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 100);

const TABLES = { 'without tables': '', 'canonical(5)': CANONICAL };

for (const [name, mainCf] of Object.entries(TABLES))
  testWithOracle('postfix')(
    `cleanup(8), ${name}: header addresses come out as the real one writes them`,
    async () => {
      const postfix = await startCleanup(mainCf);
      const found: string[] = [];
      try {
        for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
          const more = await headerDifferences(postfix, mainCf, seed);
          for (const text of more) process.stdout.write(`${text}\n`);
          found.push(...more);
        }
      } finally {
        await postfix.stop();
      }
      expect(found).toEqual([]);
    },
  );
