/** corpus - reads scenarios/dialogues, and compares what players said. */
import fs from 'node:fs';
import { join } from 'node:path';
import { differences } from '../../scenarios/dialogues/differences.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import type { Played } from './played.ts';

/** Where the files are. */
export const FOLDER = join(import.meta.dirname, '../../scenarios/dialogues/smtp');

/** Every dialogue, once for each profile it is for. */
export function readCorpus(): readonly Dialogue[] {
  return fs
    .readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) =>
      parseDialogue(name.replace(/\.txt$/, ''), fs.readFileSync(join(FOLDER, name), 'utf8')),
    );
}

/** `helo (3.x)`. */
export function titleOf({ name, profile }: Dialogue): string {
  return `${name} (${profile})`;
}

/**
 * What the real Postfix did, with the named differences taken back. `seen` gets the names of those that
 * were met.
 */
export function withoutDifferences(
  { name, profile }: Pick<Dialogue, 'name' | 'profile'>,
  { said, letters }: Played,
  seen: Set<string> = new Set(),
): Played {
  return {
    said: said.map((lines) => (lines.length === 0 ? lines : takeBack(lines.join('\n')).split('\n'))),
    letters,
  };

  function takeBack(text: string): string {
    let result = text;
    for (const difference of differences) {
      if (!difference.profiles.includes(profile)) continue;
      if (difference.dialogues?.includes(name) === false) continue;
      const changed = result.replace(new RegExp(difference.theirs, 'gm'), difference.ours);
      if (changed !== result) seen.add(difference.name);
      result = changed;
    }
    return result;
  }
}
