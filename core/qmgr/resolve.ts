/** Where each recipient goes: trivial-rewrite says it, qmgr checks it. qmgr(8) · trivial-rewrite(8) */
import { boolOf, intOf, listOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient, DeliveryResult, Resolution } from '../kernel/notes.ts';
import { valueIn } from '../kernel/persistent.ts';
import type { Causes } from '../mail/because.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { deadCauses, memoryCause, noAgent, sentBy, waitingCauses, withCause } from './causes.ts';
import { enqueued, keyOf, pump, startAtOnce, waitingFor, withoutIdleJobs } from './deliver.ts';
import { finishIfIdle } from './finish.ts';
import type { QueueContext } from './queue.ts';
import { agentFor, refuse } from './refuse.ts';
import {
  andThen,
  explained,
  logged,
  messageOf,
  stepped,
  transportNumber,
  unchanged,
  withMessage,
} from './rules.ts';
import { throttled } from './transport.ts';
import type { ActiveMessage, Args, Decision, Entry, Place, Progress, QmgrContext, Verdict } from './types.ts';

/** So many recipients are asked about at a time: a list with thousands must not hold up the others. */
const BATCH = 50;

const NO_ANSWERS: ActiveMessage['resolutions'] = new Map();

function batchOf({ recipients, placed }: ActiveMessage): readonly DeliveryRecipient[] {
  return recipients.slice(placed, placed + BATCH);
}

/**
 * So many recipients may be in memory; but each message may have a few. postconf(5)
 * qmgr_message_recipient_limit, qmgr_message_recipient_minimum
 *
 * Differs: the limits of a transport (default_recipient_limit and its kin) are not looked at, and a message
 * gets its next fifty recipients or none.
 */
function isTooMuch({ settings, inMemory }: QmgrContext, message: ActiveMessage, more: number): boolean {
  if (message.inMemory < intOf(settings, 'qmgr_message_recipient_minimum')) return false;
  return inMemory + more > intOf(settings, 'qmgr_message_recipient_limit');
}

/** Some of a message is settled: more of its recipients may be placed, if any were held back. */
export function placeMore(context: QmgrContext, id: string, at: number): Progress {
  const message = messageOf(context, id);
  if (message === undefined || !message.isHeld) return unchanged(context);
  return askNext(context, { ...message, isHeld: false }, at);
}

/** Asks about the next recipients, or goes on when there are none. */
export function askNext(context: QmgrContext, message: ActiveMessage, at: number): Progress {
  const batch = batchOf(message);
  if (batch.length === 0) {
    const known = message.recipients.length > BATCH ? withoutIdleJobs(context, message.id) : context;
    const next = withMessage(known, stepped(message, { type: 'recipients.resolved', at }));
    return finishIfIdle(next, message.id, at);
  }
  if (isTooMuch(context, message, batch.length))
    return {
      context: withMessage(context, { ...message, isHeld: true }),
      effects: [explained('recipients wait', [memoryCause(context)], message.id)],
    };
  if (message.filter === '') return { context: withMessage(context, message), effects: questions(message) };
  const known = batch.map(
    (recipient, index) => [message.placed + index, toFilter(context, message, recipient)] as const,
  );
  return place(context, { ...message, resolutions: new Map(known) }, at);
}

/** The questions about the current batch that are not answered yet. */
export function questions({ id, sender, placed, resolutions, recipients }: ActiveMessage): readonly Effect[] {
  return recipients.slice(placed, placed + BATCH).flatMap(({ address }, offset): readonly Effect[] => {
    if (resolutions.has(placed + offset)) return [];
    const note = { type: 'rewrite.resolve', token: `${id}:${placed + offset}`, sender, address } as const;
    return [{ type: 'send', to: 'rewrite', note }];
  });
}

/**
 * Everything goes to the content filter; without next hop 2.3 takes this host, later ones the recipient's
 * domain.
 */
function toFilter(
  { settings }: QmgrContext,
  { filter }: ActiveMessage,
  { address }: DeliveryRecipient,
): Resolution {
  const colon = filter.indexOf(':');
  const transport = colon < 0 ? filter : filter.slice(0, colon);
  const said = colon < 0 ? '' : filter.slice(colon + 1);
  const host = textOf(settings, 'myhostname');
  const own = settings.profile === '2.3' ? host : (splitLocalDomain(address).domain ?? host);
  const because = { rule: 'FILTER', parameter: 'content_filter' };
  return {
    ...{ transport, nexthop: said || own, recipient: address, addressClass: 'default', routed: false },
    because,
  };
}

