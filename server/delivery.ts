/**
 * local(8) in a process of its own, seen from the server: notes go there and come back, nothing else is
 * shared. docs/decisions/0016-delivery-process.md
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import {
  arrived,
  type NoteArrived,
  questionOf,
  type Settings,
  type StepRecord,
  unanswered,
  type WorldEvent,
} from '#core';
import { now } from './clock.ts';
import {
  DELIVERY_COMMANDS,
  type DeliveryStart,
  FIRST_STEP_ELSEWHERE,
  type Forwarded,
  type FromDelivery,
  serviceNameOf,
  type ToDelivery,
} from './delivery-protocol.ts';
import { foreignSteps } from './foreign-steps.ts';
import { createGatherer } from './gatherer.ts';
import type { JournaledFile } from './journal-record.ts';
import type { Logger } from './log.ts';
import type { Elsewhere, Performer } from './perform.ts';

export interface DeliveryOptions extends DeliveryStart {
  readonly settings: Settings;
  readonly log: Logger;
  /** The process is started with root's rights, whatever this one has given up. */
  readonly asRoot: <Result>(run: () => Result) => Result;
  readonly watch: ((record: StepRecord) => void) | undefined;
  /** A queue file that is not on disk yet. */
  readonly young: (path: string) => (JournaledFile & { readonly uid: number }) | undefined;
}

export interface Delivery extends Elsewhere {
  /** Where its notes go; before the first event. */
  join(performer: Performer): void;
  /** The young queue file of that path is none any more. */
  gone(path: string): void;
  /** main.cf or a table has changed. */
  reload(): void;
  close(): void;
}

const PROGRAM = join(import.meta.dirname, 'delivery-process.ts');
/** Many deliveries sync at the same time, and each sync holds a thread. */
const THREADS = '16';
/** While it works on letters, others wait for their turn so long, or until they are so many. */
const GATHER_MS = 4;
const GATHERED = 16;

/** The process is started by its first request, as master(8) starts any. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { asRoot, log, young } = options;
  const services = new Set(
    options.settings.master
      .filter(({ command }) => DELIVERY_COMMANDS.includes(command))
      .map(({ name }) => name),
  );
  /** Paths of young files it has been given. */
  const given = new Set<string>();
  const steps = foreignSteps(FIRST_STEP_ELSEWHERE, options.watch);
  let questions: readonly NoteArrived[] = [];
  let performer: Performer | undefined;
  let out = nothing();
  /** How many of the questions wait in `out`. */
  let unasked = 0;
  const gatherer = createGatherer(GATHER_MS, isDue, send);
  let isScheduled = false;
  let isClosed = false;
  let pendingBytes = 0;
  let child: ChildProcess | undefined;

  function start(): ChildProcess {
    const { configDirectory, isWatched } = options;
    const begin: DeliveryStart = { configDirectory, isWatched };
    const made = fork(PROGRAM, [JSON.stringify(begin)], {
      ...{ serialization: 'advanced', execArgv: [], stdio: ['ignore', 1, 2, 'ipc'] },
      env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
    });
    made.on('message', (said) => hear(said as FromDelivery));
    made.on('exit', (code, signal) =>
      ended(made, signal === null ? `exit status ${code}` : `killed by signal ${constants.signals[signal]}`),
    );
    made.on('error', (error) => ended(made, String(error)));
    made.unref();
    made.channel?.unref();
    return made;
  }

  function hear(said: FromDelivery): void {
    if (performer === undefined) return;
    ({ pendingBytes } = said);
    for (const record of said.records) steps.tell(record, performer);
    for (const { service, pid, level, text } of said.logs) log.write(service, pid, level, text);
    for (const { process, effect, step } of said.effects)
      performer.disk.perform(process, effect, steps.causeOf(step));
    for (const { to, event, cause } of said.events) {
      questions = unanswered(questions, [{ type: 'send', to, note: event as NoteArrived }]);
      performer.tell(to, event, steps.causeOf(cause));
    }
    if (unasked > 0) gatherer.look();
  }

  /** All its processes are dead: whoever asked one of them is told, as master(8) tells of any death. */
  function ended(which: ChildProcess, why: string): void {
    if (isClosed || child !== which) return;
    child = undefined;
    pendingBytes = 0;
    out = nothing();
    unasked = 0;
    given.clear();
    const reason = `process ${which.pid}: ${why}`;
    log.write('master', process.pid, 'warning', `process local pid ${which.pid} ${why}`);
    const lost = questions;
    questions = [];
    for (const request of lost) {
      const who = { service: 'local', process: 'local' };
      const note = { type: 'master.childDied', ...who, reason, request } as const;
      performer?.tell(request.from, arrived(note, 'master', now()));
    }
  }

  /** Not more often than needed: a message between processes costs as much as a letter in it. */
  function isDue(): boolean {
    if (out.events.length >= GATHERED || out.reload) return true;
    return out.events.length > 0 && questions.length === unasked;
  }

  function flush(): void {
    if (!isScheduled) return;
    isScheduled = false;
    gatherer.look();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  }

  function send(): void {
    if (out.events.length + out.gone.length === 0 && !out.reload) return;
    const said: ToDelivery = out;
    out = nothing();
    unasked = 0;
    // One that is not there yet will read the configuration as it is then.
    if (child === undefined && said.events.length === 0) return;
    child ??= asRoot(start);
    const to = child;
    to.send(said, (error) => {
      if (error !== null) ended(to, String(error));
    });
  }

  function giveAhead(event: WorldEvent): void {
    if (event.type !== 'deliver.request' || given.has(event.path)) return;
    const file = young(event.path);
    if (file === undefined) return;
    given.add(event.path);
    out.ahead.push([event.path, file]);
  }

  return {
    owns: (to) => services.has(serviceNameOf(to)),
    deliver: (to, event, cause) => {
      const question = questionOf(event);
      if (question !== undefined) {
        questions = [...questions, question];
        unasked += 1;
      }
      giveAhead(event);
      out.events.push({ to, event, cause });
      schedule();
    },
    flush,
    pendingBytes: () => pendingBytes,
    join: (joined) => {
      performer = joined;
    },
    gone: (path) => {
      if (!given.delete(path)) return;
      out.gone.push(path);
      schedule();
    },
    reload: () => {
      out.reload = true;
      schedule();
    },
    close: () => {
      gatherer.now();
      isClosed = true;
      child?.disconnect();
    },
  };
}

interface Outgoing {
  readonly events: Forwarded[];
  readonly ahead: ToDelivery['ahead'][number][];
  readonly gone: string[];
  reload: boolean;
}

function nothing(): Outgoing {
  return { events: [], ahead: [], gone: [], reload: false };
}
