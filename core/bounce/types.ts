/** Types of the bounce chart. */
import type { Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type {
  FileFailed,
  FileLoaded,
  FileOpened,
  FileRemoved,
  FileSynced,
  NoteArrived,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  BounceAppend,
  BounceFlush,
  CleanupDone,
  CleanupOpened,
  MasterChildDied,
} from '../kernel/notes.ts';
import type { Causes } from '../mail/because.ts';
import type { Zone } from '../mail/date.ts';
import type { LoggedFailure } from './log-file.ts';

export type BounceInput = Birth & { readonly at: number };

/** One notice that is to be sent. */
export interface Notice {
  /** For the log: `sender` or `postmaster`. */
  readonly to: 'sender' | 'postmaster';
  readonly recipient: string;
  /** As it is configured, before this host's domain was added. */
  readonly original: string;
  /** Envelope sender: '' or the double-bounce address. */
  readonly sender: string;
  readonly subject: string;
  /** With the words for people; copies for the postmaster go without. */
  readonly words: boolean;
  /** Quote the whole message, or its header only. */
  readonly whole: boolean;
  readonly failures: readonly LoggedFailure[];
  /** A mere copy: when it cannot be sent, the log says so and nothing else happens. */
  readonly copy: boolean;
  /** Why it is sent. */
  readonly because: Causes;
}

/** One request: note a result, or send the notices about all that were noted. */
export interface BounceContext {
  readonly settings: Settings;
  readonly services: readonly string[];
  readonly zone: Zone;
  readonly request: (NoteArrived & (BounceAppend | BounceFlush)) | undefined;
  readonly failures: readonly LoggedFailure[];
  /** The log is lost: the sender is told, though not why. */
  readonly logMissing: boolean;
  /** BODY of the message, '' = not said. */
  readonly encoding: string;
  /** Notices still to be sent, the first being the current one; and how many have gone. */
  readonly plan: readonly Notice[];
  readonly told: number;
  /** The cleanup process that takes the notice, and the notice's queue id. */
  readonly cleanup: string;
  readonly noticeId: string;
}

export type BounceEvent =
  | FileOpened
  | FileLoaded
  | FileRemoved
  | FileSynced
  | FileFailed
  | (NoteArrived & (BounceAppend | BounceFlush | CleanupOpened | CleanupDone | MasterChildDied));

export type Args = RuleArgs<BounceContext, BounceEvent>;
export type Decision = Outcome<BounceContext>;
