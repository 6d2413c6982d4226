/**
 * disk - a file system that forgets what was not synced: names and contents, each as programs see them and
 * as a power cut would leave them.
 *
 * A name (create, rename, remove) is safe once its directory is synced, a content once its file is. What is
 * older than five seconds is safe too, as the kernel writes it back by itself. A rename is never half done.
 * Differs: a new directory is safe at once, because no daemon syncs the parents of the directories it
 * makes.
 */
import { emptyMap, entriesIn, type PersistentMap, valueIn, withEntry, withoutEntry } from '#core';
import { type Content, continues, emptyContent, truncated } from './content.ts';
import type { Dice } from './random.ts';

/** What a sync makes safe of a file. */
export interface Facts {
  readonly content: Content;
  /** Permission bits only. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface Inode extends Facts {
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  /** Absolute path as programs see it; undefined once removed. */
  readonly path: string | undefined;
  /** What a power cut leaves for certain; undefined: nothing was synced yet. */
  readonly durable: Facts | undefined;
  readonly durablePath: string | undefined;
  /** Paths since then, oldest first: a power cut leaves any of them. */
  readonly laterPaths: readonly (string | undefined)[];
}

interface Directory {
  readonly names: PersistentMap<number>;
  readonly folders: PersistentMap<true>;
}

interface Unsafe {
  readonly ino: number;
  readonly before: Unsafe | undefined;
}

/** Everything a disk knows, as data. */
export interface DiskState {
  readonly directories: PersistentMap<Directory>;
  readonly inodes: PersistentMap<Inode>;
  /** Directory → files whose names there are not safe yet. */
  readonly unsafeNames: PersistentMap<Unsafe>;
  /** Files whose content is not safe yet. */
  readonly unsafeContents: PersistentMap<number>;
  readonly nextInode: number;
  /** When everything was last written back (µs). */
  readonly writtenBackUs: number;
  /** No room left: writing fails with ENOSPC. */
  readonly full: boolean;
}

const WRITE_BACK_US = 5_000_000;
const NO_DIRECTORY: Directory = { names: emptyMap(), folders: emptyMap() };

/** A new, empty disk. */
export function emptyDisk(firstInode: number, nowUs: number): DiskState {
  return {
    ...{ directories: withEntry(emptyMap<Directory>(), '/', NO_DIRECTORY), inodes: emptyMap() },
    ...{ unsafeNames: emptyMap(), unsafeContents: emptyMap() },
    ...{ nextInode: firstInode, writtenBackUs: nowUs, full: false },
  };
}

/** Directory and last name of an absolute path. */
export function splitPath(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [slash <= 0 ? '/' : path.slice(0, slash), path.slice(slash + 1)];
}

export function isDirectory(disk: DiskState, path: string): boolean {
  return valueIn(disk.directories, path) !== undefined;
}

/** The file at a path. */
export function fileAt(disk: DiskState, path: string): Inode | undefined {
  const [directory, name] = splitPath(path);
  const names = valueIn(disk.directories, directory)?.names;
  const ino = names === undefined ? undefined : valueIn(names, name);
  return ino === undefined ? undefined : inodeOf(disk, ino);
}

export function inodeOf(disk: DiskState, ino: number): Inode | undefined {
  return valueIn(disk.inodes, String(ino));
}

