/** What a disk is to the performer. */
import type { FileEffect, WorldEvent } from '#core';
import type { ActAs } from './act-as.ts';
import type { Locks } from './locks.ts';

export interface DiskOptions {
  /** queue_directory: relative paths are below it. */
  readonly queueDirectory: string;
  /** Where events go. */
  readonly notify: (process: string, event: WorldEvent, step: number) => void;
  /** Act as the owner of the effect (only where this process is root). */
  readonly actAs?: ActAs;
  readonly locks?: Locks;
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
