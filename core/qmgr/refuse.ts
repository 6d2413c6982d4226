/**
 * Recipients that qmgr settles itself. Since 2.4 it hands them to error(8), as `retry` or `error`, with the
 * reason in place of a next hop, so that it need not wait for bounce(8); 2.3 did all of it alone. qmgr(8)
 */
import { deliveryLog } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient, DeliveryResult } from '../kernel/notes.ts';
import { isProbe, verifyUpdate } from '../kernel/probes.ts';
import { markDone } from '../mail/queue-file.ts';
import { messageOf, pathIn, unchanged, withMessage } from './rules.ts';
import { isUsable } from './transport.ts';
import type { ActiveMessage, Place, Progress, QmgrContext, Verdict } from './types.ts';

/** The place where a verdict is carried out; undefined when qmgr does that itself. */
export function agentFor(
  context: QmgrContext,
  { status, dsn, text }: Verdict,
  { address }: DeliveryRecipient,
  at: number,
): Place | undefined {
  const transport = status === 'deferred' ? 'retry' : 'error';
  if (status === 'sent' || context.settings.profile === '2.3') return undefined;
  if (!isUsable(context, transport, at)) return undefined;
  return { transport, nexthop: `${dsn} ${text}`, recipient: address };
}

/** Logs the result and has bounce(8) note it; the message waits for that. */
export function refuse(context: QmgrContext, id: string, result: DeliveryResult, at: number): Progress {
  const message = messageOf(context, id);
  if (message === undefined) return unchanged(context);
  const log = deliveryLog(context.settings, requestOf(message), result, {
    ...{ relay: 'none', startedAt: at, doneAt: at },
  });
  if (isProbe(message)) {
    const done = markEdit(context, message, result.recipient.offset);
    return { context, effects: [log, verifyUpdate(result), done] };
  }
  if (result.status === 'sent')
    return { context, effects: [log, markEdit(context, message, result.recipient.offset)] };
  const noted = append(context, message, result.status === 'bounced' ? 'bounce' : 'defer', result);
  return { context: noted.context, effects: [log, ...noted.effects] };
}

function requestOf({ id, arrivalAt, activeAt, attributes }: ActiveMessage) {
  return { queueId: id, arrivalAt, activeAt, attributes };
}

/** The one-byte edit that says: this recipient is served. */
export function markEdit({ settings }: QmgrContext, { id }: ActiveMessage, offset: number): Effect {
  return {
    type: 'file.write',
    file: `mark:${id}`,
    path: pathIn(settings, 'active', id),
    ...markDone(offset),
  };
}

/**
 * Has a result noted in a log of bounce(8). Where there is no such service, nothing is noted and all is
 * tried again.
 */
export function append(
  context: QmgrContext,
  message: ActiveMessage,
  log: 'bounce' | 'defer' | 'trace',
  result: DeliveryResult,
): Progress {
  const { id } = message;
  const { offset } = result.recipient;
  const to = context.services.includes(log) ? log : 'bounce';
  if (!context.services.includes(to))
    return unchanged(withMessage(context, accounted(message, log, offset, false)));
  const { waiting, appending } = message;
  const note = { type: 'bounce.append', token: `${id}:${log}:${offset}`, log, queueId: id, result } as const;
  return {
    context: withMessage(context, { ...message, waiting: waiting + 1, appending: appending + 1 }),
    effects: [{ type: 'send', to, note }],
  };
}

/** What a noted result means for its message; a failure that could not be noted is tried again. */
export function accounted(message: ActiveMessage, log: string, offset: number, ok: boolean): ActiveMessage {
  if (log === 'trace') return { ...message, report: message.report || ok };
  if (log === 'bounce' && ok) return { ...message, bounced: [...message.bounced, offset] };
  return { ...message, deferred: message.deferred + 1 };
}
