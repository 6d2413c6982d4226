/**
 * The journal on disk: segments that grow by records, and one fdatasync for all who wait.
 *
 * A segment goes when no file needs it any more, the oldest first: a removal that stands in a later one must
 * outlive the file it speaks of. fdatasync(2) · docs/decisions/0015-journal.md
 */
import fs from 'node:fs';
import { createGatherer } from './gatherer.ts';
import { encodeRecord, type JournalRecord, seal } from './journal-record.ts';
import { createSegmentFiles } from './journal-segments.ts';
import { errorCode } from './paths.ts';

type Done = (code: string | undefined) => void;

/** Which segment holds the bytes of a file; given back with `release`. */
export interface Place {
  segment: Segment | undefined;
  isReleased: boolean;
}

/** Of a file that is in no segment yet. */
export function newPlace(): Place {
  return { segment: undefined, isReleased: false };
}

interface Segment {
  readonly number: number;
  readonly path: string;
  /** So many files have their bytes here and nowhere else. */
  needed: number;
}

export interface Journal {
  /**
   * Adds a record; it is written at the latest when this turn of the event loop ends. `done` says when it,
   * and all before it, is on disk, or the errno name of what failed: then it is as if it had not been
   * added. The segment it comes to stays until `place` is released.
   */
  add(record: JournalRecord, done?: Done, place?: Place): void;
  /** Writes what was added, and begins to sync it; it would be done at the end of this turn anyway. */
  flush(): void;
  /** The file is durable elsewhere, or not wanted any more. */
  release(place: Place): void;
  /** Ends the journal; segments that nobody needs are removed. */
  close(): void;
}

/** A segment in which so much was written is followed by the next. */
const SEGMENT_BYTES = 32 * 1024 * 1024;
/** A sync so soon after another one waits for company, if so many may come and not so many wait already. */
const GATHER_MS = 2;
const COMPANY = 4;
const GATHERED = 8;

interface Pending {
  readonly bytes: Buffer;
  readonly done: Done | undefined;
  readonly place: Place | undefined;
}

export interface JournalOptions {
  /** A segment that has grown so much is followed by the next. */
  readonly segmentBytes?: number | undefined;
  /** How many files are being written, those that wait for a sync among them. */
  readonly underWay?: () => number;
}

/** Begins a journal after the segments that readJournal has read; makes files when the first record comes. */
export function createJournal(directory: string, firstNumber: number, options: JournalOptions = {}): Journal {
  const { segmentBytes = SEGMENT_BYTES, underWay = () => 0 } = options;
  const files = createSegmentFiles(directory);
  let segments: Segment[] = [];
  let fd: number | undefined;
  let size = 0;
  let pending: Pending[] = [];
  let waiting: Done[] = [];
  let isSyncing = false;
  let isScheduled = false;
  let syncedAt = 0;
  const gatherer = createGatherer(GATHER_MS, isDue, sync);
  let isClosed = false;
  let nextNumber = firstNumber;
  /** Closed as soon as the sync under way has ended. */
  const left: number[] = [];

  function begin(): Segment {
    const number = nextNumber;
    nextNumber += 1;
    const made = files.begin(number);
    size = 0;
    const segment: Segment = { number, path: made.path, needed: 0 };
    segments.push(segment);
    ({ fd } = made);
    return segment;
  }

  function closeCurrent(): void {
    if (fd === undefined) return;
    if (isSyncing) left.push(fd);
    else fs.closeSync(fd);
    fd = undefined;
  }

  /** The segment that is written now; a full one is made durable first, whoever waits for it. */
  function current(): Segment {
    const last = segments.at(-1);
    if (last !== undefined && fd !== undefined && size < segmentBytes) return last;
    if (fd !== undefined) {
      const served = waiting;
      waiting = [];
      const code = syncNow(fd);
      closeCurrent();
      for (const done of served) setImmediate(done, code);
    }
    return begin();
  }

  function trim(): void {
    while (segments.length > 1 && segments[0]?.needed === 0) {
      files.end(segments[0].path);
      segments = segments.slice(1);
    }
  }

  function writeAll(target: number, bytes: Uint8Array): void {
    let done = 0;
    try {
      while (done < bytes.length) done += fs.writeSync(target, bytes, done, bytes.length - done, size + done);
      size += bytes.length;
    } catch (error) {
      // A whole record among those that failed must not be found by a later reader.
      if (done > 0) fs.ftruncateSync(target, size);
      throw error;
    }
  }

  function flush(): void {
    if (pending.length === 0) return;
    const batch = pending;
    pending = [];
    try {
      const segment = current();
      for (const { bytes } of batch) seal(bytes, segment.number);
      const [first] = batch;
      const whole =
        batch.length === 1 && first !== undefined
          ? first.bytes
          : Buffer.concat(batch.map(({ bytes }) => bytes));
      writeAll(fd as number, whole);
      for (const { done, place } of batch) {
        if (done !== undefined) waiting.push(done);
        if (place === undefined || place.isReleased) continue;
        place.segment = segment;
        segment.needed += 1;
      }
      trim();
    } catch (error) {
      // Who waits is told; what nobody waits for is tried again with the next.
      pending = [...batch.filter(({ done }) => done === undefined), ...pending];
      const code = errorCode(error);
      for (const { done } of batch) done?.(code);
    }
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(turn);
  }

  function turn(): void {
    isScheduled = false;
    if (isClosed) return;
    flush();
    if (!isSyncing && waiting.length > 0) gatherer.look();
  }

  function isDue(): boolean {
    const isAlone = underWay() - waiting.length < COMPANY;
    return isAlone || waiting.length >= GATHERED || performance.now() - syncedAt >= GATHER_MS;
  }

  function sync(): void {
    if (isSyncing || isClosed || waiting.length === 0) return;
    const target = fd as number;
    const served = waiting;
    waiting = [];
    isSyncing = true;
    syncedAt = performance.now();
    fs.fdatasync(target, (error) => {
      isSyncing = false;
      for (const old of left.splice(0)) fs.closeSync(old);
      let told = served;
      if (error !== null && fd === target) {
        // What a file holds after a failed sync nobody knows: no more of it is counted on.
        told = [...served, ...waiting];
        waiting = [];
        closeCurrent();
      }
      if (isClosed) return;
      // The next sync begins when this turn ends, for all that comes in it.
      if (waiting.length > 0) schedule();
      for (const done of told) done(error === null ? undefined : errorCode(error));
    });
  }

  return {
    add: (record, done, place) => {
      pending.push({ bytes: encodeRecord(record), done, place });
      schedule();
    },
    flush: turn,
    release: (place) => {
      if (place.segment === undefined) place.isReleased = true;
      else {
        place.segment.needed -= 1;
        place.segment = undefined;
        trim();
      }
    },
    close: () => {
      flush();
      isClosed = true;
      closeCurrent();
      for (const { needed, path } of segments) {
        if (needed > 0) break;
        fs.rmSync(path, { force: true });
      }
      files.close();
    },
  };
}

function syncNow(fd: number): string | undefined {
  try {
    fs.fdatasyncSync(fd);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}
