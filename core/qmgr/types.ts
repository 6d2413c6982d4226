/** Types of the qmgr chart and of what it holds. */
import type { Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import type {
  DirListed,
  FileFailed,
  FileLoaded,
  FileRemoved,
  FileRenamed,
  NoteArrived,
  SettingsChanged,
  TimerFired,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  BounceAppended,
  BounceFlushed,
  DeliverDone,
  DeliveryRecipient,
  DeliveryResult,
  DsnEnvelope,
  MasterChildDied,
  MasterStart,
  QmgrWakeup,
  Resolution,
  RewriteResolved,
} from '../kernel/notes.ts';
import type { Ordered } from '../kernel/ordered.ts';
import type { PersistentMap } from '../kernel/persistent.ts';
import type { ChartState } from '../kernel/process.ts';
import type { Fifo } from './fifo.ts';

export type QmgrInput = Birth & { readonly at: number };

/** A message in the active queue. `chart` is its own small machine (message.ts). */
export interface ActiveMessage {
  readonly id: string;
  /** The how-manieth it was to become active: the job lists are in this order. */
  readonly number: number;
  readonly chart: ChartState;
  /** Where it came from: a failed start leaves it there. */
  readonly from: string;
  /** Where else it may be, when it is not there. */
  readonly elsewhere: string;
  /** Entry into the active queue, arrival in the system, birth of the queue file (ms since the epoch). */
  readonly activeAt: number;
  readonly arrivalAt: number;
  readonly createdAt: number;
  /** When it last took a step: the watchdog looks at it. */
  readonly movedAt: number;
  readonly sender: string;
  readonly sizeBytes: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly dsn: DsnEnvelope;
  /** content_filter of the queue file, `transport:nexthop`; '' = none. */
  readonly filter: string;
  /** The delay warning that is still due, and where its record is in the file. */
  readonly warning: { readonly at: number; readonly offset: number } | undefined;
  readonly recipients: readonly DeliveryRecipient[];
  /** Recipients before this index are with their destinations; the answers about the next few gather here. */
  readonly placed: number;
  readonly resolutions: ReadonlyMap<number, Resolution>;
  /** Recipients that are with their destinations or with an agent. */
  readonly inMemory: number;
  /** It has recipients that are not placed because so many are in memory. */
  readonly isHeld: boolean;
  /** Deliveries and log entries that have not answered yet; and how many of these are log entries. */
  readonly waiting: number;
  readonly appending: number;
  /** Recipients to be tried again. */
  readonly deferred: number;
  /** Recipients that failed for good, by the offset of their records. */
  readonly bounced: readonly number[];
  /** A success was noted for a sender who wants to know. */
  readonly report: boolean;
}

/** A place to deliver to. */
export type Place = Pick<Resolution, 'transport' | 'nexthop' | 'recipient'>;

/** How a recipient is settled before any agent is asked. */
export type Verdict = Omit<DeliveryResult, 'recipient'>;

/** What one deliver.request carries. */
export interface Entry {
  readonly messageId: string;
  readonly recipients: readonly DeliveryRecipient[];
}

/** All that waits for one place. `chart` is its own small machine (queue.ts). */
export interface Destination {
  readonly key: string;
  readonly transport: string;
  readonly nexthop: string;
  readonly chart: ChartState;
  readonly waiting: Ordered<Rank, Waiting>;
  /** Where it stands in its transport's line of destinations that have work and room. */
  readonly inLine: Rank | undefined;
  /** And among those where a small message waits behind a large one. */
  readonly overtaker: Rank | undefined;
}

/**
 * A place on a job list: the number of the message. A job that preempts another has the other's place and
 * behind it its number among those who did: it stands in front of the other, behind the earlier ones.
 */
export type Position = readonly number[];

/** A position, and whose turn it is among the destinations of one job. */
export interface Rank {
  readonly position: Position;
  readonly turn: number;
}

/** What one job has waiting for one destination. */
export interface Waiting {
  readonly messageId: string;
  /** The message has few recipients. */
  readonly isSmall: boolean;
  readonly turn: number;
  readonly entries: Fifo<Entry>;
}

/** One message at one transport. Slots are counted in parts: delivery_slot_cost parts make one slot. */
export interface Job {
  readonly messageId: string;
  /** The message's own number: where the job stands unless it preempts another. */
  readonly number: number;
  /** ms since the epoch. */
  readonly queuedAt: number;
  readonly position: Position;
  /** Entries made so far, and how many of them wait no longer. */
  readonly entries: number;
  readonly selected: number;
  /** Parts of slots earned and not given away; below 0: a debt. */
  readonly available: number;
  /** Entries delivered; while it preempts another, less those that were expected. */
  readonly used: number;
  /** How high it stands on a stack; whom it preempted; who preempted it and is not done. */
  readonly level: number;
  readonly parent: string | undefined;
  readonly children: readonly string[];
  readonly preemptions: number;
  /** Destinations it waits for; how many turns they have had. */
  readonly destinations: PersistentMap<true>;
  readonly turns: number;
}

/** A job that was put in front of another: how many slots it needs, and the parts the other had. */
export interface Preemption {
  readonly preempted: string;
  readonly by: string;
  readonly neededSlots: number;
  readonly availableParts: number;
}

/** A delivery agent: how many of its processes may run, and who is next. */
export interface Transport {
  readonly name: string;
  /** master.cf maxproc. */
  readonly limit: number;
  readonly busy: number;
  /** One job for each message that uses it. */
  readonly jobs: PersistentMap<Job>;
  /** Destinations with work and room, in the order of the first job that waits at each. */
  readonly line: Ordered<Rank, string>;
  /** Those of them where a large message is first, in the order of the first small one behind it. */
  readonly overtakers: Ordered<Rank, string>;
  /** The last time that one message overtook another here. */
  readonly lastPreemption: Preemption | undefined;
  /** Not to be used before this time (ms since the epoch), and why. */
  readonly throttledUntil: number;
  readonly reason: string;
}

/** A request that an agent has. */
export interface Running {
  readonly destination: string;
  readonly transport: string;
  readonly entry: Entry;
  readonly startedAt: number;
}

export interface QmgrContext {
  readonly settings: Settings;
  readonly services: readonly string[];
  readonly messages: PersistentMap<ActiveMessage>;
  readonly destinations: PersistentMap<Destination>;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly running: PersistentMap<Running>;
  /** Paths still to be taken from the last scans. */
  readonly incoming: Fifo<string>;
  readonly deferred: Fifo<string>;
  /** Take the next from deferred: the two queues take turns. */
  readonly deferredNext: boolean;
  /** The next listing of deferred takes messages before their time (request A). */
  readonly ignoreTimes: boolean;
  /** Mail came in while the active queue was full: scan again when there is room. */
  readonly incomingMissed: boolean;
  /** Queues to list and messages to move once more, after a disk failure. */
  readonly stuck: ReadonlySet<string>;
  readonly serial: number;
  /** Recipients of all messages that are with their destinations or with an agent. */
  readonly inMemory: number;
  /** Messages that became active so far. */
  readonly entered: number;
}

export type Args = RuleArgs<QmgrContext, QmgrEvent>;
export type Decision = Outcome<QmgrContext>;

/** The whole context after a piece of work, and what is to be done. */
export interface Progress {
  readonly context: QmgrContext;
  readonly effects: readonly Effect[];
}

type Arrived<Body> = NoteArrived & Body;

export type QmgrEvent =
  | DirListed
  | FileLoaded
  | FileRenamed
  | FileRemoved
  | FileFailed
  | TimerFired
  | SettingsChanged
  | Arrived<MasterStart>
  | Arrived<MasterChildDied>
  | Arrived<QmgrWakeup>
  | Arrived<RewriteResolved>
  | Arrived<DeliverDone>
  | Arrived<BounceAppended>
  | Arrived<BounceFlushed>;
