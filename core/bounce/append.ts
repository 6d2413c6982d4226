/** Noting a result in a log. bounce(8) */
import { matchDomain } from '../config/match-list.ts';
import { intOf, listOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { BounceAppend } from '../kernel/notes.ts';
import { queuePath } from '../mail/queue-id.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { logBlock } from './log-file.ts';
import type { Args, BounceContext, Decision } from './types.ts';

/** Where a message's log is. */
export function logPath(settings: Settings, log: string, queueId: string): string {
  const hashQueueNames = listOf(settings, 'hash_queue_names');
  return queuePath(log, queueId, { hashQueueNames, hashQueueDepth: intOf(settings, 'hash_queue_depth') });
}

function appendOf({ request }: BounceContext): BounceAppend & { readonly from: string } {
  assert(request?.type === 'bounce.append', 'a block belongs to bounce.append');
  return request;
}

/** Opens the log of the message; it is made when it is not there. */
export function openLog({ context, event }: Args): Decision {
  assert(event.type === 'bounce.append', 'openLog belongs to bounce.append');
  const path = logPath(context.settings, event.log, event.queueId);
  return { context: { request: event }, effects: [{ type: 'file.open', file: 'log', path, mode: 0o600 }] };
}

/** The recipient is given up on account of this block: it must be on disk before that. */
export function mustBeDurable({ context }: Args): boolean {
  return appendOf(context).log === 'bounce';
}

/** Writes the recipient's block. */
export function writeBlock({ context }: Args): Decision {
  const bytes = latin1ToBytes(logBlock(appendOf(context).result));
  return { effects: [{ type: 'file.append', file: 'log', bytes }] };
}

/** Asks for the block to be durable. */
export function syncLog(): Decision {
  return { effects: [{ type: 'file.sync', file: 'log' }] };
}

function answer(context: BounceContext, ok: boolean): readonly Effect[] {
  const { token, from } = appendOf(context);
  const note = { type: 'bounce.appended', token, ok } as const;
  return [{ type: 'file.close', file: 'log' }, { type: 'send', to: from, note }, { type: 'exit' }];
}

/**
 * A site that may ask for its mail gets the message onto its list. postconf(5) fast_flush_domains
 *
 * Differs: in Postfix the delivery agent tells flush(8) itself.
 */
function listing(context: BounceContext): readonly Effect[] {
  const { log, queueId, result } = appendOf(context);
  const site = log === 'defer' ? splitLocalDomain(result.recipient.address).domain : undefined;
  if (site === undefined || site === '' || !context.services.includes('flush')) return [];
  if (matchDomain(context.settings, 'fast_flush_domains', site).type !== 'match') return [];
  return [{ type: 'send', to: 'flush', note: { type: 'flush.add', site, queueId } }];
}

/** The result is noted. */
export function tellAppended({ context }: Args): Decision {
  return { effects: [...listing(context), ...answer(context, true)] };
}

/** The result could not be noted: the recipient will be tried again. */
export function tellNotAppended({ context, event }: Args): Decision {
  const code = event.type === 'file.failed' ? event.code : '';
  const { queueId, log } = appendOf(context);
  const text = `${queueId}: cannot write the ${log} log: ${code}`;
  return { effects: [{ type: 'log', level: 'warning', text }, ...answer(context, false)] };
}
