/**
 * The end of a message's stay in the active queue: removed, returned, or put off. qmgr(8) · RFC 5321
 * §4.5.4.1
 */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import { stepChart } from '../kernel/process.ts';
import { dropFrom, putInto, takeFrom } from '../kernel/shelf.ts';
import type { Progress } from './deliver.ts';
import { doneEdits } from './marks.ts';
import { message as messageChart } from './message.ts';
import type { Args, Decision } from './rules.ts';
import { fill, pathIn } from './scan.ts';
import type { ActiveMessage, QmgrContext } from './types.ts';

/** Old enough to be returned? Notices (from `<>`) have their own lifetime. */
function isExpired(context: QmgrContext, message: ActiveMessage, at: number): boolean {
  const maximal = timeMsOf(context.settings, 'maximal_queue_lifetime');
  const notice = Math.min(timeMsOf(context.settings, 'bounce_queue_lifetime'), maximal);
  return at - message.arrivalAt >= (message.sender === '' ? notice : maximal);
}

/** Nothing of the message is under way: tell the sender if there is bad news, then let it go. */
export function finishMessage(context: QmgrContext, id: string, at: number): Progress {
  const message = takeFrom(context.messages, id);
  if (message === undefined) return { context, effects: [] };
  const chart = stepChart(messageChart, message.chart, { type: 'recipients.done', at }).state;
  const effects: Effect[] = [];
  let { results } = message;
  const late = results.filter(({ status }) => status === 'deferred');
  const expired = late.length > 0 && isExpired(context, message, at);
  if (expired) {
    const text = `${id}: from=<${message.sender}>, status=expired, returned to sender`;
    effects.push({ type: 'log', level: 'info', text });
    results = results.map((result) =>
      result.status === 'deferred' ? { ...result, status: 'bounced' } : result,
    );
  }
  const updated: ActiveMessage = { ...message, chart, results };
  const next = { ...context, messages: putInto(context.messages, id, updated) };
  const bad = results.some(({ status }) => status === 'bounced');
  if (!bad) {
    const left = leave(next, updated, at);
    return { context: left.context, effects: [...effects, ...left.effects] };
  }
  effects.push(...(expired ? flush(next, updated, 'defer') : flush(next, updated, 'bounce')));
  return { context: next, effects };
}

/** Asks bounce(8) to tell the sender; for expired mail the reasons are in the defer log. */
function flush(context: QmgrContext, message: ActiveMessage, log: 'bounce' | 'defer'): readonly Effect[] {
  const { id, sender, dsn, arrivalAt } = message;
  const path = pathIn(context.settings, 'active', id);
  const facts = { token: id, log, queueId: id, path, sender, dsn, arrivalAt } as const;
  return [{ type: 'send', to: log, note: { type: 'bounce.flush', kind: 'failed', ...facts } }];
}

/** The sender was told, or could not be told: then nothing is given up and all is tried again. */
export function takeFlushed({ context, event }: Args): Decision {
  assert(event.type === 'bounce.flushed', 'takeFlushed belongs to bounce.flushed');
  const message = takeFrom(context.messages, event.token);
  if (message === undefined) return {};
  if (event.ok) return leave(context, message, event.at);
  const results = message.results.map(
    (result): DeliveryResult => (result.status === 'bounced' ? { ...result, status: 'deferred' } : result),
  );
  return leave(context, { ...message, results }, event.at);
}

/** Out of the active queue: gone for good, or to deferred with its next time. */
function leave(context: QmgrContext, message: ActiveMessage, at: number): Progress {
  const { id, results } = message;
  const path = pathIn(context.settings, 'active', id);
  const rest = { ...context, messages: dropFrom(context.messages, id) };
  const deferred = results.filter(({ status }) => status === 'deferred');
  const effects: Effect[] = [];
  if (deferred.length === 0) {
    effects.push({ type: 'file.remove', path });
    effects.push({ type: 'log', level: 'info', text: `${id}: removed` });
    if (message.from.startsWith('deferred/'))
      effects.push({ type: 'send', to: 'defer', note: { type: 'bounce.forget', log: 'defer', queueId: id } });
  } else {
    const served = results.filter(({ status }) => status !== 'deferred');
    effects.push(
      ...doneEdits(
        message,
        served.map((result) => ({ ...result, status: 'sent' })),
      ),
    );
    effects.push({ type: 'file.touch', path, modifiedAt: at + backoffMs(context, message, at) });
    effects.push({ type: 'file.rename', from: path, to: pathIn(context.settings, 'deferred', id) });
  }
  const more = fill(rest, at);
  return { context: more.context, effects: [...effects, ...more.effects] };
}

/** Time until the next try: the age of the message, kept between the two backoff limits. postconf(5) */
export function backoffMs(
  context: QmgrContext,
  message: Pick<ActiveMessage, 'arrivalAt'>,
  at: number,
): number {
  const minimal = timeMsOf(context.settings, 'minimal_backoff_time');
  const maximal = timeMsOf(context.settings, 'maximal_backoff_time');
  return Math.min(Math.max(at - message.arrivalAt, minimal), maximal);
}
