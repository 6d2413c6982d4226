/** Every recipient fails with the reason that is written where the next hop would be. error(8) */
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { bounceAppend, deliveryLog, softened } from '../kernel/delivery.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import type { ErrorContext, ErrorEvent } from './types.ts';

type Args = RuleArgs<ErrorContext, ErrorEvent>;
type Decision = Outcome<ErrorContext>;

/** Logs all recipients as failed and asks bounce(8) to remember it. */
export function failAll({ context, event }: Args): Decision {
  assert(event.type === 'deliver.request', 'failAll belongs to deliver.request');
  const { settings, service } = context;
  const later = service === 'retry';
  const { dsn, text } = splitDsnOr(event.nexthop, later ? '4.0.0' : '5.0.0');
  const status = later ? 'deferred' : 'bounced';
  const results = event.recipients.map((recipient) => softened(settings, { recipient, status, dsn, text }));
  const moment = { relay: 'none', startedAt: event.at, doneAt: event.at };
  const effects = results.flatMap((result, index) => [
    deliveryLog(settings, event, result, moment),
    ...bounceAppend(event.queueId, result, String(index)),
  ]);
  return { context: { request: event, results, waiting: results.length }, effects };
}

/** One entry is kept; when it could not be kept, the recipient is tried again later. */
export function noteLogged({ context, event }: Args): Decision {
  assert(event.type === 'bounce.appended', 'noteLogged belongs to bounce.appended');
  const results = context.results.map((result, index) =>
    !event.ok && String(index) === event.token ? { ...result, status: 'deferred' as const } : result,
  );
  return { context: { results, waiting: context.waiting - 1 } };
}

/** All entries are kept. */
export function allAreLogged({ context }: Args): boolean {
  return context.waiting === 0;
}

/** Reports to qmgr. */
export function tellDone({ context }: Args): Decision {
  const { request, results } = context;
  assert(request !== undefined, 'a report follows a request');
  const note = { type: 'deliver.done', token: request.token, results } as const;
  return { effects: [{ type: 'send', to: request.from, note }, { type: 'exit' }] };
}
