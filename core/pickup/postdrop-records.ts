/**
 * What postdrop(1) takes from the program that calls it, and what it makes of that: nobody's records are
 * believed, least of all their time.
 *
 * postdrop(1) · Postfix: src/postdrop/postdrop.c, src/global/record.c, src/global/rec_type.h
 */
import { encodeRecord } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes } from '../wire/bytes.ts';
import { timeRecord } from './maildrop-file.ts';

/** The records as they shall be in maildrop, or why they shall not; `warnings` come before either. */
export type TakenRecords = { readonly warnings: readonly string[] } & (
  | { readonly type: 'whole'; readonly bytes: Uint8Array }
  /** The caller went away before the end: that is how a message is taken back. */
  | { readonly type: 'cancelled' }
  /** Not what sendmail(1) writes: the caller has an error. */
  | { readonly type: 'strange'; readonly problem: string }
  /** Well formed, and not a message. `reason` may be ''. */
  | { readonly type: 'bad'; readonly reason: string }
);

/** Record types of envelope, text, and what is behind it; the first of each ends it. */
const SEGMENTS = ['MFSRVAin', 'XLN', 'EAR'] as const;
/** Attributes that a user may give; those with a list may have only these values. */
const ATTRIBUTES: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ['encoding', ['7bit', '8bit', '']],
  ['rewrite_context', ['local', 'remote']],
  ...['envelope_id', 'notify_flags', 'ret_flags', 'dsn_orig_rcpt', 'create_time', 'trace_flags'].map(
    (name) => [name, undefined] as const,
  ),
]);
const NUL = 'NUL in FROM record';
/** More bits than these in a length are damage. */
const MOST_BITS = 31;
/** So much of a strange name or value is shown. */
const SHOWN_CHARS = 200;

interface Raw {
  readonly type: number;
  readonly data: Uint8Array;
  readonly end: number;
}

/** The record at an offset; a string says what is wrong with it; undefined: nothing is there. */
function rawRecord(bytes: Uint8Array, offset: number, limitBytes: number): Raw | string | undefined {
  const type = bytes[offset];
  if (type === undefined) return undefined;
  let length = 0;
  let start = offset + 1;
  for (let shift = 0; ; shift += 7) {
    if (shift >= MOST_BITS) return `too many length bits, record type ${type}`;
    const group = bytes[start];
    if (group === undefined) return `unexpected EOF reading length, record type ${type}`;
    start += 1;
    length += (group & 0x7f) * 2 ** shift;
    if (group < 0x80) break;
  }
  if (length > limitBytes) return `illegal length ${length}, record type ${type}`;
  const end = start + length;
  if (end > bytes.length) return `unexpected EOF in data, record type ${type} length ${length}`;
  return { type, data: bytes.subarray(start, end), end };
}

/** Text up to a NUL, where a program in C would see it end. */
function textOf(data: Uint8Array): string {
  const text = bytesToLatin1(data);
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/** An attribute as `name=value`; a string in `ignored` says why it is left out. */
function attributeOf(text: string): { readonly kept: string } | { readonly ignored: string } {
  const name = /^\s*([^\s=]*)/.exec(text)?.[1] ?? '';
  const shown = text.slice(0, SHOWN_CHARS);
  if (name === '') return { ignored: `ignoring malformed record: missing attribute name: ${shown}` };
  const match = /^\s*[^\s=]+\s*=\s*(.*?)\s*$/s.exec(text);
  if (match === null)
    return { ignored: `ignoring malformed record: missing '=' after attribute name: ${shown}` };
  const value = match[1] ?? '';
  const values = ATTRIBUTES.get(name);
  if (ATTRIBUTES.has(name) && (values === undefined || values.includes(value)))
    return { kept: `${name}=${value}` };
  const what = `${name.slice(0, SHOWN_CHARS)}=${value.slice(0, SHOWN_CHARS)}`;
  return { ignored: `ignoring attribute record: ${what}` };
}

/**
 * Reads the records that sendmail(1) sends and makes a maildrop file of them.
 *
 * @param uid who calls, for the warnings
 * @param at the time that the file is to bear, ms since the epoch
 * @param lineLimit postconf(5) line_length_limit: no record is longer
 */
export function takeRecords(input: Uint8Array, uid: number, at: number, lineLimit: number): TakenRecords {
  const warnings: string[] = [];
  const kept: Uint8Array[] = [timeRecord(at)];
  let segment = 0;
  let senders = 0;
  let recipients = 0;
  let isNul = false;
  for (let offset = 0; ; ) {
    const record = rawRecord(input, offset, lineLimit);
    if (record === undefined && !isNul) return { type: 'cancelled', warnings };
    if (record === undefined) return { type: 'bad', reason: NUL, warnings };
    if (typeof record === 'string') {
      warnings.push(`stdin: ${record}`);
      return { type: 'strange', problem: `uid=${uid}: malformed input`, warnings };
    }
    const { type: code, data, end } = record;
    const type = String.fromCharCode(code);
    const allowed = SEGMENTS[segment] ?? '';
    // After a sender that cannot be, only the end is looked for.
    if (!isNul && !allowed.includes(type))
      return { type: 'strange', problem: `uid=${uid}: unexpected record type: ${code}`, warnings };
    const start = offset;
    offset = end;
    if (isNul) {
      if (type === 'E') return { type: 'bad', reason: NUL, warnings };
      continue;
    }
    if (type === allowed.charAt(0)) segment += 1;
    if (type === 'A') {
      const attribute = attributeOf(textOf(data));
      if ('kept' in attribute) kept.push(encodeRecord('A', attribute.kept));
      else warnings.push(`uid=${uid}: ${attribute.ignored}`);
      continue;
    }
    if (type === 'S') {
      senders += 1;
      isNul = data.includes(0);
    }
    if (type === 'R') recipients += 1;
    kept.push(input.subarray(start, end));
    if (segment === SEGMENTS.length) break;
  }
  if (senders === 0 || recipients === 0) return { type: 'bad', reason: '', warnings };
  return { type: 'whole', bytes: concatBytes(kept), warnings };
}
