/** postqueue - lists the queue and asks for another try. postqueue(1), mailq(1) */
import fs from 'node:fs';
import { join } from 'node:path';
import { isHostName, isLiteral, isQueueId, matchDomain, type Settings, textOf } from '#core';
import { trigger } from '../control.ts';
import { loadMain } from '../load.ts';
import { runningPid } from '../pid-file.ts';
import { askShowq } from '../showq.ts';
import { readShowq } from '../showq-protocol.ts';
import { ownerUid, refusedBy } from './callers.ts';
import { lastOf, readOptions } from './options.ts';
import { configDirectory, EXIT, Fatal, type Io, runMain, usageError, warn } from './program.ts';
import { type Listed, listQueue } from './queue-list.ts';
import { queueJson, queueTable } from './queue-report.ts';

const NAME = 'postqueue';
const USAGE = 'usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site';

/** The messages of the queue, told by showq(8), or read here where nobody answers. Throws Fatal. */
async function listed(io: Io, settings: Settings): Promise<Iterable<Listed>> {
  const root = textOf(settings, 'queue_directory');
  const told = await askShowq(root);
  if (told !== undefined) {
    const messages = readShowq(told);
    if (messages === undefined) throw new Fatal('malformed showq server response', EXIT.software);
    return messages;
  }
  const isDown = runningPid(root) === undefined;
  if (isReadable(join(root, 'deferred'))) {
    if (isDown) warn(io, NAME, 'Mail system is down -- accessing queue directly');
    return listQueue(settings);
  }
  if (isDown) throw new Fatal('Queue report unavailable - mail system is down', EXIT.unavailable);
  throw new Fatal(refusalOf('view'), EXIT.unavailable);
}

/**
 * The queue on standard output, as showq(8) tells it.
 * Differs: where authorized_mailq_users names users, showq hears root alone.
 */
export async function showQueue(io: Io, settings: Settings, asJson: boolean): Promise<number> {
  refuseUser(settings, 'authorized_mailq_users', 'view');
  const messages = await listed(io, settings);
  if (!asJson) io.out(queueTable(settings, messages));
  else for (const message of messages) io.out(queueJson(message) ?? '');
  return 0;
}

function isReadable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Tells qmgr; ends with Postfix's complaint when nobody listens. */
async function tell(settings: Settings, text: string, service: 'qmgr' | 'flush' = 'qmgr'): Promise<number> {
  const root = textOf(settings, 'queue_directory');
  if (await trigger(root, service, text)) return 0;
  const isClosed = !textOf(settings, 'authorized_flush_users').startsWith('static:');
  if (isClosed && process.getuid?.() !== 0) throw new Fatal(refusalOf('flush'), EXIT.unavailable);
  throw new Fatal('Cannot flush mail queue - mail system is down', EXIT.unavailable);
}

/** A list lets the caller pass, and the server cannot know that it is he. */
function refusalOf(what: string): string {
  return `only root may ${what} the mail queue where the list of those who may names users`;
}

/** Root and mail_owner may always. */
function refuseUser(settings: Settings, list: string, what: string): void {
  const uid = process.getuid?.() ?? 0;
  if (uid === 0 || uid === ownerUid(settings)) return;
  const name = refusedBy(settings, list, uid);
  if (name !== undefined)
    throw new Fatal(`User ${name}(${uid}) is not allowed to ${what} the mail queue`, EXIT.unavailable);
}

/** `postqueue -f`, `sendmail -q`: every deferred message now, and what waits in maildrop. */
export async function flushQueue(settings: Settings): Promise<number> {
  refuseUser(settings, 'authorized_flush_users', 'flush');
  await tell(settings, 'DFA');
  await trigger(textOf(settings, 'queue_directory'), 'pickup', 'W');
  return 0;
}

/** `postqueue -s`, `sendmail -qR`: mail for one site. */
export async function flushSite(settings: Settings, site: string): Promise<number> {
  refuseUser(settings, 'authorized_flush_users', 'flush');
  if (!isHostName(site) && !isLiteral(site))
    throw new Fatal(`Cannot flush mail queue - invalid destination: "${site}"`, EXIT.unavailable);
  if (matchDomain(settings, 'fast_flush_domains', site).type !== 'match')
    throw new Fatal(`Flush service is not configured for destination "${site}"`, EXIT.unavailable);
  return tell(settings, `s=${site}`, 'flush');
}

/** `postqueue -i`, `sendmail -qI`: one message, wherever it is, and whatever its time. */
export async function flushMessage(settings: Settings, id: string): Promise<number> {
  refuseUser(settings, 'authorized_flush_users', 'flush');
  if (!isQueueId(id)) throw new Fatal(`Cannot flush queue ID - invalid name: "${id}"`, EXIT.unavailable);
  return tell(settings, `IDF i=${id}`);
}

/** postqueue(1). */
export async function postqueue(args: readonly string[], io: Io): Promise<number> {
  const line = readOptions(args, 'c:fi:jps:v');
  if (!line.ok) throw usageError(io, NAME, line.complaint, USAGE, EXIT.unavailable);
  const { options, words } = line;
  const modes = options.filter(({ letter }) => 'fijps'.includes(letter));
  const [mode] = modes;
  if (mode === undefined || modes.length > 1 || words.length > 0) throw new Fatal(USAGE, EXIT.unavailable);
  const settings = loadMain(configDirectory(lastOf(options, 'c')), (text) => warn(io, NAME, text));
  switch (mode.letter) {
    case 'f':
      return flushQueue(settings);
    case 'i':
      return flushMessage(settings, mode.value);
    case 's':
      return flushSite(settings, mode.value);
    default:
      return showQueue(io, settings, mode.letter === 'j');
  }
}

if (import.meta.main) await runMain(NAME, postqueue);
