/**
 * universe - all there is at one moment of simulated time: machines, lines, people, dice and what is to come.
 *
 * It is changed in place while it runs; save() gives it as data that never changes, load() goes back to it.
 */
import {
  emptyMap,
  type HostState,
  type MailHost,
  type PersistentMap,
  type Service,
  type Settings,
  type StepRecord,
  type TraceEvent,
  type WorldEvent,
  type Zone,
} from '#core';
import { type Agenda, type AgendaState, createAgenda } from './agenda.ts';
import type { Call, CallEvent } from './calls.ts';
import type { DiskState } from './disk.ts';
import type { Handles, SyncWork } from './files.ts';
import { createDice, type Dice } from './random.ts';
import {
  type HostSpec,
  type PersonSpec,
  type Scenario,
  type ScriptThread,
  scriptsByTerminal,
  type WorldInput,
} from './scenario.ts';
import type { Terminal } from './terminal.ts';

/** A step of a process, or what people or the world did. Made plain when somebody looks (history.ts). */
export type Moment =
  | { readonly type: 'step'; readonly host: string; readonly cause: number; readonly record: StepRecord }
  | { readonly type: 'world'; readonly cause: number; readonly event: Omit<TraceEvent, 'n' | 'cause'> };

/** Something for a host; it counts for nothing once the machine has lost its power (`life` has grown). */
interface ToHost {
  readonly host: string;
  readonly life: number;
}
/** An event or a note for a process or a service. */
export interface Delivery extends ToHost {
  readonly type: 'deliver';
  readonly to: string;
  readonly event: WorldEvent;
  readonly cause: number;
}
export interface TimerEnd extends ToHost {
  readonly type: 'timer';
  readonly process: string;
  readonly timer: string;
  /** Only the last setting of a timer counts. */
  readonly setting: number;
  /** Number of the trace event that set it. */
  readonly cause: number;
}
export interface SyncEnd extends ToHost {
  readonly type: 'sync';
  readonly process: string;
  readonly work: SyncWork;
  readonly answer: WorldEvent;
  readonly cause: number;
}
/** A busy mailbox lock is tried again. */
export interface LockRetry extends ToHost {
  readonly type: 'lock';
  readonly process: string;
  readonly effect: import('#core').FileEffect;
  readonly attempts: number;
  readonly cause: number;
}
/** Something arrives at one end of a connection. */
export interface Arrival {
  readonly type: 'arrive';
  readonly connection: number;
  readonly at: 'server' | 'person';
  readonly what:
    | { readonly type: 'open' }
    | { readonly type: 'bytes'; readonly bytes: Uint8Array }
    | { readonly type: 'close'; readonly reason: 'eof' | 'reset' | 'local' | 'refused' | 'unreachable' };
  readonly cause: number;
}
export type Happening =
  | Delivery
  | TimerEnd
  | SyncEnd
  | LockRetry
  | Arrival
  | CallEvent
  | { readonly type: 'input'; readonly input: WorldInput }
  | { readonly type: 'script'; readonly thread: number }
  | { readonly type: 'clock'; readonly ms: number };

/** A TCP connection between a terminal and a process. */
export interface Connection {
  readonly id: number;
  readonly terminal: string;
  readonly host: string;
  readonly port: number;
  /** The process behind it, once it is accepted. */
  readonly process: string | undefined;
  readonly life: number;
  /** When the last thing sent each way arrives: order is kept. */
  readonly toServerUs: number;
  readonly toPersonUs: number;
  readonly isOpen: boolean;
}

export interface ThreadState {
  readonly next: number;
  readonly waits: boolean;
  readonly stopped: boolean;
}

/** A timer that is set, and which setting of it counts. */
export type TimerSetting = Pick<TimerEnd, 'timer' | 'setting'>;

/** A machine that changes while the world runs. */
export interface SimHost {
  readonly spec: HostSpec;
  readonly index: number;
  readonly settings: Settings;
  readonly services: readonly Service[];
  readonly zone: Zone;
  readonly queueDirectory: string;
  isUp: boolean;
  /** How often it was switched on. */
  life: number;
  mail: MailHost;
  disk: DiskState;
  handles: Map<string, Handles>;
  /** By process: the timers that are set. */
  timers: Map<string, readonly TimerSetting[]>;
  connections: Map<string, number>;
  calls: Map<string, Call>;
  /** What this turn has written, by process. */
  outgoing: Map<string, readonly Uint8Array[]>;
}

type HostData = Pick<SimHost, 'isUp' | 'life' | 'disk' | 'handles' | 'timers' | 'connections' | 'calls'> & {
  readonly mail: HostState;
};

/** A checkpoint. */
export interface UniverseState {
  readonly nowUs: number;
  readonly n: number;
  readonly happenings: number;
  readonly inputsApplied: number;
  readonly underWay: number;
  readonly dice: number;
  readonly agenda: AgendaState<Happening>;
  readonly hosts: ReadonlyMap<string, HostData>;
  readonly terminals: PersistentMap<Terminal>;
  readonly connections: PersistentMap<Connection>;
  readonly connectionCount: number;
  readonly threads: PersistentMap<ThreadState>;
}

