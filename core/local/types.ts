/** Types of the local chart. */
import type { Account } from '../config/accounts.ts';
import type { Settings } from '../config/settings.ts';
import type { Owner } from '../kernel/effects.ts';
import type {
  FileCreated,
  FileFailed,
  FileLoaded,
  FileOpened,
  FileRemoved,
  FileRenamed,
  FileSynced,
  NoteArrived,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  BounceAppended,
  CleanupDone,
  CleanupOpened,
  DeliverRequest,
  DeliveryResult,
  MasterChildDied,
  RewriteResolved,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import type { Zone } from '../mail/date.ts';

export type LocalInput = Birth & { readonly at: number };

type Request = NoteArrived & DeliverRequest;

/** The names through which aliases led here, innermost first. */
export interface Chain {
  readonly name: string;
  readonly parent: Chain | undefined;
  /** The row or file that named the next. */
  readonly because: Because;
}

interface WorkOf {
  /** Index of the request's recipient that this is for. */
  readonly for: number;
  /** The address that the log shows: the recipient, or the member of an alias that led here. */
  readonly address: string;
  readonly chain: Chain | undefined;
}

/** A local part. `direct`: no alias, no .forward (`\user`, or a name in its own list). */
export interface NameWork extends WorkOf {
  readonly type: 'name';
  readonly name: string;
  readonly direct: boolean;
}

/** The mailbox of a user; `forwards`: files that may say otherwise and are not looked at yet. */
export interface MailboxWork extends WorkOf {
  readonly type: 'mailbox';
  readonly user: string;
  readonly forwards: readonly string[];
}

/** A file named in an alias or a .forward; written with these rights. */
export interface FileWork extends WorkOf {
  readonly type: 'file';
  readonly path: string;
  readonly as: Owner;
}

/** Addresses of an alias or a .forward, before trivial-rewrite has said where they go. */
export interface MembersWork extends WorkOf {
  readonly type: 'members';
  readonly members: readonly string[];
  /** The name whose members these are. */
  readonly of: string;
  /** owner-NAME: the envelope sender of what is sent on; undefined: the sender stays. */
  readonly owner: string | undefined;
  /** Members of a .forward other than the user are sent on as a new message. */
  readonly sendOn: boolean;
  /** Standard forms from trivial-rewrite; the owner's is the last. */
  readonly rewritten: readonly string[];
  /** Answers of trivial-rewrite so far. */
  readonly resolved: readonly RewriteResolved[];
}

/** Addresses to which the message goes as a new message. */
export interface ForwardWork extends WorkOf {
  readonly type: 'forward';
  readonly addresses: readonly string[];
  readonly owner: string | undefined;
}

/** Something that is still to be done for a recipient. */
export type Work = NameWork | MailboxWork | FileWork | MembersWork | ForwardWork;

/** Where the current delivery writes. */
export interface Target {
  /** The name of the open file. */
  readonly file: string;
  readonly format: 'maildir' | 'mbox';
  readonly directory: string;
  readonly path: string;
  readonly account: Account | undefined;
  readonly as: Owner;
  readonly startBytes: number;
  readonly newName: string;
}

export interface LocalContext {
  readonly settings: Settings;
  readonly pid: number;
  readonly zone: Zone;
  readonly request: Request | undefined;
  readonly startedAt: number;
  /** Addresses of the message's Delivered-To: lines, in lower case. */
  readonly deliveredTo: ReadonlySet<string>;
  readonly work: readonly Work[];
  /** What was done already and is not done twice: `mailbox user`, `file path`, `alias name`… local(8) */
  readonly served: ReadonlySet<string>;
  readonly target: Target | undefined;
  readonly cleanup: string;
  readonly forwardId: string;
  /** One per thing done, for the log; the worst counts for the recipient. */
  readonly results: readonly { readonly for: number; readonly result: DeliveryResult }[];
  /** Log entries with bounce(8) that are not confirmed yet. */
  readonly waiting: number;
}

export type LocalEvent =
  | Request
  | FileLoaded
  | FileFailed
  | FileCreated
  | FileOpened
  | FileSynced
  | FileRenamed
  | FileRemoved
  | (NoteArrived & BounceAppended)
  | (NoteArrived & CleanupOpened)
  | (NoteArrived & CleanupDone)
  | (NoteArrived & RewriteRewritten)
  | (NoteArrived & RewriteResolved)
  | (NoteArrived & MasterChildDied);
