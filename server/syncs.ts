/**
 * fsync(2) for many at a time: all that was asked for during a turn of the event loop begins together, and is
 * answered together, so that what follows is done together as well.
 *
 * Files and directories are the same here: one sync of a descriptor serves all who asked before it began.
 */
import fs from 'node:fs';
import { errorCode } from './paths.ts';

type Done = (code: string | undefined) => void;

export interface Syncs {
  /** Calls back when all that was done to this file or directory is on disk, or with an errno name. */
  add(fd: number, done: Done): void;
  /** Begins now; it would be done at the end of this turn anyway. */
  flush(): void;
}

/** Calls `done` when it was called `count` times itself: with the first failure, if there was one. */
export function whenAll(count: number, done: Done): Done {
  let missing = count;
  let failed: string | undefined;
  return (code) => {
    failed ??= code;
    missing -= 1;
    if (missing === 0) done(failed);
  };
}

/** A disk that needs longer than this on average is not waited for. */
const PATIENCE_MS = 2;
/** So long, until it is tried again. */
const SLOW_MS = 1000;
/** Part of a new measure in the average: one sync that others held up says little of the disk. */
const WEIGHT = 0.1;

/**
 * Makes one.
 *
 * @param waits whether this process may stand still for as long as a fast disk needs: cheaper than a trip to
 * the thread pool, but not to be done where the network is waiting
 */
export function createSyncs(waits = false): Syncs {
  let next = new Map<number, Done[]>();
  let isRunning = false;
  let isScheduled = false;
  let slowUntil = 0;
  let averageMs = 0;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      begin();
    });
  }

  function begin(): void {
    if (isRunning || next.size === 0) return;
    const group = [...next];
    next = new Map();
    const codes = new Map<number, string | undefined>();
    const later = waits ? group.filter(([fd]) => !syncedAtOnce(fd, codes)) : group;
    let missing = later.length;
    const finish = (): void => {
      isRunning = false;
      if (next.size > 0) schedule();
      for (const [fd, asked] of group) for (const done of asked) done(codes.get(fd));
    };
    if (missing === 0) return finish();
    isRunning = true;
    for (const [fd] of later)
      fs.fsync(fd, (error) => {
        if (error !== null) codes.set(fd, errorCode(error));
        missing -= 1;
        if (missing === 0) finish();
      });
  }

  /** False: not tried, the disk is slow at this time. */
  function syncedAtOnce(fd: number, codes: Map<number, string | undefined>): boolean {
    const start = performance.now();
    if (start < slowUntil) return false;
    try {
      fs.fsyncSync(fd);
    } catch (error) {
      codes.set(fd, errorCode(error));
    }
    const end = performance.now();
    averageMs += (end - start - averageMs) * WEIGHT;
    if (averageMs > PATIENCE_MS) {
      slowUntil = end + SLOW_MS;
      averageMs = 0;
    }
    return true;
  }

  return {
    add: (fd, done) => {
      const asked = next.get(fd);
      if (asked === undefined) next.set(fd, [done]);
      else asked.push(done);
      schedule();
    },
    flush: begin,
  };
}
