/** compare - holds other players to what the simulator said, and prints what fails as a dialogue to keep. */
import { withoutDifferences } from './corpus.ts';
import { type Dialogue, formatDialogue } from './dialogue.ts';
import { generateSession } from './generate.ts';
import { expected, type Played } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnSimulator, recordOnSimulator } from './simulator.ts';

/** The sessions of some seeds, with the simulator's words. */
export function recordSeeds(first: number, count: number, generate = generateSession): readonly Dialogue[] {
  return Array.from({ length: count }, (_, at) => recordOnSimulator(generate(first + at)));
}

/** For each dialogue that went otherwise with another player: its file, and what the player said instead. */
export function failures(dialogues: readonly Dialogue[], played: readonly Played[]): readonly string[] {
  return dialogues.flatMap((dialogue, at) => {
    const theirs = withoutDifferences(dialogue, played[at] ?? { said: [], letters: [] });
    const ours = { said: expected(dialogue), letters: playOnSimulator(dialogue).letters };
    const wrong = firstDifference(ours.said, theirs.said) ?? firstDifference(ours.letters, theirs.letters);
    return wrong === undefined ? [] : [report(dialogue, wrong)];
  });
}

/** The same for a real Postfix of their own, which is gone afterwards. */
export async function failuresOnPostfix(dialogues: readonly Dialogue[]): Promise<readonly string[]> {
  const instance = await startPostfix(dialogues);
  try {
    return failures(dialogues, await instance.play(dialogues));
  } finally {
    instance.stop();
  }
}

interface Unequal {
  readonly ours: string;
  readonly theirs: string;
}

function firstDifference(
  ours: readonly (readonly string[])[],
  theirs: readonly (readonly string[])[],
): Unequal | undefined {
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    const [mine, other] = [ours[at] ?? [], theirs[at] ?? []].map((lines) => lines.join('\n'));
    if (mine !== other) return { ours: mine ?? '', theirs: other ?? '' };
  }
  return undefined;
}

function report(dialogue: Dialogue, { ours, theirs }: Unequal): string {
  return [`# ${dialogue.name}`, formatDialogue(dialogue), '# expected:', ours, '# but:', theirs, ''].join(
    '\n',
  );
}