/** Files of a directory with their names, sorted; undefined when there is no such directory. */
export function filesIn(disk: DiskState, path: string): readonly (readonly [string, Inode])[] | undefined {
  const directory = valueIn(disk.directories, path);
  if (directory === undefined) return undefined;
  return entriesIn(directory.names)
    .flatMap(([name, ino]) => {
      const inode = inodeOf(disk, ino);
      return inode === undefined ? [] : [[name, inode] as const];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Names of the directories in a directory, sorted. */
export function foldersIn(disk: DiskState, path: string): readonly string[] {
  const folders = valueIn(disk.directories, path)?.folders;
  return folders === undefined
    ? []
    : entriesIn(folders)
        .map(([name]) => name)
        .sort();
}

/** With a directory and its missing parents. */
export function withDirectory(disk: DiskState, path: string): DiskState {
  if (isDirectory(disk, path)) return disk;
  const [parent, name] = splitPath(path);
  const grown = withDirectory(disk, parent);
  const above = valueIn(grown.directories, parent) ?? NO_DIRECTORY;
  const linked = { ...above, folders: withEntry(above.folders, name, true as const) };
  const directories = withEntry(withEntry(grown.directories, parent, linked), path, NO_DIRECTORY);
  return { ...grown, directories };
}

function withName(disk: DiskState, path: string, ino: number | undefined): DiskState {
  const [parent, name] = splitPath(path);
  const directory = valueIn(disk.directories, parent) ?? NO_DIRECTORY;
  const names =
    ino === undefined ? withoutEntry(directory.names, name) : withEntry(directory.names, name, ino);
  return { ...disk, directories: withEntry(disk.directories, parent, { ...directory, names }) };
}

function withUnsafeName(disk: DiskState, path: string, ino: number): DiskState {
  const [parent] = splitPath(path);
  const before = valueIn(disk.unsafeNames, parent);
  return { ...disk, unsafeNames: withEntry(disk.unsafeNames, parent, { ino, before }) };
}

function withInode(disk: DiskState, inode: Inode): DiskState {
  return { ...disk, inodes: withEntry(disk.inodes, String(inode.ino), inode) };
}

/** With a new empty file; the path must be free and its directory there. */
export function withFile(
  disk: DiskState,
  path: string,
  made: Omit<Facts, 'content'> & Pick<Inode, 'uid' | 'gid'>,
) {
  const ino = disk.nextInode;
  const inode: Inode = {
    ...{ ino, content: emptyContent, mode: made.mode, uid: made.uid, gid: made.gid, path },
    ...{ modifiedAt: made.modifiedAt, durable: undefined, durablePath: undefined, laterPaths: [path] },
  };
  const named = withUnsafeName(withName({ ...disk, nextInode: ino + 1 }, path, ino), path, ino);
  const unsafeContents = withEntry(named.unsafeContents, String(ino), ino);
  return { disk: withInode({ ...named, unsafeContents }, inode), inode };
}

/** With a file at another path, or at none (`to` undefined). */
export function withMove(disk: DiskState, from: string, to: string | undefined): DiskState {
  const inode = fileAt(disk, from);
  if (inode === undefined || from === to) return disk;
  let next = withUnsafeName(withName(disk, from, undefined), from, inode.ino);
  if (to !== undefined) next = withUnsafeName(withName(next, to, inode.ino), to, inode.ino);
  return withInode(next, { ...inode, path: to, laterPaths: [...inode.laterPaths, to] });
}

/** With other content, mode or time. */
export function withFacts(disk: DiskState, inode: Inode, facts: Partial<Facts>): DiskState {
  const unsafeContents = withEntry(disk.unsafeContents, String(inode.ino), inode.ino);
  return withInode({ ...disk, unsafeContents }, { ...inode, ...facts });
}

/** A file's content as it was when its sync began is safe. */
export function withSafeContent(disk: DiskState, ino: number, durable: Facts): DiskState {
  const inode = inodeOf(disk, ino);
  if (inode === undefined) return disk;
  const clean = inode.content === durable.content && inode.mode === durable.mode;
  const unsafeContents = clean ? withoutEntry(disk.unsafeContents, String(ino)) : disk.unsafeContents;
  return withInode({ ...disk, unsafeContents }, { ...inode, durable });
}

/** All names of a directory are safe. */
export function withSafeNames(disk: DiskState, directory: string): DiskState {
  let next: DiskState = { ...disk, unsafeNames: withoutEntry(disk.unsafeNames, directory) };
  for (let one = valueIn(disk.unsafeNames, directory); one !== undefined; one = one.before) {
    const inode = inodeOf(next, one.ino);
    if (inode === undefined || inode.laterPaths.length === 0) continue;
    if (inode.path === undefined) next = { ...next, inodes: withoutEntry(next.inodes, String(inode.ino)) };
    else next = withInode(next, { ...inode, durablePath: inode.path, laterPaths: [] });
  }
  return next;
}

/** What the kernel does by itself: after five seconds all is safe. */
export function writtenBack(disk: DiskState, nowUs: number): DiskState {
  if (nowUs - disk.writtenBackUs < WRITE_BACK_US) return disk;
  let next: DiskState = { ...disk, writtenBackUs: nowUs };
  for (const [, ino] of entriesIn(disk.unsafeContents)) {
    const inode = inodeOf(next, ino);
    if (inode !== undefined) next = withSafeContent(next, ino, inode);
  }
  for (const [directory] of entriesIn(disk.unsafeNames)) next = withSafeNames(next, directory);
  return { ...next, unsafeContents: emptyMap() };
}

/** What a power cut leaves: all that is safe, and of the rest whatever the dice say. */
export function afterPowerCut(disk: DiskState, dice: Dice): DiskState {
  const inodes = entriesIn(disk.inodes)
    .map(([, inode]) => inode)
    .sort((one, other) => one.ino - other.ino);
  let next: DiskState = { ...disk, inodes: emptyMap(), unsafeNames: emptyMap(), unsafeContents: emptyMap() };
  next = { ...next, directories: emptied(disk.directories) };
  for (const inode of inodes) {
    const choice = inode.laterPaths.length === 0 ? 0 : dice.below(inode.laterPaths.length + 1);
    const path = choice === 0 ? inode.durablePath : inode.laterPaths[choice - 1];
    if (path === undefined) continue;
    const facts = survivingFacts(inode, dice);
    const survivor = { ...inode, ...facts, path, durable: facts, durablePath: path, laterPaths: [] };
    next = withInode(withName(next, path, inode.ino), survivor);
  }
  return next;
}

function emptied(directories: DiskState['directories']): DiskState['directories'] {
  let next = emptyMap<Directory>();
  for (const [path, { folders }] of entriesIn(directories)) {
    next = withEntry(next, path, { names: emptyMap<number>(), folders });
  }
  return next;
}

/** The content of before, of now, or of now up to anywhere: a torn write. */
function survivingFacts(inode: Inode, dice: Dice): Facts {
  const before: Facts = inode.durable ?? {
    content: emptyContent,
    mode: inode.mode,
    modifiedAt: inode.modifiedAt,
  };
  const { content, mode, modifiedAt } = inode;
  if (content === before.content && mode === before.mode && modifiedAt === before.modifiedAt) return before;
  const meta =
    dice.below(2) === 0 ? { mode: before.mode, modifiedAt: before.modifiedAt } : { mode, modifiedAt };
  const choice = dice.below(3);
  if (choice === 0) return { ...meta, content: before.content };
  if (choice === 1 || !continues(content, before.content)) return { ...meta, content };
  const torn = before.content.sizeBytes + dice.below(content.sizeBytes - before.content.sizeBytes + 1);
  return { ...meta, content: truncated(content, torn) };
}
