/**
 * Young queue files on their way to being files of their own: written and named at once, then made durable.
 * Until they are, the journal hears of every change too, so that after a power failure they are as they were.
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import type { FileEffect } from '#core';
import { openDirectories } from './directories.ts';
import type { PlainDisk } from './disk-types.ts';
import type { Journal, Place } from './journal.ts';
import { syncDirectory } from './journal-segments.ts';
import { absolute, renameSafely } from './paths.ts';
import { createSyncs, whenAll } from './syncs.ts';
import { bytesOf, type YoungFile } from './young-file.ts';

export interface Settler {
  /**
   * Makes a file of a young one. Where `keepOpen`, answers its descriptor, at the end of the file. Throws
   * errno errors; then there is no such file.
   */
  settle(file: YoungFile, keepOpen: boolean): number | undefined;
  /** An effect on the real disk, of which the journal is told as long as that is needed. */
  perform(process: string, effect: FileEffect, step: number): void;
  /** Makes all durable now. */
  close(): void;
}

/** One file that is not durable yet. */
interface Settling {
  path: string;
  readonly fd: number;
  readonly place: Place;
  isSyncing: boolean;
}

/** Writes what a young file is into its spare file and gives it its name. Throws errno errors. */
function writeFile(file: YoungFile, path: string): number {
  const fd = fs.openSync(file.spare.path, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW);
  try {
    const bytes = bytesOf(file);
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done);
    fs.fchmodSync(fd, file.mode);
    fs.futimesSync(fd, file.modifiedAt / 1000, file.modifiedAt / 1000);
    renameSafely(file.spare.path, path);
    return fd;
  } catch (error) {
    fs.ftruncateSync(fd, 0);
    fs.closeSync(fd);
    throw error;
  }
}

export function createSettler(options: {
  readonly queueDirectory: string;
  readonly plain: PlainDisk;
  readonly journal: Journal;
}): Settler {
  const { queueDirectory, plain, journal } = options;
  const syncs = createSyncs();
  const directories = openDirectories(syncs);
  const settling = new Map<string, Settling>();

  function forget(entry: Settling): void {
    settling.delete(entry.path);
    journal.release(entry.place);
    if (!entry.isSyncing) fs.closeSync(entry.fd);
  }

  /** The file and its directory; when it was renamed meanwhile, its new directory as well. */
  function sync(entry: Settling): void {
    const { path } = entry;
    entry.isSyncing = true;
    const done = whenAll(2, (code) => {
      entry.isSyncing = false;
      if (settling.get(entry.path) !== entry) return fs.closeSync(entry.fd);
      // Not durable: it stays in the journal, which makes it again at the next start.
      if (code !== undefined) return;
      if (entry.path !== path) return sync(entry);
      journal.add({ type: 'settled', path });
      forget(entry);
    });
    syncs.add(entry.fd, done);
    directories.sync(dirname(absolute(queueDirectory, path)), done);
  }

  function isThere(path: string): boolean {
    return fs.existsSync(absolute(queueDirectory, path));
  }

  /** After the effect was performed. */
  function tell(entry: Settling, effect: FileEffect): void {
    const { path } = entry;
    if (effect.type === 'file.write')
      journal.add({ type: 'write', path, offset: effect.offset, bytes: effect.bytes });
    else if (effect.type === 'file.touch')
      journal.add({ type: 'touch', path, modifiedAt: effect.modifiedAt });
    else if (effect.type === 'file.remove') {
      if (isThere(path)) return;
      journal.add({ type: 'remove', path });
      forget(entry);
    } else if (effect.type === 'file.rename' && isThere(effect.to)) {
      settling.delete(path);
      entry.path = effect.to;
      settling.set(effect.to, entry);
      journal.add({ type: 'rename', path, to: effect.to });
    }
  }

  /** Durable now; false where it cannot be. */
  function finish(entry: Settling): boolean {
    try {
      fs.fsyncSync(entry.fd);
      syncDirectory(dirname(absolute(queueDirectory, entry.path)));
    } catch {
      return false;
    }
    journal.add({ type: 'settled', path: entry.path });
    forget(entry);
    return true;
  }

  return {
    settle: (file, keepOpen) => {
      const fd = writeFile(file, absolute(queueDirectory, file.path));
      if (!file.isLogged) {
        if (keepOpen) return fd;
        fs.closeSync(fd);
        return undefined;
      }
      const entry: Settling = { path: file.path, fd, place: file.place, isSyncing: false };
      settling.set(file.path, entry);
      if (keepOpen) finish(entry);
      else sync(entry);
      return keepOpen ? fs.openSync(absolute(queueDirectory, file.path), 'r+') : undefined;
    },
    perform: (process, effect, step) => {
      const path = 'path' in effect ? effect.path : effect.type === 'file.rename' ? effect.from : undefined;
      const entry = path === undefined ? undefined : settling.get(path);
      if (entry !== undefined && effect.type === 'file.open') finish(entry);
      plain.perform(process, effect, step);
      if (entry !== undefined) tell(entry, effect);
    },
    close: () => {
      for (const entry of [...settling.values()]) finish(entry);
      directories.close();
    },
  };
}