/** Where one recipient goes is known; with the last of the batch, deliveries begin. */
export function takeResolution({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.resolved', 'takeResolution belongs to rewrite.resolved');
  return resolved(context, event.token, event, event.at);
}

/** The same for an answer of any kind. A second answer (after a repeated question) counts for nothing. */
export function resolved(context: QmgrContext, token: string, answer: Resolution, at: number): Progress {
  const colon = token.indexOf(':');
  const message = messageOf(context, token.slice(0, colon));
  const index = Number(token.slice(colon + 1));
  if (message === undefined || message.chart.value !== 'resolving') return unchanged(context);
  if (index < message.placed || message.resolutions.has(index)) return unchanged(context);
  const resolutions = new Map(message.resolutions).set(index, answer);
  const next = { ...message, resolutions, movedAt: at };
  if (resolutions.size < batchOf(message).length) return { context: withMessage(context, next), effects: [] };
  return place(context, next, at);
}

interface Placed {
  readonly recipient: DeliveryRecipient;
  readonly resolution: Resolution;
}

/** Byte order, as strcmp(3). */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * By domain, in any case, then by the whole; those without a domain last. Postfix: src/qmgr/qmgr_message.c
 */
export function compareAddresses(a: string, b: string): number {
  const [first, second] = [a.lastIndexOf('@'), b.lastIndexOf('@')];
  if (first < 0 !== second < 0) return first < 0 ? 1 : -1;
  const domains = first < 0 ? 0 : compare(a.slice(first).toLowerCase(), b.slice(second).toLowerCase());
  return domains || compare(a, b);
}

/** Recipients of one destination stand together, domain by domain. */
function inOrder(message: ActiveMessage): readonly Placed[] {
  const all = batchOf(message).flatMap((recipient, offset): readonly Placed[] => {
    const resolution = message.resolutions.get(message.placed + offset);
    return resolution === undefined ? [] : [{ recipient, resolution }];
  });
  if (all.length < 2) return all;
  const hop = ({ resolution }: Placed) => `${resolution.transport}:${resolution.nexthop}`;
  return all.sort(
    (a, b) => compare(hop(a), hop(b)) || compareAddresses(a.recipient.address, b.recipient.address),
  );
}

/**
 * The ordinary message, with one recipient that an agent can serve at once. undefined: it goes the way of the
 * others.
 */
function placeAlone(context: QmgrContext, message: ActiveMessage, at: number): Progress | undefined {
  const [recipient] = message.recipients;
  const resolution = message.resolutions.get(0);
  if (recipient === undefined || resolution === undefined) return undefined;
  if (usable(context, resolution, at).verdict !== undefined) return undefined;
  const address = resolution.recipient || recipient.address;
  const entry = { messageId: message.id, recipients: [sentBy({ ...recipient, address }, resolution)] };
  const counts = { placed: 1, resolutions: NO_ANSWERS, waiting: message.waiting + 1, inMemory: 1 };
  const placed = stepped({ ...message, ...counts }, { type: 'recipients.resolved', at });
  return startAtOnce(context, placed, resolution, entry, at);
}

/**
 * Every recipient of the batch is resolved: queues them all, fails those that nobody can serve, asks for the
 * next.
 */
function place(context: QmgrContext, message: ActiveMessage, at: number): Progress {
  const { id } = message;
  const alone = message.recipients.length === 1 ? placeAlone(context, message, at) : undefined;
  if (alone !== undefined) return alone;
  const batch = inOrder(message);
  const asked: ActiveMessage = { ...message, placed: message.placed + batch.length, resolutions: NO_ANSWERS };
  let progress: Progress = unchanged(withMessage(context, asked));
  const groups = new Map<string, { readonly place: Place; readonly recipients: DeliveryRecipient[] }>();
  for (const { recipient, resolution } of batch) {
    const checked = usable(progress.context, resolution, at);
    progress = { context: checked.context, effects: [...progress.effects, ...checked.effects] };
    const { verdict } = checked;
    const plain = { ...recipient, address: resolution.recipient || recipient.address };
    const addressed = sentBy(plain, resolution);
    const to = verdict === undefined ? resolution : agentFor(progress.context, verdict, addressed, at);
    if (to === undefined) {
      progress = andThen(progress, (next) =>
        refuse(next, id, { recipient: addressed, ...verdict } as DeliveryResult, at),
      );
      continue;
    }
    const key = keyOf(context, to);
    const group = groups.get(key) ?? { place: to, recipients: [] };
    groups.set(key, group);
    group.recipients.push(verdict === undefined ? addressed : withCause(addressed, verdict));
  }
  for (const group of groups.values()) progress = andThen(progress, (next) => enqueueGroup(next, id, group));
  progress = andThen(progress, (next) => askNext(next, messageOf(next, id) ?? asked, at));
  const transports = new Set([...groups.values()].map((group) => group.place.transport));
  for (const name of transports) progress = andThen(progress, (next) => pump(next, name, at));
  const waits = waitingCauses(progress.context, id, groups.keys());
  return waits.length === 0 ? progress : { ...progress, effects: [...progress.effects, ...waits] };
}

function enqueueGroup(
  context: QmgrContext,
  messageId: string,
  { place: to, recipients }: { readonly place: Place; readonly recipients: readonly DeliveryRecipient[] },
): Progress {
  const limit =
    transportNumber(context.settings, to.transport, 'destination_recipient_limit') || recipients.length;
  const entries: Entry[] = [];
  for (let at = 0; at < recipients.length; at += limit)
    entries.push({ messageId, recipients: recipients.slice(at, at + limit) });
  return { context: waitingFor(enqueued(context, to, entries), messageId, entries), effects: [] };
}

const later = (dsn: string, text: string, because: Causes): Verdict => ({
  ...{ status: 'deferred', dsn, text, because },
});

/** Checks in Postfix's order; a transport that does not exist is throttled, with one warning each time. */
function usable(
  context: QmgrContext,
  resolution: Resolution,
  at: number,
): Progress & { readonly verdict: Verdict | undefined } {
  const verdict = addressVerdict(context, resolution);
  if (verdict !== undefined) return { ...unchanged(context), verdict };
  const { transport } = resolution;
  const known = context.transports.get(transport);
  if (known !== undefined && known.throttledUntil > at)
    return { ...unchanged(context), verdict: later('4.3.0', known.reason, noAgent(transport)) };
  if (!context.services.includes(transport)) {
    const reason = 'mail transport unavailable';
    const text = `connect to transport private/${transport}: No such file or directory`;
    const because = noAgent(transport);
    const next = throttled(context, transport, reason, at);
    return {
      context: next,
      effects: [logged(text, 'warning', because)],
      verdict: later('4.3.0', reason, because),
    };
  }
  return { ...unchanged(context), verdict: destinationVerdict(context, resolution) };
}

function addressVerdict({ settings }: QmgrContext, resolution: Resolution): Verdict | undefined {
  const { recipient, transport, failed, because = { rule: 'address syntax' } } = resolution;
  if (failed === 'lookup') return later('4.3.0', 'address resolver failure', because);
  const isOption = recipient.startsWith('-') && !boolOf(settings, 'allow_min_user');
  if (failed === 'syntax' || isOption || recipient.startsWith('@'))
    return { status: 'bounced', dsn: '5.1.3', text: 'bad address syntax', because };
  if (listOf(settings, 'defer_transports').includes(transport))
    return later('4.3.2', 'deferred transport', { parameter: 'defer_transports', key: transport });
  return undefined;
}

function destinationVerdict(context: QmgrContext, resolution: Resolution): Verdict | undefined {
  const { settings, destinations } = context;
  const { local } = splitLocalDomain(resolution.recipient);
  const isOwn = local.toLowerCase() === textOf(settings, 'double_bounce_sender').toLowerCase();
  if (resolution.addressClass === 'local' && isOwn)
    return {
      ...{ status: 'sent', dsn: '2.0.0', text: 'undeliverable postmaster notification discarded' },
      because: { parameter: 'double_bounce_sender' },
    };
  const destination = valueIn(destinations, keyOf(context, resolution));
  if (destination?.chart.value !== 'suspended') return undefined;
  const { dsn, reason } = destination.chart.context as QueueContext;
  const causes = deadCauses(settings, destination);
  return later(dsn, `delivery temporarily suspended: ${reason}`, causes);
}
