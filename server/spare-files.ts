/**
 * Empty files that wait to become queue files: making one costs more than all else, and the id of a
 * message is made of its inode, so each young message has a file of its own from the start.
 * docs/decisions/0015-journal.md
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './paths.ts';

export interface SpareFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly uid: number;
}

export interface SpareFiles {
  /** One that nobody has. Throws errno errors. */
  take(): SpareFile;
  /** Still empty, not needed any more. */
  giveBack(file: SpareFile): void;
  /** Removes those that nobody has. */
  close(): void;
}

const NAME = /^spare\.\d{1,15}$/;
/** More than these are removed when they come back. */
const MOST_KEPT = 2000;

/** The spare files a dead server left, by their inodes. Throws errno errors but for a missing directory. */
export function spareFilesIn(directory: string): Map<number, string> {
  const found = new Map<number, string>();
  try {
    for (const name of fs.readdirSync(directory)) {
      if (NAME.test(name)) found.set(fs.lstatSync(join(directory, name)).ino, join(directory, name));
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return found;
}

/** Spare files of a directory in which there are none yet. */
export function createSpareFiles(directory: string): SpareFiles {
  const free: SpareFile[] = [];
  let made = 0;

  function make(): SpareFile {
    const path = join(directory, `spare.${made}`);
    made += 1;
    const fd = fs.openSync(path, 'wx', 0o600);
    try {
      const { dev, ino, uid } = fs.fstatSync(fd);
      return { path, device: dev, inode: ino, uid };
    } finally {
      fs.closeSync(fd);
    }
  }

  return {
    take: () => free.shift() ?? make(),
    giveBack: (file) => {
      if (free.length < MOST_KEPT) free.push(file);
      else fs.rmSync(file.path, { force: true });
    },
    close: () => {
      for (const { path } of free) fs.rmSync(path, { force: true });
    },
  };
}
