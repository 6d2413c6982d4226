/**
 * What smtpd(8) does to the beginning of a message's text.
 *
 * Leading mbox lines (`From `, `>From `) become X-Mailbox-Line headers. A first line that begins with a blank
 * gets an empty line before it; else it would continue the Received header that is put on top.
 */
import { concatBytes, EMPTY_BYTES, latin1ToBytes } from '../wire/bytes.ts';

const MAILBOX_LINE = latin1ToBytes('X-Mailbox-Line: ');
const FROM = latin1ToBytes('From ');
const LF = 10;
const GREATER = 0x3e;
/** Postfix decides on its first 2048 bytes of a line. */
const MAX_HELD_BYTES = 2048;

/** Still looking at a first line, or done. */
export interface FirstLineState {
  /** Text held back until it is clear what it is. */
  readonly held: Uint8Array;
  /**
   * start: at the beginning of a first line · mailbox: inside a mailbox line · done: nothing to do any more.
   */
  readonly phase: 'start' | 'mailbox' | 'done';
}

/** The state before any text. */
export const startFirstLine: FirstLineState = { held: EMPTY_BYTES, phase: 'start' };

const DONE: FirstLineState = { held: EMPTY_BYTES, phase: 'done' };

/**
 * A chunk of LF-ended text. Any split of the text gives the same result; after the first lines it costs
 * nothing.
 *
 * @param dottedAt where a line begins that came with a dot before it: Postfix looks at lines as they came, so
 * that one is neither a mailbox line nor does it begin with a blank
 */
export function fixFirstLine(
  state: FirstLineState,
  chunk: Uint8Array,
  dottedAt?: number,
): { readonly text: Uint8Array; readonly state: FirstLineState } {
  if (state.phase === 'done') return { text: chunk, state };
  if (dottedAt !== undefined) {
    const before = fixFirstLine(state, chunk.subarray(0, dottedAt));
    const text = concatBytes([before.text, before.state.held, chunk.subarray(dottedAt)]);
    return { text, state: DONE };
  }
  const parts: Uint8Array[] = [];
  let rest = concatBytes([state.held, chunk]);
  let { phase } = state;
  while (rest.length > 0) {
    if (phase === 'mailbox') {
      const end = rest.indexOf(LF) + 1;
      parts.push(end === 0 ? rest : rest.subarray(0, end));
      rest = end === 0 ? EMPTY_BYTES : rest.subarray(end);
      if (end > 0) phase = 'start';
      continue;
    }
    const kind = kindOf(rest);
    if (kind === 'unclear') return { text: concatBytes(parts), state: { held: rest.slice(), phase } };
    if (kind === 'mailbox') {
      parts.push(MAILBOX_LINE);
      phase = 'mailbox';
      continue;
    }
    if (rest[0] === 0x20 || rest[0] === 0x09) parts.push(Uint8Array.of(LF));
    parts.push(rest);
    return { text: concatBytes(parts), state: DONE };
  }
  return { text: concatBytes(parts), state: { held: EMPTY_BYTES, phase } };
}

/** What is still held at the end of the text. */
export function endFirstLine(state: FirstLineState): Uint8Array {
  return state.held;
}

/** Whether a line begins with any number of > and then `From `. */
function kindOf(line: Uint8Array): 'mailbox' | 'other' | 'unclear' {
  let at = 0;
  while (line[at] === GREATER) {
    at++;
    if (at >= MAX_HELD_BYTES) return 'other';
  }
  for (let i = 0; i < FROM.length; i++) {
    const byte = line[at + i];
    if (byte === undefined) return 'unclear';
    if (byte !== FROM[i]) return 'other';
  }
  return 'mailbox';
}
