/**
 * The disk of a server: queue files live in a journal while they are young, and become files of their own
 * when they stay. A message that is delivered at once costs its bytes in the journal and a part of one
 * fdatasync.
 *
 * Nothing of this is seen by the core: the effects on queue files and their answers are those of createDisk,
 * which does all the rest. postconf(5) queue_directory · docs/decisions/0015-journal.md
 */
import { join } from 'node:path';
import type { DirEntry, FileEffect } from '#core';
import { now } from './clock.ts';
import { createDisk } from './disk.ts';
import type { JournaledDisk, JournaledDiskOptions, Of } from './disk-types.ts';
import { createJournal, type Journal, newPlace } from './journal.ts';
import { recoverQueue } from './journal-recovery.ts';
import { JOURNAL } from './journal-segments.ts';
import { errorCode } from './paths.ts';
import { createRealNames, isYoungPlace } from './real-names.ts';
import { createSettler, type Settler } from './settle.ts';
import { createSpareFiles, type SpareFiles } from './spare-files.ts';
import { append, bytesOf, factsOf, overwrite, truncate, type YoungFile, youngFile } from './young-file.ts';

/** A file that has not gone after so long becomes one on disk. */
const YOUNG_MS = 1000;
const LOOK_EVERY_MS = 250;
const REST_MS = 5000;
/** A larger message is written to disk as it comes. */
const LARGE_BYTES = 256 * 1024;
/** So many bytes of young files are held at most; then new messages are written to disk at once. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Makes the disk; `recover` must be called before the first effect. */
export function createJournaledDisk(options: JournaledDiskOptions): JournaledDisk {
  const { queueDirectory, notify, segmentBytes } = options;
  const directory = join(queueDirectory, JOURNAL);
  const plain = createDisk(options);
  const young = new Map<string, YoungFile>();
  const open = new Map<string, Map<string, YoungFile>>();
  const names = createRealNames(queueDirectory);
  let heldBytes = 0;
  let [journal, spares, settler] = begin(0);
  let timer: NodeJS.Timeout | undefined;

  /** Nothing is made on disk by this. */
  function begin(firstSegment: number): [Journal, SpareFiles, Settler] {
    const begun = createJournal(directory, firstSegment, { segmentBytes, underWay: () => open.size });
    return [begun, createSpareFiles(directory), createSettler({ queueDirectory, plain, journal: begun })];
  }

  function opened(process: string, effect: FileEffect): YoungFile | undefined {
    // These three bring a name of their own; all others speak of what is open.
    if (!('file' in effect) || ['file.create', 'file.open', 'file.read'].includes(effect.type))
      return undefined;
    return open.get(process)?.get(effect.file);
  }

  function closeName(process: string, name: string): void {
    const mine = open.get(process);
    const file = mine?.get(name);
    if (mine === undefined || file === undefined) return;
    file.opener = undefined;
    mine.delete(name);
    if (mine.size === 0) open.delete(process);
  }

  function forget(file: YoungFile): void {
    young.delete(file.path);
    options.gone?.(file.path);
    heldBytes -= file.sizeBytes;
    if (young.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** Makes a file of it. Throws errno errors; then it stays young. */
  function settle(file: YoungFile): void {
    const { opener } = file;
    const fd = settler.settle(file, opener !== undefined);
    names.add(file.path);
    forget(file);
    if (opener === undefined || fd === undefined) return;
    closeName(opener.process, opener.name);
    plain.adopt(opener.process, opener.name, fd, file.path);
  }

  function settleOld(): void {
    const time = performance.now();
    for (const file of [...young.values()]) {
      if (file.opener !== undefined || time - file.madeAt < YOUNG_MS || time < file.restsUntil) continue;
      try {
        settle(file);
      } catch {
        // The journal has it; the disk may be full now and not later.
        file.restsUntil = time + REST_MS;
      }
    }
  }

  /** Throws EEXIST when there is such a file, young or not. */
  function mustBeFree(path: string): void {
    if (young.has(path) || names.has(path))
      throw Object.assign(new Error(`${path} exists`), { code: 'EEXIST' });
  }

  function performReally(process: string, effect: FileEffect, step: number): void {
    settler.perform(process, effect, step);
    if (effect.type === 'file.rename') {
      names.look(effect.from);
      names.look(effect.to);
    } else if (effect.type === 'file.create' || effect.type === 'file.remove') names.look(effect.path);
  }

  function create(process: string, effect: Of<'file.create'>, step: number): void {
    const { path, file: name } = effect;
    mustBeFree(path);
    const file = youngFile(path, spares.take(), effect.mode, now(), { process, name });
    young.set(path, file);
    const mine = open.get(process);
    if (mine === undefined) open.set(process, new Map([[name, file]]));
    else mine.set(name, file);
    timer ??= setInterval(settleOld, LOOK_EVERY_MS).unref();
    const { device, inode } = file.spare;
    notify(process, { type: 'file.created', file: name, path, device, inode, at: now() }, step);
  }

  function changed(file: YoungFile, change: () => void): void {
    options.gone?.(file.path);
    heldBytes -= file.sizeBytes;
    change();
    heldBytes += file.sizeBytes;
  }

  function appendTo(file: YoungFile, bytes: Uint8Array): void {
    changed(file, () => append(file, bytes, now()));
    if (file.sizeBytes > LARGE_BYTES && !file.isLogged) settle(file);
  }

  function write(file: YoungFile, { offset, bytes }: Of<'file.write'>): void {
    changed(file, () => overwrite(file, offset, bytes, now()));
    if (file.isLogged) journal.add({ type: 'write', path: file.path, offset, bytes });
  }

  function sync(process: string, effect: Of<'file.sync'>, file: YoungFile, step: number): void {
    const before = { place: file.place, isLogged: file.isLogged };
    const place = newPlace();
    Object.assign(file, { place, isLogged: true });
    const done = (code: string | undefined): void => {
      journal.release(code === undefined ? before.place : place);
      if (code === undefined)
        return notify(process, { type: 'file.synced', file: effect.file, at: now() }, step);
      if (file.place === place) Object.assign(file, before);
      const facts = { operation: effect.type, file: effect.file, code, at: now() };
      notify(process, { type: 'file.failed', ...facts }, step);
    };
    journal.add({ type: 'file', path: file.path, file: factsOf(file) }, done, place);
  }

  /** After a change that no small record tells. */
  function logAgain(file: YoungFile): void {
    if (!file.isLogged) return;
    const before = file.place;
    file.place = newPlace();
    journal.add({ type: 'file', path: file.path, file: factsOf(file) }, undefined, file.place);
    journal.release(before);
  }

  function rename(process: string, effect: Of<'file.rename'>, file: YoungFile, step: number): void {
    const { from, to } = effect;
    if (!isYoungPlace(to) || effect.durable === true) {
      settle(file);
      return performReally(process, effect, step);
    }
    if (from !== to) mustBeFree(to);
    young.delete(from);
    options.gone?.(from);
    file.path = to;
    young.set(to, file);
    if (file.isLogged) journal.add({ type: 'rename', path: from, to });
    notify(process, { type: 'file.renamed', from, to, at: now() }, step);
  }

  function remove(process: string, effect: Of<'file.remove'>, file: YoungFile, step: number): void {
    forget(file);
    if (file.opener !== undefined) closeName(file.opener.process, file.opener.name);
    if (file.isLogged) journal.add({ type: 'remove', path: file.path });
    journal.release(file.place);
    spares.giveBack(file.spare);
    notify(process, { type: 'file.removed', path: effect.path, at: now() }, step);
  }

  function read(process: string, effect: Of<'file.read'>, file: YoungFile, step: number): void {
    const { mode, modifiedAt } = file;
    const { uid } = file.spare;
    const facts = { bytes: bytesOf(file), mode, modifiedAt, uid, file: effect.file, path: effect.path };
    notify(process, { type: 'file.loaded', ...facts, links: 1, at: now() }, step);
  }

  /** Names of young files below a directory, as listFiles names them. */
  function youngIn(path: string, depth: number): readonly DirEntry[] {
    return [...young.values()].flatMap((file) => {
      if (!file.path.startsWith(`${path}/`)) return [];
      const name = file.path.slice(path.length + 1);
      if (name.split('/').length > depth + 1) return [];
      const { mode, modifiedAt, sizeBytes } = file;
      return [{ name, mode, modifiedAt, sizeBytes }];
    });
  }

  function list(process: string, effect: Of<'dir.list'>, step: number): void {
    plain.list(process, effect, step, youngIn(effect.path, effect.depth));
  }

  function dispatch(process: string, effect: FileEffect, step: number): void {
    const path = 'path' in effect ? effect.path : effect.type === 'file.rename' ? effect.from : undefined;
    const file = opened(process, effect) ?? (path === undefined ? undefined : young.get(path));
    if (file === undefined) {
      if (effect.type === 'file.rename' && young.has(effect.to)) mustBeFree(effect.to);
      if (effect.type === 'dir.list') return list(process, effect, step);
      const fits =
        effect.type === 'file.create' && effect.path.startsWith('incoming/') && heldBytes < MOST_BYTES;
      return fits ? create(process, effect, step) : performReally(process, effect, step);
    }
    switch (effect.type) {
      case 'file.create':
        return create(process, effect, step);
      case 'file.append':
        return appendTo(file, effect.bytes);
      case 'file.write':
        return write(file, effect);
      case 'file.truncate':
        changed(file, () => truncate(file, effect.sizeBytes, now()));
        return logAgain(file);
      case 'file.mode':
        file.mode = effect.mode;
        return logAgain(file);
      case 'file.sync':
        return sync(process, effect, file, step);
      case 'file.close':
        return closeName(process, effect.file);
      case 'file.rename':
        return rename(process, effect, file, step);
      case 'file.remove':
        return remove(process, effect, file, step);
      case 'file.touch':
        file.modifiedAt = effect.modifiedAt;
        if (file.isLogged) journal.add({ type: 'touch', path: file.path, modifiedAt: effect.modifiedAt });
        return;
      case 'file.read':
        return read(process, effect, file, step);
      case 'file.open':
        settle(file);
        return performReally(process, effect, step);
      case 'dir.list':
      case 'dir.make':
        return plain.perform(process, effect, step);
      default:
        effect satisfies never;
    }
  }

  return {
    recover: () => {
      const recovered = recoverQueue(queueDirectory, directory);
      [journal, spares, settler] = begin(recovered.nextSegment);
      names.lookAtAll();
      return recovered.files;
    },
    youngAt: (path) => {
      const file = young.get(path);
      return file === undefined ? undefined : { ...factsOf(file), uid: file.spare.uid };
    },
    young: () => new Map([...young].map(([path, file]) => [path, factsOf(file)])),
    perform: (process, effect, step) => {
      try {
        dispatch(process, effect, step);
      } catch (error) {
        plain.fail(process, effect, errorCode(error), step);
      }
    },
    release: (process) => {
      for (const name of [...(open.get(process)?.keys() ?? [])]) closeName(process, name);
      plain.release(process);
    },
    flush: () => journal.flush(),
    pendingBytes: plain.pendingBytes,
    close: () => {
      clearInterval(timer);
      for (const file of [...young.values()]) {
        try {
          settle(file);
        } catch {
          // The journal keeps it for the next start.
        }
      }
      settler.close();
      journal.close();
      spares.close();
      plain.close();
    },
  };
}
