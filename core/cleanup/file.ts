/** The queue file's birth and, if need be, its end. Postfix: src/global/mail_queue.c · QSHAPE_README */
import { without } from '../config/overrides.ts';
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { makeLongId, makeShortId, queuePath } from '../mail/queue-id.ts';
import { leaving } from './milter-work.ts';
import type { Args, Decision } from './out.ts';

/** Beyond this many taken names something else is wrong than the clock. */
const MAX_ATTEMPTS = 100;

/** How the directories of the queue are split. postconf(5) hash_queue_names */
export function hashing(settings: Settings) {
  return {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
}

/**
 * An event's time as whole seconds and microseconds. The fraction of a double is not exact: it is
 * rounded.
 */
export function moment(at: number): { readonly sec: number; readonly usec: number } {
  const total = Math.round(at * 1000);
  return { sec: Math.floor(total / 1_000_000), usec: total % 1_000_000 };
}

/** Asks for a file under a name that only this process uses; its inode will give it its id. */
export function createFile({ context, event }: Args): Decision {
  const { pid, attempts } = context;
  const path = `incoming/${moment(event.at).usec + attempts}.${pid}`;
  const start =
    event.type === 'cleanup.open'
      ? {
          ...{ opener: event.from, message: event, encoding: event.encoding },
          arrivalAt: event.arrivalAt ?? event.at,
          ...(event.leftOut === undefined ? {} : { settings: without(context.settings, event.leftOut) }),
        }
      : {};
  return {
    context: { ...start, path, attempts: attempts + 1 },
    effects: [{ type: 'file.create', file: 'queue', path, mode: 0o600 }],
  };
}

/** The temporary name exists, left by a process that died: try the next. */
export function nameIsTaken({ context, event }: Args): boolean {
  return event.type === 'file.failed' && event.code === 'EEXIST' && context.attempts < MAX_ATTEMPTS;
}

/** Time and inode make the queue id, unique as long as the file lives. */
export function nameFile({ context, event }: Args): Decision {
  assert(event.type === 'file.created', 'nameFile belongs to file.created');
  const { settings, path } = context;
  const { sec, usec } = moment(event.at);
  const queueId = boolOf(settings, 'enable_long_queue_ids')
    ? makeLongId(sec, usec, event.inode)
    : makeShortId(usec, event.inode);
  const newPath = queuePath('incoming', queueId, hashing(settings));
  return {
    context: { queueId, createdAt: event.at, newPath },
    effects: [{ type: 'file.rename', from: path, to: newPath }],
  };
}

/** The opener may go on: the message has an id now. */
export function tellOpened({ context }: Args): Decision {
  const { opener, queueId, newPath } = context;
  return {
    context: { path: newPath },
    effects: [{ type: 'send', to: opener, note: { type: 'cleanup.opened', queueId } }],
  };
}

/** The client went away: what was written is removed, nobody was promised anything. */
export function abandon({ context }: Args): Decision {
  const { path, newPath, queueId } = context;
  if (path === '') return { effects: [{ type: 'exit' }] };
  const left = leaving(context);
  // Asked in the middle of a rename: the file is where it was going by the time it is removed.
  const last = queueId === '' ? path : newPath;
  return {
    effects: [
      ...left,
      { type: 'file.close', file: 'queue' },
      { type: 'file.remove', path: last },
      { type: 'exit' },
    ],
  };
}
