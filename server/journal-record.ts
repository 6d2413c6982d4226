/**
 * Records of the journal: what happened to queue files that are not files of their own yet.
 *
 * A record is its length (4 bytes, little-endian), the CRC-32 of what follows (4 bytes), then one letter, the
 * length of the path (2 bytes), the path, and what the letter asks for. The sum begins with the number of the
 * segment. A record that was cut by a power failure, never written, or left by an earlier segment in the same
 * file does not have its sum: the segment ends before it. docs/decisions/0015-journal.md
 */
import { crc32 } from 'node:zlib';

/** A queue file as the journal knows it. */
export interface JournaledFile {
  readonly bytes: Uint8Array;
  /** Permission bits; 0700 says that it is whole. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Of the file it will become: the queue id was made of it. */
  readonly inode: number;
}

/** One change, in the order in which it was made. */
export type JournalRecord =
  /** The whole file, new or again. */
  | { readonly type: 'file'; readonly path: string; readonly file: JournaledFile }
  | { readonly type: 'write'; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'touch'; readonly path: string; readonly modifiedAt: number }
  | { readonly type: 'remove'; readonly path: string }
  /** It is a file of its own now, and durable: the journal knows nothing of it any more. */
  | { readonly type: 'settled'; readonly path: string };

const LETTERS = { file: 'F', write: 'W', rename: 'N', touch: 'T', remove: 'R', settled: 'S' } as const;
const HEAD = 8;
const FILE_FACTS = 20;

function bodyOf(record: JournalRecord): readonly Uint8Array[] {
  switch (record.type) {
    case 'file': {
      const facts = Buffer.alloc(FILE_FACTS);
      facts.writeUInt32LE(record.file.mode, 0);
      facts.writeDoubleLE(record.file.modifiedAt, 4);
      facts.writeDoubleLE(record.file.inode, 12);
      return [facts, record.file.bytes];
    }
    case 'write': {
      const offset = Buffer.alloc(8);
      offset.writeDoubleLE(record.offset, 0);
      return [offset, record.bytes];
    }
    case 'rename':
      return [Buffer.from(record.to)];
    case 'touch': {
      const time = Buffer.alloc(8);
      time.writeDoubleLE(record.modifiedAt, 0);
      return [time];
    }
    default:
      return [];
  }
}

/** A record as bytes, its sum still missing. */
export function encodeRecord(record: JournalRecord): Buffer {
  const path = Buffer.from(record.path);
  const body = bodyOf(record);
  const bodyBytes = body.reduce((sum, part) => sum + part.length, 0);
  const whole = Buffer.allocUnsafe(HEAD + 3 + path.length + bodyBytes);
  whole.writeUInt32LE(whole.length - HEAD, 0);
  whole.write(LETTERS[record.type], HEAD, 'latin1');
  whole.writeUInt16LE(path.length, HEAD + 1);
  whole.set(path, HEAD + 3);
  let at = HEAD + 3 + path.length;
  for (const part of body) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function sumOf(payload: Buffer, segment: number): number {
  return crc32(payload, segment % 2 ** 32);
}

/** Gives a record the sum that it has in the segment of that number. */
export function seal(record: Buffer, segment: number): void {
  record.writeUInt32LE(sumOf(record.subarray(HEAD), segment), 4);
}

function decodeRecord(payload: Buffer): JournalRecord | undefined {
  const pathEnd = 3 + payload.readUInt16LE(1);
  const path = payload.toString('utf8', 3, pathEnd);
  const body = payload.subarray(pathEnd);
  switch (payload.toString('latin1', 0, 1)) {
    case LETTERS.file: {
      const bytes = body.subarray(FILE_FACTS);
      const facts = {
        mode: body.readUInt32LE(0),
        modifiedAt: body.readDoubleLE(4),
        inode: body.readDoubleLE(12),
      };
      return { type: 'file', path, file: { bytes, ...facts } };
    }
    case LETTERS.write:
      return { type: 'write', path, offset: body.readDoubleLE(0), bytes: body.subarray(8) };
    case LETTERS.rename:
      return { type: 'rename', path, to: body.toString('utf8') };
    case LETTERS.touch:
      return { type: 'touch', path, modifiedAt: body.readDoubleLE(0) };
    case LETTERS.remove:
      return { type: 'remove', path };
    case LETTERS.settled:
      return { type: 'settled', path };
    default:
      return undefined;
  }
}

/** The records of a segment's bytes, up to the first that is not whole; `end` is where that one begins. */
export function decodeRecords(
  bytes: Buffer,
  segment: number,
): {
  readonly records: readonly JournalRecord[];
  readonly end: number;
} {
  const records: JournalRecord[] = [];
  let at = 0;
  while (at + HEAD + 3 <= bytes.length) {
    const end = at + HEAD + bytes.readUInt32LE(at);
    if (end > bytes.length || end < at + HEAD + 3) break;
    const payload = bytes.subarray(at + HEAD, end);
    if (sumOf(payload, segment) !== bytes.readUInt32LE(at + 4)) break;
    const record = decodeRecord(payload);
    if (record === undefined) break;
    records.push(record);
    at = end;
  }
  return { records, end: at };
}

/** Does to the files what a record says. A change of a file that is not there says nothing. */
export function applyRecord(files: Map<string, JournaledFile>, record: JournalRecord): void {
  if (record.type === 'file') {
    files.set(record.path, record.file);
    return;
  }
  const file = files.get(record.path);
  if (file === undefined) return;
  switch (record.type) {
    case 'write':
      files.set(record.path, { ...file, bytes: overwritten(file.bytes, record.offset, record.bytes) });
      return;
    case 'touch':
      files.set(record.path, { ...file, modifiedAt: record.modifiedAt });
      return;
    case 'rename':
      files.delete(record.path);
      files.set(record.to, file);
      return;
    default:
      files.delete(record.path);
  }
}

/** A copy in which `bytes` stand at `offset`; longer where they reach beyond the end. */
export function overwritten(whole: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const copy = Buffer.alloc(Math.max(whole.length, offset + bytes.length));
  copy.set(whole);
  copy.set(bytes, offset);
  return copy;
}
