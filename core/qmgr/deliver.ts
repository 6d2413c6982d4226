/**
 * Entries to destination queues, destination queues to delivery agents, as far as windows and processes
 * allow. qmgr(8)
 */
import { intOf, textOf, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliverRequest } from '../kernel/notes.ts';
import { firstOf } from '../kernel/ordered.ts';
import { valueIn, withEntry, withoutEntry } from '../kernel/persistent.ts';
import { startChart, stepChart } from '../kernel/process.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { feedbackOf } from './feedback.ts';
import { jobOf, joined, retired, selected, withJob } from './jobs.ts';
import { decide, preempt, slotCost } from './preempt.ts';
import { type QueueContext, type QueueRules, queue } from './queue.ts';
import { messageOf, pathIn, transportNumber, unchanged } from './rules.ts';
import { isOpen, lined, transportOf, withTransport } from './transport.ts';
import type {
  ActiveMessage,
  Destination,
  Entry,
  Job,
  Place,
  Progress,
  QmgrContext,
  Transport,
} from './types.ts';

/**
 * Destination of a recipient: transport and next hop; where one delivery has one recipient, the mailbox
 * itself without its extension. qmgr(8) · postconf(5) local_destination_recipient_limit
 */
export function keyOf({ settings }: QmgrContext, { transport, nexthop, recipient }: Place): string {
  if (transportNumber(settings, transport, 'destination_recipient_limit') !== 1)
    return `${transport}:${nexthop}`;
  const { local } = splitLocalDomain(recipient);
  const { user } = splitExtension(local, textOf(settings, 'recipient_delimiter'));
  return `${transport}:${user.toLowerCase()}@${nexthop}`;
}

function rulesOf({ settings }: QmgrContext, transport: string): QueueRules {
  const { profile } = settings;
  const delayMs = profile === '2.3' ? 0 : timeMsOf(settings, `${transport}_destination_rate_delay`);
  const limit = delayMs > 0 ? 1 : transportNumber(settings, transport, 'destination_concurrency_limit');
  const own = intOf(settings, `${transport}_initial_destination_concurrency`);
  const asked = own || intOf(settings, 'initial_destination_concurrency') || 1;
  const initial = limit === 0 ? asked : Math.min(asked, limit);
  const feedback = (sign: string) => {
    const suffix = `destination_concurrency_${sign}_feedback`;
    return feedbackOf(textOf(settings, `${transport}_${suffix}`) || textOf(settings, `default_${suffix}`));
  };
  const cohortLimit = transportNumber(settings, transport, 'destination_concurrency_failed_cohort_limit');
  return {
    ...{ profile, limit, initial, cohortLimit, delayMs },
    ...{ positive: feedback('positive'), negative: feedback('negative') },
  };
}

/** The destination of this key, as it is or new. */
export function destinationOf(context: QmgrContext, key: string, place: Place): Destination {
  const known = valueIn(context.destinations, key);
  if (known !== undefined) return known;
  const { transport, nexthop } = place;
  const chart = startChart(queue, rulesOf(context, transport)).state;
  return { key, transport, nexthop, chart, waiting: undefined, inLine: undefined, overtaker: undefined };
}

/** The context with this destination in place of its older self. */
function withDestination(context: QmgrContext, destination: Destination): QmgrContext {
  return { ...context, destinations: withEntry(context.destinations, destination.key, destination) };
}

/** The entries of a message join those that wait for a destination. `pump` starts them. */
export function enqueued(context: QmgrContext, place: Place, entries: readonly Entry[]): QmgrContext {
  const message = messageOf(context, entries[0]?.messageId ?? '');
  if (message === undefined) return context;
  const transport = transportOf(context, place.transport);
  const known = destinationOf(context, keyOf(context, place), place);
  const [job, grown] = joined(message, jobOf(transport, message), known, entries);
  const [line, destination] = lined(withJob(transport, job), grown);
  return withTransport(withDestination(context, destination), line);
}

/**
 * The one entry of a message: with a free process, room at its destination and nobody in line it is on its
 * way at once, and needs no job. `message` is not in the context yet. undefined: it has to queue.
 */
export function startAtOnce(
  context: QmgrContext,
  message: ActiveMessage,
  place: Place,
  entry: Entry,
  at: number,
): Progress | undefined {
  const transport = transportOf(context, place.transport);
  if (transport.busy >= transport.limit || transport.line !== undefined) return undefined;
  const destination = destinationOf(context, keyOf(context, place), place);
  if (destination.waiting !== undefined || !isOpen(destination)) return undefined;
  const inMemory = context.inMemory + entry.recipients.length;
  const next = { ...context, inMemory, messages: withEntry(context.messages, message.id, message) };
  return begun(next, message, transport, destination, entry, at);
}

/** Nothing waits, nothing runs, and it is not dead: such a destination is forgotten. */
function isSpent({ chart, waiting }: Destination): boolean {
  const { busy } = chart.context as QueueContext;
  return chart.value === 'ready' && waiting === undefined && busy === 0;
}

/** In line when it has work and room; forgotten when nothing is left of it. */
export function settled(context: QmgrContext, destination: Destination): QmgrContext {
  const [transport, placed] = lined(transportOf(context, destination.transport), destination);
  const next = withTransport(context, transport);
  if (!isSpent(placed)) return withDestination(next, placed);
  return { ...next, destinations: withoutEntry(next.destinations, placed.key) };
}

