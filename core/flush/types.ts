/** Types of the flush chart. */
import type { Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type {
  DirListed,
  FileFailed,
  FileLoaded,
  FileOpened,
  FileRemoved,
  FileRenamed,
  NoteArrived,
  SettingsChanged,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { FlushAdd, FlushSend, FlushWakeup } from '../kernel/notes.ts';

export type FlushInput = Birth & { readonly at: number };

/** What is to be done with the file of a site, or with all of them. Paths are below queue_directory. */
export type Task =
  | { readonly type: 'add'; readonly path: string; readonly text: string }
  /** `forced`: dead destinations are tried again too. */
  | { readonly type: 'send'; readonly path: string; readonly forced: boolean }
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'list' };

export interface FlushContext {
  readonly settings: Settings;
  /** At most one task to add for each file, at most one to list. */
  readonly todo: readonly Task[];
  readonly current: Task | undefined;
  /** Queue ids still to be moved to incoming, and moves that have not answered. */
  readonly left: readonly string[];
  readonly moving: number;
  /** When each file was last read (ms since the epoch). */
  readonly readAt: ReadonlyMap<string, number>;
}

export type FlushEvent =
  | DirListed
  | FileOpened
  | FileLoaded
  | FileRenamed
  | FileRemoved
  | FileFailed
  | SettingsChanged
  | (NoteArrived & (FlushAdd | FlushSend | FlushWakeup));

export type Args = RuleArgs<FlushContext, FlushEvent>;
export type Decision = Outcome<FlushContext>;
