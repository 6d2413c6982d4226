/** Types of the qmgr chart and of what it holds. */
import type { AnyMachineSnapshot } from 'xstate';
import type { Settings } from '../config/settings.ts';
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
import type { Shelves } from '../kernel/shelf.ts';

export type QmgrInput = Birth & { readonly at: number };

/** A message in the active queue. `chart` is its own small machine (message.ts). */
export interface ActiveMessage {
  readonly id: string;
  readonly chart: AnyMachineSnapshot;
  /** Where it came from: a failed start leaves it there. */
  readonly from: string;
  readonly activeAt: number;
  readonly arrivalAt: number;
  readonly sender: string;
  readonly sizeBytes: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly dsn: DsnEnvelope;
  readonly recipients: readonly DeliveryRecipient[];
  readonly resolutions: ReadonlyMap<number, Resolution>;
  /** Deliveries and log entries that have not answered yet. */
  readonly waiting: number;
  readonly results: readonly DeliveryResult[];
}

/** What one deliver.request carries. */
export interface Entry {
  readonly messageId: string;
  readonly recipients: readonly DeliveryRecipient[];
}

/** All that waits for one place. `chart` is its own small machine (queue.ts). */
export interface DestinationQueue {
  readonly key: string;
  readonly transport: string;
  readonly nexthop: string;
  readonly chart: AnyMachineSnapshot;
  readonly entries: readonly Entry[];
}

/** A request that an agent has. */
export interface Running {
  readonly destination: string;
  readonly entry: Entry;
  readonly startedAt: number;
}

export interface QmgrContext {
  readonly settings: Settings;
  readonly services: readonly string[];
  readonly messages: Shelves<ActiveMessage>;
  readonly destinations: Shelves<DestinationQueue>;
  readonly running: Shelves<Running>;
  /** Paths still to be taken from the last scans. */
  readonly incoming: readonly string[];
  readonly deferred: readonly string[];
  /** Take the next from deferred: the two queues take turns. */
  readonly deferredNext: boolean;
  /** Transports that do not exist here → when they may be tried again (ms since the epoch). */
  readonly throttled: ReadonlyMap<string, number>;
  readonly ignoreTimes: boolean;
  readonly site: string;
  /** Mail came in while the active queue was full: scan again when there is room. */
  readonly incomingMissed: boolean;
  readonly serial: number;
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
