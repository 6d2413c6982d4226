/** Types of the pickup chart. */
import type { Settings } from '../config/settings.ts';
import type {
  DirListed,
  FileFailed,
  FileLoaded,
  FileRemoved,
  NoteArrived,
  SettingsChanged,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  BounceAppended,
  BounceFlushed,
  CleanupDone,
  CleanupOpened,
  MasterChildDied,
  MasterStart,
  PickupWakeup,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import type { Submission } from './submission.ts';

export type PickupInput = Birth & { readonly at: number };

export interface PickupContext {
  readonly settings: Settings;
  readonly zone: Zone;
  /** Paths of maildrop files still to be taken. */
  readonly waiting: readonly string[];
  /** A wake-up came while at work: look again afterwards. */
  readonly again: boolean;
  readonly current: string;
  readonly submission: Submission | undefined;
  /** Process id of the cleanup that has the message. */
  readonly cleanup: string;
  readonly queueId: string;
  readonly services: readonly string[];
  /** Recipients that bounce(8) has still to note. */
  readonly unnoted: number;
  /** Files that could not be taken, and when they may be tried again (ms since the epoch). */
  readonly refused: ReadonlyMap<string, number>;
}

type Asked = CleanupOpened | CleanupDone | RewriteRewritten | BounceAppended | BounceFlushed;
type Heard = MasterStart | PickupWakeup | Asked | MasterChildDied;

export type PickupEvent =
  | DirListed
  | FileLoaded
  | FileRemoved
  | FileFailed
  | SettingsChanged
  | (NoteArrived & Heard);
