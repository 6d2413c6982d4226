/** One core: what Chromium plays is what Node plays, to the last event. */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { digestOf, scenarios } from '#scenarios';

declare module 'vitest/browser' {
  interface BrowserCommands {
    nodeDigest: (id: string, seed: number) => Promise<string>;
  }
}

test.for(scenarios.flatMap(({ id }) => [1, 7].map((seed) => ({ id, seed }))))(
  'scenario $id, seed $seed: the digest in Chromium is the digest in Node',
  async ({ id, seed }) => {
    expect(digestOf(id, seed)).toBe(await commands.nodeDigest(id, seed));
  },
);
