/**
 * files - performs the file effects of the core on a simulated disk, with the answers and the errors of a
 * real one.
 *
 * Everything is visible to programs at once; the answer comes after the time a disk needs for it.
 */
import { bytesToLatin1, type DirEntry, type FileEffect, type WorldEvent } from '#core';
import { appended, bytesOf, overwritten, truncated } from './content.ts';
import * as disks from './disk.ts';
import { type DiskState, fileAt, type Inode, inodeOf, isDirectory, splitPath } from './disk.ts';

/** An event without its time: the agenda gives it. */
export type Untimed = WorldEvent extends infer One ? (One extends unknown ? Omit<One, 'at'> : never) : never;

/** What a file effect brings: a new disk, and perhaps something later. */
export interface Outcome {
  readonly disk: DiskState;
  readonly handles: Handles;
  readonly answer?: Untimed;
  /** The answer comes when this is safe; `cost` says how long it takes. */
  readonly sync?: SyncWork;
  /** The lock is busy: try again. */
  readonly isBusy?: boolean;
}

/** What becomes safe when a sync ends: a content as it was when the sync began, and names. */
export interface SyncWork {
  readonly ino: number | undefined;
  readonly facts: disks.Facts | undefined;
  readonly contentOnly?: boolean;
}

export interface Handle {
  readonly ino: number;
  readonly lockedPath: string | undefined;
}
/** Open files of one process by their name. */
export type Handles = ReadonlyMap<string, Handle>;

