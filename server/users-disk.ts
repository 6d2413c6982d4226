/**
 * Users' files, in a process of their own: the server itself need not become root, and then the user, and then
 * itself again for each of them, which stops all its threads every time. docs/decisions/0015-users-disk.md
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { FileEffect } from '#core';
import { now } from './clock.ts';
import type { Disk, DiskOptions } from './disk-types.ts';
import { type FromUsersDisk, keyOf, type ToUsersDisk } from './users-disk-protocol.ts';

export interface UsersDiskOptions extends Pick<DiskOptions, 'queueDirectory' | 'notify'> {
  /** The process ended without being told to; the next effect starts another. */
  readonly died: (why: string) => void;
  /** Starts it with root's rights, whatever this process has given up. */
  readonly asRoot: <Result>(run: () => Result) => Result;
}

interface Asked {
  readonly process: string;
  readonly effect: FileEffect;
  readonly step: number;
}

const PROGRAM = join(import.meta.dirname, 'users-disk-process.ts');
/** Many deliveries sync at the same time, and each sync holds a thread. */
const THREADS = '16';

/** Starts the process. */
export function createUsersDisk({ queueDirectory, notify, died, asRoot }: UsersDiskOptions): Disk {
  const asked = new Map<string, Asked>();
  let outgoing: ToUsersDisk[] = [];
  let pendingBytes = 0;
  let isClosed = false;
  let child: ChildProcess | undefined = asRoot(start);

  function start(): ChildProcess {
    const env = { ...process.env, UV_THREADPOOL_SIZE: THREADS };
    const made = fork(PROGRAM, [queueDirectory], {
      serialization: 'advanced',
      execArgv: [],
      env,
      stdio: ['ignore', 1, 2, 'ipc'],
    });
    made.on('message', (said) => receive(said as FromUsersDisk));
    made.on('exit', (code, signal) => ended(made, `${signal ?? `exit status ${code}`}`));
    made.on('error', (error) => ended(made, String(error)));
    made.unref();
    made.channel?.unref();
    return made;
  }

  function receive(said: FromUsersDisk): void {
    ({ pendingBytes } = said);
    for (const { process, event, step } of said.events) {
      const key = keyOf(process, event);
      if (key !== undefined) asked.delete(key);
      notify(process, event, step);
    }
  }

  /** Nobody waits for ever: whatever had no answer has failed, and what was open is not open any more. */
  function ended(which: ChildProcess, why: string): void {
    if (isClosed || child !== which) return;
    child = undefined;
    pendingBytes = 0;
    died(why);
    const lost = [...asked.values()];
    asked.clear();
    outgoing = [];
    for (const { process, effect, step } of lost) {
      const file = 'file' in effect ? { file: effect.file } : {};
      const path = 'path' in effect && effect.path !== undefined ? { path: effect.path } : {};
      const from = effect.type === 'file.rename' ? { path: effect.from } : {};
      const facts = { operation: effect.type, code: 'EIO', at: now(), ...file, ...path, ...from };
      notify(process, { type: 'file.failed', ...facts }, step);
    }
  }

  function say(one: ToUsersDisk): void {
    if (outgoing.length === 0) setImmediate(send);
    outgoing.push(one);
  }

  function send(): void {
    if (outgoing.length === 0) return;
    const list = outgoing;
    outgoing = [];
    child ??= asRoot(start);
    child.send(list, (error) => {
      if (error !== null && !isClosed) child?.kill('SIGKILL');
    });
  }

  return {
    perform: (process, effect, step) => {
      const key = keyOf(process, effect);
      if (key !== undefined) asked.set(key, { process, effect, step });
      say({ process, effect, step });
    },
    release: (process) => say({ process, step: 0 }),
    flush: send,
    pendingBytes: () => pendingBytes,
    close: () => {
      send();
      isClosed = true;
      child?.disconnect();
    },
  };
}
