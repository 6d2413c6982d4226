/** Types of the dns chart. */
import type { Settings } from '../config/settings.ts';
import type { DnsAnswer, DnsQuery, DnsRecord, DnsStatus, DnsType } from '../kernel/dns.ts';
import type {
  NetConnected,
  NetHeard,
  NetLost,
  NoteArrived,
  SettingsChanged,
  TimerFired,
  UdpFailed,
  UdpReceived,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { PersistentMap } from '../kernel/persistent.ts';

export type DnsInput = Birth & { readonly at: number };

/** Who waits for an answer. */
export interface Waiter {
  readonly from: string;
  readonly token: string;
}

/** A question that is being asked. */
export interface Flight {
  /** `MX example.org`: what was asked for. */
  readonly key: string;
  readonly rrtype: DnsType;
  /** What is asked now: the name, or what its CNAME records lead to. */
  readonly name: string;
  /** CNAME records that were followed by asking again. */
  readonly aliases: number;
  /** The shortest life of those, in seconds. */
  readonly ttl: number;
  readonly id: number;
  /** Name of the port or connection it was sent from, and of its timer: no other has it. */
  readonly socket: string;
  /** How often it was sent; the servers take turns. */
  readonly tries: number;
  /** What came over TCP so far; undefined: UDP. */
  readonly stream: Uint8Array | undefined;
  readonly waiters: readonly Waiter[];
}

/** An answer that is kept. */
export interface Kept {
  /** ms since the epoch. */
  readonly until: number;
  readonly status: DnsStatus;
  readonly records: readonly DnsRecord[];
}

export interface DnsContext {
  readonly settings: Settings;
  /** State of the dice. */
  readonly dice: number;
  /** Messages sent so far. */
  readonly sent: number;
  /** By socket. */
  readonly flights: ReadonlyMap<string, Flight>;
  readonly kept: PersistentMap<Kept>;
}

export type DnsEvent =
  | (NoteArrived & DnsQuery)
  | UdpReceived
  | UdpFailed
  | NetConnected
  | NetHeard
  | NetLost
  | TimerFired
  | SettingsChanged;

export type Answered = Pick<DnsAnswer, 'status' | 'records'>;
