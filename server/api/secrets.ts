/**
 * Passwords in what clients send, also where a line comes in several pieces or follows an AUTH command.
 * RFC 4954 §4
 */
import { maskSecrets, type PlainThing } from '#core';

const MASK = '********';
/** Longest beginning of a line that is remembered until its end comes. */
const REMEMBERED = 600;
/** Answers that an AUTH exchange can have: user name and password. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const VERB = /^(?:HELO|EHLO|MAIL|RCPT|DATA|RSET|NOOP|QUIT|VRFY|ETRN|HELP|EXPN)$/i;

/** The end of what a process has received, as far as it matters for what comes next. */
export interface Watcher {
  /** Takes a piece; answers the unfinished business before it (mostly ''). */
  received(process: string, bytes: Uint8Array): string;
  forget(process: string): void;
}

/** Remembers, for each process, an unfinished line and an AUTH command without its answers. */
export function createWatcher(): Watcher {
  const tails = new Map<string, string>();
  return {
    received: (process, bytes) => {
      const before = tails.get(process) ?? '';
      const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(-REMEMBERED);
      const tail = unfinished(before + end.toString('latin1'));
      if (tail !== '') tails.set(process, tail);
      else if (before !== '') tails.delete(process);
      return before;
    },
    forget: (process) => void tails.delete(process),
  };
}

/** From the last AUTH line on, if at most two lines follow; else what follows the last line end. */
function unfinished(text: string): string {
  const lines = text.split('\n');
  for (let index = Math.max(0, lines.length - 3); index < lines.length - 1; index += 1) {
    if (/^\s*AUTH\s/i.test(lines[index] ?? '')) return lines.slice(index).join('\n').slice(-REMEMBERED);
  }
  return (lines.at(-1) ?? '').slice(-REMEMBERED);
}

/** How many lines with secrets may follow a line: with an initial response fewer do. RFC 4954 §4 */
function answersAfter(line: string): number {
  if (/^AUTH\s+\S+$/i.test(line)) return 2;
  return /^AUTH\s+LOGIN\s/i.test(line) ? 1 : 0;
}

/** A piece of a session with its secrets masked; `before` is what `received` answered for it. */
export function maskPiece(before: string, text: string): string {
  const lines = (before + text).split('\n');
  let answers = 0;
  const masked = lines.map((line) => {
    const bare = line.trim();
    if (answers > 0 && BASE64.test(bare) && !VERB.test(bare)) {
      answers -= 1;
      return line.replace(bare, MASK);
    }
    answers = answersAfter(bare);
    return maskSecrets(line);
  });
  const first = before.split('\n').length - 1;
  const cut = before.length - (before.lastIndexOf('\n') + 1);
  const [head = '', ...rest] = masked.slice(first);
  // A line that began in an earlier piece and holds a secret is masked whole.
  const isSecret = head !== lines[first];
  const lineEnd = head.endsWith('\r') ? '\r' : '';
  const shown = isSecret && cut > 0 ? MASK + lineEnd : head.slice(cut);
  return [shown, ...rest].join('\n');
}

/** Log lines quote what a client said: what follows a command for secrets is masked there too. */
export function maskLog(effect: PlainThing): PlainThing {
  const { type, text } = effect;
  if (type !== 'log' || typeof text !== 'string') return effect;
  const masked = text.replace(/\b(AUTH \S+|PASS|LOGIN \S+) \S+/g, `$1 ${MASK}`);
  return masked === text ? effect : { ...effect, text: masked };
}
