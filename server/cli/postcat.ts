/** postcat - shows queue files: envelope, content, recipients found in the header. postcat(1) */
import fs from 'node:fs';
import { join } from 'node:path';
import { intOf, isQueueId, listOf, queueDirectory, type Settings, textOf } from '#core';
import { JOURNAL, readJournal } from '../journal-segments.ts';
import { loadMain } from '../load.ts';
import { errorCode } from '../paths.ts';
import { strerror } from '../table-files.ts';
import { has, lastOf, type Option, readOptions } from './options.ts';
import { looksLikeQueueFile, type PostcatView, showRecords } from './postcat-records.ts';
import { configDirectory, Fatal, type Io, runMain, usageError, warn } from './program.ts';

const NAME = 'postcat';

const USAGE =
  'usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e (envelope records)] ' +
  '[-h (header text)] [-q (access queue)] [-v] [file(s)...]';

/** Where -q looks. */
const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt'];

/** Without -b, -e and -h all three. */
function viewOf(options: readonly Option[]): PostcatView {
  const [body, envelope, headers] = ['b', 'e', 'h'].map((letter) => has(options, letter));
  const all = body !== true && envelope !== true && headers !== true;
  return {
    ...{ body: all || body === true, envelope: all || envelope === true, headers: all || headers === true },
    ...{ offsets: has(options, 'o'), types: has(options, 'd') },
    ...{ verbose: has(options, 'v'), raw: has(options, 'r') },
  };
}

/** Finds a message in the queue: its path below queue_directory, and what it holds. */
function findMessage(settings: Settings, id: string): readonly [path: string, bytes: Uint8Array] {
  if (!isQueueId(id)) throw new Fatal(`bad mail queue ID: ${id}`);
  const hashing = {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
  const root = textOf(settings, 'queue_directory');
  const journal = readJournal(join(root, JOURNAL));
  const paths = QUEUES.map((queue) => queueDirectory(queue, id, hashing) + id);
  const path = paths.find((each) => fs.existsSync(join(root, each)));
  if (path !== undefined) return [path, readFile(join(root, path))];
  // A young message is in the journal alone. docs/decisions/0015-journal.md
  const young = paths.find((each) => journal.has(each));
  const file = young === undefined ? undefined : journal.get(young);
  if (young === undefined || file === undefined)
    throw new Fatal(`open queue file ${id}: No such file or directory`);
  return [young, file.bytes];
}

function readFile(path: string): Buffer {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    throw new Fatal(`open ${path}: ${strerror(errorCode(error))}`);
  }
}

function show(io: Io, bytes: Uint8Array, name: string, view: PostcatView): void {
  if (bytes.length === 0) return;
  if (!looksLikeQueueFile(bytes)) return warn(io, NAME, `${name}: input is not a valid queue file`);
  const complain = (text: string): void => warn(io, NAME, `${name}: ${text}`);
  showRecords(bytes, name, view, (text) => io.out(text), complain);
}

/** postcat(1). 0, or 1 when a file cannot be read. */
export function postcat(args: readonly string[], io: Io): number {
  const line = readOptions(args, 'bc:dehoqrv');
  if (!line.ok) throw usageError(io, NAME, line.complaint, USAGE);
  const { options, words } = line;
  const settings = loadMain(configDirectory(lastOf(options, 'c')), (text) => warn(io, NAME, text));
  const view = viewOf(options);
  if (has(options, 'q')) {
    for (const id of words) {
      const [path, bytes] = findMessage(settings, id);
      show(io, bytes, path, view);
    }
  } else if (words.length === 0) show(io, io.stdin(), 'stdin', view);
  else for (const path of words) show(io, readFile(path), path, view);
  return 0;
}

if (import.meta.main) await runMain(NAME, postcat);
