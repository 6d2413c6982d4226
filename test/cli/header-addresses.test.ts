/** Addresses in headers, rewritten by our cleanup(8) and by a private Debian Postfix. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { oracle, testWithOracle } from '../support/oracles.ts';
import type { RealPostfix } from '../support/real-postfix.ts';
import { CANONICAL, headerDifferences, startCleanup } from './header-addresses.ts';

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot && oracle('postfix') !== undefined).each([
  ['trivial-rewrite(8)', ''],
  ['canonical(5)', CANONICAL],
])('with a private Debian Postfix', (manual, mainCf) => {
  let postfix: RealPostfix;

  beforeAll(async () => {
    postfix = await startCleanup(mainCf);
  }, 60_000);

  afterAll(() => postfix.stop());

  testWithOracle('postfix')(
    `${manual}: 300 random headers come out as the real cleanup(8) writes them`,
    async () => {
      for (const seed of [1, 62]) expect(await headerDifferences(postfix, mainCf, seed)).toEqual([]);
    },
  );
});
