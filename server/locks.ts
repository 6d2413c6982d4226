/**
 * Mailbox locks: FILE.lock made with O_EXCL, tried again every second, broken when stale.
 * postconf(5) mailbox_delivery_lock, deliver_lock_attempts, deliver_lock_delay, stale_lock_time.
 *
 * Differs: no fcntl lock, because Node.js has none; the dotlock is what mutt, procmail and Dovecot honour
 * too.
 */
import fs from 'node:fs';
import { errorCode } from './paths.ts';

export interface Locks {
  /** Calls back without a code once the lock is ours, or with `EAGAIN` (busy) or an errno name. */
  take(path: string, done: (code: string | undefined) => void): void;
  release(path: string): void;
}

export interface LockTimes {
  readonly attempts: number;
  readonly delayMs: number;
  readonly staleMs: number;
}

/** Dotlocks; times as postconf(5) has them by default. `within` gives the rights to make and remove them. */
export function mailboxLocks(
  times: LockTimes = { attempts: 20, delayMs: 1000, staleMs: 500_000 },
  within: (run: () => string | undefined) => string | undefined = (run) => run(),
): Locks {
  function tryOnce(lock: string): string | undefined {
    try {
      fs.closeSync(fs.openSync(lock, 'wx', 0o600));
      return undefined;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return errorCode(error);
    }
    const age = Date.now() - (fs.lstatSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > times.staleMs) fs.rmSync(lock, { force: true });
    return 'EAGAIN';
  }

  function attempt(lock: string, left: number, done: (code: string | undefined) => void): void {
    const code = within(() => tryOnce(lock));
    if (code !== 'EAGAIN' || left <= 1) return done(code);
    setTimeout(() => attempt(lock, left - 1, done), times.delayMs).unref();
  }

  return {
    take: (path, done) => attempt(`${path}.lock`, times.attempts, done),
    release: (path) => {
      within(() => void fs.rmSync(`${path}.lock`, { force: true }));
    },
  };
}
