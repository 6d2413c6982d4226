/** What a disk is to the performer, and what it keeps of an open file. */
import type { FileEffect, Owner, WorldEvent } from '#core';
import type { Locks } from './locks.ts';

export interface OpenFile {
  readonly fd: number;
  path: string;
  pending: Uint8Array[];
  /** First failure of an append; told at the next sync. */
  failed?: string;
  syncing: number;
  closing: boolean;
  lockedPath?: string;
}

export interface DiskOptions {
  /** queue_directory: relative paths are below it. */
  readonly queueDirectory: string;
  /** Where events go. */
  readonly notify: (process: string, event: WorldEvent, step: number) => void;
  /** Act as the owner of the effect (only where this process is root). */
  readonly actAs?: (owner: Owner) => () => void;
  readonly locks?: Locks;
}

export interface Disk {
  perform(process: string, effect: FileEffect, step: number): void;
  /** Close what a process left open. */
  release(process: string): void;
  /** Bytes accepted but not yet written, for back-pressure. */
  pendingBytes(): number;
  close(): void;
}
