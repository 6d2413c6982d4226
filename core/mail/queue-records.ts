/**
 * Records, of which queue files are made: one byte of type, the length, the data. Postfix `rec_type.h`
 *
 * The length is written in groups of seven bits, lowest first; the high bit says that more follow.
 */
import { latin1ToBytes } from '../wire/bytes.ts';

/**
 * Every record type that Postfix 2.3 to 3.x writes. Some letters mean different things before and after M.
 */
export const RECORD_NAMES = {
  C: 'size and counts, first in the file',
  T: 'arrival time',
  c: 'creation time (old)',
  F: 'full name of the sender',
  I: 'content inspector (old)',
  L: 'content filter; in the content: a line that goes on in the next record',
  S: 'sender',
  D: 'recipient, done',
  R: 'recipient, to do',
  O: 'original recipient',
  '/': 'recipient, cancelled',
  W: 'when to send a delay warning',
  A: 'attribute, name=value',
  K: 'removed record',
  '>': 'redirect target',
  f: 'flags for cleanup',
  d: 'delay upon arrival',
  M: 'start of the content',
  N: 'line, or the end of one',
  w: 'padding',
  X: 'end of the content, start of extracted records',
  r: 'return receipt (old)',
  e: 'errors-to (old)',
  P: 'priority (old)',
  p: 'pointer: go on at this offset',
  V: 'VERP delimiters',
  '<': 'DSN return flags',
  i: 'DSN envelope id',
  o: 'DSN original recipient',
  n: 'DSN notify flags',
  m: 'milter count',
  E: 'end',
} as const;

export type RecordType = keyof typeof RECORD_NAMES;

/** One record in a file; its data are the bytes `start` up to `end`, and the next record begins at `end`. */
export interface QueueRecord {
  readonly type: RecordType;
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

/** A record, or why there is none at that offset. */
export type RecordResult =
  | { readonly ok: true; readonly record: QueueRecord }
  | { readonly ok: false; readonly problem: string };

/** Lengths that need more bits than this are damage, not data: Postfix stops there too. */
const MAX_LENGTH_SHIFT = 21;

const TYPES: readonly (RecordType | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const type = String.fromCharCode(code);
  return Object.hasOwn(RECORD_NAMES, type) ? (type as RecordType) : undefined;
});

/** How many bytes the length takes. */
export function lengthSize(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
}

/** Writes type and length at `at`; gives the offset behind them. */
export function putRecordHead(out: Uint8Array, at: number, typeCode: number, length: number): number {
  let next = at;
  let left = length;
  out[next++] = typeCode;
  while (left >= 0x80) {
    out[next++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  out[next++] = left;
  return next;
}

/** One record. A string is wire text; its data must be shorter than 2^28 bytes. */
export function encodeRecord(type: RecordType, data: string | Uint8Array): Uint8Array {
  const bytes = typeof data === 'string' ? latin1ToBytes(data) : data;
  const out = new Uint8Array(1 + lengthSize(bytes.length) + bytes.length);
  out.set(bytes, putRecordHead(out, 0, type.charCodeAt(0), bytes.length));
  return out;
}

/** Many records of wire text, in one array. */
export function encodeRecords(records: readonly (readonly [RecordType, string])[]): Uint8Array {
  let size = 0;
  for (const [, data] of records) size += 1 + lengthSize(data.length) + data.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const [type, data] of records) {
    const { length } = data;
    at = putRecordHead(out, at, type.charCodeAt(0), length);
    for (let i = 0; i < length; i++) out[at + i] = data.charCodeAt(i);
    at += length;
  }
  return out;
}

/** The record that begins at `offset`. */
export function readRecord(bytes: Uint8Array, offset: number): RecordResult {
  const code = bytes[offset];
  if (code === undefined) return failed('no record', offset);
  const type = TYPES[code];
  if (type === undefined) return failed(`unknown record type ${code}`, offset);
  let length = 0;
  let start = offset + 1;
  for (let shift = 0; ; shift += 7) {
    if (shift > MAX_LENGTH_SHIFT) return failed('too many length bits', offset);
    const group = bytes[start++];
    if (group === undefined) return failed('unexpected end of file in length', offset);
    length |= (group & 0x7f) << shift;
    if (group < 0x80) break;
  }
  const end = start + length;
  if (end > bytes.length) return failed('unexpected end of file in data', offset);
  return { ok: true, record: { type, offset, start, end } };
}

function failed(problem: string, offset: number): RecordResult {
  return { ok: false, problem: `${problem} at offset ${offset}` };
}

/** All records in file order, pointers not followed, up to the first damage. */
export function readRecords(bytes: Uint8Array): {
  readonly records: readonly QueueRecord[];
  readonly problem?: string;
} {
  const records: QueueRecord[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const result = readRecord(bytes, offset);
    if (!result.ok) return { records, problem: result.problem };
    records.push(result.record);
    offset = result.record.end;
  }
  return { records };
}
