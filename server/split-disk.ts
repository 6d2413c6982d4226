/** Two disks as one: what belongs to a user is done by one, all else by the other. */
import type { FileEffect } from '#core';
import type { Disk } from './disk-types.ts';

/** `users` gets every effect with an owner, and those on files that were opened so. */
export function splitDisk(queue: Disk, users: Disk): Disk {
  /** Names of open files that belong to users, by process. */
  const theirs = new Map<string, Set<string>>();

  function isUsers(process: string, effect: FileEffect): boolean {
    if ('as' in effect && effect.as !== undefined) {
      if (effect.type === 'file.create' || effect.type === 'file.open') {
        const mine = theirs.get(process) ?? new Set();
        mine.add(effect.file);
        theirs.set(process, mine);
      }
      return true;
    }
    if (!('file' in effect) || effect.type === 'file.read') return false;
    const mine = theirs.get(process);
    if (mine?.has(effect.file) !== true) return false;
    const isAnother = effect.type === 'file.create' || effect.type === 'file.open';
    if (isAnother || effect.type === 'file.close') mine.delete(effect.file);
    return !isAnother;
  }

  return {
    perform: (process, effect, step) =>
      (isUsers(process, effect) ? users : queue).perform(process, effect, step),
    release: (process) => {
      if (theirs.delete(process)) users.release(process);
      queue.release(process);
    },
    flush: () => {
      queue.flush();
      users.flush();
    },
    pendingBytes: () => queue.pendingBytes() + users.pendingBytes(),
    close: () => {
      queue.close();
      users.close();
    },
  };
}