export interface FileWork {
  readonly disk: DiskState;
  readonly handles: Handles;
  readonly queueDirectory: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** stat(2): a plain file. */
const PLAIN = 0o100000;
const DEVICE = 0xfd01;

/** A core path as an absolute one. */
export function absolute(queueDirectory: string, path: string): string {
  return path.startsWith('/') ? path : `${queueDirectory}/${path}`;
}

function failed(work: FileWork, effect: FileEffect, code: string): Outcome {
  const file = 'file' in effect ? { file: effect.file } : {};
  const path = 'path' in effect && effect.path !== undefined ? { path: effect.path } : {};
  const from = effect.type === 'file.rename' ? { path: effect.from } : {};
  return {
    ...work,
    answer: { type: 'file.failed', operation: effect.type, code, ...file, ...path, ...from },
  };
}

function opened(work: FileWork, disk: DiskState, file: string, handle: Handle, answer: Untimed): Outcome {
  return { disk, handles: new Map(work.handles).set(file, handle), answer };
}

function makeFile(
  work: FileWork,
  path: string,
  mode: number,
  as: { readonly uid: number; readonly gid: number },
) {
  const [directory] = splitPath(path);
  const grown = disks.withDirectory(work.disk, directory);
  return disks.withFile(grown, path, { mode: mode & 0o7777, modifiedAt: work.at, uid: as.uid, gid: as.gid });
}

/** The account `postfix` of the simulated machine. */
const MAIL_OWNER = { uid: 89, gid: 89 };

function create(work: FileWork, effect: FileEffect & { readonly type: 'file.create' }): Outcome {
  const path = absolute(work.queueDirectory, effect.path);
  if (fileAt(work.disk, path) !== undefined || isDirectory(work.disk, path))
    return failed(work, effect, 'EEXIST');
  if (work.disk.full) return failed(work, effect, 'ENOSPC');
  const { disk, inode } = makeFile(work, path, effect.mode, effect.as ?? MAIL_OWNER);
  const facts = { file: effect.file, path: effect.path, device: DEVICE, inode: inode.ino };
  const handle = { ino: inode.ino, lockedPath: undefined };
  return opened(work, disk, effect.file, handle, { type: 'file.created', ...facts });
}

function open(work: FileWork, effect: FileEffect & { readonly type: 'file.open' }): Outcome {
  const path = absolute(work.queueDirectory, effect.path);
  let { disk } = work;
  const lock = `${path}.lock`;
  if (effect.lock === true) {
    if (fileAt(disk, lock) !== undefined) return { ...work, isBusy: true };
    disk = makeFile({ ...work, disk }, lock, 0o600, effect.as ?? MAIL_OWNER).disk;
  }
  if (isDirectory(disk, path)) return failed(work, effect, 'EISDIR');
  let inode = fileAt(disk, path);
  if (inode === undefined) {
    if (effect.mode === undefined) return failed(work, effect, 'ENOENT');
    if (disk.full) return failed(work, effect, 'ENOSPC');
    ({ disk, inode } = makeFile({ ...work, disk }, path, effect.mode, effect.as ?? MAIL_OWNER));
  }
  const facts = { file: effect.file, path: effect.path, device: DEVICE, inode: inode.ino };
  const handle = { ino: inode.ino, lockedPath: effect.lock === true ? lock : undefined };
  const answer: Untimed = { type: 'file.opened', sizeBytes: inode.content.sizeBytes, ...facts };
  return opened(work, disk, effect.file, handle, answer);
}

function openInode(work: FileWork, file: string): Inode | undefined {
  const handle = work.handles.get(file);
  return handle === undefined ? undefined : inodeOf(work.disk, handle.ino);
}

/** Changes an open file; `EBADF` when it is not open. */
function change(
  work: FileWork,
  effect: FileEffect & { readonly file: string },
  how: (inode: Inode) => Partial<disks.Facts>,
): Outcome {
  const inode = openInode(work, effect.file);
  if (inode === undefined) return failed(work, effect, 'EBADF');
  return { ...work, disk: disks.withFacts(work.disk, inode, how(inode)) };
}

function append(work: FileWork, effect: FileEffect & { readonly type: 'file.append' }): Outcome {
  if (work.disk.full) return failed(work, effect, 'ENOSPC');
  return change(work, effect, ({ content }) => ({
    content: appended(content, effect.bytes),
    modifiedAt: work.at,
  }));
}

function write(work: FileWork, effect: FileEffect & { readonly type: 'file.write' }): Outcome {
  const inode =
    openInode(work, effect.file) ?? fileAt(work.disk, absolute(work.queueDirectory, effect.path ?? ''));
  if (inode === undefined) return failed(work, effect, 'ENOENT');
  const content = overwritten(inode.content, effect.offset, effect.bytes);
  return { ...work, disk: disks.withFacts(work.disk, inode, { content, modifiedAt: work.at }) };
}

/** Closes a file and gives its lock back. */
function close(work: FileWork, file: string): Outcome {
  const handle = work.handles.get(file);
  if (handle === undefined) return work;
  const handles = new Map(work.handles);
  handles.delete(file);
  const { lockedPath } = handle;
  return {
    handles,
    disk: lockedPath === undefined ? work.disk : disks.withMove(work.disk, lockedPath, undefined),
  };
}

/** Closes all that a process left open. */
export function closeAll(disk: DiskState, handles: Handles): DiskState {
  let next = disk;
  for (const { lockedPath } of handles.values()) {
    if (lockedPath !== undefined) next = disks.withMove(next, lockedPath, undefined);
  }
  return next;
}

function rename(work: FileWork, effect: FileEffect & { readonly type: 'file.rename' }): Outcome {
  const from = absolute(work.queueDirectory, effect.from);
  const to = absolute(work.queueDirectory, effect.to);
  if (fileAt(work.disk, from) === undefined) return failed(work, effect, 'ENOENT');
  if (from !== to && fileAt(work.disk, to) !== undefined) return failed(work, effect, 'EEXIST');
  const [directory] = splitPath(to);
  const disk = disks.withMove(disks.withDirectory(work.disk, directory), from, to);
  const answer: Untimed = { type: 'file.renamed', from: effect.from, to: effect.to };
  const ino = fileAt(disk, to)?.ino;
  return { ...work, disk, answer, ...(effect.durable === true ? { sync: { ino, facts: undefined } } : {}) };
}

function read(work: FileWork, effect: FileEffect & { readonly type: 'file.read' }): Outcome {
  const path = absolute(work.queueDirectory, effect.path);
  if (isDirectory(work.disk, path)) return failed(work, effect, 'ENOTSUP');
  const inode = fileAt(work.disk, path);
  if (inode === undefined) return failed(work, effect, 'ENOENT');
  const { mode, uid, modifiedAt } = inode;
  if (effect.limitBytes !== undefined && inode.content.sizeBytes > effect.limitBytes)
    return failed(work, effect, 'EFBIG');
  const facts = { bytes: bytesOf(inode.content), mode: PLAIN | mode, uid, modifiedAt };
  return { ...work, answer: { type: 'file.loaded', file: effect.file, path: effect.path, ...facts } };
}

/** Plain files, hash directories (one-character names) walked down to `depth`; sorted by name. */
function entriesOf(disk: DiskState, path: string, prefix: string, depth: number): readonly DirEntry[] {
  const own = (disks.filesIn(disk, path) ?? []).map(([name, inode]): DirEntry => {
    const { mode, modifiedAt, content } = inode;
    return { name: `${prefix}${name}`, mode: PLAIN | mode, modifiedAt, sizeBytes: content.sizeBytes };
  });
  if (depth === 0) return own;
  const inner = disks.foldersIn(disk, path).filter((name) => name.length === 1);
  return [
    ...own,
    ...inner.flatMap((name) => entriesOf(disk, `${path}/${name}`, `${prefix}${name}/`, depth - 1)),
  ];
}

function list(work: FileWork, effect: FileEffect & { readonly type: 'dir.list' }): Outcome {
  const path = absolute(work.queueDirectory, effect.path);
  if (!isDirectory(work.disk, path)) return failed(work, effect, 'ENOENT');
  const entries = [...entriesOf(work.disk, path, '', effect.depth)];
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { ...work, answer: { type: 'dir.listed', path: effect.path, entries } };
}

function remove(work: FileWork, effect: FileEffect & { readonly type: 'file.remove' }): Outcome {
  const path = absolute(work.queueDirectory, effect.path);
  if (fileAt(work.disk, path) === undefined) return failed(work, effect, 'ENOENT');
  const answer: Untimed = { type: 'file.removed', path: effect.path };
  return { ...work, disk: disks.withMove(work.disk, path, undefined), answer };
}

function sync(work: FileWork, effect: FileEffect & { readonly type: 'file.sync' }): Outcome {
  const inode = openInode(work, effect.file);
  if (inode === undefined) return failed(work, effect, 'EBADF');
  const { ino, content, mode, modifiedAt } = inode;
  const answer: Untimed = { type: 'file.synced', file: effect.file };
  const only = effect.contentOnly === true ? { contentOnly: true } : {};
  return { ...work, answer, sync: { ino, facts: { content, mode, modifiedAt }, ...only } };
}

/** Does one file effect. Pure: the disk that comes back is another one. */
export function performFile(work: FileWork, effect: FileEffect): Outcome {
  switch (effect.type) {
    case 'file.create':
      return create(work, effect);
    case 'file.open':
      return open(work, effect);
    case 'file.append':
      return append(work, effect);
    case 'file.write':
      return write(work, effect);
    case 'file.truncate':
      return change(work, effect, ({ content }) => ({ content: truncated(content, effect.sizeBytes) }));
    case 'file.mode':
      return change(work, effect, () => ({ mode: effect.mode & 0o7777 }));
    case 'file.sync':
      return sync(work, effect);
    case 'file.close':
      return close(work, effect.file);
    case 'file.rename':
      return rename(work, effect);
    case 'file.remove':
      return remove(work, effect);
    case 'file.touch': {
      const inode = fileAt(work.disk, absolute(work.queueDirectory, effect.path));
      if (inode === undefined) return failed(work, effect, 'ENOENT');
      return { ...work, disk: disks.withFacts(work.disk, inode, { modifiedAt: effect.modifiedAt }) };
    }
    case 'file.read':
      return read(work, effect);
    case 'dir.list':
      return list(work, effect);
    case 'dir.make':
      return { ...work, disk: disks.withDirectory(work.disk, absolute(work.queueDirectory, effect.path)) };
    default:
      effect satisfies never;
      return work;
  }
}

/** A sync ends: content and names are safe. */
export function finishSync(disk: DiskState, work: SyncWork): DiskState {
  if (work.ino === undefined) return disk;
  const safe = work.facts === undefined ? disk : disks.withSafeContent(disk, work.ino, work.facts);
  if (work.contentOnly === true) return safe;
  const path = inodeOf(safe, work.ino)?.path;
  return path === undefined ? safe : disks.withSafeNames(safe, splitPath(path)[0]);
}

/** A file's text, one character a byte. */
export function textAt(disk: DiskState, path: string): string | undefined {
  const inode = fileAt(disk, path);
  return inode === undefined ? undefined : bytesToLatin1(bytesOf(inode.content));
}
