/**
 * What the resolver does with questions, replies and silence.
 *
 * Differs: in Postfix every process asks by itself, with the resolver of the C library; here one process asks
 * for all, and keeps what it was told for as long as the records allow.
 *
 * RFC 1034 §5.3.1 · RFC 1035 §7.3 · RFC 2308 · resolver(3)
 */
import { addressBytes } from '../config/cidr.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { DnsQuery } from '../kernel/dns.ts';
import type { Effect } from '../kernel/effects.ts';
import { emptyMap, valueIn, withEntry } from '../kernel/persistent.ts';
import { isHostName } from '../mail/valid-domain.ts';
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { closing, onConnection, send } from './flights.ts';
import type { DnsMessage } from './message.ts';
import { MAX_ALIASES, type Reading, readReply, replyTo, serverFailed } from './reading.ts';
import type { Answered, DnsContext, DnsEvent, DnsInput, Flight, Waiter } from './types.ts';

export type Args = RuleArgs<DnsContext, DnsEvent>;
export type Decision = Outcome<DnsContext>;

/** So many answers are kept; then all are forgotten. */
const MOST_KEPT = 5000;
/** No answer is kept for longer (s). */
const LONGEST_S = 3600;
/** So many questions are on their way at once. */
const MOST_FLIGHTS = 1000;

const NO_ANSWER: Answered = { status: 'servfail', records: [] };
const NO_NAME: Answered = { status: 'nxdomain', records: [] };

export function newResolver({ settings, seed }: DnsInput): DnsContext {
  return { settings, dice: seed | 0, sent: 0, flights: new Map(), kept: emptyMap() };
}

function queryOf({ event }: Args): DnsQuery & Waiter {
  assert(event.type === 'dns.query', 'something was asked');
  return event;
}

function keyOf({ rrtype, name }: Pick<DnsQuery, 'rrtype' | 'name'>): string {
  return `${rrtype} ${name.toLowerCase()}`;
}

function told({ from, token }: Waiter, { status, records }: Answered): Effect {
  return { type: 'send', to: from, note: { type: 'dns.answer', token, status, records } };
}

/** No server has to be asked about it. Postfix: src/dns/dns_lookup.c dns_lookup_x */
export function nameIsNoName(args: Args): boolean {
  const { name } = queryOf(args);
  return !isHostName(name) || addressBytes(name) !== undefined;
}

export function sayNoName(args: Args): Decision {
  return { effects: [told(queryOf(args), NO_NAME)] };
}

export function answerIsKept(args: Args): boolean {
  const kept = valueIn(args.context.kept, keyOf(queryOf(args)));
  return kept !== undefined && kept.until > args.event.at;
}

export function answerAtOnce(args: Args): Decision {
  const kept = valueIn(args.context.kept, keyOf(queryOf(args)));
  return { effects: [told(queryOf(args), kept ?? NO_ANSWER)] };
}

function flightFor({ flights }: DnsContext, key: string): Flight | undefined {
  for (const flight of flights.values()) if (flight.key === key) return flight;
  return undefined;
}

export function isOnItsWay(args: Args): boolean {
  return flightFor(args.context, keyOf(queryOf(args))) !== undefined;
}

/** One more who waits for the same. */
export function waitToo(args: Args): Decision {
  const { from, token } = queryOf(args);
  const { flights } = args.context;
  const flight = flightFor(args.context, keyOf(queryOf(args)));
  assert(flight !== undefined, 'it is being asked');
  const waiters = [...flight.waiters, { from, token }];
  return { context: { flights: new Map(flights).set(flight.socket, { ...flight, waiters }) } };
}

export function isOverloaded({ context }: Args): boolean {
  return context.flights.size >= MOST_FLIGHTS;
}

export function giveUpAtOnce(args: Args): Decision {
  return { effects: [told(queryOf(args), NO_ANSWER)] };
}

/** Asks the first server. */
export function ask(args: Args): Decision {
  const { name, rrtype, from, token } = queryOf(args);
  const start = { key: keyOf({ name, rrtype }), rrtype, name, aliases: 0, ttl: LONGEST_S, tries: 0 };
  const sent = send(args.context, { ...start, stream: undefined, waiters: [{ from, token }] }, undefined);
  return sent ?? giveUpAtOnce(args);
}

/** The question that an event is about; undefined: it was answered meanwhile. */
function flightOf({ context, event }: Args): Flight | undefined {
  if ('socket' in event) return context.flights.get(event.socket);
  if ('connection' in event) return context.flights.get(event.connection);
  return event.type === 'timer.fired' ? context.flights.get(event.timer) : undefined;
}

export function isForgotten(args: Args): boolean {
  return flightOf(args) === undefined;
}

