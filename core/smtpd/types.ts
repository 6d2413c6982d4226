/** Types of the smtpd chart. */
import type { Settings } from '../config/settings.ts';
import type { AnvilCounted } from '../kernel/anvil.ts';
import type { DnsAnswer } from '../kernel/dns.ts';
import type { NetClosed, NoteArrived, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { MilterAnswer } from '../kernel/milter.ts';
import type {
  CleanupDone,
  CleanupOpened,
  CleanupStatus,
  MasterChildDied,
  Resolution,
  RewriteResolved,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { PolicyAnswer } from '../kernel/policy.ts';
import type { VerifyAnswer } from '../kernel/probes.ts';
import type { Because } from '../mail/because.ts';
import type { Zone } from '../mail/date.ts';
import type { FirstLineState } from '../mail/first-line.ts';
import type { Reply } from '../mail/reply.ts';
import type { CommandToken } from '../mail/tokens.ts';
import type { DataState } from '../wire/data.ts';
import type { Chat } from './chat.ts';
import type { Chunks } from './chunk-count.ts';
import type { Filters } from './filter-notes.ts';
import type { Orders } from './orders.ts';
import type { Answers, Cursor, Question, Refusal } from './verdict.ts';
import type { Forwarded } from './xforward.ts';

/** Who is on the other end. */
export interface Client {
  /** Verified name, or `unknown`. */
  readonly name: string;
  readonly reverseName: string;
  readonly address: string;
  /** 0: unknown, as a proxy may say (XCLIENT). */
  readonly port: number;
  /** The name, or the reverse name, could not be found out for now. */
  readonly nameIsPending?: boolean;
  readonly reverseNameIsPending?: boolean;
  /** As whom a proxy has logged it in; '' or absent: nobody. XCLIENT_README */
  readonly login?: string;
  /** anvil(8) counts what it does, under this name of the service; absent: it may do all it likes. */
  readonly countedAs?: string;
}

/** What only few sessions need: one object for all, shared while nothing of it is used. */
export interface Extras {
  /** What XFORWARD says of the next message. */
  readonly forwarded: Forwarded | undefined;
  /** The text comes, or came, by BDAT. */
  readonly chunks: Chunks | undefined;
}

/** Nothing of it. */
export const NO_EXTRAS: Extras = { forwarded: undefined, chunks: undefined };

export type SmtpdInput = Birth & {
  readonly at: number;
  readonly client: Client;
  /** Address of ours that the client connected to. */
  readonly serverAddress?: string;
  readonly serverPort?: number;
  /** sendmail -bs: a user of this machine on standard input, to whom no restriction applies. */
  readonly stdin?: boolean;
};

/** An envelope address: as the client gave it, and what trivial-rewrite made of it. */
export interface Party {
  /** Internal form as the client gave it, for texts and logs. */
  readonly given: string;
  /** Standard internal form, for the queue file. */
  readonly standard: string;
  readonly resolution: Resolution | undefined;
}

/** The mail transaction: from MAIL to the end of DATA. */
export interface Transaction {
  readonly sender: Party;
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly ret: number;
  readonly envid: string;
  /** What SIZE= announced; 0: nothing. */
  readonly sizeBytes: number;
  /** When MAIL was accepted: the time in Received:. */
  readonly at: number;
  /** Process id of cleanup; '' before it was asked, and after the message was given up. */
  readonly cleanup: string;
  readonly queueId: string;
  readonly accepted: number;
  /** The first recipient as the client gave it; '' when there is none. */
  readonly firstRecipient: string;
  readonly firstParty: Party | undefined;
  /** Why the message cannot be queued, told after the dot. */
  readonly failed: CleanupStatus | undefined;
}

/** A stage of the session at which restriction lists are evaluated. */
export type Stage = 'connect' | 'helo' | 'mail' | 'rcpt' | 'vrfy' | 'etrn' | 'data' | 'endOfData';

/** What the lists said last. */
export type Finding =
  | { readonly type: 'accepted'; readonly because?: Because }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'pause'; readonly afterMs: number }
  | { readonly type: 'ask'; readonly question: Question };

/** What the lists have learned from others; the same object while they have asked nobody. */
export interface Known {
  readonly answers: Answers;
}

export interface SmtpdContext {
  readonly settings: Settings;
  readonly zone: Zone;
  readonly pid: number;
  readonly client: Client;
  /** '' and 0 when nobody said. */
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly stdin: boolean;
  /** The HELO name; '' before HELO. */
  readonly helo: string;
  readonly protocol: 'SMTP' | 'ESMTP';
  /** What the client did last, for "lost connection after". */
  readonly where: string;
  readonly errors: number;
  /** Commands that do nothing, since the last message. */
  readonly junk: number;
  /** Recipients beyond the limit. */
  readonly overshoot: number;
  /** How many were good, and how many came, of each of the COUNTED commands in turn. */
  readonly counts: readonly number[];
  /** Input came where the client had to wait; logged once. */
  readonly pipelined: boolean;
  /** A bare LF was seen where it is noted (`smtpd_forbid_bare_newline = note`). */
  readonly bareLfNoted: boolean;
  /** The client was refused when it connected: everything but QUIT is denied. */
  readonly denied: boolean;
  /** The beginning of a line that is too long, while the rest of it is skipped. */
  readonly longLine: string | undefined;
  /** The command that waits for trivial-rewrite, the lists or cleanup. */
  readonly command: Command | undefined;
  /** Its address. */
  readonly party: Party | undefined;
  readonly stage: Stage;
  readonly cursor: Cursor | undefined;
  readonly finding: Finding;
  /** Forgotten when the stage is judged. */
  readonly known: Known;
  /**
   * Deferrals of earlier stages (smtpd_delay_reject = no) that hold if the client is permitted in the end.
   */
  readonly deferred: Readonly<Partial<Record<Stage, Refusal>>>;
  readonly transaction: Transaction | undefined;
  /** What is to become of its message; access(5) may say so before MAIL is accepted. */
  readonly orders: Orders;
  /** The reply that waits for the error sleep. */
  readonly pendingReply: Reply | undefined;
  /** 354 was said: text comes next. */
  readonly textIsNext: boolean;
  readonly hangUp: boolean;
  readonly extras: Extras;
  readonly filters: Filters;
  /** What was said, for a notice to the postmaster; undefined where none is ever wanted. */
  readonly chat: Chat | undefined;
  readonly firstLine: FirstLineState;
  readonly dataBytes: number;
}

export const VERBS = [
  ...(['HELO', 'EHLO', 'XCLIENT', 'XFORWARD', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const),
  ...(['BDAT', 'RSET', 'NOOP', 'VRFY', 'ETRN', 'QUIT'] as const),
] as const;

/** What the disconnect line of 3.x counts, in the order of Postfix's table of commands. */
export const COUNTED: readonly Command['type'][] = [...VERBS, 'UNKNOWN'];

/** A command line, parsed. */
export interface Command {
  readonly type: (typeof VERBS)[number] | 'UNKNOWN';
  readonly at: number;
  readonly line: string;
  readonly words: readonly CommandToken[];
  /** Unread input waits behind this line. */
  readonly pending: boolean;
  /** The line was longer than line_length_limit and the rest of it comes as a line of its own (2.3). */
  readonly cut: boolean;
  readonly bareLf: boolean;
}

/** A line that is no command: ended by a forbidden bare LF, or too long. */
export interface OddLine {
  readonly type: 'line.bare' | 'line.long';
  readonly at: number;
  readonly line: string;
}

export interface DataChunk {
  readonly type: 'data.chunk';
  readonly at: number;
  readonly bytes: Uint8Array;
  /** Of the whole text so far, as message_size_limit counts. */
  readonly sizeBytes: number;
  /** Where in it the first line begins that lost its leading dot. */
  readonly dottedAt: number | undefined;
}

/** A piece of a chunk (BDAT). */
export interface ChunkText {
  readonly type: 'chunk.text';
  readonly at: number;
  /** Text with LF line ends. */
  readonly bytes: Uint8Array;
  /** As many bytes of the chunk as it was made of. */
  readonly readBytes: number;
  readonly state: DataState;
}

/** The chunk is complete. */
export interface ChunkEnd {
  readonly type: 'chunk.end';
  readonly at: number;
}

export interface DataEnd {
  readonly type: 'data.end';
  readonly at: number;
  readonly sizeBytes: number;
  readonly bareLf: boolean;
}

export type SmtpdEvent =
  | Command
  | OddLine
  | DataChunk
  | DataEnd
  | ChunkText
  | ChunkEnd
  | TimerFired
  | NetClosed
  | (NoteArrived &
      (
        | DnsAnswer
        | MilterAnswer
        | PolicyAnswer
        | VerifyAnswer
        | AnvilCounted
        | CleanupOpened
        | CleanupDone
        | RewriteRewritten
        | RewriteResolved
        | MasterChildDied
      ));
