/** Every dialogue, held with the core in simulated time, with our server, and with the real Postfix. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../scenarios/dialogues/differences.ts';
import { testWithOracle } from '../support/oracles.ts';
import { readCorpus, titleOf, withoutDifferences } from './corpus.ts';
import { type Dialogue, formatDialogue, parseDialogue } from './dialogue.ts';
import { expected, type Played } from './played.ts';
import { type Instance, startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

const corpus = readCorpus();

const simulated = new Map<string, Played>();

/** Each is played once, although all players are compared with it. */
function playedInSimulator(dialogue: Dialogue): Played {
  const known = simulated.get(titleOf(dialogue));
  if (known !== undefined) return known;
  const played = playOnSimulator(dialogue);
  simulated.set(titleOf(dialogue), played);
  return played;
}

test('decision 7: a dialogue is text, and the text is a dialogue', () => {
  for (const dialogue of corpus)
    expect(parseDialogue(dialogue.name, formatDialogue(dialogue))).toEqual([dialogue]);
});

describe('in the simulator', () => {
  for (const dialogue of corpus)
    test(titleOf(dialogue), () => {
      expect(playedInSimulator(dialogue).said).toEqual(expected(dialogue));
    });
});

describe('on our server', () => {
  let played: readonly Played[] = [];
  beforeAll(async () => {
    played = await playOnServer(corpus);
  }, 240_000);
  for (const [at, dialogue] of corpus.entries())
    test(titleOf(dialogue), () => {
      expect(played[at]?.said).toEqual(expected(dialogue));
      expect(played[at]?.letters).toEqual(playedInSimulator(dialogue).letters);
    });
});

describe('with the real Postfix', () => {
  let instance: Instance | undefined;
  let played: readonly Played[] | undefined;
  const seen = new Set<string>();

  /** All dialogues at the first call: they are held at the same time. */
  async function playedAt(at: number): Promise<Played> {
    if (played === undefined) {
      instance = await startPostfix(corpus);
      played = await instance.play(corpus);
    }
    const { [at]: one } = played;
    if (one === undefined) throw new Error('Postfix did not play this one');
    return one;
  }
  afterAll(() => instance?.stop());

  for (const [at, dialogue] of corpus.entries())
    testWithOracle('postfix')(
      titleOf(dialogue),
      async () => {
        const theirs = withoutDifferences(dialogue, await playedAt(at), seen);
        expect(theirs.said).toEqual(expected(dialogue));
        expect(theirs.letters).toEqual(playedInSimulator(dialogue).letters);
      },
      240_000,
    );

  testWithOracle('postfix')('decision 7: every difference that is named was met', () => {
    expect(differences.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
