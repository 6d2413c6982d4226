/**
 * milter-play - plays cases of test/postfix/milter-cases.ts with a scripted milter, on our server and on the
 * real Postfix.
 */
import { expect } from 'vitest';
import { type Dialogue, parseDialogue } from '../dialogue/dialogue.ts';
import type { Played } from '../dialogue/played.ts';
import { startPostfix } from '../dialogue/postfix.ts';
import { playOnServer } from '../dialogue/server.ts';
import { type ScriptedMilter, startMilter } from '../support/scripted-milter.ts';
import { type MilterCase, WHOLE } from './milter-cases.ts';

/** So many of our servers run at once. */
const BATCH = 12;

/** A conversation of one case; `{PORT}` in its settings is its milter's port; nothing is expected. */
function dialogueOf(name: string, { lines = WHOLE, settings = [] }: MilterCase, port: number): Dialogue {
  const said: string[] = ['S: 220 x', 'C: HELO there.example', 'S: 250 x'];
  let inText = false;
  for (const [at, line] of lines.entries()) {
    said.push(`C: ${line}`);
    if (!inText || line === '.') said.push('S: 250 x');
    if (line === 'DATA') inText = at < lines.length - 1;
    else if (line === '.') inText = false;
  }
  const own = settings.map((one) => one.replaceAll('{PORT}', String(port)));
  const usual = own.some((one) => one.startsWith('smtpd_milters'))
    ? []
    : [`smtpd_milters = inet:127.0.0.1:${port}`];
  const all = [...usual, ...own].map((one) => `# settings: ${one}`);
  const text = ['# profile: 3.x', ...all, ...said, 'C: QUIT', 'S: 221 x', 'S-close:', ''].join('\n');
  return parseDialogue(name, text)[0] as Dialogue;
}

/** What a milter has heard, without what is another each time. */
function comparable(heard: readonly string[]): readonly string[] {
  return heard.map((line) =>
    line
      .replace(/v\|Postfix [^|]*\|/, 'v|{V}|')
      .replace(/^(D .*?\bi\||D .i\|)[0-9A-F]{6,}\|/, '$1{ID}|')
      .replace(/^(C [^|]*\|4).*(127\.0\.0\.1\|)$/s, '$1{PORT}$2'),
  );
}

interface Result {
  readonly name: string;
  readonly said: readonly string[];
  readonly letters: Played['letters'];
  readonly heard: readonly string[];
}

async function withAll(
  cases: readonly (readonly [string, MilterCase])[],
  play: (dialogues: readonly Dialogue[]) => Promise<readonly Played[]>,
): Promise<readonly Result[]> {
  const milters: ScriptedMilter[] = [];
  for (const [, { script }] of cases) milters.push(await startMilter(script));
  const dialogues = cases.map(([name, one], at) => dialogueOf(name, one, milters[at]?.port ?? 0));
  try {
    const played = await play(dialogues);
    await Promise.all(milters.map((milter) => milter.left()));
    return cases.map(([name], at) => ({
      ...{
        name,
        said: played[at]?.said.flat() ?? [],
        letters: played[at]?.letters ?? [],
        heard: comparable(milters[at]?.heard ?? []),
      },
    }));
  } finally {
    for (const milter of milters) await milter.close();
  }
}

async function onPostfix(dialogues: readonly Dialogue[]): Promise<readonly Played[]> {
  const postfix = await startPostfix(dialogues);
  try {
    return await postfix.play(dialogues);
  } finally {
    postfix.stop();
  }
}

/** Every case must go as with Postfix: the same answers, letters and commands. */
export async function compareCases(all: readonly (readonly [string, MilterCase])[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
    all.slice(at * BATCH, (at + 1) * BATCH),
  );
  const theirs = await withAll(all, onPostfix);
  const ours: Result[] = [];
  for (const batch of batches) ours.push(...(await withAll(batch, playOnServer)));
  expect(ours.length).toBe(theirs.length);
  for (const [at, mine] of ours.entries()) expect.soft(mine, mine.name).toEqual(theirs[at]);
}
