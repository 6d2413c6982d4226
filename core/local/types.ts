/** Types of the local chart. */
import type { Account } from '../config/accounts.ts';
import type { Settings } from '../config/settings.ts';
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
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';

export type LocalInput = Birth & { readonly at: number };

type Request = NoteArrived & DeliverRequest;

/** Something that is still to be done for a recipient. */
export type Work =
  /**
   * A local name: alias, user or nobody. `direct`: skip aliases and .forward (`\user`, or a name that
   * stands for itself).
   */
  | {
      readonly type: 'name';
      readonly name: string;
      readonly level: number;
      readonly direct: boolean;
      readonly for: number;
    }
  /** A mailbox of a user. */
  | { readonly type: 'mailbox'; readonly user: string; readonly for: number }
  /** A file named in an alias. */
  | { readonly type: 'file'; readonly path: string; readonly for: number }
  /** Addresses to send the message on to, as a new message. */
  | {
      readonly type: 'forward';
      readonly addresses: readonly string[];
      readonly sender: string;
      readonly for: number;
    };

/** Where the current delivery writes. */
export interface Target {
  readonly format: 'maildir' | 'mbox';
  readonly directory: string;
  readonly path: string;
  readonly account: Account | undefined;
  readonly startBytes: number;
  readonly newName: string;
}

export interface LocalContext {
  readonly settings: Settings;
  readonly pid: number;
  readonly zone: Zone;
  readonly request: Request | undefined;
  readonly startedAt: number;
  readonly work: readonly Work[];
  /** Mailboxes and names served already in this delivery. */
  readonly served: ReadonlySet<string>;
  /** Users whose .forward was looked for. */
  readonly forwardSeen: ReadonlySet<string>;
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
  | (NoteArrived & (BounceAppended | CleanupOpened | CleanupDone | MasterChildDied));
