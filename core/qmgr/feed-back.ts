/** What the end of a delivery means for its destination and its transport. qmgr(8) · SCHEDULER_README */
import { timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { valuesOf } from '../kernel/ordered.ts';
import { entriesIn, valueIn } from '../kernel/persistent.ts';
import { stepChart } from '../kernel/process.ts';
import type { Because } from '../mail/because.ts';
import { deadCauses, rateCause, withCause } from './causes.ts';
import { doneWith, enqueued, pump, settled, withJobAfter } from './deliver.ts';
import { itemsOf } from './fifo.ts';
import { finishIfIdle } from './finish.ts';
import { givenBack } from './jobs.ts';
import { type QueueContext, type QueueEvent, queue } from './queue.ts';
import { agentFor, refuse } from './refuse.ts';
import { placeMore } from './resolve.ts';
import { andThen, explained, logged, unchanged } from './rules.ts';
import { throttled, transportOf, withTransport } from './transport.ts';
import type { Args, Decision, Destination, Entry, Progress, QmgrContext, Verdict } from './types.ts';

/** Steps the destination's chart; a dead destination gives back all that waits for it. */
export function feedBack(context: QmgrContext, key: string, event: QueueEvent): Progress {
  const known = valueIn(context.destinations, key);
  if (known === undefined) return unchanged(context);
  const { at } = event;
  const destination = { ...known, chart: stepChart(queue, known.chart, event).state };
  const was = known.chart.value;
  const is = destination.chart.value;
  if (was === 'ready' && is === 'suspended') return suspend(context, destination, at);
  if (was === 'ready' && is === 'paused') return pause(context, destination, at);
  const next = settled(context, destination);
  const timer: Effect = { type: 'timer.clear', timer: `suspended:${key}` };
  const effects = was === 'suspended' && is === 'ready' && event.type !== 'suspension.ended' ? [timer] : [];
  return andThen({ context: next, effects }, (after) => pump(after, destination.transport, at));
}

function suspend(context: QmgrContext, destination: Destination, at: number): Progress {
  const afterMs = timeMsOf(context.settings, 'minimal_backoff_time');
  const timer = { timer: `suspended:${destination.key}`, afterMs };
  return stop(context, destination, timer, at, deadCauses(context.settings, destination));
}

/**
 * Between two deliveries. A failure that would have killed the destination gives back what waits all the
 * same. postconf(5) default_destination_rate_delay
 */
function pause(context: QmgrContext, destination: Destination, at: number): Progress {
  const { delayMs, lapsed } = destination.chart.context as QueueContext;
  const timer = { timer: `paused:${destination.key}`, afterMs: delayMs };
  const because = rateCause(destination);
  if (lapsed) return stop(context, destination, timer, at, [because]);
  const next = settled(context, destination);
  const told = explained(`${destination.key} paused`, [because], '', at + delayMs);
  return andThen({ context: next, effects: [{ type: 'timer.set', ...timer }, told] }, (after) =>
    pump(after, destination.transport, at),
  );
}

/** Gives back all that waits, for the reason that the destination has, and sets a timer. */
function stop(
  context: QmgrContext,
  destination: Destination,
  timer: Pick<Extract<Effect, { type: 'timer.set' }>, 'timer' | 'afterMs'>,
  at: number,
  because: readonly Because[],
): Progress {
  const { dsn, reason } = destination.chart.context as QueueContext;
  const [emptied, entries] = takenBack(context, destination);
  const told = explained(`${destination.key} suspended`, because, '', at + timer.afterMs);
  const begun: Progress = { context: emptied, effects: [{ type: 'timer.set', ...timer }, told] };
  const text = `delivery temporarily suspended: ${reason}`;
  const verdict: Verdict = { status: 'deferred', dsn, text, because };
  const given = andThen(begun, (after) => giveBack(after, entries, verdict, at));
  return andThen(given, (after) => pump(after, destination.transport, at));
}

/** All that waits for a destination, taken from the jobs it belongs to. */
function takenBack(
  context: QmgrContext,
  destination: Destination,
): readonly [context: QmgrContext, entries: readonly Entry[]] {
  let transport = transportOf(context, destination.transport);
  const waiting = valuesOf(destination.waiting);
  for (const { messageId, entries } of waiting) {
    const job = valueIn(transport.jobs, messageId);
    if (job === undefined) continue;
    transport = withJobAfter(context, transport, givenBack(job, destination.key, entries.size));
  }
  const emptied = settled(withTransport(context, transport), { ...destination, waiting: undefined });
  return [emptied, waiting.flatMap((one) => itemsOf(one.entries))];
}

/** Entries that nobody will take now: all of them deferred. */
function giveBack(context: QmgrContext, entries: readonly Entry[], verdict: Verdict, at: number): Progress {
  let progress = unchanged(context);
  const touched = new Set<string>();
  for (const entry of entries) {
    const [first] = entry.recipients;
    const agent = first === undefined ? undefined : agentFor(progress.context, verdict, first, at);
    if (agent !== undefined) {
      touched.add(agent.transport);
      const explainedEntry = { ...entry, recipients: entry.recipients.map((one) => withCause(one, verdict)) };
      progress = andThen(progress, (next) => unchanged(enqueued(next, agent, [explainedEntry])));
      continue;
    }
    progress = andThen(progress, (next) => refuseEntry(next, entry, verdict, at));
  }
  for (const name of touched) progress = andThen(progress, (next) => pump(next, name, at));
  return progress;
}

/** Settles the recipients of an entry that no agent has. */
export function refuseEntry(context: QmgrContext, entry: Entry, verdict: Verdict, at: number): Progress {
  const { messageId, recipients } = entry;
  let progress = unchanged(context);
  for (const recipient of recipients)
    progress = andThen(progress, (next) => refuse(next, messageId, { recipient, ...verdict }, at));
  const less = andThen(progress, (next) => placeMore(doneWith(next, entry), messageId, at));
  return andThen(less, (next) => finishIfIdle(next, messageId, at));
}

/** The time of a dead destination is over: it gets another chance. */
export function endSuspension({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'endSuspension belongs to timer.fired');
  const key = event.timer.slice('suspended:'.length);
  return feedBack(context, key, { type: 'suspension.ended', at: event.at });
}

/** The pause between two deliveries to a destination is over. */
export function endPause({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'endPause belongs to timer.fired');
  const key = event.timer.slice('paused:'.length);
  return feedBack(context, key, { type: 'pause.ended', at: event.at });
}

/** Request F: dead destinations and throttled transports are tried again at once. */
export function flushAll(context: QmgrContext, at: number): Progress {
  const transports = [...context.transports].map(
    ([name, one]) => [name, { ...one, throttledUntil: 0 }] as const,
  );
  let progress: Progress = unchanged({ ...context, transports: new Map(transports) });
  for (const [key, { chart }] of entriesIn(context.destinations)) {
    if (chart.value !== 'suspended') continue;
    progress = andThen(progress, (next) => feedBack(next, key, { type: 'suspension.ended', at }));
    const cleared: Effect = { type: 'timer.clear', timer: `suspended:${key}` };
    progress = { context: progress.context, effects: [...progress.effects, cleared] };
  }
  return progress;
}

/** A delivery agent broke: it is left alone for a while, and all that waits for it is deferred. */
export function throttleTransport(
  context: QmgrContext,
  name: string,
  verdict: Verdict,
  at: number,
): Progress {
  const where = 'see a previous warning/fatal/panic logfile record for the problem description';
  const text = `transport ${name} failure -- ${where}`;
  const isNews = (context.transports.get(name)?.throttledUntil ?? 0) <= at;
  const effects = isNews ? [logged(text, 'warning')] : [];
  let progress: Progress = { context: throttled(context, name, verdict.text, at), effects };
  for (const [, destination] of entriesIn(context.destinations)) {
    if (destination.transport !== name || destination.waiting === undefined) continue;
    progress = andThen(progress, (next) => {
      const [emptied, entries] = takenBack(next, destination);
      return giveBack(emptied, entries, verdict, at);
    });
  }
  return progress;
}
