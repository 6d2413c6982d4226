/**
 * Which messages become active: incoming and deferred take turns, and the active queue stays small. qmgr(8)
 */
import { intOf, listOf, type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { startChart } from '../kernel/process.ts';
import { putInto, takeFrom } from '../kernel/shelf.ts';
import { queuePath } from '../mail/queue-id.ts';
import { message } from './message.ts';
import type { Args, Decision } from './rules.ts';
import type { ActiveMessage, QmgrContext } from './types.ts';

/** Spreading of queues over directories. */
export function hashing(settings: Settings) {
  return {
    hashQueueNames: listOf(settings, 'hash_queue_names'),
    hashQueueDepth: intOf(settings, 'hash_queue_depth'),
  };
}

function depthOf(settings: Settings, queueName: string): number {
  const { hashQueueNames, hashQueueDepth } = hashing(settings);
  return hashQueueNames.includes(queueName) ? hashQueueDepth : 0;
}

/** Where a message is in a queue. */
export function pathIn(settings: Settings, queueName: string, id: string): string {
  return queuePath(queueName, id, hashing(settings));
}

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function list(settings: Settings, queueName: string): Effect {
  return { type: 'dir.list', path: queueName, depth: depthOf(settings, queueName) };
}

/** First of all, what an earlier qmgr left in active goes back to incoming. */
export function listActive({ context }: Args): Decision {
  return { effects: [list(context.settings, 'active')] };
}

/** Moves those messages, then looks at both queues. */
export function recoverActive({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'recoverActive belongs to dir.listed');
  const { settings } = context;
  const moves = event.entries.map(({ name }): Effect => {
    const id = idOf(name);
    return { type: 'file.rename', from: `active/${name}`, to: pathIn(settings, 'incoming', id) };
  });
  const afterMs = timeMsOf(settings, 'queue_run_delay');
  const timers: Effect[] = [
    { type: 'timer.set', timer: 'deferred', afterMs },
    { type: 'timer.set', timer: 'watchdog', afterMs: 60_000 },
  ];
  return { effects: [...moves, list(settings, 'incoming'), list(settings, 'deferred'), ...timers] };
}

/** The periodic scan of the deferred queue. */
export function scanDeferred({ context }: Args): Decision {
  const afterMs = timeMsOf(context.settings, 'queue_run_delay');
  return {
    effects: [list(context.settings, 'deferred'), { type: 'timer.set', timer: 'deferred', afterMs }],
  };
}

/** Requests W, I, D, A of a wake-up: what to list. A and F first. */
export function obeyWakeup({ context, event }: Args): Decision {
  assert(event.type === 'qmgr.wakeup', 'obeyWakeup belongs to qmgr.wakeup');
  const { settings } = context;
  const wants = (letter: string) => event.requests.includes(letter);
  const effects: Effect[] = [];
  if (wants('W') || wants('I')) effects.push(list(settings, 'incoming'));
  if (wants('D')) effects.push(list(settings, 'deferred'));
  const ignoreTimes = context.ignoreTimes || wants('A');
  const throttled = wants('F') ? new Map<string, number>() : context.throttled;
  return { context: { ignoreTimes, throttled, site: event.site ?? '' }, effects };
}

/** Complete files only: cleanup sets the owner's x bit last. */
const COMPLETE = 0o700;

/** What a listing of incoming or deferred adds to the candidates. */
export function takeListing({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'takeListing belongs to dir.listed');
  const { ignoreTimes } = context;
  const ready = event.entries
    .filter(({ mode }) => (mode & 0o777) === COMPLETE)
    .filter(({ modifiedAt }) => event.path !== 'deferred' || ignoreTimes || modifiedAt <= event.at)
    .map(({ name }) => `${event.path}/${name}`)
    .filter((path) => takeFrom(context.messages, idOf(path)) === undefined);
  if (event.path === 'deferred') return fill({ ...context, deferred: ready, ignoreTimes: false }, event.at);
  return fill({ ...context, incoming: ready, incomingMissed: false }, event.at);
}

/** A message that cleanup has just finished, or that an operator wants tried again. */
export function takeOne({ context, event }: Args): Decision {
  assert(
    event.type === 'qmgr.wakeup' && event.queueId !== undefined,
    'takeOne belongs to a wakeup with an id',
  );
  const retry = event.requests.includes('D');
  const path = pathIn(context.settings, retry ? 'deferred' : 'incoming', event.queueId);
  if (takeFrom(context.messages, event.queueId) !== undefined) return {};
  if (isFull(context)) return { context: { incomingMissed: true } };
  const { context: next, effects } = activate(context, path, event.at);
  return { context: next, effects };
}

function isFull(context: QmgrContext): boolean {
  return context.messages.size >= intOf(context.settings, 'qmgr_message_active_limit');
}

/** Takes candidates while there is room: one from incoming, one from deferred, and so on. */
export function fill(
  context: QmgrContext,
  at: number,
): { readonly context: QmgrContext; readonly effects: readonly Effect[] } {
  let next = context;
  const effects: Effect[] = [];
  let taken = 0;
  // A bounded number each turn: a scan of many thousands must not hold up deliveries.
  while (!isFull(next) && taken < 100 && next.incoming.length + next.deferred.length > 0) {
    const fromDeferred = next.incoming.length === 0 || (next.deferredNext && next.deferred.length > 0);
    const [path = '', ...rest] = fromDeferred ? next.deferred : next.incoming;
    next = {
      ...next,
      ...(fromDeferred ? { deferred: rest } : { incoming: rest }),
      deferredNext: !fromDeferred,
    };
    if (takeFrom(next.messages, idOf(path)) !== undefined) continue;
    const step = activate(next, path, at);
    next = step.context;
    effects.push(...step.effects);
    taken += 1;
  }
  return { context: next, effects };
}

/** incoming|deferred → active, and read it. */
function activate(context: QmgrContext, path: string, at: number) {
  const id = idOf(path);
  const entry: ActiveMessage = {
    ...{ id, chart: startChart(message, undefined).state, from: path, activeAt: at, arrivalAt: at },
    ...{ sender: '', sizeBytes: 0, attributes: new Map(), dsn: { ret: 0, envid: '' }, recipients: [] },
    ...{ resolutions: new Map(), waiting: 0, results: [] },
  };
  const to = pathIn(context.settings, 'active', id);
  const effects: readonly Effect[] = [
    { type: 'file.rename', from: path, to },
    { type: 'file.read', file: id, path: to },
  ];
  return { context: { ...context, messages: putInto(context.messages, id, entry) }, effects };
}
