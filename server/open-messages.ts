/**
 * Which messages are being received from sessions of another process: when that dies, cleanup(8) is told to
 * forget them. cleanup(8) · RFC 5321 §6.1: nothing was promised
 */
import type { WorldEvent } from '#core';

export interface OpenMessages {
  /** An event from a session, on its way to cleanup. */
  asked(event: WorldEvent): void;
  /** An event for a session. False: that session is gone, and need not hear it. */
  answered(session: string, event: WorldEvent): boolean;
  /** All sessions are gone. */
  forget(): void;
}

/** @param abort tells a cleanup process that its message is not coming */
export function openMessages(abort: (cleanup: string) => void): OpenMessages {
  /** cleanup's process id by session; `''` until it is known. */
  const open = new Map<string, string>();

  return {
    asked: (event) => {
      if (event.type === 'cleanup.open') open.set(event.from, '');
      else if (event.type === 'cleanup.abort') open.delete(event.from);
    },
    answered: (session, event) => {
      if (event.type === 'cleanup.opened') {
        if (!open.has(session)) {
          abort(event.from);
          return false;
        }
        open.set(session, event.from);
      } else if (event.type === 'cleanup.done') open.delete(session);
      return true;
    },
    forget: () => {
      for (const cleanup of open.values()) if (cleanup !== '') abort(cleanup);
      open.clear();
    },
  };
}
