/**
 * Performs the file effects of the core on a real disk.
 *
 * Short operations are synchronous (they are cheaper than a trip to the thread pool), fsync is not. A
 * directory is
 * synced once for all who wait for it. postconf(5) queue_directory · docs/decisions/0010-disk.md
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import type { FileEffect, Owner, WorldEvent } from '#core';
import { now } from './clock.ts';
import { directorySyncer } from './directory-sync.ts';
import type { Disk, DiskOptions, OpenFile } from './disk-types.ts';
import { mailboxLocks } from './locks.ts';
import { absolute, errorCode, listFiles, makeParents, readWhole, renameSafely } from './paths.ts';

export type { Disk, DiskOptions } from './disk-types.ts';

const FLUSH_AT = 256 * 1024;
const CREATE = fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_RDWR | fs.constants.O_NOFOLLOW;
const OPEN = fs.constants.O_RDWR | fs.constants.O_APPEND | fs.constants.O_NOFOLLOW;

/** Makes a disk. Every answer goes through `notify`, never from inside `perform`'s caller's step. */
export function createDisk(options: DiskOptions): Disk {
  const { queueDirectory, notify } = options;
  const files = new Map<string, Map<string, OpenFile>>();
  const directories = directorySyncer();
  const locks = options.locks ?? mailboxLocks();
  let waiting = 0;

  const fileOf = (process: string, name: string): OpenFile | undefined => files.get(process)?.get(name);

  function fail(process: string, effect: FileEffect, code: string, step: number): void {
    const file = 'file' in effect ? { file: effect.file } : {};
    const path = 'path' in effect && effect.path !== undefined ? { path: effect.path } : {};
    const from = effect.type === 'file.rename' ? { path: effect.from } : {};
    notify(
      process,
      { type: 'file.failed', operation: effect.type, code, at: now(), ...file, ...path, ...from },
      step,
    );
  }

  function remember(process: string, name: string, open: OpenFile): void {
    let mine = files.get(process);
    if (mine === undefined) {
      mine = new Map();
      files.set(process, mine);
    }
    mine.set(name, open);
  }

  /** Writes what was appended, in one call. Throws an errno error. */
  function flush(open: OpenFile): void {
    if (open.pending.length === 0) return;
    const parts = open.pending;
    open.pending = [];
    for (const part of parts) waiting -= part.length;
    const whole = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    let done = 0;
    while (done < whole.length) done += fs.writeSync(open.fd, whole, done, whole.length - done);
  }

  function create(process: string, effect: FileEffect & { type: 'file.create' }, step: number): void {
    const path = absolute(queueDirectory, effect.path);
    let fd: number;
    try {
      fd = fs.openSync(path, CREATE, effect.mode);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      makeParents(path);
      fd = fs.openSync(path, CREATE, effect.mode);
    }
    fs.fchmodSync(fd, effect.mode);
    const { dev, ino } = fs.fstatSync(fd);
    remember(process, effect.file, { fd, path, pending: [], syncing: 0, closing: false });
    const { file } = effect;
    notify(
      process,
      { type: 'file.created', file, path: effect.path, device: dev, inode: ino, at: now() },
      step,
    );
  }

  /** Opens for appending; refuses what is not one plain file (symbolic link, hard link, device). */
  function openNow(
    process: string,
    effect: FileEffect & { type: 'file.open' },
    step: number,
    lockedPath?: string,
  ) {
    const path = absolute(queueDirectory, effect.path);
    const make = effect.mode === undefined ? 0 : fs.constants.O_CREAT;
    let fd: number;
    try {
      fd = fs.openSync(path, OPEN | make, effect.mode ?? 0o600);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || make === 0) throw error;
      makeParents(path);
      fd = fs.openSync(path, OPEN | make, effect.mode ?? 0o600);
    }
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.nlink !== 1) {
      fs.closeSync(fd);
      throw Object.assign(new Error('not a plain file'), { code: stat.isFile() ? 'EMLINK' : 'ENOTSUP' });
    }
    const open: OpenFile = { fd, path, pending: [], syncing: 0, closing: false };
    if (lockedPath !== undefined) open.lockedPath = lockedPath;
    remember(process, effect.file, open);
    const facts = { sizeBytes: stat.size, device: stat.dev, inode: stat.ino, at: now() };
    notify(process, { type: 'file.opened', file: effect.file, path: effect.path, ...facts }, step);
  }

  function openLocked(process: string, effect: FileEffect & { type: 'file.open' }, step: number): void {
    const path = absolute(queueDirectory, effect.path);
    locks.take(path, (code) => {
      if (code !== undefined) return fail(process, effect, code, step);
      try {
        asOwner(effect.as, () => openNow(process, effect, step, path));
      } catch (error) {
        locks.release(path);
        fail(process, effect, errorCode(error), step);
      }
    });
  }

  function sync(
    process: string,
    effect: FileEffect & { type: 'file.sync' },
    open: OpenFile,
    step: number,
  ): void {
    if (open.failed !== undefined) throw Object.assign(new Error('append failed'), { code: open.failed });
    flush(open);
    open.syncing += 1;
    const done = (code: string | undefined): void => {
      open.syncing -= 1;
      if (open.closing && open.syncing === 0) closeNow(open);
      if (code !== undefined) fail(process, effect, code, step);
      else notify(process, { type: 'file.synced', file: effect.file, at: now() }, step);
    };
    fs.fsync(open.fd, (error) => {
      if (error !== null) done(errorCode(error));
      else directories.sync(dirname(open.path), done);
    });
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
    const open = fileOf(process, name);
    if (open === undefined) return;
    files.get(process)?.delete(name);
    try {
      flush(open);
    } catch {
      // Unsynced bytes of a file that nobody asked to keep.
    }
    if (open.syncing > 0) open.closing = true;
    else closeNow(open);
  }

  function asOwner(owner: Owner | undefined, run: () => void): void {
    if (owner === undefined || options.actAs === undefined) return run();
    const back = options.actAs(owner);
    try {
      run();
    } finally {
      back();
    }
  }

  function write(process: string, effect: FileEffect & { type: 'file.write' }): void {
    const open = fileOf(process, effect.file);
    if (open !== undefined) {
      flush(open);
      fs.writeSync(open.fd, effect.bytes, 0, effect.bytes.length, effect.offset);
      return;
    }
    const fd = fs.openSync(
      absolute(queueDirectory, effect.path ?? ''),
      fs.constants.O_WRONLY | fs.constants.O_NOFOLLOW,
    );
    try {
      fs.writeSync(fd, effect.bytes, 0, effect.bytes.length, effect.offset);
    } finally {
      fs.closeSync(fd);
    }
  }

  function append(open: OpenFile, bytes: Uint8Array): void {
    if (open.failed !== undefined) return;
    open.pending.push(bytes);
    waiting += bytes.length;
    if (open.pending.reduce((sum, part) => sum + part.length, 0) < FLUSH_AT) return;
    try {
      flush(open);
    } catch (error) {
      open.failed = errorCode(error);
      throw error;
    }
  }

  function rename(process: string, effect: FileEffect & { type: 'file.rename' }, step: number): void {
    const from = absolute(queueDirectory, effect.from);
    const to = absolute(queueDirectory, effect.to);
    renameSafely(from, to);
    for (const open of files.get(process)?.values() ?? []) if (open.path === from) open.path = to;
    const renamed: WorldEvent = { type: 'file.renamed', from: effect.from, to: effect.to, at: 0 };
    if (effect.durable !== true) return notify(process, { ...renamed, at: now() }, step);
    directories.sync(dirname(to), (code) => {
      if (code !== undefined) fail(process, effect, code, step);
      else notify(process, { ...renamed, at: now() }, step);
    });
  }

  function need(process: string, name: string): OpenFile {
    const open = fileOf(process, name);
    if (open === undefined) throw Object.assign(new Error('not open'), { code: 'EBADF' });
    return open;
  }

  function dispatch(process: string, effect: FileEffect, step: number): void {
    switch (effect.type) {
      case 'file.create':
        return create(process, effect, step);
      case 'file.open':
        return effect.lock === true ? openLocked(process, effect, step) : openNow(process, effect, step);
      case 'file.append':
        return append(need(process, effect.file), effect.bytes);
      case 'file.write':
        return write(process, effect);
      case 'file.truncate':
        need(process, effect.file).pending = [];
        return fs.ftruncateSync(need(process, effect.file).fd, effect.sizeBytes);
      case 'file.mode':
        flush(need(process, effect.file));
        return fs.fchmodSync(need(process, effect.file).fd, effect.mode);
      case 'file.sync':
        return sync(process, effect, need(process, effect.file), step);
      case 'file.close':
        return close(process, effect.file);
      case 'file.rename':
        return rename(process, effect, step);
      case 'file.remove':
        fs.unlinkSync(absolute(queueDirectory, effect.path));
        return notify(process, { type: 'file.removed', path: effect.path, at: now() }, step);
      case 'file.touch':
        return fs.utimesSync(absolute(queueDirectory, effect.path), now() / 1000, effect.modifiedAt / 1000);
      case 'file.read': {
        const { file, path } = effect;
        const facts = readWhole(absolute(queueDirectory, path));
        return notify(process, { type: 'file.loaded', file, path, ...facts, at: now() }, step);
      }
      case 'dir.list': {
        const entries = listFiles(absolute(queueDirectory, effect.path), effect.depth);
        return notify(process, { type: 'dir.listed', path: effect.path, entries, at: now() }, step);
      }
      case 'dir.make':
        fs.mkdirSync(absolute(queueDirectory, effect.path), { recursive: true, mode: 0o700 });
        return;
      default:
        effect satisfies never;
    }
  }

  return {
    perform: (process, effect, step) => {
      try {
        asOwner('as' in effect ? effect.as : undefined, () => dispatch(process, effect, step));
      } catch (error) {
        fail(process, effect, errorCode(error), step);
      }
    },
    release: (process) => {
      for (const name of [...(files.get(process)?.keys() ?? [])]) close(process, name);
      files.delete(process);
    },
    pendingBytes: () => waiting,
    close: () => directories.close(),
  };
}
