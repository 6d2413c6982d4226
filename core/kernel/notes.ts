/**
 * What daemons say to one another. Daemons never import each other: they meet here, as Postfix programs
 * meet at a socket. A note arrives with `from` (the sender's process id) and `at`; a reply goes `to: from`.
 */
import type { Because, Causes } from '../mail/because.ts';
import type { AnvilCount, AnvilCounted, AnvilDisconnect } from './anvil.ts';
import type {
  CleanupAbort,
  CleanupChunk,
  CleanupClose,
  CleanupDone,
  CleanupOpen,
  CleanupOpened,
  CleanupPrepend,
  CleanupRecipient,
  DsnEnvelope,
} from './cleanup-notes.ts';
import type { DnsAnswer, DnsQuery } from './dns.ts';
import type {
  MilterAbort,
  MilterAnswer,
  MilterDone,
  MilterMessage,
  MilterOpen,
  MilterQuit,
  MilterTell,
} from './milter.ts';
import type { PolicyAnswer, PolicyAsk } from './policy.ts';
import type { VerifyAnswer, VerifyQuery, VerifyUpdate } from './probes.ts';

export type * from './cleanup-notes.ts';

/** trivial-rewrite: put addresses into standard form. Answered by rewrite.rewritten with the same `token`. */
export interface RewriteRewrite {
  readonly type: 'rewrite.rewrite';
  readonly token: string;
  readonly context: 'local' | 'remote';
  /** Form of the addresses, here and in the answer: `external` is quoted as in a header; else unquoted. */
  readonly form?: 'external';
  readonly addresses: readonly string[];
}
/** The addresses in standard form, in the order in which they were asked. */
export interface RewriteRewritten {
  readonly type: 'rewrite.rewritten';
  readonly token: string;
  readonly addresses: readonly string[];
}
/** trivial-rewrite: where does this address go? Answered by rewrite.resolved with the same `token`. */
export interface RewriteResolve {
  readonly type: 'rewrite.resolve';
  readonly token: string;
  readonly sender: string;
  readonly address: string;
}
export interface Resolution {
  /** master.cf service name of the delivery agent. */
  readonly transport: string;
  readonly nexthop: string;
  /** Internal form, after source routes are undone. */
  readonly recipient: string;
  readonly addressClass: 'local' | 'virtual-alias' | 'virtual-mailbox' | 'relay' | 'default';
  /** The address still had a source route (`@ % !`) that would be undone by us. */
  readonly routed: boolean;
  /** `syntax`: bad address; `lookup`: a table failed, try later. */
  readonly failed?: 'syntax' | 'lookup';
  /** Which table and key decided, for the "why". */
  readonly because?: Because;
}
/** Transport, next hop and recipient of an address, and its class. */
export interface RewriteResolved extends Resolution {
  readonly type: 'rewrite.resolved';
  readonly token: string;
}

/** One-letter triggers of reference 1.3: W I D A F, in any combination. */
export interface QmgrWakeup {
  readonly type: 'qmgr.wakeup';
  readonly requests: string;
  /** Only this message: new in incoming (from cleanup), or to be tried again (postqueue -i). */
  readonly queueId?: string;
}
/** To flush: a message for this domain is put off. Sites that are not in fast_flush_domains are not told. */
export interface FlushAdd {
  readonly type: 'flush.add';
  readonly site: string;
  readonly queueId: string;
}
/** Send off the deferred mail for this domain or [address] (ETRN, postqueue -s). */
export interface FlushSend {
  readonly type: 'flush.send';
  readonly site: string;
}
/** Look after the lists of deferred mail. */
export interface FlushWakeup {
  readonly type: 'flush.wakeup';
}
/** Look into the maildrop directory. */
export interface PickupWakeup {
  readonly type: 'pickup.wakeup';
}

