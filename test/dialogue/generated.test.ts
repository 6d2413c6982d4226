/**
 * Sessions that nobody wrote, from a fixed range of seeds: our server and the real Postfix say what the core
 * says in simulated time, and deliver the same letters.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { failures, failuresOnPostfix, recordSeeds } from './compare.ts';
import type { Dialogue } from './dialogue.ts';
import { formatDialogue } from './dialogue.ts';
import { generateSession } from './generate.ts';
import { playOnServer } from './server.ts';

const FIRST_SEED = 1;
const COUNT = 200;

describe('generated sessions', () => {
  let dialogues: readonly Dialogue[] = [];
  beforeAll(() => {
    dialogues = recordSeeds(FIRST_SEED, COUNT);
  }, 240_000);

  test('a seed is a session, for ever', () => {
    expect(formatDialogue(generateSession(7))).toBe(formatDialogue(generateSession(7)));
    expect(formatDialogue(generateSession(7))).not.toBe(formatDialogue(generateSession(8)));
  });

  test('they get far: letters are accepted, recipients refused, sessions ended by both sides', () => {
    const said = dialogues.map((dialogue) => formatDialogue(dialogue)).join('');
    for (const reply of [
      '250 2.0.0 Ok: queued',
      '550 5.1.1',
      '501 5.1.7',
      '503 5.5.1',
      '221 2.0.0',
      '555 5.5.4',
    ])
      expect(said.split(`S: ${reply}`).length, reply).toBeGreaterThan(5);
  });

  test('RFC 5321 §4: our server says the same on a socket', async () => {
    expect(failures(dialogues, await playOnServer(dialogues))).toEqual([]);
  }, 240_000);

  testWithOracle('postfix')(
    'RFC 5321 §4: the real Postfix says the same',
    async () => expect(await failuresOnPostfix(dialogues)).toEqual([]),
    240_000,
  );
});