export interface Universe {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly script: readonly ScriptThread[];
  /** Terminal → numbers of the scripts that type there. */
  readonly scriptsAt: ReadonlyMap<string, readonly number[]>;
  readonly people: ReadonlyMap<string, PersonSpec>;
  readonly dice: Dice;
  readonly agenda: Agenda<Happening>;
  readonly hosts: Map<string, SimHost>;
  /** The same in order: they are looked at after every happening. */
  readonly machines: SimHost[];
  /** Told of every trace event in turn. */
  readonly tell: (n: number, moment: Moment) => void;
  nowUs: number;
  /** Number of the last trace event. */
  n: number;
  /** Entries of the agenda that have happened. */
  happenings: number;
  inputsApplied: number;
  /** Entries of the agenda that are not timers: zero means that all waits. */
  underWay: number;
  /** What brought the happening that runs now. */
  cause: number;
  /** Terminals, connections and scripts by name or number; those that have begun. */
  terminals: PersistentMap<Terminal>;
  connections: PersistentMap<Connection>;
  connectionCount: number;
  threads: PersistentMap<ThreadState>;
}

/** An empty universe; hosts are added by power.ts. */
export function createUniverse(
  scenario: Scenario,
  seed: number,
  script: readonly ScriptThread[],
  tell: Universe['tell'],
): Universe {
  return {
    ...{ scenario, seed, script, tell, dice: createDice(seed), agenda: createAgenda<Happening>() },
    people: new Map(scenario.people.map((person) => [person.name, person])),
    ...{
      hosts: new Map(),
      machines: [],
      terminals: emptyMap(),
      connections: emptyMap(),
      threads: emptyMap(),
    },
    scriptsAt: scriptsByTerminal(script),
    ...{ nowUs: Date.parse(scenario.start) * 1000, n: 0, happenings: 0, inputsApplied: 0, underWay: 0 },
    ...{ cause: 0, connectionCount: 0 },
  };
}

/** Enters a happening that comes after a while. Returns its serial number. */
export function later(universe: Universe, afterUs: number, happening: Happening): number {
  return at(universe, universe.nowUs + Math.max(0, Math.round(afterUs)), happening);
}

/** Enters a happening at a time (µs). */
export function at(universe: Universe, atUs: number, happening: Happening): number {
  if (happening.type !== 'timer' && happening.type !== 'clock') universe.underWay += 1;
  return universe.agenda.add(atUs, happening);
}

/** Virtual time in milliseconds, its fraction down to microseconds. */
export function nowMs(universe: Universe): number {
  return universe.nowUs / 1000;
}

/** The next trace event. */
export function tell(universe: Universe, moment: Moment): void {
  universe.n += 1;
  universe.tell(universe.n, moment);
}

/** What changes in place is copied when it is kept, and when it is taken up again. */
function copies({ handles, timers, connections, calls }: Omit<HostData, 'mail'>) {
  return {
    ...{ handles: new Map(handles), timers: new Map(timers) },
    ...{ connections: new Map(connections), calls: new Map(calls) },
  };
}

/** The universe as data. */
export function save(universe: Universe): UniverseState {
  const { nowUs, n, happenings, inputsApplied, underWay, connectionCount } = universe;
  const { terminals, connections, threads } = universe;
  const hosts = new Map<string, HostData>();
  for (const [name, host] of universe.hosts) {
    const { isUp, life, disk } = host;
    hosts.set(name, { isUp, life, disk, mail: host.mail.save(), ...copies(host) });
  }
  return {
    ...{ nowUs, n, happenings, inputsApplied, underWay, connectionCount, hosts },
    ...{ dice: universe.dice.save(), agenda: universe.agenda.save(), terminals, connections, threads },
  };
}

/** Back to a checkpoint. `mailOf` gives the process table of a host in one of its lives. */
export function load(
  universe: Universe,
  state: UniverseState,
  mailOf: (host: SimHost, life: number) => MailHost,
): void {
  const { nowUs, n, happenings, inputsApplied, underWay, connectionCount } = state;
  Object.assign(universe, { nowUs, n, happenings, inputsApplied, underWay, connectionCount, cause: 0 });
  universe.dice.load(state.dice);
  universe.agenda.load(state.agenda);
  Object.assign(universe, {
    terminals: state.terminals,
    connections: state.connections,
    threads: state.threads,
  });
  for (const [name, host] of universe.hosts) {
    const data = state.hosts.get(name);
    if (data === undefined) continue;
    if (host.life !== data.life) host.mail = mailOf(host, data.life);
    host.mail.load(data.mail);
    const { isUp, life, disk } = data;
    Object.assign(host, { isUp, life, disk, ...copies(data), outgoing: new Map() });
  }
}
