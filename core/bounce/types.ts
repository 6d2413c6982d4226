/** Types of the bounce chart. */
import type { Settings } from '../config/settings.ts';
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
  BounceForget,
  CleanupDone,
  CleanupOpened,
  MasterChildDied,
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import type { LoggedFailure } from './log-file.ts';

export type BounceInput = Birth & { readonly at: number };

/** One request: note a failure, or send the notice about all that were noted. */
export interface BounceContext {
  readonly settings: Settings;
  readonly zone: Zone;
  readonly request: (NoteArrived & (BounceAppend | BounceFlush)) | undefined;
  readonly failures: readonly LoggedFailure[];
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
  | (NoteArrived &
      (BounceAppend | BounceFlush | BounceForget | CleanupOpened | CleanupDone | MasterChildDied));
