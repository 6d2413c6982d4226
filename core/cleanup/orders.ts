/**
 * What is to be done with the whole message: because a client, a sender or a recipient is in access(5), which
 * smtpd(8) says at the end, or because of what header_checks(5) found in the text.
 *
 * access(5) "OTHER ACTIONS" · Postfix: src/cleanup/cleanup_api.c, cleanup_extracted.c
 */
import { assert } from '../kernel/assert.ts';
import { queuePath } from '../mail/queue-id.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { hashing } from './file.ts';
import { milterOf } from './milter-work.ts';
import type { Args, Decision } from './out.ts';
import type { CleanupContext } from './types.ts';

/** Keeps them until the message is whole. */
export function noteOrders({ event }: Args): Decision {
  assert(event.type === 'cleanup.close', 'noteOrders belongs to cleanup.close');
  const { orders, milter } = event;
  if (orders === undefined && milter === undefined) return {};
  return { context: { ...(orders === undefined ? {} : { orders }), ...milterOf(milter) } };
}

/** Records for qmgr(8), behind the text; of each kind the last counts. FILTER, REDIRECT */
export function orderRecords({ orders, filter, redirect }: CleanupContext): readonly Uint8Array[] {
  return [...recordsOf(orders.filter, orders.redirect), ...recordsOf(filter, redirect)];
}

function recordsOf(filter: string, redirect: string): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  if (filter !== '') records.push(encodeRecord('L', filter));
  if (redirect !== '') records.push(encodeRecord('>', redirect));
  return records;
}

/** Somebody wants the message forgotten. access(5), header_checks(5) DISCARD */
export function isDiscarded({ context }: Args): boolean {
  return context.orders.discard || context.isDiscarded;
}

/** The client is told that it was queued, and nothing is kept. */
export function discard({ context }: Args): Decision {
  const { opener, queueId, path } = context;
  return {
    effects: [
      { type: 'file.close', file: 'queue' },
      { type: 'file.remove', path },
      { type: 'send', to: opener, note: { type: 'cleanup.done', status: 'ok', queueId } },
      { type: 'exit' },
    ],
  };
}

/** Somebody wants the message kept back. access(5), header_checks(5) HOLD */
export function isHeld({ context }: Args): boolean {
  return context.orders.hold || context.isHeld;
}

/** Into the hold queue, before the file is marked complete. */
export function moveToHold({ context }: Args): Decision {
  const { settings, queueId, path } = context;
  const newPath = queuePath('hold', queueId, hashing(settings));
  return {
    context: { newPath },
    effects: [{ type: 'file.rename', from: path, to: newPath, durable: true }],
  };
}
