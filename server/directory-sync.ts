/** Makes directory entries durable: one fsync of a directory serves all who asked before it began. */
import fs from 'node:fs';
import { errorCode } from './paths.ts';

type Done = (code: string | undefined) => void;

interface Directory {
  readonly fd: number;
  running: boolean;
  waiting: Done[];
}

export interface DirectorySyncer {
  /** Calls back when every entry made before this call is on disk, or with an errno name. */
  sync(path: string, done: Done): void;
  close(): void;
}

/** Keeps directories open; forgets the least used beyond 1000. */
export function directorySyncer(): DirectorySyncer {
  const directories = new Map<string, Directory>();

  function start(directory: Directory): void {
    const served = directory.waiting;
    directory.waiting = [];
    directory.running = true;
    fs.fsync(directory.fd, (error) => {
      directory.running = false;
      const code = error === null ? undefined : errorCode(error);
      if (directory.waiting.length > 0) start(directory);
      for (const done of served) done(code);
    });
  }

  function open(path: string): Directory {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const directory: Directory = { fd: fs.openSync(path, 'r'), running: false, waiting: [] };
    directories.set(path, directory);
    if (directories.size > 1000) forgetIdle();
    return directory;
  }

  function forgetIdle(): void {
    for (const [path, directory] of directories) {
      if (directory.running || directory.waiting.length > 0) continue;
      fs.closeSync(directory.fd);
      directories.delete(path);
      if (directories.size <= 500) return;
    }
  }

  return {
    sync: (path, done) => {
      let directory: Directory;
      try {
        directory = open(path);
      } catch (error) {
        setImmediate(done, errorCode(error));
        return;
      }
      directory.waiting.push(done);
      if (!directory.running) start(directory);
    },
    close: () => {
      for (const { fd } of directories.values()) fs.closeSync(fd);
      directories.clear();
    },
  };
}