export interface DeliveryRecipient {
  readonly address: string;
  readonly original: string;
  readonly notify: number;
  readonly orcpt: string;
  /** Byte offset of the R record in the queue file; −1 when there is none. */
  readonly offset: number;
  /** For the trace: what sent it to this place, where that is not the ordinary way of its address class. */
  readonly because?: Causes;
}
/** qmgr → delivery agent (service = transport name). Answered by deliver.done with the same `token`. */
export interface DeliverRequest {
  readonly type: 'deliver.request';
  readonly token: string;
  readonly queueId: string;
  /** Path of the queue file, relative to queue_directory. */
  readonly path: string;
  readonly transport: string;
  readonly nexthop: string;
  readonly sender: string;
  /** Named attributes of the queue file (client_name, encoding…). */
  readonly attributes: ReadonlyMap<string, string>;
  readonly dsn: DsnEnvelope;
  readonly recipients: readonly DeliveryRecipient[];
  readonly sizeBytes: number;
  /** For delays=a/b/c/d: arrival in the system, and entry into the active queue (ms since the epoch). */
  readonly arrivalAt: number;
  readonly activeAt: number;
}
export interface DeliveryResult {
  readonly recipient: DeliveryRecipient;
  readonly status: 'sent' | 'deferred' | 'bounced';
  /** Enhanced status code, `2.0.0`. */
  readonly dsn: string;
  readonly text: string;
  /** How a success was one, for NOTIFY=SUCCESS; absent = delivered. RFC 3464 §2.3.3 */
  readonly action?: 'delivered' | 'relayed' | 'expanded';
  /** The host that answered, and its words with their kind (`smtp; 550 no`). RFC 3464 §2.3.5, §2.3.6 */
  readonly remoteMta?: string;
  readonly diagnostic?: string;
  /** soft_bounce turned a permanent failure into this one. */
  readonly softened?: boolean;
  /** For the trace: the configuration that led to it. */
  readonly because?: Causes;
}
/** What became of each recipient of a request. */
export interface DeliverDone {
  readonly type: 'deliver.done';
  readonly token: string;
  readonly results: readonly DeliveryResult[];
  /** The whole destination is in trouble (connect, greeting…): qmgr lowers its concurrency. */
  readonly siteFailure?: { readonly dsn: string; readonly text: string };
}

/** Append to bounce/ID, defer/ID or trace/ID. Answered by bounce.appended with the same `token`. */
export interface BounceAppend {
  readonly type: 'bounce.append';
  readonly token: string;
  readonly log: 'bounce' | 'defer' | 'trace';
  readonly queueId: string;
  readonly result: DeliveryResult;
}
/** The result is noted, or could not be. */
export interface BounceAppended {
  readonly type: 'bounce.appended';
  readonly token: string;
  readonly ok: boolean;
}
/** Send the notice about what was logged, then remove the log. Answered by bounce.flushed. */
export interface BounceFlush {
  readonly type: 'bounce.flush';
  readonly token: string;
  readonly log: 'bounce' | 'defer' | 'trace';
  readonly kind: 'failed' | 'delayed' | 'success';
  readonly queueId: string;
  /** Path of the queue file (the original message is quoted from it). */
  readonly path: string;
  readonly sender: string;
  readonly dsn: DsnEnvelope;
  readonly arrivalAt: number;
  /** For the trace: the limit that has made it necessary, where there is one. */
  readonly because?: Because;
}
/** The sender has been told, or could not be. */
export interface BounceFlushed {
  readonly type: 'bounce.flushed';
  readonly token: string;
  readonly ok: boolean;
}

/** A session telling itself that more unread input waits: one command per step. */
export interface SessionResume {
  readonly type: 'session.resume';
}
/**
 * The host to master, and to whoever had asked the process for something: it died of our own mistake
 * (`panic:`).
 */
export interface MasterChildDied {
  readonly type: 'master.childDied';
  readonly service: string;
  readonly process: string;
  readonly reason: string;
  /** What the process had been asked to do. */
  readonly request?: Note;
}
/** master to the host-started daemons: begin (qmgr moves active to incoming first). */
export interface MasterStart {
  readonly type: 'master.start';
}

export type Note =
  | CleanupOpen
  | CleanupOpened
  | CleanupRecipient
  | CleanupPrepend
  | CleanupChunk
  | CleanupClose
  | CleanupAbort
  | CleanupDone
  | RewriteRewrite
  | RewriteRewritten
  | RewriteResolve
  | RewriteResolved
  | DnsQuery
  | DnsAnswer
  | PolicyAsk
  | PolicyAnswer
  | MilterOpen
  | MilterTell
  | MilterAnswer
  | MilterMessage
  | MilterDone
  | MilterAbort
  | MilterQuit
  | VerifyQuery
  | VerifyAnswer
  | VerifyUpdate
  | AnvilCount
  | AnvilCounted
  | AnvilDisconnect
  | QmgrWakeup
  | FlushAdd
  | FlushSend
  | FlushWakeup
  | PickupWakeup
  | DeliverRequest
  | DeliverDone
  | BounceAppend
  | BounceAppended
  | BounceFlush
  | BounceFlushed
  | SessionResume
  | MasterChildDied
  | MasterStart;
