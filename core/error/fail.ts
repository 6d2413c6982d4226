/** Every recipient fails with the reason that is written where the next hop would be. error(8) */
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { bounceAppend, deliveryLog, softened } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import { afterProbe, isProbe } from '../kernel/probes.ts';
import { dsnClass, splitDsnOr } from '../mail/dsn.ts';
import type { ErrorContext, ErrorEvent } from './types.ts';

type Args = RuleArgs<ErrorContext, ErrorEvent>;
type Decision = Outcome<ErrorContext>;

/** Mail is sent here by a transport that names the reason. error(8) */
const NEXTHOP = { rule: 'next hop' } as const;

/** The reason as it is written; a status of the wrong class is replaced, with a warning. */
function reasonOf(
  nexthop: string,
  later: boolean,
): { readonly dsn: string; readonly text: string; readonly warning?: Effect } {
  const plain = later ? '4.0.0' : '5.0.0';
  const { dsn, text } = splitDsnOr(nexthop, plain);
  if (dsnClass(dsn) === dsnClass(plain)) return { dsn, text };
  const said = `${later ? 'defer' : 'bounce'}_append: ignoring dsn code "${dsn}"`;
  return { dsn: plain, text, warning: { type: 'log', level: 'warning', text: said, because: NEXTHOP } };
}

/** Logs all recipients as failed and asks bounce(8) to remember it. */
export function failAll({ context, event }: Args): Decision {
  assert(event.type === 'deliver.request', 'failAll belongs to deliver.request');
  const { settings, service, services } = context;
  const later = service === 'retry';
  const { dsn, text, warning } = reasonOf(event.nexthop, later);
  const status = later ? 'deferred' : 'bounced';
  const results = event.recipients.map((recipient) =>
    softened(
      settings,
      { recipient, status, dsn, text, ...(recipient.because ? {} : { because: NEXTHOP }) },
      event,
    ),
  );
  const moment = { relay: 'none', startedAt: event.at, doneAt: event.at };
  const noted = results.map((result, index) => bounceAppend(event, result, String(index)));
  const effects = results.flatMap((result, index): readonly Effect[] => [
    deliveryLog(settings, event, result, moment),
    ...(noted[index] ?? []),
  ]);
  const warnings = warning === undefined ? [] : [warning];
  const reachable =
    !isProbe(event) && services.includes(results[0]?.status === 'bounced' ? 'bounce' : 'defer');
  return {
    context: { request: event, results, waiting: reachable ? results.length : 0 },
    effects: [...warnings, ...effects],
  };
}

/** Reports to qmgr. */
export function tellDone({ context }: Args): Decision {
  const { request } = context;
  assert(request !== undefined, 'a report follows a request');
  const results = afterProbe(request, context.results);
  const note = { type: 'deliver.done', token: request.token, results } as const;
  return { effects: [{ type: 'send', to: request.from, note }, { type: 'exit' }] };
}
