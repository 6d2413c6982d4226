/**
 * Files in a user's own directory, made by root without becoming that user: changing rights stops every
 * thread of the process, six times for each file. local(8) SECURITY · proc(5) /proc/PID/fd
 *
 * A directory that belongs to the user is held open, and its files are reached through it: whatever the user
 * puts in its place, or in that of its parents, the file comes into a directory the user owns.
 */
import fs from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Owner } from '#core';
import type { Directories } from './directories.ts';
import { readWhole, type Whole } from './paths.ts';

export interface OwnPlace {
  /** The path to use, through the open directory. */
  readonly path: string;
  /** Who is to own a file that is made there: the user, and the group mkdir(1) g+s asks for. */
  readonly owner: Owner;
}

const THROUGH = '/proc/self/fd';
const SEARCH_AND_WRITE = 0o300;
const SET_GROUP = 0o2000;
let reachable: boolean | undefined;

/** Undefined: not the user's own directory, or not writable for its owner; act as the user instead. */
export function ownPlace(directories: Directories, owner: Owner, path: string): OwnPlace | undefined {
  reachable ??= fs.existsSync(THROUGH);
  if (!reachable) return undefined;
  try {
    const { fd, uid, gid, mode } = directories.at(dirname(path));
    if (uid !== owner.uid || (mode & SEARCH_AND_WRITE) !== SEARCH_AND_WRITE) return undefined;
    const group = (mode & SET_GROUP) === 0 ? owner.gid : gid;
    return { path: `${THROUGH}/${fd}/${basename(path)}`, owner: { uid, gid: group } };
  } catch {
    return undefined;
  }
}

/** A file of the user's own, or that there is none; undefined: look as the user. Throws errno errors. */
export function readOwn(directories: Directories, owner: Owner, path: string): Whole | 'missing' | undefined {
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'missing';
  const own = ownPlace(directories, owner, path);
  if (own === undefined) return undefined;
  const whole = readWhole(own.path);
  return whole.uid === owner.uid ? whole : undefined;
}
