/** Types of the smtpd chart. */
import type { Settings } from '../config/settings.ts';
import type { NetClosed, NoteArrived, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  CleanupDone,
  CleanupOpened,
  MasterChildDied,
  RewriteResolved,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import type { FirstLineState } from '../mail/first-line.ts';
import type { Reply } from '../mail/reply.ts';
import type { CommandToken } from '../mail/tokens.ts';

/** Who is on the other end. */
export interface Client {
  /** Verified name, or `unknown`. */
  readonly name: string;
  readonly reverseName: string;
  readonly address: string;
  readonly port: number;
}

export type SmtpdInput = Birth & {
  readonly at: number;
  readonly client: Client;
  readonly serverAddress?: string;
};

/** The mail transaction: from MAIL to the end of DATA. */
export interface Transaction {
  readonly sender: string;
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly ret: number;
  readonly envid: string;
  readonly cleanup: string;
  readonly queueId: string;
  readonly accepted: number;
  /** The only recipient, for Received: and logs; '' when there are more or none. */
  readonly onlyRecipient: string;
}

/** The address that is being looked at. */
export interface Question {
  readonly verb: 'MAIL' | 'RCPT' | 'VRFY';
  readonly given: string;
  readonly address: string;
  readonly notify: number;
  readonly orcpt: string;
  readonly argument: string;
}

/** The only ways an answer can go after a wait. */
export interface SmtpdContext {
  readonly settings: Settings;
  readonly zone: Zone;
  readonly pid: number;
  readonly client: Client;
  readonly serverAddress: string;
  /** The HELO name; '' before HELO. */
  readonly helo: string;
  readonly protocol: 'SMTP' | 'ESMTP';
  /** The last verb, for "lost connection after". */
  readonly where: string;
  readonly errors: number;
  readonly junk: number;
  readonly overshoot: number;
  readonly counts: Readonly<Record<string, readonly [good: number, all: number]>>;
  readonly transaction: Transaction | undefined;
  readonly question: Question | undefined;
  readonly resolution: RewriteResolved | undefined;
  /** The reply that waits for the error sleep. */
  readonly pendingReply: Reply | undefined;
  readonly hangUp: boolean;
  readonly firstLine: FirstLineState;
  readonly dataBytes: number;
  readonly tooBig: boolean;
  readonly bareLf: boolean;
}

/** A command line, parsed. */
export interface Command {
  readonly type:
    | 'HELO'
    | 'EHLO'
    | 'MAIL'
    | 'RCPT'
    | 'DATA'
    | 'RSET'
    | 'NOOP'
    | 'VRFY'
    | 'ETRN'
    | 'QUIT'
    | 'UNKNOWN';
  readonly at: number;
  readonly line: string;
  readonly words: readonly CommandToken[];
  /** Unread input waits behind this line. */
  readonly pending: boolean;
  readonly cut: boolean;
}

export interface DataChunk {
  readonly type: 'data.chunk';
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface DataEnd {
  readonly type: 'data.end';
  readonly at: number;
  readonly sizeBytes: number;
  readonly bareLf: boolean;
}

export type SmtpdEvent =
  | Command
  | DataChunk
  | DataEnd
  | TimerFired
  | NetClosed
  | (NoteArrived & (CleanupOpened | CleanupDone | RewriteRewritten | RewriteResolved | MasterChildDied));
