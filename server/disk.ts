/**
 * Performs the file effects of the core on a real disk.
 *
 * Short operations are synchronous (they are cheaper than a trip to the thread pool); fsync and unlink, which
 * are long, are not. A directory is synced once for all who wait for it, and together with the file.
 * postconf(5) queue_directory · docs/decisions/0010-disk.md
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import type { DirEntry, FileEffect, Owner, WorldEvent } from '#core';
import { runAs } from './act-as.ts';
import { now } from './clock.ts';
import { openDirectories } from './directories.ts';
import type { DiskOptions, Of, PlainDisk } from './disk-types.ts';
import { mailboxLocks } from './locks.ts';
import {
  appendTo,
  fileTable,
  flush,
  type OpenFile,
  openFile,
  overwrite,
  overwriteAt,
  truncate,
} from './open-file.ts';
import { type OwnPlace, ownPlace, readOwn } from './own-place.ts';
import {
  absolute,
  createFile,
  errorCode,
  listFiles,
  openPlain,
  readWhole,
  renameSafely,
  type Whole,
} from './paths.ts';
import { createSyncs, whenAll } from './syncs.ts';

/** Makes a disk. Every answer goes through `notify`, never from inside `perform`'s caller's step. */
export function createDisk(options: DiskOptions): PlainDisk {
  const { queueDirectory, notify, actAs } = options;
  const files = fileTable();
  const syncs = createSyncs(options.waits);
  const directories = openDirectories(syncs);
  const locks = options.locks ?? mailboxLocks();
  const removing = new Set<string>();
  let waiting = 0;

  const place = (path: string): string => absolute(queueDirectory, path);

  function fail(process: string, effect: FileEffect, code: string, step: number): void {
    const file = 'file' in effect ? { file: effect.file } : {};
    const path = 'path' in effect && effect.path !== undefined ? { path: effect.path } : {};
    const from = effect.type === 'file.rename' ? { path: effect.from } : {};
    const facts = { operation: effect.type, code, at: now(), ...file, ...path, ...from };
    notify(process, { type: 'file.failed', ...facts }, step);
  }

  function written(open: OpenFile, run: () => void): void {
    waiting -= open.pendingBytes;
    try {
      run();
    } finally {
      waiting += open.pendingBytes;
    }
  }

  function create(process: string, effect: Of<'file.create'>, step: number, within?: OwnPlace): void {
    const path = place(effect.path);
    const { fd, device, inode } = createFile(within?.path ?? path, effect.mode, within?.owner);
    files.add(process, effect.file, openFile(fd, path, true));
    const { file } = effect;
    notify(process, { type: 'file.created', file, path: effect.path, device, inode, at: now() }, step);
  }

  function openNow(process: string, effect: Of<'file.open'>, step: number, lockedPath?: string) {
    const path = place(effect.path);
    const { fd, sizeBytes, device, inode } = openPlain(path, effect.mode);
    files.add(process, effect.file, openFile(fd, path, false, lockedPath));
    const facts = { file: effect.file, path: effect.path, sizeBytes, device, inode };
    notify(process, { type: 'file.opened', ...facts, at: now() }, step);
  }

  function openLocked(process: string, effect: Of<'file.open'>, step: number): void {
    const path = place(effect.path);
    locks.take(path, (code) => {
      if (code !== undefined) return fail(process, effect, code, step);
      try {
        runAs(actAs, effect.as, () => openNow(process, effect, step, path));
      } catch (error) {
        locks.release(path);
        fail(process, effect, errorCode(error), step);
      }
    });
  }

  /** The file and its directory at the same time: the file system makes one journal entry of both. */
  function sync(process: string, effect: Of<'file.sync'>, open: OpenFile, step: number): void {
    if (open.failed !== undefined) throw Object.assign(new Error('append failed'), { code: open.failed });
    written(open, () => flush(open));
    open.syncing += 1;
    const done = whenAll(effect.contentOnly === true ? 1 : 2, (code) => {
      open.syncing -= 1;
      if (open.closing && open.syncing === 0) closeNow(open);
      if (code !== undefined) return fail(process, effect, code, step);
      notify(process, { type: 'file.synced', file: effect.file, at: now() }, step);
    });
    syncs.add(open.fd, done);
    if (effect.contentOnly !== true) directories.sync(dirname(open.path), done);
  }

  function closeNow(open: OpenFile): void {
    try {
      fs.closeSync(open.fd);
    } catch {
      // EIO at close: the data was synced or the core was told at sync; nothing is left to do.
    }
    if (open.lockedPath !== undefined) locks.release(open.lockedPath);
  }

  function close(process: string, name: string): void {
    const open = files.take(process, name);
    if (open === undefined) return;
    try {
      written(open, () => flush(open));
    } catch {
      // Unsynced bytes of a file that nobody asked to keep.
    }
    if (open.syncing > 0) open.closing = true;
    else closeNow(open);
  }

  function write(process: string, effect: Of<'file.write'>): void {
    const open = files.of(process, effect.file);
    if (open !== undefined) return written(open, () => overwrite(open, effect.offset, effect.bytes));
    overwriteAt(place(effect.path ?? ''), effect.offset, effect.bytes);
  }

  function append(open: OpenFile, bytes: Uint8Array): void {
    if (open.failed !== undefined) return;
    try {
      written(open, () => appendTo(open, bytes));
    } catch (error) {
      open.failed = errorCode(error);
      throw error;
    }
  }

  function rename(
    process: string,
    effect: Of<'file.rename'>,
    step: number,
    ...through: [] | readonly [string, string]
  ): void {
    const from = place(effect.from);
    const to = place(effect.to);
    renameSafely(through[0] ?? from, through[1] ?? to);
    files.renamed(process, from, to);
    const renamed: WorldEvent = { type: 'file.renamed', from: effect.from, to: effect.to, at: 0 };
    if (effect.durable !== true) return notify(process, { ...renamed, at: now() }, step);
    directories.sync(dirname(to), (code) => {
      if (code !== undefined) fail(process, effect, code, step);
      else notify(process, { ...renamed, at: now() }, step);
    });
  }

  function remove(process: string, effect: Of<'file.remove'>, step: number): void {
    const path = place(effect.path);
    // The logs of a message that had no trouble are not there: to look is cheaper than an exception.
    if (!fs.existsSync(path)) return fail(process, effect, 'ENOENT', step);
    const done = (): void => notify(process, { type: 'file.removed', path: effect.path, at: now() }, step);
    // With rights that change, a thread of the pool might have a user's in the moment it looks for the name.
    if (actAs !== undefined || !effect.path.startsWith('active/')) {
      fs.unlinkSync(path);
      return done();
    }
    // The last that happens to a queue file: nobody asks for this name again.
    removing.add(path);
    fs.unlink(path, (error) => {
      removing.delete(path);
      if (error !== null) fail(process, effect, errorCode(error), step);
      else done();
    });
  }

  function dispatch(process: string, effect: FileEffect, step: number): void {
    switch (effect.type) {
      case 'file.create':
        return create(process, effect, step);
      case 'file.open':
        return effect.lock === true ? openLocked(process, effect, step) : openNow(process, effect, step);
      case 'file.append':
        return append(files.need(process, effect.file), effect.bytes);
      case 'file.write':
        return write(process, effect);
      case 'file.truncate': {
        const open = files.need(process, effect.file);
        return written(open, () => truncate(open, effect.sizeBytes));
      }
      case 'file.mode': {
        // In this order: the mode of a queue file says that it is whole.
        const open = files.need(process, effect.file);
        written(open, () => flush(open));
        return fs.fchmodSync(open.fd, effect.mode);
      }
      case 'file.sync':
        return sync(process, effect, files.need(process, effect.file), step);
      case 'file.close':
        return close(process, effect.file);
      case 'file.rename':
        return rename(process, effect, step);
      case 'file.remove':
        return remove(process, effect, step);
      case 'file.touch':
        return fs.utimesSync(place(effect.path), now() / 1000, effect.modifiedAt / 1000);
      case 'file.read':
        return read(process, effect, step, readWhole(place(effect.path), effect.limitBytes));
      case 'dir.list':
        return list(process, effect, step, []);
      case 'dir.make':
        return void fs.mkdirSync(place(effect.path), { recursive: true, mode: 0o700 });
      default:
        effect satisfies never;
    }
  }

  function list(process: string, effect: Of<'dir.list'>, step: number, more: readonly DirEntry[]): void {
    const { path, depth } = effect;
    const entries = [...listFiles(place(path), depth), ...more];
    if (more.length > 0) entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    notify(process, { type: 'dir.listed', path, entries, at: now() }, step);
  }

  function read(process: string, effect: Of<'file.read'>, step: number, whole: Whole): void {
    const { file, path } = effect;
    notify(process, { type: 'file.loaded', file, path, ...whole, at: now() }, step);
  }

  /** Root in a user's own directories; false: it must be done as the user. */
  function doneAsRoot(process: string, effect: FileEffect, owner: Owner, step: number): boolean {
    if (effect.type === 'dir.make') return directories.at(place(effect.path)).fd >= 0;
    if (effect.type === 'file.create') {
      const own = ownPlace(directories, owner, place(effect.path));
      if (own !== undefined) create(process, effect, step, own);
      return own !== undefined;
    }
    if (effect.type === 'file.read') {
      const whole = readOwn(directories, owner, place(effect.path));
      if (whole === 'missing') fail(process, effect, 'ENOENT', step);
      else if (whole !== undefined) read(process, effect, step, whole);
      return whole !== undefined;
    }
    if (effect.type !== 'file.rename') return false;
    const from = ownPlace(directories, owner, place(effect.from));
    const to = ownPlace(directories, owner, place(effect.to));
    if (from === undefined || to === undefined) return false;
    rename(process, effect, step, from.path, to.path);
    return true;
  }

  /** Whatever fails for root, the user's own try gives the answer. */
  function triedAsRoot(process: string, effect: FileEffect, owner: Owner, step: number): boolean {
    try {
      return doneAsRoot(process, effect, owner, step);
    } catch {
      return false;
    }
  }

  return {
    perform: (process, effect, step) => {
      try {
        const owner = actAs !== undefined && 'as' in effect ? effect.as : undefined;
        if (owner !== undefined && triedAsRoot(process, effect, owner, step)) return;
        runAs(actAs, owner, () => dispatch(process, effect, step));
      } catch (error) {
        fail(process, effect, errorCode(error), step);
      }
    },
    release: (process) => {
      for (const name of files.names(process)) close(process, name);
    },
    flush: syncs.flush,
    adopt: (process, name, fd, path) => files.add(process, name, openFile(fd, place(path), false)),
    list,
    fail,
    pendingBytes: () => waiting,
    close: () => {
      // A message that was delivered must not be found again at the next start, nor a lock of ours.
      for (const path of removing) fs.rmSync(path, { force: true });
      for (const { lockedPath } of files.all()) if (lockedPath !== undefined) locks.release(lockedPath);
      directories.close();
    },
  };
}
