/**
 * Entries to destination queues, destination queues to delivery agents, as far as windows and processes
 * allow. qmgr(8)
 */
import { intOf, textOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliverRequest } from '../kernel/notes.ts';
import { valueIn, withEntry, withoutEntry } from '../kernel/persistent.ts';
import { startChart, stepChart } from '../kernel/process.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { feedbackOf } from './feedback.ts';
import { fifoOf, pushed, shifted } from './fifo.ts';
import { type QueueContext, type QueueRules, queue } from './queue.ts';
import { messageOf, pathIn, transportNumber, withMessage } from './rules.ts';
import { lined, transportOf, withTransport } from './transport.ts';
import type { ActiveMessage, Destination, Entry, Place, Progress, QmgrContext, Transport } from './types.ts';

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
  const limit = transportNumber(settings, transport, 'destination_concurrency_limit');
  const own = intOf(settings, `${transport}_initial_destination_concurrency`);
  const asked = own || intOf(settings, 'initial_destination_concurrency') || 1;
  const initial = limit === 0 ? asked : Math.min(asked, limit);
  const feedback = (sign: string) => {
    const suffix = `destination_concurrency_${sign}_feedback`;
    return feedbackOf(textOf(settings, `${transport}_${suffix}`) || textOf(settings, `default_${suffix}`));
  };
  const cohortLimit = transportNumber(settings, transport, 'destination_concurrency_failed_cohort_limit');
  return {
    ...{ profile, limit, initial, cohortLimit },
    ...{ positive: feedback('positive'), negative: feedback('negative') },
  };
}

/** The destination of this key, as it is or new. */
export function destinationOf(context: QmgrContext, key: string, place: Place): Destination {
  const known = valueIn(context.destinations, key);
  if (known !== undefined) return known;
  const { transport, nexthop } = place;
  const chart = startChart(queue, rulesOf(context, transport)).state;
  return { key, transport, nexthop, chart, entries: fifoOf(), inLine: false };
}

/** The context with this destination in place of its older self. */
export function withDestination(context: QmgrContext, destination: Destination): QmgrContext {
  return { ...context, destinations: withEntry(context.destinations, destination.key, destination) };
}

/** Puts entries at the end of a destination's queue and the destination in line. `pump` starts them. */
export function enqueued(context: QmgrContext, place: Place, entries: readonly Entry[]): QmgrContext {
  const known = destinationOf(context, keyOf(context, place), place);
  const grown = { ...known, entries: entries.reduce(pushed<Entry>, known.entries) };
  const [transport, destination] = lined(transportOf(context, place.transport), grown);
  return withTransport(withDestination(context, destination), transport);
}

/** May this destination have one delivery more? */
export function hasRoom({ chart, entries }: Destination): boolean {
  const { window, busy } = chart.context as QueueContext;
  return chart.value === 'ready' && entries.size > 0 && busy < window;
}

/** Nothing waits, nothing runs, and it is not dead: such a destination is forgotten. */
export function isSpent({ chart, entries, inLine }: Destination): boolean {
  const { busy } = chart.context as QueueContext;
  return chart.value === 'ready' && entries.size === 0 && busy === 0 && !inLine;
}

/**
 * Starts as many deliveries of a transport as its processes and the windows allow; destinations take turns.
 */
export function pump(context: QmgrContext, name: string, at: number): Progress {
  let next = context;
  const effects: Effect[] = [];
  for (;;) {
    const transport = transportOf(next, name);
    const turn = transport.busy < transport.limit ? shifted(transport.line) : undefined;
    if (turn === undefined) return { context: next, effects };
    const found = valueIn(next.destinations, turn.first);
    const waiting = { ...transport, line: turn.rest };
    const step = found === undefined ? undefined : shifted(found.entries);
    if (found === undefined || step === undefined || !hasRoom(found)) {
      next = withTransport(found === undefined ? next : outOfLine(next, found), waiting);
      continue;
    }
    const one = startOne(next, waiting, { ...found, entries: step.rest, inLine: false }, step.first, at);
    next = one.context;
    effects.push(...one.effects);
  }
}

function outOfLine(context: QmgrContext, found: Destination, inLine = false): QmgrContext {
  const destination = { ...found, inLine };
  if (!isSpent(destination)) return withDestination(context, destination);
  return { ...context, destinations: withoutEntry(context.destinations, found.key) };
}

function startOne(
  context: QmgrContext,
  transport: Transport,
  destination: Destination,
  entry: Entry,
  at: number,
): Progress {
  const message = messageOf(context, entry.messageId);
  // The message is gone (an operator removed it): its entry goes too.
  if (message === undefined) {
    const [line, placed] = hasRoom(destination) ? lined(transport, destination) : [transport, destination];
    return { context: withTransport(outOfLine(context, placed, placed.inLine), line), effects: [] };
  }
  const serial = context.serial + 1;
  const token = String(serial);
  const chart = stepChart(queue, destination.chart, { type: 'entry.started', at }).state;
  const begun = { ...destination, chart };
  const busier = { ...transport, busy: transport.busy + 1 };
  const [line, placed] = hasRoom(begun) ? lined(busier, begun) : [busier, begun];
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

/** A message that waits for so many answers more (or fewer). */
export function waitingFor(context: QmgrContext, id: string, more: number): QmgrContext {
  const message = messageOf(context, id);
  return message === undefined
    ? context
    : withMessage(context, { ...message, waiting: message.waiting + more });
}
