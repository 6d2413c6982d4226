/** Every log line, reply and decision says why: of all scenarios, of disturbed ones, and of many sessions. */
import { expect, test, vi } from 'vitest';
import { parameterOf } from '../../core/config/registry.ts';
import { whyWords as english } from '../../core/words.en.ts';
import { whyWords as french } from '../../core/words.fr.ts';
import { readCorpus } from '../dialogue/corpus.ts';
import { generateSession } from '../dialogue/generate.ts';
import { generateRestrictions } from '../dialogue/generate-restrictions.ts';
import { generateRewriting } from '../dialogue/generate-rewriting.ts';
import { playOnSimulator } from '../dialogue/simulator.ts';
import { heard, misnamed, seen, unexplained } from '../support/causes.ts';
import * as drives from './drives.ts';

vi.mock(import('../../core/kernel/process.ts'), async (original) => {
  const { listening } = await import('../support/causes.ts');
  return listening(await original());
});

const SEED = 7000;

function isWhole(): void {
  expect([...unexplained].map(([key, text]) => `${key}: ${text}`)).toEqual([]);
  expect([...misnamed]).toEqual([]);
}

test('in every scenario, as it goes by itself and disturbed', () => {
  drives.playScenarios(SEED, 2);
  isWhole();
});

test('in sessions of random commands, and in the work of the rare programs', () => {
  drives.talkAtRandom(SEED, 150);
  drives.stepSmallCharts(SEED, 20);
  drives.askPolicyServers(SEED, 100);
  drives.countClients(SEED, 50);
  drives.playPickup();
  isWhole();
});

test('in every dialogue, and in generated ones', () => {
  const numbers = Array.from({ length: 40 }, (_, at) => SEED + at);
  for (const dialogue of readCorpus()) playOnSimulator(dialogue);
  for (const make of [generateSession, generateRestrictions, generateRewriting])
    for (const number of numbers) playOnSimulator(make(number));
  isWhole();
  expect(heard.logs).toBeGreaterThan(1000);
  for (const what of [
    'home_mailbox',
    'minimal_backoff_time',
    'no NOTIFY',
    'alias_maps',
    'client',
    'protocol',
  ])
    expect(seen).toContain(what);
});

test('what was said has words in both languages, and both have the same', () => {
  // Restrictions that nobody wrote down are called by their own names.
  const isOwnName = (rule: string) => /^[a-z]+(_[a-z]+)+$/.test(rule) || parameterOf(rule) !== undefined;
  const lacking = [...seen].filter(
    (name) => !(name in english.rules || name in english.facts || isOwnName(name)),
  );
  expect(lacking).toEqual([]);
  for (const part of ['rules', 'facts', 'figures'] as const)
    expect(Object.keys(french[part])).toEqual(Object.keys(english[part]));
});
