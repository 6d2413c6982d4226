/**
 * Recipients to destination queues, destination queues to delivery agents, as far as their windows allow.
 * qmgr(8)
 */
import { listOf, textOf } from '../config/settings.ts';
import { bounceAppend, deliveryLog } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient, DeliveryResult, Resolution } from '../kernel/notes.ts';
import { startChart, stepChart } from '../kernel/process.ts';
import { dropFrom, putInto, takeFrom } from '../kernel/shelf.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { finishMessage } from './finish.ts';
import { message as messageChart } from './message.ts';
import { type QueueContext, queue } from './queue.ts';
import { isDoubleBounce, transportNumber } from './rules.ts';
import { pathIn } from './scan.ts';
import type { ActiveMessage, DestinationQueue, Entry, QmgrContext } from './types.ts';

export interface Progress {
  readonly context: QmgrContext;
  readonly effects: readonly Effect[];
}

/** Why a recipient fails before any agent is asked; undefined when it does not. */
function verdict(
  context: QmgrContext,
  resolution: Resolution | undefined,
  at: number,
): Omit<DeliveryResult, 'recipient'> | undefined {
  const { settings, services, throttled } = context;
  if (resolution === undefined || resolution.failed === 'lookup')
    return { status: 'deferred', dsn: '4.3.0', text: 'address resolver failure' };
  if (resolution.failed === 'syntax') return { status: 'bounced', dsn: '5.1.3', text: 'bad address syntax' };
  if (isDoubleBounce(settings, resolution.recipient))
    return { status: 'sent', dsn: '2.0.0', text: 'undeliverable postmaster notification discarded' };
  if (listOf(settings, 'defer_transports').includes(resolution.transport))
    return { status: 'deferred', dsn: '4.3.2', text: 'deferred transport' };
  const wait = throttled.get(resolution.transport) ?? 0;
  if (!services.includes(resolution.transport) || wait > at)
    return { status: 'deferred', dsn: '4.3.0', text: 'mail transport unavailable' };
  return undefined;
}

/**
 * Destination of a recipient: transport and next hop, and the mailbox itself where one delivery has one
 * recipient.
 */
function keyOf(context: QmgrContext, resolution: Resolution): string {
  const { settings } = context;
  const { transport, nexthop, recipient } = resolution;
  if (transportNumber(settings, transport, 'destination_recipient_limit') !== 1)
    return `${transport}:${nexthop}`;
  const { local } = splitLocalDomain(recipient);
  const { user } = splitExtension(local, textOf(settings, 'recipient_delimiter'));
  return `${transport}:${user.toLowerCase()}@${nexthop}`;
}

function newQueue(context: QmgrContext, key: string, { transport, nexthop }: Resolution): DestinationQueue {
  const { settings } = context;
  const limit = transportNumber(settings, transport, 'destination_concurrency_limit');
  const asked = transportNumber(settings, transport, 'initial_destination_concurrency') || 5;
  const initial = limit === 0 ? asked : Math.min(asked, limit);
  const cohorts = transportNumber(settings, transport, 'destination_concurrency_failed_cohort_limit');
  const input = { profile: settings.profile, limit, initial, cohortLimit: cohorts };
  return { key, transport, nexthop, chart: startChart(queue, input).state, entries: [] };
}

/** Every recipient is resolved: queue them all, fail those that nobody can serve. */
export function deliverAll(context: QmgrContext, id: string, at: number): Progress {
  const message = takeFrom(context.messages, id);
  if (message === undefined) return { context, effects: [] };
  const chart = stepChart(messageChart, message.chart, { type: 'recipients.resolved', at }).state;
  let next: QmgrContext = context;
  const effects: Effect[] = [];
  const failed: DeliveryResult[] = [];
  const touched = new Map<string, Entry[]>();
  for (const [index, recipient] of message.recipients.entries()) {
    const resolution = message.resolutions.get(index);
    const reason = verdict(context, resolution, at);
    if (resolution === undefined || reason !== undefined) {
      failed.push({ recipient, ...(reason ?? { status: 'deferred', dsn: '4.3.0', text: 'no route' }) });
      continue;
    }
    next = enqueue(next, touched, id, { ...recipient, address: resolution.recipient }, resolution);
  }
  const entries = [...touched.values()].reduce((sum, list) => sum + list.length, 0);
  const waiting = entries + failed.filter(({ status }) => status !== 'sent').length;
  const updated: ActiveMessage = { ...message, chart, waiting, results: failed };
  next = { ...next, messages: putInto(next.messages, id, updated) };
  effects.push(...failed.flatMap((result, index) => failureEffects(next, updated, result, index, at)));
  for (const key of touched.keys()) {
    const step = runQueue(next, key, at);
    next = step.context;
    effects.push(...step.effects);
  }
  if (waiting > 0) return { context: next, effects };
  const finished = finishMessage(next, id, at);
  return { context: finished.context, effects: [...effects, ...finished.effects] };
}

