/**
 * The end of a message's stay in the active queue: the sender is told, then it is removed, or put off.
 * qmgr(8) · RFC 5321 §4.5.4.1
 */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Because } from '../mail/because.ts';
import { backoffMs, expiryCause, retryCause } from './causes.ts';
import type { MessageFacts } from './message.ts';
import { markEdit } from './refuse.ts';
import {
  andThen,
  explained,
  isIdle,
  logged,
  messageOf,
  pathIn,
  stepped,
  unchanged,
  withMessage,
} from './rules.ts';
import type { ActiveMessage, Args, Decision, Progress, QmgrContext } from './types.ts';

/** Old enough to be returned? Notices (from `<>`) have their own lifetime, never longer than that of mail. */
function isExpired({ settings }: QmgrContext, { sender, createdAt }: ActiveMessage, at: number): boolean {
  const maximal = timeMsOf(settings, 'maximal_queue_lifetime');
  const notice = Math.min(timeMsOf(settings, 'bounce_queue_lifetime'), maximal);
  return at - createdAt >= (sender === '' ? notice : maximal);
}

function factsOf(context: QmgrContext, message: ActiveMessage, at: number): MessageFacts {
  const deferred = message.deferred > 0;
  const due = message.warning?.at;
  return {
    ...{ bounced: message.bounced.length > 0, report: message.report, deferred },
    expired: deferred && isExpired(context, message, at),
    late: deferred && due !== undefined && at >= due,
  };
}

/** The message goes on once nothing of it is under way. */
export function finishIfIdle(context: QmgrContext, id: string, at: number): Progress {
  const message = messageOf(context, id);
  if (message === undefined || !isIdle(message)) return unchanged(context);
  const facts = factsOf(context, message, at);
  return goOn(context, stepped(message, { type: 'recipients.done', at, ...facts }), at);
}

/** Does what the message's new state asks for. */
function goOn(context: QmgrContext, message: ActiveMessage, at: number): Progress {
  const next = withMessage(context, message);
  switch (message.chart.value) {
    case 'returning':
      return tell(next, message, 'bounce', 'failed', at);
    case 'reporting':
      return tell(next, message, 'trace', 'success', at);
    case 'warning':
      return tell(next, message, 'defer', 'delayed', at);
    case 'expiring': {
      const text = `${message.id}: from=<${message.sender}>, status=expired, returned to sender`;
      const because = expiryCause(context.settings, message, at);
      const said: Progress = { context: next, effects: [logged(text, 'info', because)] };
      return andThen(said, (after) => tell(after, message, 'defer', 'failed', at, because));
    }
    default:
      return { context: next, effects: leavingEffects(next, message, at) };
  }
}

/**
 * Asks bounce(8) to tell the sender. Where there is no such service, nobody is told and nothing is given up.
 */
function tell(
  context: QmgrContext,
  message: ActiveMessage,
  log: 'bounce' | 'defer' | 'trace',
  kind: 'failed' | 'delayed' | 'success',
  at: number,
  because?: Because,
): Progress {
  const { id, sender, dsn, arrivalAt } = message;
  const to = context.services.includes(log) ? log : 'bounce';
  if (!context.services.includes(to)) return tellingFailed(context, id, at);
  const path = pathIn(context.settings, 'active', id);
  const note = {
    type: 'bounce.flush',
    token: id,
    log,
    kind,
    queueId: id,
    path,
    sender,
    dsn,
    arrivalAt,
    ...(because && { because }),
  } as const;
  return { context, effects: [{ type: 'send', to, note }] };
}

const TELLING = ['returning', 'reporting', 'expiring', 'warning'];

/** The message of this id, while bounce(8) is to tell its sender something. */
function telling(context: QmgrContext, id: string): ActiveMessage | undefined {
  const message = messageOf(context, id);
  return TELLING.includes(String(message?.chart.value)) ? message : undefined;
}

/** bounce(8) has told the sender, or could not. */
export function takeFlushed({ context, event }: Args): Decision {
  assert(event.type === 'bounce.flushed', 'takeFlushed belongs to bounce.flushed');
  return event.ok ? told(context, event.token, event.at) : tellingFailed(context, event.token, event.at);
}

function told(context: QmgrContext, id: string, at: number): Progress {
  const message = telling(context, id);
  if (message === undefined) return unchanged(context);
  const edits = toldEdits(context, message);
  const after = afterTelling(message);
  const step = stepped(after, { type: 'sender.told', at, ...factsOf(context, after, at) });
  return andThen({ context, effects: edits }, (next) => goOn(next, step, at));
}

/** What is done is done: no second notice, no second try. */
function afterTelling(message: ActiveMessage): ActiveMessage {
  if (message.chart.value === 'returning') return { ...message, bounced: [] };
  if (message.chart.value === 'reporting') return { ...message, report: false };
  return message;
}

function toldEdits(context: QmgrContext, message: ActiveMessage): readonly Effect[] {
  const { id, bounced, deferred, warning, chart } = message;
  if (chart.value === 'returning' && deferred > 0)
    return bounced.filter((offset) => offset > 0).map((offset) => markEdit(context, message, offset));
  if (chart.value !== 'warning' || warning === undefined) return [];
  const bytes = Uint8Array.from('-1'.padStart(15), (char) => char.charCodeAt(0));
  const path = pathIn(context.settings, 'active', id);
  return [{ type: 'file.write', file: `warned:${id}`, path, offset: warning.offset, bytes }];
}

/** The sender could not be told: nothing is given up, and all is tried again. */
export function tellingFailed(context: QmgrContext, id: string, at: number): Progress {
  const message = telling(context, id);
  if (message === undefined) return unchanged(context);
  const { deferred, bounced, chart } = message;
  const kept =
    chart.value === 'returning' ? { ...message, deferred: deferred + bounced.length, bounced: [] } : message;
  const after = chart.value === 'reporting' ? { ...kept, report: false } : kept;
  return goOn(context, stepped(after, { type: 'telling.failed', at, ...factsOf(context, after, at) }), at);
}

/** Out of the active queue, by the way its state says. Asked once more when the disk fails. */
export function leavingEffects(
  { settings }: QmgrContext,
  message: ActiveMessage,
  at: number,
): readonly Effect[] {
  const { id, chart } = message;
  const from = pathIn(settings, 'active', id);
  if (chart.value === 'removed') return [{ type: 'file.remove', path: from }];
  if (chart.value === 'corrupt') return [{ type: 'file.rename', from, to: pathIn(settings, 'corrupt', id) }];
  if (chart.value !== 'deferred') return [];
  const minimal = timeMsOf(settings, 'minimal_backoff_time');
  const maximal = timeMsOf(settings, 'maximal_backoff_time');
  const ageMs = at - message.createdAt;
  const until = at + backoffMs(ageMs, minimal, maximal);
  return [
    { type: 'file.touch', path: from, modifiedAt: until },
    { type: 'file.rename', from, to: pathIn(settings, 'deferred', id) },
    explained('deferred', [retryCause(ageMs, minimal, maximal)], id, until),
  ];
}
