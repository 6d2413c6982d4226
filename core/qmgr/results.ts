/** What delivery agents report, and what it means for the message. qmgr(8) */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import { valueIn, withoutEntry } from '../kernel/persistent.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { doneWith } from './deliver.ts';
import { feedBack } from './feed-back.ts';
import { finishIfIdle } from './finish.ts';
import { accounted, append, markEdit } from './refuse.ts';
import { placeMore } from './resolve.ts';
import { andThen, isIdle, messageOf, unchanged, withMessage } from './rules.ts';
import { transportOf, withTransport } from './transport.ts';
import type { ActiveMessage, Args, Decision, Progress, QmgrContext, Running } from './types.ts';

/** An agent is done with a request. */
export function takeResults({ context, event }: Args): Decision {
  assert(event.type === 'deliver.done', 'takeResults belongs to deliver.done');
  const running = valueIn(context.running, event.token);
  assert(running !== undefined, 'only an awaited answer is taken');
  const { at, siteFailure } = event;
  const outcome =
    siteFailure === undefined
      ? ({ type: 'entry.done', at } as const)
      : ({ type: 'site.failed', at, dsn: siteFailure.dsn, reason: siteFailure.text } as const);
  const free = freed(context, event.token, running);
  const { messageId } = running.entry;
  const settled = settle(free, running, event.results, at);
  const fed = andThen(settled, (next) => feedBack(next, running.destination, outcome));
  const more = andThen(fed, (next) => placeMore(next, messageId, at));
  return andThen(more, (next) => finishIfIdle(next, messageId, at));
}

/** The agent's process has its hands free. */
export function freed(context: QmgrContext, token: string, running: Running): QmgrContext {
  const transport = transportOf(context, running.transport);
  const next = withTransport(context, { ...transport, busy: transport.busy - 1 });
  return { ...next, running: withoutEntry(next.running, token) };
}

/** Accounts the results of one request to its message. */
function settle(
  context: QmgrContext,
  running: Running,
  results: readonly DeliveryResult[],
  at: number,
): Progress {
  const after = doneWith(context, running.entry);
  const before = messageOf(after, running.entry.messageId);
  if (before === undefined) return unchanged(after);
  const bad = results.filter(({ status }) => status !== 'sent');
  const told = bad.reduce(
    (message, { status, recipient }) =>
      accounted(message, status === 'bounced' ? 'bounce' : 'defer', recipient.offset, true),
    { ...before, movedAt: at },
  );
  const sent = results.filter(({ status }) => status === 'sent');
  const reported = sent.filter(({ recipient }) => (recipient.notify & NOTIFY.success) !== 0);
  const marks = isOver(told) && reported.length === 0 ? [] : marksOf(after, told, sent);
  let progress: Progress = { context: withMessage(after, told), effects: marks };
  for (const result of reported)
    progress = andThen(progress, (next) => trace(next, told.id, result, running.transport));
  return progress;
}

/** The file goes in this very step: no need to mark anything in it. */
function isOver(message: ActiveMessage): boolean {
  return isIdle(message) && message.deferred === 0 && message.bounced.length === 0 && !message.report;
}

function marksOf(
  context: QmgrContext,
  message: ActiveMessage,
  sent: readonly DeliveryResult[],
): readonly Effect[] {
  return sent
    .filter(({ recipient }) => recipient.offset > 0)
    .map(({ recipient }) => markEdit(context, message, recipient.offset));
}

/** Notes a success for a sender who asked for it. RFC 3461 §4.1 */
function trace(context: QmgrContext, id: string, result: DeliveryResult, transport: string): Progress {
  const message = messageOf(context, id);
  if (message === undefined) return unchanged(context);
  return append(context, message, 'trace', { ...result, text: `delivery via ${transport}: ${result.text}` });
}

/** bounce(8) has noted a result that qmgr found; when it could not, the recipient is tried again. */
export function takeAppended({ context, event }: Args): Decision {
  assert(event.type === 'bounce.appended', 'takeAppended belongs to bounce.appended');
  return appended(context, event.token, event.ok, event.at);
}

/** The same for an answer of any kind. */
export function appended(context: QmgrContext, token: string, ok: boolean, at: number): Progress {
  const [id = '', log = '', offset = ''] = token.split(':');
  const message = messageOf(context, id);
  if (message === undefined || message.appending === 0) return unchanged(context);
  const { waiting, appending } = message;
  const less = { ...message, waiting: waiting - 1, appending: appending - 1, movedAt: at };
  return finishIfIdle(withMessage(context, accounted(less, log, Number(offset), ok)), id, at);
}
