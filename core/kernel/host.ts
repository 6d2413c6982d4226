/**
 * A mail host: the process table that both worlds share. It starts, steps and buries processes; the world
 * around it performs their effects and brings events back. master(8) as a data structure.
 */
import type { Settings } from '../config/settings.ts';
import type { Zone } from '../mail/date.ts';
import type { Effect } from './effects.ts';
import type { NoteArrived, WorldEvent } from './events.ts';
import { isNeedsCode } from './needs-code.ts';
import type { Note } from './notes.ts';
import type { Daemon, Row, Step } from './process.ts';
import { questionOf, unanswered } from './questions.ts';

/** A service the host can run: a line of master.cf joined with the daemon that does it. */
export interface Service {
  /** master.cf name: `smtpd`, `cleanup`, `qmgr`, `local`… */
  readonly name: string;
  readonly daemon: Daemon<never, unknown>;
  /** One process that lives on (qmgr, rewrite, pickup, bounce), or one for each request or connection. */
  readonly single: boolean;
}

/** What every process is born with, besides what its opener adds. */
export interface Birth {
  readonly settings: Settings;
  readonly process: string;
  /** Number for the log tag, unique on this host while it runs. */
  readonly pid: number;
  readonly service: string;
  /** Names of all services of this host: a transport that is not among them is unavailable. */
  readonly services: readonly string[];
  /** The time zone of log lines and headers. */
  readonly zone: Zone;
  /** Seed for everything random in the process (unsigned 32 bit). */
  readonly seed: number;
}

interface ProcessRecord {
  readonly service: Service;
  readonly pid: number;
  readonly state: unknown;
  /** Questions without an answer: who asked is told if the process dies of our own mistake. */
  readonly questions: readonly NoteArrived[];
}

/** Everything the host knows, as data: a checkpoint is a copy of it. */
export interface HostState {
  readonly processes: ReadonlyMap<string, ProcessRecord>;
  readonly started: number;
  readonly steps: number;
  readonly settings: Settings;
}

/** One step of one process, told to whoever watches (kernel/trace.ts makes it plain data). */
export interface StepRecord {
  /** Number of this step on this host, from 1. */
  readonly step: number;
  readonly at: number;
  /** Number of the step whose effect brought the event; 0 = the outside world. */
  readonly cause: number;
  readonly process: string;
  readonly service: string;
  readonly pid: number;
  /** The event, or undefined for the birth of the process. */
  readonly event: WorldEvent | undefined;
  readonly before: string | undefined;
  readonly after: string;
  readonly rows: readonly Row[];
  readonly effects: readonly Effect[];
  /** Our own mistake: the process died of it. */
  readonly panic?: string;
}

export interface HostOptions {
  readonly settings: Settings;
  readonly services: readonly Service[];
  readonly zone: Zone;
  readonly seed: number;
  /** Names of all services of the mail system, where some of them run elsewhere; else those of `services`. */
  readonly serviceNames?: readonly string[];
  /** First pid; the next process gets the next number. */
  readonly firstPid: number;
  /** Stands before the number in every process id, so that no other host has the same. */
  readonly mark?: string;
  /** Number before that of the first step; 0 where there is no other host whose steps are told with these. */
  readonly firstStep?: number;
  /** Perform this effect for that process; `step` is the cause to hand back with what follows. */
  readonly perform: (process: string, effect: Effect, step: number) => void;
  readonly watch?: (record: StepRecord) => void;
}

export interface MailHost {
  /** Start a process of a service for a connection or as a single; returns its id. */
  open(service: string, extra: object, at: number, cause: number): string;
  /**
   * Give an event to a process (by id) or a note to a service (by name). False when nobody is there: a note
   * to the dead has no effect.
   */
  deliver(to: string, event: WorldEvent, cause: number): boolean;
  has(process: string): boolean;
  pidOf(process: string): number;
  serviceOf(process: string): string | undefined;
  unreadBytes(process: string): number;
  /** The next number, for a step of these services that is made elsewhere and told with ours. */
  claimStep(): number;
  /** New configuration: long-lived processes hear settings.changed, new ones are born with it. */
  configure(settings: Settings, at: number): void;
  save(): HostState;
  load(state: HostState): void;
}

/** Wraps a note so that it can be delivered. */
export function arrived(note: Note, from: string, at: number): WorldEvent {
  // Not a spread: notes have many shapes, and this is done for each of them (see kernel/joined.ts).
  return Object.assign({}, note, { from, at });
}

