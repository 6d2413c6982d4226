/**
 * Path operations of the disk: safe rename, listing with hash directories, whole reads. safe_open rules:
 * O_NOFOLLOW.
 */
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { DirEntry, Owner } from '#core';

const CREATE = fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_RDWR | fs.constants.O_NOFOLLOW;
const OPEN = fs.constants.O_RDWR | fs.constants.O_APPEND | fs.constants.O_NOFOLLOW;
const PERMISSIONS = 0o7777;

/** The errno name of what a file operation threw (`EIO` where there is none). */
export function errorCode(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'EIO';
}

/** A core path as a real one: relative to queue_directory unless it begins with `/`. */
export function absolute(queueDirectory: string, path: string): string {
  return path.startsWith('/') ? path : join(queueDirectory, path);
}

/** Makes the missing directories above a path, mode 0700. */
export function makeParents(path: string): void {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

/** Opens a file; when its directory is missing and the file is to be made, that is made first. */
function openWithParents(path: string, flags: number, mode: number): number {
  try {
    return fs.openSync(path, flags, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || (flags & fs.constants.O_CREAT) === 0) throw error;
    makeParents(path);
    return fs.openSync(path, flags, mode);
  }
}

interface Opened {
  readonly fd: number;
  readonly sizeBytes: number;
  readonly device: number;
  readonly inode: number;
}

/** Makes a new file with exactly that mode, for its owner. Throws errno errors, and then leaves no file. */
export function createFile(path: string, mode: number, owner?: Owner): Opened {
  const fd = openWithParents(path, CREATE, mode);
  try {
    if (owner !== undefined) fs.fchownSync(fd, owner.uid, owner.gid);
    const stat = fs.fstatSync(fd);
    if ((stat.mode & PERMISSIONS) !== mode) fs.fchmodSync(fd, mode);
    return { fd, sizeBytes: 0, device: stat.dev, inode: stat.ino };
  } catch (error) {
    fs.closeSync(fd);
    fs.rmSync(path, { force: true });
    throw error;
  }
}

/** Opens for appending; refuses what is not one plain file (symbolic link, hard link, device). */
export function openPlain(path: string, mode: number | undefined): Opened {
  const make = mode === undefined ? 0 : fs.constants.O_CREAT;
  const fd = openWithParents(path, OPEN | make, mode ?? 0o600);
  const stat = fs.fstatSync(fd);
  if (stat.isFile() && stat.nlink === 1)
    return { fd, sizeBytes: stat.size, device: stat.dev, inode: stat.ino };
  fs.closeSync(fd);
  throw Object.assign(new Error('not a plain file'), { code: stat.isFile() ? 'EMLINK' : 'ENOTSUP' });
}

/** Renames without ever replacing another file. Throws errno errors (EEXIST among them). */
export function renameSafely(from: string, to: string): void {
  if (from !== to && fs.existsSync(to)) throw Object.assign(new Error(`${to} exists`), { code: 'EEXIST' });
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || !fs.existsSync(from)) throw error;
    makeParents(to);
    fs.renameSync(from, to);
  }
}

export interface Whole {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly modifiedAt: number;
  readonly links: number;
}

/** Reads a plain file; links are not followed. @param limitBytes a longer one is refused: EFBIG */
export function readWhole(path: string, limitBytes = Number.POSITIVE_INFINITY): Whole {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: 'ENOTSUP' });
    if (stat.size > limitBytes) throw Object.assign(new Error(`${path} is too big`), { code: 'EFBIG' });
    const bytes = Buffer.allocUnsafeSlow(stat.size);
    let done = 0;
    while (done < stat.size) {
      const count = fs.readSync(fd, bytes, done, stat.size - done, done);
      if (count === 0) break;
      done += count;
    }
    const { mode, uid, mtimeMs: modifiedAt, nlink: links } = stat;
    return { bytes: bytes.subarray(0, done), mode, uid, modifiedAt, links };
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Plain files of a directory, hash directories (one-character names) walked down to `depth`; sorted by
 * name.
 */
export function listFiles(path: string, depth: number): readonly DirEntry[] {
  const entries: DirEntry[] = [];
  const walk = (directory: string, prefix: string, left: number): void => {
    for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (left > 0 && entry.name.length === 1)
          walk(join(directory, entry.name), `${prefix}${entry.name}/`, left - 1);
      } else if (entry.isFile()) {
        const stat = fs.lstatSync(join(directory, entry.name), { throwIfNoEntry: false });
        if (stat === undefined) continue;
        const name = `${prefix}${entry.name}`;
        entries.push({ name, mode: stat.mode, modifiedAt: stat.mtimeMs, sizeBytes: stat.size });
      }
    }
  };
  walk(path, '', depth);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
