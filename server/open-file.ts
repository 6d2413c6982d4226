/** One open file of the disk: bytes that wait are written in one call, and a size at its start costs none. */
import fs from 'node:fs';

const FLUSH_AT = 256 * 1024;

export interface OpenFile {
  readonly fd: number;
  path: string;
  /** Appended, not yet written. */
  pending: Uint8Array[];
  pendingBytes: number;
  /** True until something was written: then all there is of the file is pending. */
  untouched: boolean;
  /** First failure of an append; told at the next sync. */
  failed?: string;
  syncing: number;
  closing: boolean;
  lockedPath?: string;
}

/** `untouched`: the file was made just now, nothing is in it. */
export function openFile(fd: number, path: string, untouched: boolean, lockedPath?: string): OpenFile {
  const open: OpenFile = { fd, path, pending: [], pendingBytes: 0, untouched, syncing: 0, closing: false };
  return lockedPath === undefined ? open : { ...open, lockedPath };
}

/** Adds bytes; writes them when they have become many. Throws an errno error. */
export function appendTo(open: OpenFile, bytes: Uint8Array): void {
  open.pending.push(bytes);
  open.pendingBytes += bytes.length;
  if (open.pendingBytes >= FLUSH_AT) flush(open);
}

/** Writes what was appended, in one call. Throws an errno error. */
export function flush(open: OpenFile): void {
  if (open.pending.length === 0) return;
  const whole = wholeOf(open);
  open.pending = [];
  open.pendingBytes = 0;
  open.untouched = false;
  let done = 0;
  while (done < whole.length) done += fs.writeSync(open.fd, whole, done, whole.length - done);
}

function wholeOf({ pending }: OpenFile): Uint8Array {
  return pending.length === 1 ? (pending[0] as Uint8Array) : Buffer.concat(pending);
}

/** Replaces bytes: in memory while the whole file is there, on the disk otherwise. Throws an errno error. */
export function overwrite(open: OpenFile, offset: number, bytes: Uint8Array): void {
  if (open.untouched && offset + bytes.length <= open.pendingBytes) {
    const whole = Buffer.concat(open.pending);
    whole.set(bytes, offset);
    open.pending = [whole];
    return;
  }
  flush(open);
  open.untouched = false;
  fs.writeSync(open.fd, bytes, 0, bytes.length, offset);
}

/** Cuts the file; what waits to be written is forgotten. Throws an errno error. */
export function truncate(open: OpenFile, sizeBytes: number): void {
  open.pending = [];
  open.pendingBytes = 0;
  open.untouched = false;
  fs.ftruncateSync(open.fd, sizeBytes);
}
