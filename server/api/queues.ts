/**
 * What is in the queue: how many messages in each directory, and one message in readable form. postcat(1),
 * qshape(1)
 */
import fs from 'node:fs';
import { join } from 'node:path';
import {
  bytesToLatin1,
  contentOf,
  intOf,
  listOf,
  parseQueueFile,
  queuePath,
  type Settings,
  textOf,
} from '#core';

export const QUEUE_NAMES = ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];
export type QueueCounts = Readonly<Record<QueueName, number>>;

/** The queue files that are not on disk yet, by their paths below queue_directory. */
export type YoungFiles = () => ReadonlyMap<string, { readonly bytes: Uint8Array }>;

/** A count is good for so long, and longer where counting takes long. */
const GOOD_MS = 1000;
const GOOD_TIMES_COST = 50;
/** So much of a queue file is read and shown: the envelope comes first. */
const READ_BYTES = 512 * 1024;

/** Counts files as they are named, without a look at them. A directory that cannot be read counts 0. */
function countFiles(directory: string, depth: number): number {
  let count = 0;
  try {
    for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
      if (entry.isFile()) count += 1;
      else if (depth > 0 && entry.isDirectory() && entry.name.length === 1)
        count += countFiles(join(directory, entry.name), depth - 1);
    }
  } catch {
    // Renamed or removed meanwhile, or not ours to read.
  }
  return count;
}

/** A counter that looks at the disk at most once a second, and never takes more than 2 % of the time. */
export function createQueueCounter(settingsNow: () => Settings, young: YoungFiles): () => QueueCounts {
  let counts: QueueCounts | undefined;
  let goodUntil = 0;
  return () => {
    const started = performance.now();
    if (counts !== undefined && started < goodUntil) return counts;
    const settings = settingsNow();
    const depth = intOf(settings, 'hash_queue_depth');
    const directory = textOf(settings, 'queue_directory');
    const paths = [...young().keys()];
    const entries = QUEUE_NAMES.map((name) => {
      const inMemory = paths.filter((path) => path.startsWith(`${name}/`)).length;
      return [name, countFiles(join(directory, name), depth) + inMemory] as const;
    });
    counts = Object.fromEntries(entries) as QueueCounts;
    const ended = performance.now();
    goodUntil = ended + Math.max(GOOD_MS, (ended - started) * GOOD_TIMES_COST);
    return counts;
  };
}

export interface QueueMessage {
  readonly queueId: string;
  readonly queue: QueueName;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly arrivalAt: number | undefined;
  readonly sender: string | undefined;
  readonly recipients: readonly {
    readonly address: string;
    readonly original: string;
    readonly done: boolean;
  }[];
  readonly attributes: Readonly<Record<string, string>>;
  /** One character per byte. */
  readonly header: string;
  readonly body: string;
  /** The file is longer than what is shown. */
  readonly truncated: boolean;
}

/** Finds a message by its id, which must be one; undefined when it is in no queue. */
export function readMessage(
  settings: Settings,
  queueId: string,
  young: YoungFiles,
): QueueMessage | undefined {
  const hashing = {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
  for (const queue of QUEUE_NAMES) {
    const path = queuePath(queue, queueId, hashing);
    const bytes = young().get(path)?.bytes;
    if (bytes !== undefined) return messageOf(queueId, queue, bytes.subarray(0, READ_BYTES), bytes.length);
    const start = readStart(join(textOf(settings, 'queue_directory'), path));
    if (start !== undefined) return messageOf(queueId, queue, start.bytes, start.sizeBytes);
  }
  return undefined;
}

function readStart(path: string): { readonly bytes: Uint8Array; readonly sizeBytes: number } | undefined {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const bytes = new Uint8Array(Math.min(stat.size, READ_BYTES));
    const count = fs.readSync(fd, bytes, 0, bytes.length, 0);
    return { bytes: bytes.subarray(0, count), sizeBytes: stat.size };
  } finally {
    fs.closeSync(fd);
  }
}

function messageOf(queueId: string, queue: QueueName, bytes: Uint8Array, sizeBytes: number): QueueMessage {
  const file = parseQueueFile(bytes);
  const { arrivalTime, sender } = file;
  const content = bytesToLatin1(contentOf(bytes, file));
  const end = content.startsWith('\n') ? 0 : content.indexOf('\n\n') + 1;
  const headerEnd = end === 0 && !content.startsWith('\n') ? content.length : end;
  return {
    ...{ queueId, queue, sizeBytes, sender },
    arrivalAt: arrivalTime === undefined ? undefined : arrivalTime.sec * 1000 + arrivalTime.usec / 1000,
    recipients: file.recipients.map(({ address, origAddress, done }) => ({
      ...{ address, done },
      original: origAddress,
    })),
    attributes: Object.fromEntries(file.attributes),
    header: content.slice(0, headerEnd),
    body: content.slice(headerEnd + 1),
    truncated: sizeBytes > bytes.length,
  };
}
