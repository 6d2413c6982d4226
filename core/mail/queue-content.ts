/**
 * Message text to content records and back: N for a line, L for a piece of a long one. postconf(5)
 * line_length_limit
 *
 * This is on the way of every message, so it works on byte ranges and never on lines as strings.
 */
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { lengthSize, putRecordHead, type QueueRecord, type RecordType } from './queue-records.ts';

const LF = 10;
const NORMAL = 'N'.charCodeAt(0);
const CONTINUED = 'L'.charCodeAt(0);
/** A record never holds more text than this; a longer line is cut as Postfix cuts it. */
const LINE_LIMIT_BYTES = 2048;
/** Above this a native copy is faster than a loop. */
const COPY_BYTES = 32;

/** The text of a line whose end has not come yet: fewer than 2048 bytes. */
export type ContentState = Uint8Array;

/** The state before the first chunk. */
export const startContent: ContentState = EMPTY_BYTES;

/**
 * Records for a chunk of LF-ended text. Any split of the text gives the same records. Linear.
 * @returns the records, and the unfinished line to give to the next call
 */
export function encodeContent(
  state: ContentState,
  text: Uint8Array,
): { readonly records: Uint8Array; readonly state: ContentState } {
  const { ends, sizeBytes } = endsOf(state.length, text);
  const records = new Uint8Array(sizeBytes);
  let at = 0;
  let from = 0;
  let held = state;
  for (const end of ends) {
    const length = held.length + end - from;
    const isWhole = length < LINE_LIMIT_BYTES;
    at = putRecordHead(records, at, isWhole ? NORMAL : CONTINUED, length);
    records.set(held, at);
    records.set(text.subarray(from, end), at + held.length);
    at += length;
    from = isWhole ? end + 1 : end;
    held = EMPTY_BYTES;
  }
  return { records, state: concatBytes([held, text.slice(from)]) };
}

/** Where each record's text ends, and the bytes of all records. */
function endsOf(heldBytes: number, text: Uint8Array) {
  const ends: number[] = [];
  let sizeBytes = 0;
  let held = heldBytes;
  let from = 0;
  let lf = -1;
  while (from < text.length) {
    // Looked for once, however many pieces the line is cut into: time stays linear.
    if (lf < from) lf = text.indexOf(LF, from);
    if (lf < 0) lf = text.length;
    const end = Math.min(lf, from + LINE_LIMIT_BYTES - held);
    const length = held + end - from;
    const isWhole = length < LINE_LIMIT_BYTES;
    if (isWhole && end === text.length) break;
    ends.push(end);
    sizeBytes += 1 + lengthSize(length) + length;
    from = isWhole ? end + 1 : end;
    held = 0;
  }
  return { ends, sizeBytes };
}

function copyRange(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  let out = at;
  if (end - start > COPY_BYTES) {
    to.set(from.subarray(start, end), out);
    return out + end - start;
  }
  for (let i = start; i < end; i++) to[out++] = from[i] as number;
  return out;
}

/** The last line, if the text did not end in LF; else nothing. Postfix ends it too. */
export function endContent(state: ContentState): Uint8Array {
  if (state.length === 0) return EMPTY_BYTES;
  const out = new Uint8Array(1 + lengthSize(state.length) + state.length);
  out.set(state, putRecordHead(out, 0, NORMAL, state.length));
  return out;
}

/** Whether a record is message text. */
export function isText(type: RecordType): boolean {
  return type === 'N' || type === 'L';
}

/** The LF-ended text of content records. A last L without its N gets its LF, as in delivery. */
export function decodeContent(bytes: Uint8Array, records: readonly QueueRecord[]): Uint8Array {
  let size = 0;
  for (const record of records) size += record.end - record.start + (record.type === 'N' ? 1 : 0);
  const unfinished = records.at(-1)?.type === 'L';
  const text = new Uint8Array(size + (unfinished ? 1 : 0));
  let at = 0;
  for (const record of records) {
    at = copyRange(bytes, record.start, record.end, text, at);
    if (record.type === 'N') text[at++] = LF;
  }
  if (unfinished) text[at] = LF;
  return text;
}
