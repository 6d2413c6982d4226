/** Open files of the disk: bytes that wait are written in one call, and a size at its start costs none. */
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

/** Replaces bytes of a file that is not open. Throws an errno error. */
export function overwriteAt(path: string, offset: number, bytes: Uint8Array): void {
  const fd = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NOFOLLOW);
  try {
    fs.writeSync(fd, bytes, 0, bytes.length, offset);
  } finally {
    fs.closeSync(fd);
  }
}

/** Cuts the file; what waits to be written is forgotten. Throws an errno error. */
export function truncate(open: OpenFile, sizeBytes: number): void {
  open.pending = [];
  open.pendingBytes = 0;
  open.untouched = false;
  fs.ftruncateSync(open.fd, sizeBytes);
}

/** The open files of each process, by the names the core gave them. */
export interface FileTable {
  add(process: string, name: string, open: OpenFile): void;
  of(process: string, name: string): OpenFile | undefined;
  /** Throws an error with the code EBADF where there is none. */
  need(process: string, name: string): OpenFile;
  /** Takes it out of the table. */
  take(process: string, name: string): OpenFile | undefined;
  names(process: string): readonly string[];
  all(): readonly OpenFile[];
  renamed(process: string, from: string, to: string): void;
}

export function fileTable(): FileTable {
  const files = new Map<string, Map<string, OpenFile>>();
  const of = (process: string, name: string): OpenFile | undefined => files.get(process)?.get(name);
  return {
    of,
    add: (process, name, open) => {
      const mine = files.get(process);
      if (mine === undefined) files.set(process, new Map([[name, open]]));
      else mine.set(name, open);
    },
    need: (process, name) => {
      const open = of(process, name);
      if (open === undefined) throw Object.assign(new Error('not open'), { code: 'EBADF' });
      return open;
    },
    take: (process, name) => {
      const mine = files.get(process);
      const open = mine?.get(name);
      mine?.delete(name);
      if (mine?.size === 0) files.delete(process);
      return open;
    },
    names: (process) => [...(files.get(process)?.keys() ?? [])],
    all: () => [...files.values()].flatMap((mine) => [...mine.values()]),
    renamed: (process, from, to) => {
      for (const open of files.get(process)?.values() ?? []) if (open.path === from) open.path = to;
    },
  };
}
