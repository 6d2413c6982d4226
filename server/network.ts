/**
 * The SMTP sessions in a process of their own, seen from the server: notes come and go, nothing else is
 * shared. docs/decisions/0018-network-process.md
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { arrived, type Owner, type StepRecord, type WorldEvent } from '#core';
import { now } from './clock.ts';
import { foreignSteps } from './foreign-steps.ts';
import { ListenError, type Listener } from './listen.ts';
import type { Logger } from './log.ts';
import {
  type Bound,
  FIRST_STEP_IN_NETWORK,
  type FromNetwork,
  isWithSessions,
  mayBeSaid,
  type NetworkStart,
  SESSIONS,
  type ToNetwork,
} from './network-protocol.ts';
import { openMessages } from './open-messages.ts';
import type { Elsewhere, Performer } from './perform.ts';
import type { Sources } from './sources.ts';

export interface NetworkOptions {
  readonly configDirectory: string;
  readonly log: Logger;
  /** The process is started with root's rights, whatever this one has given up. */
  readonly asRoot: <Result>(run: () => Result) => Result;
  readonly watch: ((record: StepRecord) => void) | undefined;
}

export interface Network extends Elsewhere {
  /** Where its notes go; before the first event. */
  join(performer: Performer): void;
  /**
   * Starts the process and has it open the ports of master.cf; nobody is served yet. Rejects with a
   * ListenError, or an Error when the process dies.
   *
   * @param owner whose rights it takes then; undefined: it stays as it is
   */
  listen(sources: Sources, owner: Owner | undefined): Promise<readonly Listener[]>;
  /** Clients may be served. */
  open(): void;
  /** main.cf or a table has changed. */
  reload(sources: Sources): void;
  /** Clients that are connected. */
  sessions(): number;
  close(): void;
}

const PROGRAM = join(import.meta.dirname, 'network-process.ts');
/** One that dies sooner is not started again at once. master(8) */
const THROTTLE_MS = 10_000;
/** So many bytes that are not written yet are told, so often. */
const PRESSURE_BYTES = 4 * 1024 * 1024;
const PRESSURE_MS = 10;
/** It has no business with files, programs or threads of its own. */
const CONFINED = ['--permission', '--allow-fs-read=*', '--no-warnings=SecurityWarning'];

/** No program that it might start would have more rights than itself: `no_new_privs` of prctl(2). */
const NO_NEW_RIGHTS = ['/usr/bin/setpriv', '--no-new-privs'] as const;

/** How Node is started by setpriv(1), or by itself where there is none. */
function withoutNewRights(nodeOptions: readonly string[]): { execPath: string; execArgv: string[] } {
  const [setpriv, option] = NO_NEW_RIGHTS;
  const { execPath } = process;
  const isThere = spawnSync(setpriv, [option, 'true'], { stdio: 'ignore' }).status === 0;
  if (!isThere) return { execPath, execArgv: [...nodeOptions] };
  return { execPath: setpriv, execArgv: [option, execPath, ...nodeOptions] };
}

