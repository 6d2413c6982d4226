/** Types of the pickup chart. */
import type { Settings } from '../config/settings.ts';
import type {
  DirListed,
  FileFailed,
  FileLoaded,
  FileRemoved,
  NoteArrived,
  SettingsChanged,
  TimerFired,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  CleanupDone,
  CleanupOpened,
  MasterChildDied,
  MasterStart,
  PickupWakeup,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';

export type PickupInput = Birth & { readonly at: number };

/** What a maildrop file says, without its text. */
export interface Submission {
  readonly sender: string;
  readonly fullName: string | undefined;
  readonly uid: number;
  readonly recipients: readonly {
    readonly address: string;
    readonly notify: number;
    readonly orcpt: string;
  }[];
  readonly extractRecipients: boolean;
  readonly dsn: { readonly ret: number; readonly envid: string };
  readonly encoding: '7bit' | '8bit' | undefined;
}

export interface PickupContext {
  readonly settings: Settings;
  readonly zone: Zone;
  /** Paths of maildrop files still to be taken. */
  readonly waiting: readonly string[];
  /** A wake-up came while at work: look again afterwards. */
  readonly again: boolean;
  readonly current: string;
  readonly submission: Submission | undefined;
  readonly cleanup: string;
  readonly queueId: string;
  /** Files that could not be taken; not tried again before the next periodic wake-up. */
  readonly refused: ReadonlySet<string>;
}

export type PickupEvent =
  | DirListed
  | FileLoaded
  | FileRemoved
  | FileFailed
  | TimerFired
  | SettingsChanged
  | (NoteArrived &
      (MasterStart | PickupWakeup | CleanupOpened | CleanupDone | RewriteRewritten | MasterChildDied));
