/**
 * Everything that can happen to a process: the past tense. Each carries `at`, the only clock there is.
 *
 * `at` is milliseconds since the epoch; its fraction goes down to microseconds (queue ids need them).
 */
import type { Note } from './notes.ts';

interface Happened {
  readonly at: number;
}
/** Bytes from the peer, in pieces of any size. */
export interface NetReceived extends Happened {
  readonly type: 'net.received';
  readonly bytes: Uint8Array;
}
/** The peer closed (`eof`), vanished (`reset`), or our own net.close is complete (`local`). */
export interface NetClosed extends Happened {
  readonly type: 'net.closed';
  readonly reason: 'eof' | 'reset' | 'local';
}
/** Whom `net.connect` called has answered. */
export interface NetConnected extends Happened {
  readonly type: 'net.connected';
  readonly connection: string;
}
/**
 * Bytes from whom this process has called, in pieces of any size. They come as fast as the process takes
 * them: a peer that sends more than it should is dropped.
 */
export interface NetHeard extends Happened {
  readonly type: 'net.heard';
  readonly connection: string;
  readonly bytes: Uint8Array;
}
/**
 * A connection that this process has opened is no more, or never was, and its name is free: `EOF` when the
 * peer closed it, else an errno name (`ECONNREFUSED`, `ECONNRESET`, `ENOENT`, `EACCES`, `EHOSTUNREACH`…).
 */
export interface NetLost extends Happened {
  readonly type: 'net.lost';
  readonly connection: string;
  readonly reason: string;
}
/** A datagram from the address that `socket` has asked. */
export interface UdpReceived extends Happened {
  readonly type: 'udp.received';
  readonly socket: string;
  readonly bytes: Uint8Array;
}
/** Nobody is there (`ECONNREFUSED`), or nothing can be sent; the port is given back. */
export interface UdpFailed extends Happened {
  readonly type: 'udp.failed';
  readonly socket: string;
  readonly reason: string;
}
/** The time that `timer.set` asked for has come. */
export interface TimerFired extends Happened {
  readonly type: 'timer.fired';
  readonly timer: string;
}
/** `device` and `inode` as stat(2) says; Maildir names and queue ids are made of them. */
export interface FileCreated extends Happened {
  readonly type: 'file.created';
  readonly file: string;
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}
/** The file is open, its locks are held; `sizeBytes` is where appending begins. */
export interface FileOpened extends Happened {
  readonly type: 'file.opened';
  readonly file: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly device: number;
  readonly inode: number;
}
/** All bytes of the file are durable, and its directory entry unless `contentOnly` was asked for. */
export interface FileSynced extends Happened {
  readonly type: 'file.synced';
  readonly file: string;
}
/** The file has its new name. */
export interface FileRenamed extends Happened {
  readonly type: 'file.renamed';
  readonly from: string;
  readonly to: string;
}
/** The file is gone. */
export interface FileRemoved extends Happened {
  readonly type: 'file.removed';
  readonly path: string;
}
/** The whole content of a file that was read. */
export interface FileLoaded extends Happened {
  readonly type: 'file.loaded';
  readonly file: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly modifiedAt: number;
  /** How many names the file has; absent = one. */
  readonly links?: number;
}
/** An errno name (`ENOSPC`, `EIO`, `ENOENT`, `EEXIST`, `EAGAIN`…) for the operation that failed. */
export interface FileFailed extends Happened {
  readonly type: 'file.failed';
  readonly operation: string;
  readonly file?: string;
  readonly path?: string;
  readonly code: string;
}
/** A command has ended, or could not be run; `output` is what it said on both of its outputs, cut. */
export interface ProcessEnded extends Happened {
  readonly type: 'process.ended';
  readonly how:
    | { readonly type: 'exited'; readonly status: number }
    | { readonly type: 'killed'; readonly signal: number }
    | { readonly type: 'timedOut' }
    | { readonly type: 'notRun'; readonly why: string };
  readonly output: Uint8Array;
}
export interface DirEntry {
  /** Name relative to the listed directory, hash directories included (`7/7B345AC0B1`). */
  readonly name: string;
  readonly mode: number;
  readonly modifiedAt: number;
  readonly sizeBytes: number;
}
/** Entries sorted by name in byte order, so that every world lists alike. */
export interface DirListed extends Happened {
  readonly type: 'dir.listed';
  readonly path: string;
  readonly entries: readonly DirEntry[];
}
/** The configuration or a table changed (postfix reload, postmap): long-lived daemons take the new one. */
export interface SettingsChanged extends Happened {
  readonly type: 'settings.changed';
  readonly settings: import('../config/settings.ts').Settings;
}
/** A note from another process; `from` is the sender's process id. */
export type NoteArrived = Note & Happened & { readonly from: string };

export type WorldEvent =
  | NetReceived
  | NetClosed
  | NetConnected
  | NetHeard
  | NetLost
  | UdpReceived
  | UdpFailed
  | TimerFired
  | FileCreated
  | FileOpened
  | FileSynced
  | FileRenamed
  | FileRemoved
  | FileLoaded
  | FileFailed
  | DirListed
  | ProcessEnded
  | SettingsChanged
  | NoteArrived;
