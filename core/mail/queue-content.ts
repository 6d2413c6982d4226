/**
 * Message text to content records and back: N for a line, L for a piece of a long one. postconf(5)
 * line_length_limit
 *
 * This is on the way of every message, so it works on byte ranges and never on lines as strings.
 */
import { EMPTY_BYTES } from '../wire/bytes.ts';
import { lengthSize, putRecordHead, type QueueRecord, type RecordType } from './queue-records.ts';

const LF = 10;
const NORMAL = 'N'.charCodeAt(0);
const CONTINUED = 'L'.charCodeAt(0);
/** A record never holds more text than this; a longer line is cut as Postfix cuts it. */
const LINE_LIMIT_BYTES = 2048;
/** Above this a native copy is faster than a loop. */
const COPY_BYTES = 128;

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
  // Each line trades its LF for two or three bytes: twice the text is always room enough.
  const out = new Uint8Array(2 * (state.length + text.length) + 8);
  let size = 0;
  let at = 0;
  let held = state;
  while (at < text.length) {
    // The text goes where it belongs behind a two-byte head, before its length is known.
    const start = size + 2;
    out.set(held, start);
    const limit = LINE_LIMIT_BYTES - held.length;
    const copied = copyLine(text, at, limit, out, start + held.length);
    const length = held.length + copied;
    at += copied;
    if (at < text.length && text[at] === LF && copied < limit) {
      size = closeRecord(out, size, NORMAL, length);
      at++;
    } else if (copied === limit) {
      size = closeRecord(out, size, CONTINUED, length);
    } else {
      return { records: out.slice(0, size), state: out.slice(start, start + length) };
    }
    held = EMPTY_BYTES;
  }
  return { records: out.slice(0, size), state: held };
}

/** Copies up to the next LF or `limit` bytes; gives their number. */
function copyLine(text: Uint8Array, from: number, limit: number, out: Uint8Array, to: number): number {
  const end = Math.min(from + limit, text.length);
  let at = from;
  let size = to;
  for (; at < end; at++) {
    const byte = text[at] as number;
    if (byte === LF) break;
    out[size++] = byte;
  }
  return at - from;
}

/** Writes the head before text that is already there; moves the text when the length needs a second byte. */
function closeRecord(out: Uint8Array, at: number, typeCode: number, length: number): number {
  if (lengthSize(length) > 1) out.copyWithin(at + 3, at + 2, at + 2 + length);
  return putRecordHead(out, at, typeCode, length) + length;
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