/** Log line and log entry of a failure that qmgr itself found. */
export function failureEffects(
  context: QmgrContext,
  message: ActiveMessage,
  result: DeliveryResult,
  index: number,
  at: number,
): readonly Effect[] {
  const request = { queueId: message.id, arrivalAt: message.arrivalAt, activeAt: message.activeAt };
  const log = deliveryLog(context.settings, request, result, { relay: 'none', startedAt: at, doneAt: at });
  return [log, ...bounceAppend(message.id, result, `${message.id}:${index}`)];
}

function enqueue(
  context: QmgrContext,
  touched: Map<string, Entry[]>,
  messageId: string,
  recipient: DeliveryRecipient,
  resolution: Resolution,
): QmgrContext {
  const key = keyOf(context, resolution);
  const known = takeFrom(context.destinations, key) ?? newQueue(context, key, resolution);
  const limit = transportNumber(context.settings, resolution.transport, 'destination_recipient_limit');
  const mine = touched.get(key) ?? [];
  touched.set(key, mine);
  const last = mine.at(-1);
  const joins = last !== undefined && (limit === 0 || last.recipients.length < limit);
  const entry: Entry = { messageId, recipients: joins ? [...last.recipients, recipient] : [recipient] };
  if (joins) mine[mine.length - 1] = entry;
  else mine.push(entry);
  const entries = joins ? [...known.entries.slice(0, -1), entry] : [...known.entries, entry];
  return { ...context, destinations: putInto(context.destinations, key, { ...known, entries }) };
}

/** Starts as many deliveries of a destination as its window allows. */
export function runQueue(context: QmgrContext, key: string, at: number): Progress {
  let next = context;
  const effects: Effect[] = [];
  for (;;) {
    const destination = takeFrom(next.destinations, key);
    if (destination === undefined) break;
    const { window, busy } = destination.chart.context as QueueContext;
    const [entry, ...rest] = destination.entries;
    if (destination.chart.value !== 'ready') break;
    if (entry === undefined) {
      // Nothing waits and nothing runs: the destination is forgotten, as Postfix does.
      if (busy === 0) next = { ...next, destinations: dropFrom(next.destinations, key) };
      break;
    }
    if (busy >= window) break;
    const step = startOne(next, { ...destination, entries: rest }, entry, at);
    next = step.context;
    effects.push(...step.effects);
  }
  return { context: next, effects };
}

function startOne(context: QmgrContext, destination: DestinationQueue, entry: Entry, at: number): Progress {
  const message = takeFrom(context.messages, entry.messageId);
  if (message === undefined) return { context, effects: [] };
  const serial = context.serial + 1;
  const token = String(serial);
  const { key, transport, nexthop } = destination;
  const chart = stepChart(queue, destination.chart, { type: 'entry.started', at }).state;
  const { id, sender, attributes, dsn, sizeBytes, arrivalAt, activeAt } = message;
  const path = pathIn(context.settings, 'active', id);
  const note = {
    ...({ type: 'deliver.request', token, queueId: id, path, transport, nexthop, sender } as const),
    ...{ attributes, dsn, recipients: entry.recipients, sizeBytes, arrivalAt, activeAt },
  };
  return {
    context: {
      ...context,
      serial,
      destinations: putInto(context.destinations, key, { ...destination, chart }),
      running: putInto(context.running, token, { destination: key, entry, startedAt: at }),
    },
    effects: [{ type: 'send', to: transport, note }],
  };
}