/** Nothing happens before `listen`. */
export function createNetwork(options: NetworkOptions): Network {
  const { asRoot, log } = options;
  const steps = foreignSteps(FIRST_STEP_IN_NETWORK, options.watch);
  const messages = openMessages((cleanup) =>
    performer?.tell(cleanup, arrived({ type: 'cleanup.abort' }, 'master', now())),
  );
  let performer: Performer | undefined;
  let out: ToNetwork['events'][number][] = [];
  let child: ChildProcess | undefined;
  let startedAt = 0;
  let sources: Sources = new Map();
  let owner: Owner | undefined;
  let isOpen = false;
  let isClosed = false;
  let sessions = 0;
  let pressure: NodeJS.Timeout | undefined;
  let restart: NodeJS.Timeout | undefined;
  let told: PromiseWithResolvers<readonly Bound[]> | undefined;

  function start(): void {
    const { configDirectory, watch } = options;
    const begin: NetworkStart = { configDirectory, owner, isWatched: watch !== undefined };
    startedAt = now();
    const made = asRoot(() =>
      fork(PROGRAM, [JSON.stringify(begin)], {
        ...{ serialization: 'advanced', cwd: '/', stdio: ['ignore', 1, 2, 'ipc'] },
        ...withoutNewRights(CONFINED),
      }),
    );
    child = made;
    made.on('message', (said) => hear(said as FromNetwork));
    made.on('exit', (code, signal) =>
      ended(made, signal === null ? `exit status ${code}` : `killed by signal ${constants.signals[signal]}`),
    );
    made.on('error', (error) => ended(made, String(error)));
    made.unref();
    made.channel?.unref();
    tell({ events: [], pendingBytes: 0, sources, ...(isOpen ? { open: true } : {}) });
  }

  function tell(said: ToNetwork): void {
    const to = child;
    if (to === undefined) return;
    to.send(said, (error) => {
      if (error !== null) ended(to, String(error));
    });
  }

  /** While much waits to be written, it hears so again and again: it reads no more from its clients then. */
  function tellPressure(): void {
    if (pressure !== undefined || pendingBytes() < PRESSURE_BYTES) return;
    pressure = setTimeout(() => {
      pressure = undefined;
      tell({ events: [], pendingBytes: pendingBytes() });
      tellPressure();
    }, PRESSURE_MS);
  }

  const pendingBytes = (): number => performer?.pendingBytes() ?? 0;

  function hear(said: FromNetwork): void {
    if (performer === undefined) return;
    ({ sessions } = said);
    for (const record of said.records) steps.tell(record, performer);
    for (const [service, pid, level, text] of said.logs) log.write(service, pid, level, text);
    for (const { to, event, cause } of said.events) {
      if (!mayBeSaid(event)) {
        const text = `process ${SESSIONS} pid ${child?.pid}: unexpected ${event.type} for ${to}, ignored`;
        log.write('master', process.pid, 'warning', text);
        continue;
      }
      messages.asked(event);
      performer.tell(to, event, steps.causeOf(cause));
    }
    tellPressure();
    if (said.bound !== undefined) told?.resolve(said.bound);
    if (said.refused === undefined) return;
    const { code, host, port } = said.refused;
    if (isOpen) log.write('master', process.pid, 'warning', `bind ${host} port ${port}: ${code}`);
    else told?.reject(new ListenError(code, host, port));
  }

  /** All sessions are gone: what they have begun to send is forgotten. Another process comes. */
  function ended(which: ChildProcess, why: string): void {
    if (isClosed || child !== which) return;
    child = undefined;
    out = [];
    sessions = 0;
    log.write('master', process.pid, 'warning', `process ${SESSIONS} pid ${which.pid} ${why}`);
    messages.forget();
    if (!isOpen) return told?.reject(new Error(`process ${SESSIONS}: ${why}`));
    if (now() - startedAt >= THROTTLE_MS) return start();
    log.write('master', process.pid, 'warning', `${PROGRAM}: bad command startup -- throttling`);
    restart = setTimeout(start, THROTTLE_MS);
  }

  return {
    owns: isWithSessions,
    deliver: (to, event: WorldEvent, cause) => {
      if (messages.answered(to, event)) out.push({ to, event, cause });
    },
    flush: () => {
      if (out.length === 0) return;
      const events = out;
      out = [];
      tell({ events, pendingBytes: pendingBytes() });
    },
    pendingBytes: () => 0,
    join: (joined) => {
      performer = joined;
    },
    listen: async (first, whose) => {
      sources = first;
      owner = whose;
      told = Promise.withResolvers();
      start();
      const bound = await told.promise;
      // Ports close with the process, which ends when the server does.
      return bound.map((port) => ({ ...port, close: async () => undefined }));
    },
    open: () => {
      isOpen = true;
      tell({ events: [], pendingBytes: 0, open: true });
    },
    reload: (next) => {
      sources = next;
      tell({ events: [], pendingBytes: 0, sources });
    },
    sessions: () => sessions,
    close: () => {
      isClosed = true;
      clearTimeout(restart);
      clearTimeout(pressure);
      child?.disconnect();
    },
  };
}
