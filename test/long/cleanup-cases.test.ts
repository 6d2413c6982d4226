/**
 * Thousands of random letters with masquerading, copies and checks, and of MIME letters, through our
 * cleanup(8) and the real one.
 *
 * SEED=first seed, COUNT=how many seeds of 100 letters of each kind.
 */
import { expect } from 'vitest';
import { cleanupDifferences } from '../cli/cleanup-cases.ts';
import { mimeQuestion } from '../cli/mime-cases.ts';
import { startRealCleanup } from '../cli/real-cleanup.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 50);

testWithOracle('postfix')('cleanup(8): random letters give the same files and log lines', async () => {
  const cleanup = await startRealCleanup();
  const found: string[] = [];
  try {
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const more = [
        ...(await cleanupDifferences(cleanup, seed, 100)),
        ...(await cleanupDifferences(cleanup, seed, 100, mimeQuestion)),
      ];
      for (const text of more) process.stdout.write(`${text}\n`);
      found.push(...more);
    }
  } finally {
    await cleanup.stop();
  }
  expect(found).toEqual([]);
});
