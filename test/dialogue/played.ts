/** played - what came of a dialogue with one player, in a form in which players can be compared. */
import { countReplies, type Dialogue, type Step } from './dialogue.ts';

export interface Played {
  /** What the server said at each `hear` and `closed` step, and after the last step. */
  readonly said: readonly (readonly string[])[];
  /** For each message that was accepted, in order: the letters it became, `mailbox: text`, sorted. */
  readonly letters: readonly (readonly string[])[];
}

/** Said by a server that has hung up. */
export const HUNG_UP = '(hangs up)';
/** Said by a server that should have hung up. */
export const STAYS = '(stays)';

/** The dialogue's own words, as said by a server that plays by the book. */
export function expected({ steps }: Pick<Dialogue, 'steps'>): Played['said'] {
  const said = steps.flatMap((step): string[][] =>
    step.type === 'hear' ? [[...step.lines]] : step.type === 'closed' ? [[HUNG_UP]] : [],
  );
  return [...said, []];
}

/** How many replies a server has given when this step is over. */
export function repliesBefore(steps: readonly Step[], at: number): number {
  const lines = steps
    .slice(0, at + 1)
    .flatMap((step) => (step.type === 'hear' ? step.lines : []))
    .map((line) => `${line}\n`);
  return countReplies(lines.join(''));
}

/** Lines of a text that ended in CRLF, queue ids as `{ID}`. */
export function saidLines(text: string): readonly string[] {
  const lines = text.replace(/queued as [0-9A-F]{6,}/g, 'queued as {ID}').split('\r\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Queue ids that were promised, in order. */
export function queueIds(text: string): readonly string[] {
  return [...text.matchAll(/queued as ([0-9A-F]{6,})/g)].map(([, id]) => id ?? '');
}

const DATE = /\w{3}, [ \d]\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4} \([A-Z]+\)/g;

/** A letter without what differs each time: queue ids and dates. */
export function normalLetter(box: string, text: string): string {
  const plain = text
    .replace(DATE, '{DATE}')
    .replace(/\b\d{14}\.[0-9A-F]{6,}@/g, '{TIME}.{ID}@')
    .replace(/\bid [0-9A-F]{6,}\b/g, 'id {ID}');
  return `${box}: ${plain}`;
}

/** The letters of each promised message. A letter names its message in the topmost Received: header. */
export function lettersOf(
  ids: readonly string[],
  letters: readonly { readonly box: string; readonly text: string }[],
): Played['letters'] {
  return ids.map((id) =>
    letters
      .filter(({ text }) => /\bid ([0-9A-F]{6,})\b/.exec(text)?.[1] === id)
      .map(({ box, text }) => normalLetter(box, text))
      .sort(),
  );
}
