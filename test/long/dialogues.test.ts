/**
 * Thousands of generated sessions with our server and the real Postfix. What fails is printed as a dialogue
 * with its seed: keep it in scenarios/dialogues.
 *
 * SEED=first seed, COUNT=how many.
 */
import { expect, test } from 'vitest';
import { failures, recordSeeds } from '../dialogue/compare.ts';
import { type Instance, startPostfix } from '../dialogue/postfix.ts';
import { playOnServer } from '../dialogue/server.ts';
import { oracle, testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 5000);
/** So many at a time are recorded, played and compared: memory stays small, and failures show early. */
const BATCH = 250;

/** The sessions that failed, over all batches. */
async function search(play: (first: number, count: number) => Promise<readonly string[]>) {
  const failed: string[] = [];
  for (let at = 0; at < COUNT; at += BATCH) {
    const more = await play(FIRST + at, Math.min(BATCH, COUNT - at));
    for (const text of more) process.stdout.write(`${text}\n`);
    failed.push(...more);
  }
  return failed;
}

test('RFC 5321 §4: our server says what the core says, whatever the session', async () => {
  const failed = await search(async (first, count) => {
    const dialogues = recordSeeds(first, count);
    return failures(dialogues, await playOnServer(dialogues));
  });
  expect(failed).toEqual([]);
});

testWithOracle('postfix')('RFC 5321 §4: the real Postfix says the same, whatever the session', async () => {
  expect(oracle('postfix')).toBeDefined();
  let instance: Instance | undefined;
  try {
    const failed = await search(async (first, count) => {
      const dialogues = recordSeeds(first, count);
      instance ??= await startPostfix(dialogues);
      return failures(dialogues, await instance.play(dialogues));
    });
    expect(failed).toEqual([]);
  } finally {
    instance?.stop();
  }
});
