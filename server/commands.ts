/**
 * Runs what pipe(8) asks for: a command in a process group of its own, with the rights of its user, killed as
 * a whole when its time is over. Postfix: src/global/pipe_command.c
 *
 * Differs: an argument that is no UTF-8 reaches the command with marks in the place of its odd bytes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ProcessRun, WorldEvent } from '#core';
import { now } from './clock.ts';
import { errorCode } from './paths.ts';
import { strerror } from './table-files.ts';

type Ended = Extract<WorldEvent, { readonly type: 'process.ended' }>;

export interface Commands {
  run(process: string, effect: ProcessRun, step: number): void;
  /** A process is gone: so is what it has started. */
  release(process: string): void;
  close(): void;
}

export interface CommandsOptions {
  readonly queueDirectory: string;
  readonly notify: (process: string, event: WorldEvent, step: number) => void;
  /** This process is root, and takes the rights of whoever the command is for. */
  readonly isRoot: boolean;
}

/** The whole group: a shell script has children. */
function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function environmentOf({ environment: { fixed, kept } }: ProcessRun): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...fixed };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

/** Makes it. */
export function createCommands({ queueDirectory, notify, isRoot }: CommandsOptions): Commands {
  const running = new Map<string, ChildProcess>();

  function start(effect: ProcessRun): ChildProcess {
    const [program = '', ...args] = effect.argv.map((bytes) => Buffer.from(bytes).toString());
    const { uid, gid } = effect.as;
    // Postfix looks at this too; here nothing is left to whoever asks.
    if (isRoot && (uid === 0 || gid === 0)) throw new Error('Operation not permitted');
    return spawn(program, args, {
      ...{ cwd: effect.directory === '' ? queueDirectory : effect.directory, env: environmentOf(effect) },
      ...{ detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
      ...(isRoot ? { uid, gid } : {}),
    });
  }

  function run(name: string, effect: ProcessRun, step: number): void {
    const output: Buffer[] = [];
    let left = effect.outputBytes;
    let isLate = false;
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const end = (how: Ended['how']): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      running.delete(name);
      notify(name, { type: 'process.ended', how, output: Buffer.concat(output), at: now() }, step);
    };
    let child: ChildProcess;
    try {
      child = start(effect);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return end({ type: 'notRun', why });
    }
    running.set(name, child);
    timer = setTimeout(() => {
      isLate = true;
      kill(child);
      // What went to a group of its own may hold the outputs open: it is not waited for.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, effect.timeoutMs);
    const hear = (bytes: Buffer): void => {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (part.length > 0) output.push(part);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    // A command need not read all of its input.
    child.stdin?.on('error', () => undefined).end(effect.stdin);
    child.on('error', (error) => end({ type: 'notRun', why: strerror(errorCode(error)) }));
    child.on('close', (status, signal) => {
      if (isLate) return end({ type: 'timedOut' });
      if (signal !== null) return end({ type: 'killed', signal: constants.signals[signal] });
      end({ type: 'exited', status: status ?? 0 });
    });
  }

  return {
    run,
    release: (name) => {
      const child = running.get(name);
      if (child === undefined) return;
      running.delete(name);
      kill(child);
    },
    close: () => {
      for (const child of running.values()) kill(child);
      running.clear();
    },
  };
}
