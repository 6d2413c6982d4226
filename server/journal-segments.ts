/**
 * The files of the journal. A segment that nobody needs any more lends its file to a later one, as those of
 * PostgreSQL do: a file that need not grow is synced sooner, and no blocks are given back.
 * docs/decisions/0015-journal.md
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { applyRecord, decodeRecords, type JournaledFile } from './journal-record.ts';
import { errorCode } from './paths.ts';

/** Where the journal and its spare files are, below queue_directory. */
export const JOURNAL = 'journal';

const SEGMENT_NAME = /^segment\.(\d{1,15})$/;
const FREE_NAME = /^free\.\d{1,15}$/;
/** So many files wait for another segment; more of them are removed. */
const MOST_FREE = 2;

/** Names in a directory; none where there is no directory. Throws other errno errors. */
function namesIn(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return [];
  }
}

/** Segments of a directory, oldest first; none where there is no directory. Throws other errno errors. */
export function segmentsIn(directory: string): readonly { readonly number: number; readonly path: string }[] {
  return namesIn(directory)
    .flatMap((name) => {
      const number = SEGMENT_NAME.exec(name)?.[1];
      return number === undefined ? [] : [{ number: Number(number), path: join(directory, name) }];
    })
    .sort((one, other) => one.number - other.number);
}

/** Removes files that a dead server kept for segments to come. Throws errno errors. */
export function removeFreeFiles(directory: string): void {
  for (const name of namesIn(directory)) {
    if (FREE_NAME.test(name)) fs.rmSync(join(directory, name), { force: true });
  }
}

/**
 * The queue files that a journal holds, by their paths below queue_directory. Another program may read them
 * while the server writes: it sees what was written until then. Throws errno errors.
 */
export function readJournal(directory: string): Map<string, JournaledFile> {
  const files = new Map<string, JournaledFile>();
  for (const { number, path } of segmentsIn(directory)) {
    let bytes: Buffer;
    try {
      bytes = fs.readFileSync(path);
    } catch (error) {
      // Removed meanwhile: nobody needed it any more.
      if (errorCode(error) === 'ENOENT') continue;
      throw error;
    }
    for (const record of decodeRecords(bytes, number).records) applyRecord(files, record);
  }
  return files;
}

export interface SegmentFiles {
  /**
   * A file for the segment of that number, its name durable: what is written over from its beginning may be
   * promised once it is synced. Behind that, records of an earlier segment may stand. Throws errno errors.
   */
  begin(number: number): { readonly path: string; readonly fd: number };
  /** Nobody needs that segment any more. */
  end(path: string): void;
  /** Removes the files that wait. */
  close(): void;
}

/** What cannot be removed now is removed at the next start. */
function remove(path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // Nobody reads it: its records are all settled or gone.
  }
}

/** Makes files in a directory when they are needed. */
export function createSegmentFiles(directory: string): SegmentFiles {
  let free: readonly string[] = [];

  /** A free file under its new name, else a new one. */
  function open(path: string): number {
    const [first, ...rest] = free;
    const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = fs.constants;
    if (first === undefined) return fs.openSync(path, O_CREAT | O_EXCL | O_RDWR, 0o600);
    free = rest;
    fs.renameSync(first, path);
    return fs.openSync(path, O_RDWR | O_NOFOLLOW);
  }

  return {
    begin: (number) => {
      const path = join(directory, `segment.${number}`);
      let fd: number | undefined;
      try {
        fd = open(path);
        syncDirectory(directory);
        return { path, fd };
      } catch (error) {
        // Its name may not survive: nothing is promised from it, the next try makes another.
        if (fd !== undefined) fs.closeSync(fd);
        remove(path);
        throw error;
      }
    },
    end: (path) => {
      if (free.length >= MOST_FREE) return remove(path);
      const name = path.replace(/segment\.(\d+)$/, 'free.$1');
      try {
        fs.renameSync(path, name);
        free = [...free, name];
      } catch {
        remove(path);
      }
    },
    close: () => {
      for (const path of free) remove(path);
      free = [];
    },
  };
}

/** Makes the names of a directory durable. Throws errno errors. */
export function syncDirectory(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
