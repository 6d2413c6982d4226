/** Random rewriting rules, from a fixed range of seeds: the real Postfix says and delivers the same. */
import { expect } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { failuresOnPostfix, recordSeeds } from './compare.ts';
import { generateRewriting } from './generate-rewriting.ts';
import { playOnSimulator } from './simulator.ts';

const FIRST_SEED = 1;
const COUNT = 50;

testWithOracle('postfix')(
  'canonical(5), virtual(5), masquerade_domains: the real Postfix says and delivers the same',
  async () => {
    const dialogues = recordSeeds(FIRST_SEED, COUNT, generateRewriting);
    const letters = dialogues.flatMap((dialogue) => playOnSimulator(dialogue).letters.flat());
    expect(letters.length).toBeGreaterThan(COUNT);
    expect(await failuresOnPostfix(dialogues)).toEqual([]);
  },
  240_000,
);
