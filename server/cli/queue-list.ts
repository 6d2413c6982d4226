/** Reading the queue directory for people: what postqueue(1) -p and -j show. showq(8) */
import fs from 'node:fs';
import { basename, join } from 'node:path';
import {
  intOf,
  isQueueId,
  listOf,
  parseDeferLog,
  parseQueueFile,
  type QueueHashing,
  queueDirectory,
  quote822,
  type Settings,
  textOf,
} from '#core';
import type { JournaledFile } from '../journal-record.ts';
import { JOURNAL, readJournal } from '../journal-segments.ts';
import { errorCode, readWhole } from '../paths.ts';

/** One recipient that is not done, quoted as in a header; `reason` when the last try is on record. */
export interface ListedRecipient {
  readonly address: string;
  readonly reason?: string;
}

/** One message of the queue. */
export interface ListedMessage {
  readonly queue: string;
  readonly id: string;
  readonly arrivalSec: number;
  /** Of its content; of the whole file in maildrop, which has no size record. */
  readonly sizeBytes: number;
  readonly fileSizeBytes: number;
  /** Quoted as in a header. */
  readonly sender: string;
  readonly recipients: readonly ListedRecipient[];
}

/** A maildrop file of somebody else. */
export interface HiddenMessage {
  readonly queue: 'maildrop';
  readonly id: string;
  readonly arrivalSec: number;
  readonly sizeBytes: number;
  readonly hiddenUid: number;
}

export type Listed = ListedMessage | HiddenMessage;

/** The queues in the order of the report. */
const QUEUES = ['maildrop', 'active', 'incoming', 'deferred', 'hold'];

function hashingOf(settings: Settings): QueueHashing {
  return {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
}

/** Names of a queue's files in the order of the directory, hash directories walked; readdir(3) order. */
function* namesIn(directory: string, depth: number): Generator<readonly [directory: string, id: string]> {
  const entries = fs.opendirSync(directory);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (entry.isDirectory() && depth > 0 && entry.name.length === 1)
        yield* namesIn(join(directory, entry.name), depth - 1);
      else if (isQueueId(entry.name)) yield [directory, entry.name];
    }
  } finally {
    entries.closeSync();
  }
}

/** Those of the defer log with their reason first, then the others. */
function recipientsOf(
  bytes: Uint8Array,
  deferLog: string | undefined,
): { readonly file: ReturnType<typeof parseQueueFile>; readonly recipients: readonly ListedRecipient[] } {
  const file = parseQueueFile(bytes);
  const open = file.recipients.filter(({ done }) => !done);
  const logged = deferLog === undefined ? [] : parseDeferLog(deferLog);
  const reasons = logged
    .filter(({ offset, recipient }) =>
      open.some((each) => (offset > 0 ? each.offset === offset : each.address === recipient)),
    )
    .map(({ recipient, reason, offset }) => ({ address: recipient, reason, offset }));
  const rest = open.filter(
    ({ address, offset }) =>
      !reasons.some((each) => (each.offset > 0 ? each.offset === offset : each.address === address)),
  );
  return {
    file,
    recipients: [
      ...reasons.map(({ address, reason }) => ({ address: quote822(address), reason })),
      ...rest.map(({ address }) => ({ address: quote822(address) })),
    ],
  };
}

/**
 * A file that vanishes meanwhile is no longer in the queue. `path` is one on disk, or what the journal
 * holds.
 */
function readMessage(
  root: string,
  queue: string,
  path: string | JournaledFile,
  id: string,
  hashing: QueueHashing,
) {
  try {
    const { bytes, mode, modifiedAt } = typeof path === 'string' ? readWhole(path) : path;
    // The owner's x bit says that the file is whole.
    if ((mode & 0o100) === 0) return undefined;
    const log = join(root, queueDirectory('defer', id, hashing), id);
    const deferLog = fs.existsSync(log) ? fs.readFileSync(log, 'latin1') : undefined;
    const { file, recipients } = recipientsOf(bytes, deferLog);
    return {
      ...{ queue, id, recipients, fileSizeBytes: bytes.length, sender: quote822(file.sender ?? '') },
      arrivalSec: file.arrivalTime?.sec ?? Math.floor(modifiedAt / 1000),
      sizeBytes: file.sizeFields?.contentSize ?? bytes.length,
    };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || typeof path !== 'string') return undefined;
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || queue !== 'maildrop') return undefined;
    const arrivalSec = Math.floor(stat.mtimeMs / 1000);
    return { queue: 'maildrop' as const, id, arrivalSec, sizeBytes: stat.size, hiddenUid: stat.uid };
  }
}

/** What the journal has of a queue. */
function youngIn(
  queue: string,
  journal: ReadonlyMap<string, JournaledFile>,
): readonly (readonly [file: JournaledFile, id: string])[] {
  return [...journal].flatMap(([path, file]) => {
    const id = basename(path);
    return path.startsWith(`${queue}/`) && isQueueId(id) ? [[file, id] as const] : [];
  });
}

/**
 * Every whole message of the queue, in the order of Postfix's report. Throws the errno error of a queue
 * that may not be read.
 */
export function* listQueue(settings: Settings): Generator<Listed> {
  const root = textOf(settings, 'queue_directory');
  const hashing = hashingOf(settings);
  // Read first: what becomes a file meanwhile is then found as one.
  const journal = readJournal(join(root, JOURNAL));
  const seen = new Set<string>();
  for (const queue of QUEUES) {
    const directory = join(root, queue);
    if (!fs.existsSync(directory)) continue;
    const depth = hashing.hashQueueNames.includes(queue) ? hashing.hashQueueDepth : 0;
    for (const [place, id] of placesIn(directory, depth, youngIn(queue, journal))) {
      // Moved to this queue since it was seen in another.
      if (seen.has(id)) continue;
      const message = readMessage(root, queue, place, id, hashing);
      if (message === undefined) continue;
      seen.add(id);
      yield message;
    }
  }
}

/** Files of a directory, then those that have no file yet. */
function* placesIn(
  directory: string,
  depth: number,
  young: ReturnType<typeof youngIn>,
): Generator<readonly [place: string | JournaledFile, id: string]> {
  for (const [folder, id] of namesIn(directory, depth)) yield [join(folder, id), id];
  yield* young;
}
