/** After a crash: what the journal holds becomes queue files again, and the journal begins anew. */
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { JournaledFile } from './journal-record.ts';
import { readJournal, removeFreeFiles, segmentsIn, syncDirectory } from './journal-segments.ts';
import { absolute, listFiles, makeParents } from './paths.ts';
import { spareFilesIn } from './spare-files.ts';

/** Where a file may have come to since the journal last heard of it. */
const QUEUES = ['incoming', 'active', 'deferred', 'hold', 'corrupt'];
const HASH_DEPTH = 8;

/** The same file under another name: it was moved, and the journal's last word was lost. */
function movedTo(queueDirectory: string, path: string, inode: number): string | undefined {
  const name = basename(path);
  for (const queue of QUEUES) {
    const directory = join(queueDirectory, queue);
    if (!fs.existsSync(directory)) continue;
    const found = listFiles(directory, HASH_DEPTH).find((entry) => basename(entry.name) === name);
    const place = found && join(directory, found.name);
    if (place !== undefined && fs.lstatSync(place).ino === inode) return place;
  }
  return undefined;
}

function fill(place: string, { bytes, mode, modifiedAt }: JournaledFile): void {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(place, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    fs.ftruncateSync(fd, 0);
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done);
    fs.fchmodSync(fd, mode);
    fs.futimesSync(fd, modifiedAt / 1000, modifiedAt / 1000);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Writes one file where it was, with its inode if that still exists; the queue id was made of it. */
function restore(
  queueDirectory: string,
  path: string,
  file: JournaledFile,
  spares: Map<number, string>,
): string {
  const place = absolute(queueDirectory, path);
  if (fs.existsSync(place)) fill(place, file);
  else {
    const spare = spares.get(file.inode);
    const moved = spare === undefined ? movedTo(queueDirectory, path, file.inode) : undefined;
    if (moved !== undefined) {
      fill(moved, file);
      return dirname(moved);
    }
    makeParents(place);
    const from = spare ?? `${place}.new`;
    fill(from, file);
    fs.renameSync(from, place);
    spares.delete(file.inode);
  }
  return dirname(place);
}

/**
 * Makes files of all that the journal holds, durable ones, then empties it. Doing it twice does no harm.
 * Throws errno errors; the journal is kept then.
 */
export function recoverQueue(
  queueDirectory: string,
  directory: string,
): { readonly files: number; readonly nextSegment: number } {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const segments = segmentsIn(directory);
  const files = readJournal(directory);
  const spares = spareFilesIn(directory);
  const touched = new Set<string>();
  for (const [path, file] of files) touched.add(restore(queueDirectory, path, file, spares));
  for (const place of touched) syncDirectory(place);
  for (const { path } of segments) fs.rmSync(path, { force: true });
  removeFreeFiles(directory);
  for (const path of spares.values()) fs.rmSync(path, { force: true });
  syncDirectory(directory);
  return { files: files.size, nextSegment: (segments.at(-1)?.number ?? 0) + 1 };
}