/** All of the message that has come over TCP: two bytes say how long it is. RFC 1035 §4.2.2 */
function whole(stream: Uint8Array): Uint8Array | undefined {
  const size = 2 + (((stream[0] ?? 0) << 8) | (stream[1] ?? 0));
  return stream.length < 2 || stream.length < size ? undefined : stream.subarray(2, size);
}

/** The reply in what came; undefined when it is none to what was asked, or not whole. */
function replyIn(args: Args): DnsMessage | undefined {
  const { event } = args;
  const flight = flightOf(args);
  if (flight === undefined) return undefined;
  if (event.type === 'udp.received') return replyTo(flight, event.bytes);
  if (event.type !== 'net.heard') return undefined;
  const bytes = whole(concatBytes([flight.stream ?? EMPTY_BYTES, event.bytes]));
  return bytes === undefined ? undefined : replyTo(flight, bytes);
}

/** Not the answer: a forgery, or one that comes too late. RFC 5452 §9.1 */
export function isNoReply(args: Args): boolean {
  return replyIn(args) === undefined;
}

export function isCut(args: Args): boolean {
  return replyIn(args)?.isTruncated === true;
}

export function serverIsUnable(args: Args): boolean {
  const reply = replyIn(args);
  return reply !== undefined && serverFailed(reply);
}

export function sendOnConnection(args: Args): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined, 'something was asked');
  return { effects: [onConnection(flight)] };
}

/** More is to come over TCP. */
export function isUnfinished(args: Args): boolean {
  const { event } = args;
  const stream = flightOf(args)?.stream ?? EMPTY_BYTES;
  return event.type === 'net.heard' && whole(concatBytes([stream, event.bytes])) === undefined;
}

export function keepPiece(args: Args): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined && args.event.type === 'net.heard', 'a piece came');
  const stream = concatBytes([flight.stream ?? EMPTY_BYTES, args.event.bytes]);
  return { context: { flights: new Map(args.context.flights).set(flight.socket, { ...flight, stream }) } };
}

/** What the reply comes to. */
function readingOf(args: Args): Reading {
  const [flight, reply] = [flightOf(args), replyIn(args)];
  assert(flight !== undefined && reply !== undefined, 'a reply came');
  return readReply(reply, flight);
}

export function leadsElsewhere(args: Args): boolean {
  return readingOf(args).alias !== undefined;
}

/** Sends it once more, or answers that nobody could say. */
function sendOrEnd(args: Args, next: Omit<Flight, 'id' | 'socket'>, failure: Answered): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined, 'something was asked');
  return send(args.context, next, flight) ?? settle(args, failure, 0);
}

/** The same server once more, where a message may be longer. RFC 7766 §5 */
export function askByTcp(args: Args): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined, 'something was asked');
  return sendOrEnd(args, { ...flight, tries: flight.tries - 1, stream: EMPTY_BYTES }, NO_ANSWER);
}

export function askNext(args: Args): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined, 'something was asked');
  return sendOrEnd(args, { ...flight, stream: undefined }, NO_ANSWER);
}

/** Asks about the name that a CNAME record leads to. */
export function askForAlias(args: Args): Decision {
  const flight = flightOf(args);
  const { alias, ttl } = readingOf(args);
  assert(flight !== undefined && alias !== undefined, 'a CNAME record came');
  if (flight.aliases >= MAX_ALIASES) return settle(args, NO_NAME, 0);
  const start = { aliases: flight.aliases + 1, ttl: Math.min(flight.ttl, ttl), tries: 0, stream: undefined };
  return sendOrEnd(args, { ...flight, ...start, name: alias }, NO_ANSWER);
}

/** Tells all who wait. */
export function answer(args: Args): Decision {
  const { status, records, ttl } = readingOf(args);
  return settle(args, { status, records }, ttl);
}

function settle(args: Args, { status, records }: Answered, ttl: number): Decision {
  const flight = flightOf(args);
  assert(flight !== undefined, 'something was asked');
  const flights = new Map(args.context.flights);
  flights.delete(flight.socket);
  const lifeMs = 1000 * Math.min(ttl, flight.ttl, LONGEST_S);
  const before = args.context.kept.size >= MOST_KEPT ? emptyMap<never>() : args.context.kept;
  const kept =
    lifeMs <= 0 ? before : withEntry(before, flight.key, { until: args.event.at + lifeMs, status, records });
  return {
    context: { flights, kept },
    effects: [...closing(flight), ...flight.waiters.map((waiter) => told(waiter, { status, records }))],
  };
}

/** Other servers may say other things. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'the configuration changed');
  return { context: { settings: event.settings, kept: emptyMap() } };
}
