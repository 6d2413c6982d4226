/**
 * Answers that never come: an agent died, or was never there. Nothing hangs for good. qmgr(8) · postconf(5)
 * daemon_timeout
 */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { entriesIn, valueIn } from '../kernel/persistent.ts';
import { feedBack, refuseEntry, throttleTransport } from './feed-back.ts';
import { finishIfIdle, tellingFailed } from './finish.ts';
import { placeMore, questions, resolved } from './resolve.ts';
import { appended, freed } from './results.ts';
import { andThen, unchanged, withMessage } from './rules.ts';
import { WATCH_MS } from './scan.ts';
import type { ActiveMessage, Args, Decision, Progress, QmgrContext, Verdict } from './types.ts';

const AGENT_FAILED: Verdict = {
  ...{ status: 'deferred', dsn: '4.3.0', text: 'unknown mail transport error' },
  because: { rule: 'agent failed', parameter: 'transport_retry_time' },
};
const NO_ANSWER = {
  transport: '',
  nexthop: '',
  recipient: '',
  addressClass: 'default',
  routed: false,
  because: { rule: 'trivial-rewrite' },
} as const;

/**
 * No answer will come to this request: its recipients are tried again later, its agent is left alone for a
 * while.
 */
function giveUp(context: QmgrContext, token: string, at: number): Progress {
  const running = valueIn(context.running, token);
  if (running === undefined) return unchanged(context);
  const free = throttleTransport(freed(context, token, running), running.transport, AGENT_FAILED, at);
  const refused = andThen(free, (next) => refuseEntry(next, running.entry, AGENT_FAILED, at));
  return andThen(refused, (next) => feedBack(next, running.destination, { type: 'entry.lost', at }));
}

/** A process died over something that qmgr had asked for. master(8) */
export function takeDeath({ context, event }: Args): Decision {
  assert(event.type === 'master.childDied', 'takeDeath belongs to master.childDied');
  const { request, at } = event;
  if (request?.type === 'deliver.request') return giveUp(context, request.token, at);
  if (request?.type === 'bounce.append') return appended(context, request.token, false, at);
  if (request?.type === 'bounce.flush') return tellingFailed(context, request.token, at);
  if (request?.type !== 'rewrite.resolve') return {};
  const answer = { ...NO_ANSWER, recipient: request.address, failed: 'lookup' } as const;
  return resolved(context, request.token, answer, at);
}

/** Looks for what has waited too long. */
export function watch({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'watch belongs to timer.fired');
  const { at } = event;
  const limitMs = timeMsOf(context.settings, 'daemon_timeout');
  let progress: Progress = unchanged(context);
  for (const [token, { startedAt }] of entriesIn(context.running))
    if (at - startedAt >= limitMs) progress = andThen(progress, (next) => giveUp(next, token, at));
  for (const [, message] of entriesIn(context.messages))
    if (at - message.movedAt >= WATCH_MS)
      progress = andThen(progress, (next) => remind(next, message, at, limitMs));
  return {
    context: progress.context,
    effects: [...progress.effects, { type: 'timer.set', timer: 'watchdog', afterMs: WATCH_MS }],
  };
}

/** trivial-rewrite is asked again; bounce(8) is given up on after daemon_timeout. */
function remind(context: QmgrContext, message: ActiveMessage, at: number, limitMs: number): Progress {
  const { id, chart, movedAt, waiting, appending, deferred } = message;
  if (valueIn(context.messages, id) !== message) return unchanged(context);
  if (chart.value === 'resolving' && message.isHeld) return placeMore(context, id, at);
  if (chart.value === 'resolving') {
    const asked = { ...message, movedAt: at };
    return { context: withMessage(context, asked), effects: questions(asked) };
  }
  if (at - movedAt < limitMs) return unchanged(context);
  if (chart.value !== 'delivering') return tellingFailed(context, id, at);
  if (appending === 0) return unchanged(context);
  const given = { ...message, waiting: waiting - appending, appending: 0, deferred: deferred + appending };
  return finishIfIdle(withMessage(context, given), id, at);
}
