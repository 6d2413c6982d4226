/** Timers of processes, by the names the core gave them. */
import type { WorldEvent } from '#core';
import { now } from './clock.ts';

export interface Timers {
  /** Fires once; setting it again replaces it. @param cause the step that asked for it */
  set(process: string, timer: string, afterMs: number, cause: number): void;
  clear(process: string, timer: string): void;
  /** All timers of a process. */
  forget(process: string): void;
  close(): void;
}

interface Timer {
  readonly timeout: NodeJS.Timeout;
  readonly afterMs: number;
  /** The step that set it last. */
  cause: number;
}

/** setTimeout holds 31 bits: a longer wait is cut, and the daemon that wakes early sets its timer again. */
const LONGEST_MS = 2_000_000_000;

export function createTimers(push: (to: string, event: WorldEvent, cause: number) => void): Timers {
  const timers = new Map<string, Map<string, Timer>>();

  function forget(process: string): void {
    for (const { timeout } of timers.get(process)?.values() ?? []) clearTimeout(timeout);
    timers.delete(process);
  }

  return {
    set: (process, timer, afterMs, cause) => {
      let mine = timers.get(process);
      if (mine === undefined) {
        mine = new Map();
        timers.set(process, mine);
      }
      const running = mine.get(timer);
      if (running?.afterMs === afterMs) {
        // The idle timer of a session begins anew with each reply: that is cheaper than another one.
        running.cause = cause;
        running.timeout.refresh();
        return;
      }
      clearTimeout(running?.timeout);
      const own = mine;
      const fire = (): void => {
        own.delete(timer);
        push(process, { type: 'timer.fired', timer, at: now() }, started.cause);
      };
      const timeout = setTimeout(fire, Math.min(Math.max(afterMs, 0), LONGEST_MS));
      const started: Timer = { timeout, afterMs, cause };
      own.set(timer, started);
    },
    clear: (process, timer) => {
      clearTimeout(timers.get(process)?.get(timer)?.timeout);
      timers.get(process)?.delete(timer);
    },
    forget,
    close: () => {
      for (const process of [...timers.keys()]) forget(process);
    },
  };
}
