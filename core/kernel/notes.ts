/**
 * What daemons say to one another. Daemons never import each other: they meet here, as Postfix programs
 * meet at a socket. A note arrives with `from` (the sender's process id) and `at`; a reply goes `to: from`.
 */
import type { QueueClient } from '../mail/queue-envelope.ts';
import type { DnsAnswer, DnsQuery } from './dns.ts';
import type { PolicyAnswer, PolicyAsk } from './policy.ts';

export interface DsnEnvelope {
  /** RET= of RFC 3461 §4.3, as the numbers of mail/queue-envelope.ts (RET); 0 = not given. */
  readonly ret: number;
  /** ENVID= of RFC 3461 §4.4, decoded; '' = not given. */
  readonly envid: string;
}

/** How the message came in: decides Received:, missing headers and the rewriting context. */
export type Origin = 'smtpd' | 'pickup' | 'bounce' | 'local';

/** Start a message: cleanup makes the queue file. Answered by cleanup.opened or cleanup.done (failed). */
export interface CleanupOpen {
  readonly type: 'cleanup.open';
  readonly origin: Origin;
  /** Standard internal form: whoever opens has asked trivial-rewrite. */
  readonly sender: string;
  /** The network client; absent for mail of the machine itself. */
  readonly client?: QueueClient;
  readonly rewriteContext: 'local' | 'remote';
  readonly dsn: DsnEnvelope;
  /** Full name for a missing From: (pickup's F record). */
  readonly senderFullName?: string;
  /** Take recipients from the header (sendmail -t). */
  readonly extractRecipients?: boolean;
  /** BODY=8BITMIME was said, or 8bit content is expected. */
  readonly encoding?: '7bit' | '8bit';
  /** transport:nexthop. postconf(5) content_filter */
  readonly contentFilter?: string;
  /** Steps that are not for this message. postconf(5) receive_override_options */
  readonly leftOut?: { readonly mappings: boolean; readonly checks: boolean };
  /** Arrival time when it is not now (a requeued message), ms since the epoch. */
  readonly arrivalAt?: number;
}
/** The queue file is there and has an id: recipients and content may come. */
export interface CleanupOpened {
  readonly type: 'cleanup.opened';
  readonly queueId: string;
}
/** One recipient of the message, before any content. */
export interface CleanupRecipient {
  readonly type: 'cleanup.recipient';
  /** Standard internal form. */
  readonly address: string;
  /** As the client said it; differs from `address` after rewriting. */
  readonly original: string;
  /** Sum of NOTIFY numbers (mail/queue-envelope.ts); 0 = not given. RFC 3461 §4.1 */
  readonly notify: number;
  /** ORCPT, `rfc822;user@example.org`; '' = not given. RFC 3461 §4.2 */
  readonly orcpt: string;
}
/** Header lines of the envelope-taking daemon (Received:), complete lines with LF. Sent before any chunk. */
export interface CleanupPrepend {
  readonly type: 'cleanup.prepend';
  readonly bytes: Uint8Array;
}
/** Content, LF line ends, dots already unstuffed. */
export interface CleanupChunk {
  readonly type: 'cleanup.chunk';
  readonly bytes: Uint8Array;
}
/** What is to be done with a message. access(5) OTHER ACTIONS */
export interface MessageOrders {
  /** Into the hold queue, where it stays until somebody releases it. */
  readonly hold: boolean;
  /** Taken, and thrown away. */
  readonly discard: boolean;
  /** `transport:nexthop` for all recipients; '' = none. */
  readonly filter: string;
  /** Who gets it instead of all recipients; '' = nobody. */
  readonly redirect: string;
}
/** The content is complete: make it whole and durable, then answer cleanup.done. */
export interface CleanupClose {
  readonly type: 'cleanup.close';
  readonly orders?: MessageOrders;
}
/** Forget the message and remove what was written. No answer. */
export interface CleanupAbort {
  readonly type: 'cleanup.abort';
}
/** cleanup's verdict, most severe first (cleanup_user.h order as in reference "after-dot errors"). */
export type CleanupStatus = 'ok' | 'internal' | 'toobig' | 'hops' | 'rejected' | 'norcpt' | 'write' | 'map';
/** The message is safely queued, or not, and why. */
export interface CleanupDone {
  readonly type: 'cleanup.done';
  readonly status: CleanupStatus;
  readonly queueId: string;
  /** Text for the client when the status carries one (`rejected`). */
  readonly reason?: string;
  /** The table that wanted it refused. header_checks(5) */
  readonly because?: { readonly parameter: string; readonly table: string; readonly key?: string };
}

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
  readonly because?: { readonly parameter: string; readonly table?: string; readonly key?: string };
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
