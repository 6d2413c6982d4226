/** What a disk is to the performer. */
import type { DirEntry, FileEffect, WorldEvent } from '#core';
import type { ActAs } from './act-as.ts';
import type { JournaledFile } from './journal-record.ts';
import type { Locks } from './locks.ts';

export interface DiskOptions {
  /** queue_directory: relative paths are below it. */
  readonly queueDirectory: string;
  /** Where events go. */
  readonly notify: (process: string, event: WorldEvent, step: number) => void;
  /** Act as the owner of the effect (only where this process is root). */
  readonly actAs?: ActAs;
  readonly locks?: Locks;
  /** Nothing but this disk is waiting here: see createSyncs. */
  readonly waits?: boolean;
}

export interface Disk {
  perform(process: string, effect: FileEffect, step: number): void;
  /** Close what a process left open. */
  release(process: string): void;
  /** A turn is over: what was collected to be done together is done now. */
  flush(): void;
  /** Bytes accepted but not yet written, for back-pressure. */
  pendingBytes(): number;
  close(): void;
}

/** The effect of that name. */
export type Of<Type extends FileEffect['type']> = FileEffect & { readonly type: Type };

/** A disk that can be built upon. */
export interface PlainDisk extends Disk {
  /** Takes over a file that somebody else has opened, at its end, under the name of that process. */
  adopt(process: string, name: string, fd: number, path: string): void;
  /** As `dir.list`, with entries that are not on this disk. */
  list(process: string, effect: Of<'dir.list'>, step: number, more: readonly DirEntry[]): void;
  /** Answers an effect with its failure. */
  fail(process: string, effect: FileEffect, code: string, step: number): void;
}

export interface JournaledDiskOptions extends DiskOptions {
  /** A segment of the journal that has grown so much is followed by the next. */
  readonly segmentBytes?: number;
  /** A young file was removed, moved, changed, or is one on disk now. */
  readonly gone?: (path: string) => void;
}

export interface JournaledDisk extends Disk {
  /**
   * Makes files of what a dead server left in its journal; before the first effect. Answers how many.
   * Throws errno errors; the journal is kept then.
   */
  recover(): number;
  /** The queue files that are not files yet, by their paths below queue_directory. */
  young(): ReadonlyMap<string, JournaledFile>;
  /** One of them. */
  youngAt(path: string): (JournaledFile & { readonly uid: number }) | undefined;
}
