/**
 * Directories the disk works in, kept open: to make their entries durable, and to touch a user's files in a
 * directory that cannot be exchanged meanwhile. One fsync serves all who asked before it began. fsync(2)
 */
import fs from 'node:fs';
import { errorCode } from './paths.ts';
import type { Syncs } from './syncs.ts';

type Done = (code: string | undefined) => void;

export interface Directory {
  readonly fd: number;
  readonly device: number;
  readonly inode: number;
  /** Owner, group and mode bits as they are now. */
  uid: number;
  gid: number;
  mode: number;
  /** So many wait until it is on disk. */
  syncing: number;
  /** Another directory has this name now: closed as soon as nobody waits for it. */
  left: boolean;
  /** It was looked at in this turn of the event loop. */
  isFresh: boolean;
}

export interface Directories {
  /** The directory at this path; links are followed. Throws errno errors (ENOENT, ENOTDIR…). */
  at(path: string): Directory;
  /** Calls back when every entry made before this call is on disk, or with an errno name. */
  sync(path: string, done: Done): void;
  close(): void;
}

const OPEN = fs.constants.O_RDONLY | fs.constants.O_DIRECTORY;
/** So many stay open; when there are more, those that nobody waits for are closed. */
const MOST_OPEN = 1000;

/** Makes the cache; each directory is looked at again in every turn of the event loop that asks for it. */
export function openDirectories(syncs: Syncs): Directories {
  const known = new Map<string, Directory>();
  let fresh: Directory[] = [];

  function leave(directory: Directory): void {
    directory.left = true;
    if (directory.syncing === 0) fs.closeSync(directory.fd);
  }

  function freshen(directory: Directory): void {
    if (fresh.length === 0)
      setImmediate(() => {
        for (const each of fresh) each.isFresh = false;
        fresh = [];
      });
    directory.isFresh = true;
    fresh.push(directory);
  }

  function open(path: string): Directory {
    const fd = fs.openSync(path, OPEN);
    const { dev, ino, uid, gid, mode } = fs.fstatSync(fd);
    const state = { syncing: 0, left: false, isFresh: false };
    const directory: Directory = { fd, device: dev, inode: ino, uid, gid, mode, ...state };
    known.set(path, directory);
    freshen(directory);
    if (known.size > MOST_OPEN) forgetIdle(directory);
    return directory;
  }

  function forgetIdle(keep: Directory): void {
    for (const [path, directory] of known) {
      if (directory.syncing > 0 || directory === keep) continue;
      known.delete(path);
      leave(directory);
      if (known.size <= MOST_OPEN / 2) return;
    }
  }

  function at(path: string): Directory {
    const directory = known.get(path);
    if (directory === undefined) return open(path);
    if (directory.isFresh) return directory;
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat?.ino !== directory.inode || stat.dev !== directory.device) {
      known.delete(path);
      leave(directory);
      return open(path);
    }
    ({ uid: directory.uid, gid: directory.gid, mode: directory.mode } = stat);
    freshen(directory);
    return directory;
  }

  function synced(directory: Directory): void {
    directory.syncing -= 1;
    if (directory.left && directory.syncing === 0) fs.closeSync(directory.fd);
  }

  return {
    at,
    sync: (path, done) => {
      try {
        const directory = at(path);
        directory.syncing += 1;
        syncs.add(directory.fd, (code) => {
          synced(directory);
          done(code);
        });
      } catch (error) {
        setImmediate(done, errorCode(error));
      }
    },
    close: () => {
      for (const directory of known.values()) leave(directory);
      known.clear();
    },
  };
}
