/** What all rules of local share. */
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { bounceAppend, deliveryLog, softened } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient } from '../kernel/notes.ts';
import type { LocalContext, LocalEvent, Work } from './types.ts';

export type Args = RuleArgs<LocalContext, LocalEvent>;
export type Decision = Outcome<LocalContext>;

/** The request of this process. */
export function requestOf(context: LocalContext) {
  assert(context.request !== undefined, 'local works on a request');
  return context.request;
}

/** The next piece of work. */
export function nextWork(context: LocalContext): Work | undefined {
  return context.work[0];
}

/** The rest of the work, without the current piece. */
export function restOf(context: LocalContext): readonly Work[] {
  return context.work.slice(1);
}

/** The recipient that a piece of work is for. */
export function recipientOf(context: LocalContext, index: number): DeliveryRecipient {
  const recipient = requestOf(context).recipients[index];
  assert(recipient !== undefined, 'work belongs to a recipient');
  return recipient;
}

export interface Verdict {
  readonly status: 'sent' | 'deferred' | 'bounced';
  readonly dsn: string;
  readonly text: string;
}

/** Records a result: its log line at once, its entry with bounce(8) if it failed. */
export function concluded(
  context: LocalContext,
  index: number,
  address: string,
  verdict: Verdict,
  at: number,
): { readonly context: Pick<LocalContext, 'results' | 'waiting'>; readonly effects: readonly Effect[] } {
  const request = requestOf(context);
  const base = recipientOf(context, index);
  const original = base.original === '' ? base.address : base.original;
  const recipient = address === base.address ? base : { ...base, address, original };
  const result = softened(context.settings, { recipient, ...verdict });
  const moment = { relay: 'local', startedAt: context.startedAt, doneAt: at };
  const token = String(context.results.length);
  const appended = bounceAppend(request.queueId, result, token);
  return {
    context: {
      results: [...context.results, { for: index, result }],
      waiting: context.waiting + appended.length,
    },
    effects: [deliveryLog(context.settings, request, result, moment), ...appended],
  };
}
