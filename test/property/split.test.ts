/** Bytes may come in any pieces: sessions cut at random places say the same on a socket. RFC 9293 §3.9.1 */
import { expect, test } from 'vitest';
import { createDice, type Dice } from '#sim';
import { failures, recordSeeds } from '../dialogue/compare.ts';
import { readCorpus } from '../dialogue/corpus.ts';
import type { Dialogue, Step } from '../dialogue/dialogue.ts';
import { playOnServer } from '../dialogue/server.ts';

/** A pause in which the server reads what has come so far. */
const PAUSE: Step = { type: 'wait', ms: 0 };
/** Most pieces of one write; more would only take time. */
const MOST_PIECES = 12;

function pieces(dice: Dice, bytes: string): readonly string[] {
  const places = Array.from({ length: dice.below(MOST_PIECES) }, () => dice.below(bytes.length + 1));
  const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, at) => bytes.slice(cuts[at], end));
}

/** The dialogue with every write in pieces. */
function cut(dialogue: Dialogue, seed: number): Dialogue {
  const dice = createDice(seed);
  const steps = dialogue.steps.flatMap((step): readonly Step[] =>
    step.type === 'send' && !step.split
      ? pieces(dice, step.bytes).flatMap((bytes) => [{ ...step, bytes }, PAUSE])
      : [step],
  );
  return { ...dialogue, name: `${dialogue.name}, cut by ${seed}`, steps };
}

/**
 * Where talking too early is an offence, what is too early depends on when it comes: then only sessions
 * that never do it.
 */
function isPatient({ profile, steps }: Dialogue): boolean {
  return (
    profile === '2.3' ||
    steps.every((step, at) => step.type !== 'send' || mayBeCut(step.bytes, steps[at - 1]))
  );
}

function mayBeCut(bytes: string, before: Step | undefined): boolean {
  const isText = before?.type === 'hear' && before.lines.at(-1)?.startsWith('354 ') === true;
  return bytes.indexOf('\n') === bytes.length - 1 || (isText && bytes.endsWith('\r\n.\r\n'));
}

test('RFC 9293 §3.9.1: dialogues cut anywhere say the same', async () => {
  const whole = readCorpus().filter(isPatient);
  expect(whole.length).toBeGreaterThan(100);
  const dialogues = whole.map((dialogue, at) => cut(dialogue, at));
  expect(failures(dialogues, await playOnServer(dialogues))).toEqual([]);
}, 240_000);

test('RFC 9293 §3.9.1: generated sessions cut anywhere say the same', async () => {
  const whole = recordSeeds(10_000, 100).filter(isPatient);
  expect(whole.length).toBeGreaterThan(40);
  const dialogues = whole.flatMap((dialogue, at) => [cut(dialogue, at), cut(dialogue, at + 1000)]);
  expect(failures(dialogues, await playOnServer(dialogues))).toEqual([]);
}, 240_000);
