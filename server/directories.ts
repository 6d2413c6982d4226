/**
 * Directories the disk works in, kept open: to make their entries durable, and to touch a user's files in a
 * directory that cannot be exchanged meanwhile. One fsync serves all who asked before it began. fsync(2)
 */
import fs from 'node:fs';
import { errorCode } from './paths.ts';

type Done = (code: string | undefined) => void;

export interface Directory {
  readonly fd: number;
  readonly device: number;
  readonly inode: number;
  /** Owner, group and mode bits as they are now. */
  uid: number;
  gid: number;
  mode: number;
  syncing: boolean;
  waiting: Done[];
  /** Another directory has this name now: closed as soon as nobody waits for it. */
  left: boolean;
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

/** Makes the cache; each directory is looked at again whenever it is asked for. */
export function openDirectories(): Directories {
  const known = new Map<string, Directory>();

  function leave(directory: Directory): void {
    directory.left = true;
    if (!directory.syncing) fs.closeSync(directory.fd);
  }

  function open(path: string): Directory {
    const fd = fs.openSync(path, OPEN);
    const { dev, ino, uid, gid, mode } = fs.fstatSync(fd);
    const state = { syncing: false, waiting: [], left: false };
    const directory: Directory = { fd, device: dev, inode: ino, uid, gid, mode, ...state };
    known.set(path, directory);
    if (known.size > MOST_OPEN) forgetIdle(directory);
    return directory;
  }

  function forgetIdle(keep: Directory): void {
    for (const [path, directory] of known) {
      if (directory.syncing || directory === keep) continue;
      known.delete(path);
      leave(directory);
      if (known.size <= MOST_OPEN / 2) return;
    }
  }

  function at(path: string): Directory {
    const directory = known.get(path);
    if (directory === undefined) return open(path);
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat?.ino !== directory.inode || stat.dev !== directory.device) {
      known.delete(path);
      leave(directory);
      return open(path);
    }
    ({ uid: directory.uid, gid: directory.gid, mode: directory.mode } = stat);
    return directory;
  }

  function start(directory: Directory): void {
    const served = directory.waiting;
    directory.waiting = [];
    directory.syncing = true;
    fs.fsync(directory.fd, (error) => {
      directory.syncing = false;
      if (directory.waiting.length > 0) start(directory);
      else if (directory.left) fs.closeSync(directory.fd);
      const code = error === null ? undefined : errorCode(error);
      for (const done of served) done(code);
    });
  }

  return {
    at,
    sync: (path, done) => {
      try {
        const directory = at(path);
        directory.waiting.push(done);
        if (!directory.syncing) start(directory);
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
