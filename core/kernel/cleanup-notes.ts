/** What is said to cleanup(8), and what it answers. */
import type { Because } from '../mail/because.ts';
import type { QueueClient } from '../mail/queue-envelope.ts';

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
  /** It was in the queue before: postsuper(1) -r. */
  readonly isRequeued?: boolean;
  /** It is a probe, nobody is to get it: the number for trace_flags (kernel/probes.ts). */
  readonly traceFlags?: number;
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
  /** Process that speaks with the milters of the session; they are to see the message. */
  readonly milter?: string;
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
  /** The configuration that wanted it refused, or the table that did not answer. */
  readonly because?: Because;
}
