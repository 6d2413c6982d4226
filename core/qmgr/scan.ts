/**
 * Which messages become active: incoming and deferred take turns, and the active queue stays small. qmgr(8)
 */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DirEntry } from '../kernel/events.ts';
import { fullCause } from './causes.ts';
import { flushAll } from './feed-back.ts';
import { fifoOf } from './fifo.ts';
import { enter, fill, isFull, list, voidLogs } from './fill.ts';
import { andThen, explained, idOf, messageOf, pathIn, unchanged } from './rules.ts';
import type { Args, Decision } from './types.ts';

/** How often the safety nets are looked at. */
export const WATCH_MS = 60_000;

/** First of all, what an earlier qmgr left in active goes back to incoming. */
export function listActive({ context }: Args): Decision {
  return { effects: [list(context.settings, 'active')] };
}

/** Moves those messages; what was noted about their recipients is void, as all will be tried again. */
export function recoverActive({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'recoverActive belongs to dir.listed');
  const { settings } = context;
  const effects = event.entries
    .filter(({ name }) => messageOf(context, idOf(name)) === undefined)
    .flatMap(({ name }): readonly Effect[] => {
      const to = pathIn(settings, 'incoming', idOf(name));
      return [{ type: 'file.rename', from: `active/${name}`, to }, ...voidLogs(settings, idOf(name))];
    });
  return { effects };
}

/** The first scans, and the timers. */
export function beginScans({ context: { settings } }: Args): Decision {
  return {
    effects: [
      list(settings, 'incoming'),
      list(settings, 'deferred'),
      { type: 'timer.set', timer: 'deferred', afterMs: timeMsOf(settings, 'queue_run_delay') },
      { type: 'timer.set', timer: 'watchdog', afterMs: WATCH_MS },
    ],
  };
}

/** What came back from the active queue is in incoming now. */
export function rescanIncoming({ context }: Args): Decision {
  return { effects: [list(context.settings, 'incoming')] };
}

/** The periodic scan of the deferred queue. */
export function scanDeferred({ context }: Args): Decision {
  const afterMs = timeMsOf(context.settings, 'queue_run_delay');
  return {
    effects: [list(context.settings, 'deferred'), { type: 'timer.set', timer: 'deferred', afterMs }],
  };
}

/** A and F of a wake-up that comes before the first scan: they hold for it. */
export function rememberFlush({ context, event }: Args): Decision {
  assert(event.type === 'qmgr.wakeup', 'rememberFlush belongs to qmgr.wakeup');
  return { context: { ignoreTimes: context.ignoreTimes || event.requests.includes('A') } };
}

/** Requests W, I, D, A, F of a wake-up; A and F first. qmgr(8) TRIGGERS */
export function obeyWakeup({ context, event }: Args): Decision {
  assert(event.type === 'qmgr.wakeup', 'obeyWakeup belongs to qmgr.wakeup');
  const wants = (letter: string) => event.requests.includes(letter);
  const first = wants('F') ? flushAll(context, event.at) : unchanged(context);
  const { settings } = context;
  const effects: Effect[] = [];
  if (wants('W') || wants('I')) effects.push(list(settings, 'incoming'));
  if (wants('D')) effects.push(list(settings, 'deferred'));
  const ignoreTimes = context.ignoreTimes || wants('A');
  return { context: { ...first.context, ignoreTimes }, effects: [...first.effects, ...effects] };
}

/** cleanup sets the owner's x bit last: without it a file is not complete. */
function isComplete({ mode }: DirEntry): boolean {
  return (mode & 0o700) === 0o700;
}

/** What a listing of incoming or deferred adds to the candidates. */
export function takeListing({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'takeListing belongs to dir.listed');
  const entries = event.entries
    .filter(isComplete)
    .filter(({ name }) => messageOf(context, idOf(name)) === undefined);
  const pathOf = ({ name }: DirEntry) => `${event.path}/${name}`;
  if (event.path !== 'deferred')
    return fill({ ...context, incoming: fifoOf(entries.map(pathOf)), incomingMissed: false }, event.at);
  const isDue = ({ modifiedAt }: DirEntry) => context.ignoreTimes || modifiedAt <= event.at;
  const deferred = fifoOf(entries.filter(isDue).map(pathOf));
  return fill({ ...context, deferred, ignoreTimes: false }, event.at);
}

/** A message that cleanup has just finished, or that an operator wants tried again. postqueue(1) -i */
export function takeOne({ context, event }: Args): Decision {
  assert(
    event.type === 'qmgr.wakeup' && event.queueId !== undefined,
    'takeOne belongs to a wakeup with an id',
  );
  const { queueId, requests, at } = event;
  if (messageOf(context, queueId) !== undefined) return {};
  const retry = requests.includes('D');
  const first = requests.includes('F') ? flushAll(context, at) : unchanged(context);
  const incoming = pathIn(context.settings, 'incoming', queueId);
  if (retry) {
    const elsewhere = requests.includes('I') ? incoming : '';
    const path = pathIn(context.settings, 'deferred', queueId);
    return andThen(first, (next) => enter(next, path, at, elsewhere));
  }
  if (isFull(context)) {
    const told = explained('incoming', [fullCause(context)], queueId);
    const missed = { ...first.context, incomingMissed: true };
    return { context: missed, effects: [...first.effects, told] };
  }
  return andThen(first, (next) => enter(next, incoming, at));
}
