/** What delivery agents report, and what it means for message and destination. qmgr(8) · SCHEDULER_README */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import { stepChart } from '../kernel/process.ts';
import { dropFrom, entriesOf, putInto, takeFrom } from '../kernel/shelf.ts';
import { failureEffects, type Progress, runQueue } from './deliver.ts';
import { finishMessage } from './finish.ts';
import { doneEdits } from './marks.ts';
import { type QueueContext, queue } from './queue.ts';
import type { Args, Decision } from './rules.ts';
import type { ActiveMessage, DestinationQueue, QmgrContext, Running } from './types.ts';

/** An agent is done with a request. */
export function takeResults({ context, event }: Args): Decision {
  assert(event.type === 'deliver.done', 'takeResults belongs to deliver.done');
  const running = takeFrom(context.running, event.token);
  // A second answer to the same request (the watchdog had given up on it) counts for nothing.
  if (running === undefined) return {};
  return settle(context, event.token, running, event.results, event.at, event.siteFailure?.text);
}

function settle(
  context: QmgrContext,
  token: string,
  running: Running,
  results: readonly DeliveryResult[],
  at: number,
  siteFailure: string | undefined,
): Progress {
  const id = running.entry.messageId;
  let next: QmgrContext = { ...context, running: dropFrom(context.running, token) };
  const effects: Effect[] = [];
  const message = takeFrom(next.messages, id);
  if (message !== undefined) {
    const updated: ActiveMessage = {
      ...message,
      waiting: message.waiting - 1,
      results: [...message.results, ...results],
    };
    next = { ...next, messages: putInto(next.messages, id, updated) };
    effects.push(...markDone(updated, results));
  }
  const fed = feedBack(next, running.destination, at, siteFailure);
  next = fed.context;
  effects.push(...fed.effects);
  const finished = finishIfDone(next, id, at);
  return { context: finished.context, effects: [...effects, ...finished.effects] };
}

/** R becomes D in the queue file, unless the file goes or is left in this very step. */
function markDone(message: ActiveMessage, results: readonly DeliveryResult[]): readonly Effect[] {
  if (message.waiting === 0) return [];
  return doneEdits(message, results);
}

/** The message leaves the active queue once nothing of it is under way. */
export function finishIfDone(context: QmgrContext, id: string, at: number): Progress {
  const message = takeFrom(context.messages, id);
  if (message === undefined || message.waiting > 0) return { context, effects: [] };
  return finishMessage(context, id, at);
}

/** Success or failure changes the window; a dead destination gives back all that waits for it. */
function feedBack(context: QmgrContext, key: string, at: number, siteFailure: string | undefined): Progress {
  const destination = takeFrom(context.destinations, key);
  if (destination === undefined) return { context, effects: [] };
  const event =
    siteFailure === undefined
      ? ({ type: 'entry.done', at } as const)
      : ({ type: 'site.failed', at, reason: siteFailure } as const);
  const chart = stepChart(queue, destination.chart, event).state;
  const next = { ...context, destinations: putInto(context.destinations, key, { ...destination, chart }) };
  const died = chart.value === 'suspended' && destination.chart.value === 'ready';
  return died ? giveBack(next, { ...destination, chart }, at) : runQueue(next, key, at);
}

function giveBack(context: QmgrContext, destination: DestinationQueue, at: number): Progress {
  const { reason } = destination.chart.context as QueueContext;
  const text = `delivery temporarily suspended: ${reason}`;
  const afterMs = timeMsOf(context.settings, 'minimal_backoff_time');
  const timer = `suspended:${destination.key}`;
  const effects: Effect[] = [{ type: 'timer.set', timer, afterMs }];
  let next: QmgrContext = {
    ...context,
    destinations: putInto(context.destinations, destination.key, { ...destination, entries: [] }),
  };
  for (const entry of destination.entries) {
    const message = takeFrom(next.messages, entry.messageId);
    if (message === undefined) continue;
    const first = message.results.length;
    const results = entry.recipients.map(
      (recipient): DeliveryResult => ({ recipient, status: 'deferred', dsn: '4.3.0', text }),
    );
    const waiting = message.waiting - 1 + results.length;
    const updated = { ...message, waiting, results: [...message.results, ...results] };
    next = { ...next, messages: putInto(next.messages, message.id, updated) };
    effects.push(
      ...results.flatMap((result, index) => failureEffects(next, updated, result, first + index, at)),
    );
  }
  return { context: next, effects };
}

/** bounce(8) has kept a failure that qmgr found; when it could not, the recipient is only put off. */
export function takeAppended({ context, event }: Args): Decision {
  assert(event.type === 'bounce.appended', 'takeAppended belongs to bounce.appended');
  const [id = '', indexText = ''] = event.token.split(':');
  const message = takeFrom(context.messages, id);
  if (message === undefined) return {};
  const results = event.ok
    ? message.results
    : message.results.map((result, index) =>
        String(index) === indexText ? { ...result, status: 'deferred' as const } : result,
      );
  const updated = { ...message, waiting: message.waiting - 1, results };
  return finishIfDone({ ...context, messages: putInto(context.messages, id, updated) }, id, event.at);
}

/** The time of a dead destination is over: it gets another chance. */
export function endSuspension({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'endSuspension belongs to timer.fired');
  const key = event.timer.slice('suspended:'.length);
  const destination = takeFrom(context.destinations, key);
  if (destination === undefined) return {};
  const chart = stepChart(queue, destination.chart, { type: 'suspension.ended', at: event.at }).state;
  return runQueue(
    { ...context, destinations: putInto(context.destinations, key, { ...destination, chart }) },
    key,
    event.at,
  );
}

const AGENT_FAILED = { status: 'deferred', dsn: '4.3.0', text: 'unknown mail transport error' } as const;

function giveUp(context: QmgrContext, token: string, running: Running, at: number): Progress {
  const results = running.entry.recipients.map(
    (recipient): DeliveryResult => ({ recipient, ...AGENT_FAILED }),
  );
  const message = takeFrom(context.messages, running.entry.messageId);
  const logs =
    message === undefined
      ? []
      : results.flatMap((one, at_) => failureEffects(context, message, one, at_, at));
  const settled = settle(context, token, running, results, at, undefined);
  const onlyLogs = logs.filter(({ type }) => type === 'log');
  return { context: settled.context, effects: [...onlyLogs, ...settled.effects] };
}

/** A delivery agent died: its recipients are tried again later. */
export function takeDeath({ context, event }: Args): Decision {
  assert(event.type === 'master.childDied', 'takeDeath belongs to master.childDied');
  const { request } = event;
  if (request?.type !== 'deliver.request') return {};
  const running = takeFrom(context.running, request.token);
  return running === undefined ? {} : giveUp(context, request.token, running, event.at);
}

/** Requests that no agent has answered for daemon_timeout are given up. */
export function watch({ context, event }: Args): Decision {
  const limitMs = timeMsOf(context.settings, 'daemon_timeout');
  let progress: Progress = { context, effects: [] };
  for (const [token, running] of entriesOf(context.running)) {
    if (event.at - running.startedAt < limitMs) continue;
    const step = giveUp(progress.context, token, running, event.at);
    progress = { context: step.context, effects: [...progress.effects, ...step.effects] };
  }
  const again: Effect = { type: 'timer.set', timer: 'watchdog', afterMs: 60_000 };
  return { context: progress.context, effects: [...progress.effects, again] };
}
