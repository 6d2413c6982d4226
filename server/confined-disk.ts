/**
 * The disk of a server that was started as root and goes on as mail_owner: queue files are mail_owner's, and
 * only what touches a user's files is done with root's rights, from where createDisk takes the user's.
 * local(8) SECURITY
 */
import type { FileEffect } from '#core';
import type { Rights } from './act-as.ts';
import type { Disk } from './disk.ts';

/** Wraps a disk that was made with `rights.actAs`. */
export function confinedDisk(disk: Disk, rights: Rights): Disk {
  /** Names of open files that belong to users, by process. */
  const theirs = new Map<string, Set<string>>();

  function remember(process: string, effect: FileEffect): void {
    if (effect.type !== 'file.create' && effect.type !== 'file.open') return;
    const mine = theirs.get(process) ?? new Set();
    mine.add(effect.file);
    theirs.set(process, mine);
  }

  /** Whether a user's file or directory is touched by its name, now or when it is given back. */
  function needsRoot(process: string, effect: FileEffect): boolean {
    if ('as' in effect && effect.as !== undefined) {
      remember(process, effect);
      return true;
    }
    const isTheirs = 'file' in effect && theirs.get(process)?.has(effect.file) === true;
    if (isTheirs && effect.type === 'file.close') theirs.get(process)?.delete(effect.file);
    return isTheirs && effect.type !== 'file.append';
  }

  return {
    perform: (process, effect, step) => {
      if (needsRoot(process, effect)) rights.asRoot(() => disk.perform(process, effect, step));
      else disk.perform(process, effect, step);
    },
    release: (process) => {
      if ((theirs.get(process)?.size ?? 0) > 0) rights.asRoot(() => disk.release(process));
      else disk.release(process);
      theirs.delete(process);
    },
    pendingBytes: () => disk.pendingBytes(),
    close: () => disk.close(),
  };
}
