/**
 * Reading a queue file in logical order: pointers followed, padding skipped. Postfix `record.c`
 *
 * Pointers exist because a milter may change a message after it is written. Each is followed once, so a
 * damaged file cannot send the reader round in circles.
 */
import { bytesToLatin1 } from '../wire/bytes.ts';
import { type QueueRecord, readRecord } from './queue-records.ts';

/** Where a reader stands. Use for one file. */
export interface QueueReader {
  readonly bytes: Uint8Array;
  at: number;
  /** Offsets of the pointers already followed. */
  readonly followed: Set<number>;
  /** Why reading stopped, if not at the end record. */
  problem: string | undefined;
}

/** A reader at the beginning of a file, or at an offset where a record begins. */
export function queueReader(bytes: Uint8Array, at = 0): QueueReader {
  return { bytes, at, followed: new Set(), problem: undefined };
}

/** The next record; undefined at damage, with `problem` set. Moves the reader. */
export function nextRecord(reader: QueueReader): QueueRecord | undefined {
  while (reader.problem === undefined) {
    const result = readRecord(reader.bytes, reader.at);
    if (!result.ok) {
      reader.problem = result.problem;
      break;
    }
    const { record } = result;
    reader.at = record.end;
    if (record.type === 'p') follow(reader, record);
    else if (record.type !== 'w') return record;
  }
  return undefined;
}

function follow(reader: QueueReader, record: QueueRecord): void {
  const text = bytesToLatin1(reader.bytes, record.start, Math.min(record.end, record.start + 32)).trim();
  if (!/^\d{1,15}$/.test(text)) {
    reader.problem = `malformed pointer at offset ${record.offset}`;
    return;
  }
  const target = Number(text);
  // Zero is room kept for a pointer that was not needed.
  if (target === 0) return;
  if (reader.followed.has(record.offset)) reader.problem = `pointer loop at offset ${record.offset}`;
  reader.followed.add(record.offset);
  reader.at = target;
}
