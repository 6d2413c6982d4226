/** The queue file's birth and, if need be, its end. Postfix: src/global/mail_queue.c · QSHAPE_README */
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { makeLongId, makeShortId, queuePath } from '../mail/queue-id.ts';
import type { CleanupContext, CleanupEvent } from './types.ts';

export type Args = RuleArgs<CleanupContext, CleanupEvent>;
export type Decision = Outcome<CleanupContext>;

/** How the queues of these settings are spread over directories. */
export function hashing(settings: Settings) {
  return {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
}

/** The microseconds within the second of an event's time. */
export function microseconds(at: number): number {
  return Math.floor((at - Math.floor(at / 1000) * 1000) * 1000);
}

/** Asks for a file under a name that only this process uses; its inode will give it its id. */
export function createFile({ context, event }: Args): Decision {
  const { pid } = context;
  const temporaryPath = `incoming/${microseconds(event.at)}.${pid}`;
  const start =
    event.type === 'cleanup.open'
      ? { opener: event.from, message: event, arrivalAt: event.arrivalAt ?? event.at }
      : {};
  return {
    context: { ...start, temporaryPath },
    effects: [{ type: 'file.create', file: 'queue', path: temporaryPath, mode: 0o600 }],
  };
}

/** The temporary name exists: the clock has moved on, try again. */
export function nameIsTaken({ event }: Args): boolean {
  return event.type === 'file.failed' && event.code === 'EEXIST';
}

/** Time and inode make the queue id, unique as long as the file lives. */
export function nameFile({ context, event }: Args): Decision {
  assert(event.type === 'file.created', 'nameFile belongs to file.created');
  const { settings, temporaryPath } = context;
  const usec = microseconds(event.at);
  const queueId = boolOf(settings, 'enable_long_queue_ids')
    ? makeLongId(Math.floor(event.at / 1000), usec, event.inode)
    : makeShortId(usec, event.inode);
  const path = queuePath('incoming', queueId, hashing(settings));
  return { context: { queueId, path }, effects: [{ type: 'file.rename', from: temporaryPath, to: path }] };
}

/** The opener may go on: the message has an id now. */
export function tellOpened({ context }: Args): Decision {
  const { opener, queueId } = context;
  return { effects: [{ type: 'send', to: opener, note: { type: 'cleanup.opened', queueId } }] };
}

/** The client went away: what was written is removed, nobody was promised anything. */
export function abandon({ context }: Args): Decision {
  const path = context.path || context.temporaryPath;
  return {
    effects: [
      ...(path === ''
        ? []
        : ([
            { type: 'file.close', file: 'queue' },
            { type: 'file.remove', path },
          ] as const)),
      { type: 'exit' },
    ],
  };
}
