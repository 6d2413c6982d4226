/**
 * Command lines out of a byte stream that arrives in any pieces. RFC 5321 §2.3.8 · smtpd(8) line_length_limit
 *
 * LF ends a line, CRs before it are removed, NUL is kept. A line longer than the limit is cut: its first
 * bytes are one line, what remains is the next one, as Postfix reads it.
 */
import { bytesToLatin1, concatBytes, EMPTY_BYTES } from './bytes.ts';

const LF = 10;
const CR = 13;
/**
 * Below this many unread bytes an append copies, so that a sender of single bytes does not build a long list.
 */
const SMALL_BYTES = 4096;

/** A list of chunks, newest first; sharing its tail makes append cheap and old buffers stay valid. */
interface Newer {
  readonly bytes: Uint8Array;
  readonly older: Newer | undefined;
}

/** Unread bytes. A value: append and takeLine give new buffers, old ones stay as they were. */
export interface LineBuffer {
  /** The oldest chunk, read up to `start`. */
  readonly head: Uint8Array;
  readonly start: number;
  /** Chunks behind the head. */
  readonly newer: Newer | undefined;
  /** Unread bytes in all chunks. */
  readonly size: number;
}

/** What takeLine found. */
export interface TakenLine {
  /** The line without its end, one character per byte. */
  readonly line: string;
  readonly rest: LineBuffer;
  /** The limit ended this line; what follows is the remaining text of the same line. */
  readonly cut: boolean;
  /** The line ended in LF without CR. */
  readonly bareLf: boolean;
}

/** A buffer with nothing in it. */
export const emptyLineBuffer: LineBuffer = { head: EMPTY_BYTES, start: 0, newer: undefined, size: 0 };

/** The buffer with `bytes` behind it. The bytes are kept, not copied: do not change them afterwards. */
export function append(buffer: LineBuffer, bytes: Uint8Array): LineBuffer {
  if (bytes.length === 0) return buffer;
  if (buffer.size === 0) return { head: bytes, start: 0, newer: undefined, size: bytes.length };
  const size = buffer.size + bytes.length;
  if (size <= SMALL_BYTES && buffer.newer === undefined) {
    return {
      head: concatBytes([buffer.head.subarray(buffer.start), bytes]),
      start: 0,
      newer: undefined,
      size,
    };
  }
  return { ...buffer, newer: { bytes, older: buffer.newer }, size };
}

/** How many bytes are waiting to be read. */
export function unread(buffer: LineBuffer): number {
  return buffer.size;
}

/** Everything unread, as one array: for content, which is not read by lines. */
export function takeAll(buffer: LineBuffer): Uint8Array {
  const oldest = buffer.start === 0 ? buffer.head : buffer.head.subarray(buffer.start);
  if (buffer.newer === undefined) return oldest;
  const parts: Uint8Array[] = [];
  for (let chunk: Newer | undefined = buffer.newer; chunk; chunk = chunk.older) parts.push(chunk.bytes);
  parts.push(oldest);
  return concatBytes(parts.reverse());
}

/**
 * The next line, or undefined when it is not complete yet.
 * @param limitBytes line_length_limit: more bytes than this, line end included, are not one line
 */
export function takeLine(buffer: LineBuffer, limitBytes: number): TakenLine | undefined {
  const found = takeFromHead(buffer, limitBytes);
  if (found !== undefined || buffer.newer === undefined) return found;
  // The head holds no whole line, so less than a limit of it is copied: time stays linear in the input.
  return takeFromHead({ head: takeAll(buffer), start: 0, newer: undefined, size: buffer.size }, limitBytes);
}

function takeFromHead(buffer: LineBuffer, limitBytes: number): TakenLine | undefined {
  const { head, start } = buffer;
  const limit = start + limitBytes;
  const lf = endOfLine(head, start, limit);
  if (lf < 0) {
    // A CR as last allowed byte may still be half of a CRLF.
    if (head.length < limit || (head.length === limit && head[limit - 1] === CR)) return undefined;
    return { line: bytesToLatin1(head, start, limit), rest: skipTo(buffer, limit), cut: true, bareLf: false };
  }
  let end = lf;
  while (end > start && head[end - 1] === CR) end--;
  return {
    line: bytesToLatin1(head, start, end),
    rest: skipTo(buffer, lf + 1),
    cut: false,
    bareLf: end === lf,
  };
}

/** Index of the LF that ends the line within its limit, or -1. */
function endOfLine(head: Uint8Array, start: number, limit: number): number {
  const end = Math.min(limit, head.length);
  for (let i = start; i < end; i++) if (head[i] === LF) return i;
  return limit < head.length && head[limit - 1] === CR && head[limit] === LF ? limit : -1;
}

function skipTo(buffer: LineBuffer, index: number): LineBuffer {
  const size = buffer.size - (index - buffer.start);
  if (size === 0) return emptyLineBuffer;
  if (index < buffer.head.length) return { head: buffer.head, start: index, newer: buffer.newer, size };
  const rest = takeAll({ ...buffer, start: buffer.head.length });
  return { head: rest, start: 0, newer: undefined, size };
}
