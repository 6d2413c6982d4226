/** What cleanup(8) makes of random letters, compared with a private Debian Postfix. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { oracle, testWithOracle } from '../support/oracles.ts';
import { cleanupDifferences } from './cleanup-cases.ts';
import { mimeQuestion } from './mime-cases.ts';
import { type RealCleanup, startRealCleanup } from './real-cleanup.ts';

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot && oracle('postfix') !== undefined)('with a private Debian Postfix', () => {
  let cleanup: RealCleanup;

  beforeAll(async () => {
    cleanup = await startRealCleanup();
  }, 60_000);

  afterAll(() => cleanup.stop());

  testWithOracle('postfix')(
    'cleanup(8): 250 random letters with masquerading, copies and checks give the same files and log lines',
    async () => {
      expect(await cleanupDifferences(cleanup, 1, 250)).toEqual([]);
    },
    60_000,
  );

  testWithOracle('postfix')(
    'RFC 2045: 250 random MIME letters under every strict option and check give the same files and log lines',
    async () => {
      expect(await cleanupDifferences(cleanup, 2, 250, mimeQuestion)).toEqual([]);
    },
    60_000,
  );
});
