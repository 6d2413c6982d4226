/**
 * Random restriction lists, classes and access tables, from a fixed range of seeds: the real Postfix says
 * what the core says, and delivers the same letters.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { failuresOnPostfix, recordSeeds } from './compare.ts';
import { type Dialogue, formatDialogue } from './dialogue.ts';
import { generateRestrictions } from './generate-restrictions.ts';

const FIRST_SEED = 1;
const COUNT = 150;
/** So many smtpds for one Postfix: it must not be slow. */
const HALF = COUNT / 2;

describe('random restrictions', () => {
  let dialogues: readonly Dialogue[] = [];
  beforeAll(() => {
    dialogues = recordSeeds(FIRST_SEED, COUNT, generateRestrictions);
  }, 240_000);

  test('they permit, defer, refuse and complain', () => {
    const said = dialogues.map((dialogue) => formatDialogue(dialogue)).join('');
    for (const reply of [
      '250 2.0.0 Ok: queued',
      '250 2.1.5',
      '450',
      '451 4.3.5',
      '454 4.7.1',
      '550',
      '554 5',
    ])
      expect(said.split(`S: ${reply}`).length, reply).toBeGreaterThan(4);
  });

  testWithOracle('postfix')(
    'access(5), SMTPD_ACCESS_README: the real Postfix says the same',
    async () => {
      const failed = await failuresOnPostfix(dialogues.slice(0, HALF));
      expect([...failed, ...(await failuresOnPostfix(dialogues.slice(HALF)))]).toEqual([]);
    },
    240_000,
  );
});
