/**
 * What the server and the process of its SMTP sessions say to each other: one message a turn of the event
 * loop, lists of what was collected in it, in order.
 */
import type { LogLevel, Owner, StepRecord, WorldEvent } from '#core';
import { type Forwarded, serviceNameOf } from './delivery-protocol.ts';
import type { Sources } from './sources.ts';

export type LogEntry = readonly [service: string, pid: number, level: LogLevel, text: string];

/** What it is started with. */
export interface NetworkStart {
  readonly configDirectory: string;
  /** Whose rights it takes when its ports are open; absent in a lab that stays root. */
  readonly owner: Owner | undefined;
  /** Steps are to be told. */
  readonly isWatched: boolean;
}

export interface ToNetwork {
  readonly events: readonly Forwarded[];
  /** File bytes that wait to be written in the server. */
  readonly pendingBytes: number;
  /** The configuration, at the start and when it has changed. */
  readonly sources?: Sources;
  /** Clients may be served. */
  readonly open?: true;
}

/** A port that is open. */
export interface Bound {
  readonly address: string;
  readonly port: number;
}

export interface FromNetwork {
  readonly events: readonly Forwarded[];
  readonly logs: readonly LogEntry[];
  readonly records: readonly StepRecord[];
  /** Clients that are connected. */
  readonly sessions: number;
  /** All ports are open. */
  readonly bound?: readonly Bound[];
  /** One of them cannot be had: the errno name, and which. */
  readonly refused?: { readonly code: string; readonly host: string; readonly port: number };
}

/** Its steps are numbered from here, so that a cause says where it was. */
export const FIRST_STEP_IN_NETWORK = 2 ** 41;

/** Programs of master.cf that meet the network, and what they ask without anybody else being asked. */
export const NETWORK_COMMANDS: readonly string[] = [
  'smtpd',
  'trivial-rewrite',
  'policy',
  'anvil',
  'dns',
  'milter',
];

/** Processes of this service are there alone. */
export const SESSIONS = 'smtpd';

/**
 * A process (by its id) that is where the sessions are: one of them, or the client of its milters, whose id
 * has the mark of that place. Mail of this machine has clients of milters here.
 */
export function isWithSessions(to: string): boolean {
  return serviceNameOf(to) === SESSIONS || (to.startsWith('milter:') && to.includes('.'));
}

/** All that sessions ever say: to cleanup(8), flush(8), verify(8), what milters say of a message, deaths. */
const SAID: ReadonlySet<WorldEvent['type']> = new Set<WorldEvent['type']>([
  ...(['cleanup.open', 'cleanup.recipient', 'cleanup.prepend', 'cleanup.chunk', 'cleanup.close'] as const),
  ...(['cleanup.abort', 'flush.send', 'verify.query', 'milter.done', 'master.childDied'] as const),
]);

/**
 * Whether the process of the sessions may say this. One in which foreign code runs must not ask local(8) for
 * deliveries, nor tell anybody what the disk has done.
 */
export function mayBeSaid({ type }: WorldEvent): boolean {
  return SAID.has(type);
}