/** Makes the process table. Nothing runs until `open` or `deliver`. */
export function createMailHost(options: HostOptions): MailHost {
  const services = new Map(options.services.map((service) => [service.name, service]));
  let processes = new Map<string, ProcessRecord>();
  const { mark = '' } = options;
  let started = 0;
  let steps = options.firstStep ?? 0;
  let settings = options.settings;

  function finish(
    id: string,
    process: ProcessRecord,
    result: Step<unknown>,
    event: WorldEvent | undefined,
    at: number,
    cause: number,
  ): void {
    steps += 1;
    const step = steps;
    const { service, pid, state } = process;
    if (options.watch !== undefined) {
      const before = event === undefined ? undefined : service.daemon.stateOf(state);
      const after = service.daemon.stateOf(result.state);
      const { rows, effects } = result;
      const { name } = service;
      options.watch({
        step,
        at,
        cause,
        process: id,
        service: name,
        pid,
        event,
        before,
        after,
        rows,
        effects,
      });
    }
    const questions = unanswered(process.questions, result.effects);
    processes.set(id, { service, pid, state: result.state, questions });
    const { effects } = result;
    for (let index = 0; index < effects.length; index += 1) {
      const effect = effects[index] as Effect;
      if (effect.type === 'exit') processes.delete(id);
      const self = effect.type === 'send' && effect.to === '';
      options.perform(id, self ? { ...effect, to: id } : effect, step);
    }
  }

  /**
   * We are wrong: the process dies, master and all who wait for it are told, everything else goes on.
   *
   * @throws `error` where code is still to be loaded: nobody is wrong, and the host must be loaded anew
   */
  function bury(
    id: string,
    process: ProcessRecord,
    error: unknown,
    event: WorldEvent | undefined,
    at: number,
    cause: number,
  ): void {
    if (isNeedsCode(error)) throw error;
    steps += 1;
    const step = steps;
    processes.delete(id);
    const reason = error instanceof Error ? error.message : String(error);
    const { service, pid, questions } = process;
    const log: Effect = { type: 'log', level: 'panic', text: reason.replace(/^panic: /, '') };
    const death = { type: 'master.childDied', service: service.name, process: id, reason } as const;
    const effects: Effect[] = [log, { type: 'exit' }, { type: 'send', to: 'master', note: death }];
    for (const request of questions)
      effects.push({ type: 'send', to: request.from, note: { ...death, request } });
    options.watch?.({
      ...{ step, at, cause, process: id, service: service.name, pid, event },
      ...{ before: undefined, after: 'dead', rows: [], effects, panic: reason },
    });
    for (const effect of effects) options.perform(id, effect, step);
  }

  function open(name: string, extra: object, at: number, cause: number, question?: NoteArrived): string {
    const service = services.get(name);
    if (service === undefined) throw new Error(`panic: no service ${name}`);
    started += 1;
    const id = service.single ? name : `${name}:${mark}${started}`;
    const pid = options.firstPid + started;
    const seed = (Math.imul(options.seed ^ started, 0x9e3779b1) ^ options.seed) >>> 0;
    const names = options.serviceNames ?? [...services.keys()];
    const { zone } = options;
    const birth: Birth = { settings, process: id, pid, service: name, services: names, zone, seed };
    const questions = question === undefined ? [] : [question];
    const process: ProcessRecord = { service, pid, state: undefined, questions };
    processes.set(id, process);
    try {
      const result = service.daemon.start({ ...birth, ...extra } as never, at);
      finish(id, process, result, undefined, at, cause);
    } catch (error) {
      bury(id, process, error, undefined, at, cause);
    }
    return id;
  }

  function deliver(to: string, event: WorldEvent, cause: number): boolean {
    let id = to;
    let process = processes.get(id);
    const question = questionOf(event);
    if (process === undefined && services.has(to)) {
      id = open(to, {}, event.at, cause, question);
      process = processes.get(id);
    } else if (process !== undefined && question !== undefined) {
      process = { ...process, questions: [...process.questions, question] };
    }
    if (process === undefined) return false;
    try {
      const result = process.service.daemon.step(process.state, event);
      finish(id, process, result, event, event.at, cause);
    } catch (error) {
      bury(id, process, error, event, event.at, cause);
    }
    return true;
  }

  return {
    open,
    deliver,
    has: (id) => processes.has(id),
    pidOf: (id) => processes.get(id)?.pid ?? 0,
    serviceOf: (id) => processes.get(id)?.service.name,
    unreadBytes: (id) => {
      const process = processes.get(id);
      return process?.service.daemon.unreadBytes?.(process.state) ?? 0;
    },
    claimStep: () => {
      steps += 1;
      return steps;
    },
    configure: (next, at) => {
      settings = next;
      for (const [id, process] of [...processes]) {
        if (process.service.single) deliver(id, { type: 'settings.changed', settings, at }, 0);
      }
    },
    save: () => ({ processes: new Map(processes), started, steps, settings }),
    load: (state) => {
      processes = new Map(state.processes);
      ({ started, steps, settings } = state);
    },
  };
}
