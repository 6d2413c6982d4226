/**
 * The mbox format: all messages in one file, each after a `From ` line. RFC 4155 · local(8)
 */
import { latin1ToBytes } from '../wire/bytes.ts';
import { asctime, type Zone } from './date.ts';
import { quote822 } from './quote.ts';

const LF = 10;
const FROM = latin1ToBytes('From ');

/** The line before a message, with LF; the null sender is MAILER-DAEMON. */
export function fromLine(sender: string, ms: number, zone: Zone): string {
  return `From ${sender === '' ? 'MAILER-DAEMON' : quote822(sender)}  ${asctime(ms, zone)}\n`;
}

/** How many characters of `From ` this line began with so far; -1 when it does not. */
export type MboxState = number;

/** The state at the beginning of a text. */
export const startMbox: MboxState = 0;

/**
 * Text with > before each line that begins with `From `. Any split of the text gives the same result. Linear.
 */
export function quoteFromLines(
  state: MboxState,
  text: Uint8Array,
): { readonly text: Uint8Array; readonly state: MboxState } {
  let lines = 1;
  for (let i = 0; i < text.length; i++) if (text[i] === LF) lines++;
  const out = new Uint8Array(text.length + FROM.length + lines);
  let size = 0;
  let matched = state;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] as number;
    if (matched >= 0 && byte === FROM[matched]) {
      matched++;
      if (matched < FROM.length) continue;
      out[size++] = 0x3e;
      out.set(FROM, size);
      size += FROM.length;
      matched = -1;
      continue;
    }
    if (matched > 0) size = putMatched(out, size, matched);
    out[size++] = byte;
    matched = byte === LF ? 0 : -1;
  }
  return { text: out.subarray(0, size), state: matched };
}

function putMatched(out: Uint8Array, at: number, count: number): number {
  out.set(FROM.subarray(0, count), at);
  return at + count;
}

/** What ends the message: the held characters, a line end if the last line has none, and the blank line. */
export function endMbox(state: MboxState): Uint8Array {
  if (state === 0) return latin1ToBytes('\n');
  return latin1ToBytes(`${'From '.slice(0, Math.max(0, state))}\n\n`);
}