/**
 * Starts as many deliveries of a transport as its processes and the windows allow: of the oldest message that
 * can go on, or of one that preempts it.
 */
export function pump(context: QmgrContext, name: string, at: number): Progress {
  let next = context;
  const effects: Effect[] = [];
  for (;;) {
    const front = frontOf(next, name);
    if (front === undefined) return { context: next, effects };
    const decision = decide(next, front.transport, front.job, at);
    if (decision.why === 'enough slots') next = preempt(next, name, decision);
    const chosen = decision.why === 'enough slots' ? frontOf(next, name) : front;
    if (chosen === undefined) return { context: next, effects };
    const one = startOne(next, chosen, at);
    next = one.context;
    effects.push(...one.effects);
  }
}

interface Front {
  readonly transport: Transport;
  readonly destination: Destination;
  readonly job: Job;
}

/** Who is next, if a process is free. */
function frontOf(context: QmgrContext, name: string): Front | undefined {
  const transport = transportOf(context, name);
  const key = transport.busy < transport.limit ? firstOf(transport.line)?.value : undefined;
  if (key === undefined) return undefined;
  const destination = valueIn(context.destinations, key);
  const first = firstOf(destination?.waiting)?.value;
  const job = first === undefined ? undefined : valueIn(transport.jobs, first.messageId);
  assert(destination !== undefined && job !== undefined, 'a destination in line has a job that waits');
  return { transport, destination, job };
}

/** The transport with a job that went on; one of which nothing waits is retired. */
export function withJobAfter(context: QmgrContext, transport: Transport, job: Job): Transport {
  if (job.destinations.size > 0) return withJob(transport, job);
  const message = messageOf(context, job.messageId);
  const mayGrow = message !== undefined && message.placed < message.recipients.length;
  const isOnStack = job.level > 0 || job.children.length > 0;
  return retired(transport, job, isOnStack ? slotCost(context, transport.name) : 0, mayGrow);
}

/** The last recipients of a message are placed: where it has nothing waiting it needs no job any more. */
export function withoutIdleJobs(context: QmgrContext, messageId: string): QmgrContext {
  let next = context;
  for (const transport of context.transports.values()) {
    const job = valueIn(transport.jobs, messageId);
    if (job?.destinations.size === 0)
      next = withTransport(next, { ...transport, jobs: withoutEntry(transport.jobs, messageId) });
  }
  return next;
}

function startOne(context: QmgrContext, { transport, destination, job }: Front, at: number): Progress {
  const [earned, lighter, entry] = selected(job, destination);
  const message = messageOf(context, job.messageId);
  assert(entry !== undefined, 'a job that is next has an entry');
  // The message is gone (an operator removed it): its entry goes too.
  if (message === undefined) {
    const without = withTransport(doneWith(context, entry), withJobAfter(context, transport, earned));
    return unchanged(settled(without, lighter));
  }
  return begun(context, message, withJobAfter(context, transport, earned), lighter, entry, at);
}

/** The agent gets its request. */
function begun(
  context: QmgrContext,
  message: ActiveMessage,
  transport: Transport,
  destination: Destination,
  entry: Entry,
  at: number,
): Progress {
  const serial = context.serial + 1;
  const token = String(serial);
  const chart = stepChart(queue, destination.chart, { type: 'entry.started', at }).state;
  const busier = { ...transport, busy: transport.busy + 1 };
  const [line, placed] = lined(busier, { ...destination, chart });
  const run = { destination: destination.key, transport: transport.name, entry, startedAt: at };
  const next = withTransport(withDestination(context, placed), line);
  return {
    context: { ...next, serial, running: withEntry(next.running, token, run) },
    effects: [
      { type: 'send', to: transport.name, note: requestFor(context, message, destination, entry, token) },
    ],
  };
}

function requestFor(
  context: QmgrContext,
  message: ActiveMessage,
  { transport, nexthop }: Destination,
  { recipients }: Entry,
  token: string,
): DeliverRequest {
  const { id, sender, attributes, dsn, sizeBytes, arrivalAt, activeAt } = message;
  const path = pathIn(context.settings, 'active', id);
  return {
    ...{ type: 'deliver.request', token, queueId: id, path, transport, nexthop, sender },
    ...{ attributes, dsn, recipients, sizeBytes, arrivalAt, activeAt },
  };
}

/** These entries of a message are with their destinations: it waits for them. */
export function waitingFor(context: QmgrContext, id: string, entries: readonly Entry[]): QmgrContext {
  return counted(context, id, entries, 1);
}

/** This entry of a message is settled. */
export function doneWith(context: QmgrContext, entry: Entry): QmgrContext {
  return counted(context, entry.messageId, [entry], -1);
}

function counted(context: QmgrContext, id: string, entries: readonly Entry[], sign: number): QmgrContext {
  const more = sign * entries.reduce((sum, { recipients }) => sum + recipients.length, 0);
  const inMemory = context.inMemory + more;
  const message = messageOf(context, id);
  if (message === undefined) return { ...context, inMemory };
  const waiting = message.waiting + sign * entries.length;
  const counts = { ...message, waiting, inMemory: message.inMemory + more };
  return { ...context, inMemory, messages: withEntry(context.messages, id, counts) };
}
