/**
 * Questions on their way: sent, sent again, and given up.
 *
 * resolv.conf(5) timeout, attempts · RFC 1035 §4.2.1, §4.2.2 · RFC 5452 §9.2
 */
import type { Effect } from '../kernel/effects.ts';
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { encodeQuery } from './message.ts';
import { serversOf } from './servers.ts';
import type { DnsContext, Flight } from './types.ts';

/** How long one server has for one answer, and how often each is asked. */
const TIMEOUT_MS = 5000;
const ATTEMPTS = 2;

/** The next of the dice: 32 bits that look random. Mulberry32. */
function rolled(dice: number): { readonly dice: number; readonly value: number } {
  const next = (dice + 0x6d2b79f5) | 0;
  let value = Math.imul(next ^ (next >>> 15), 1 | next);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return { dice: next, value: (value ^ (value >>> 14)) >>> 0 };
}

/** The context and what is to be done. */
export interface Sent {
  readonly context: Partial<DnsContext>;
  readonly effects: readonly Effect[];
}

/** Sends a question, with a new number from a new port. Undefined when every server had its turns. */
export function send(
  context: DnsContext,
  flight: Omit<Flight, 'id' | 'socket'>,
  old: Flight | undefined,
): Sent | undefined {
  const servers = serversOf(context.settings);
  const server = servers[flight.tries % servers.length];
  if (server === undefined || flight.tries >= servers.length * ATTEMPTS) return undefined;
  const { dice, value } = rolled(context.dice);
  const id = value & 0xffff;
  const query = encodeQuery(id, flight.name, flight.rrtype);
  if (query === undefined) return undefined;
  const socket = `${context.sent + 1}`;
  const flights = new Map(context.flights);
  if (old !== undefined) flights.delete(old.socket);
  flights.set(socket, { ...flight, id, socket, tries: flight.tries + 1 });
  const { address, port } = server;
  const first: Effect =
    flight.stream === undefined
      ? { type: 'udp.send', socket, address, port, bytes: query }
      : { type: 'net.connect', connection: socket, endpoint: { type: 'inet', host: address, port } };
  return {
    context: { dice, flights, sent: context.sent + 1 },
    effects: [
      ...(old === undefined ? [] : closing(old)),
      first,
      { type: 'timer.set', timer: socket, afterMs: TIMEOUT_MS },
    ],
  };
}

/** The question on a connection: its length stands before it. RFC 1035 §4.2.2 */
export function onConnection({ id, name, rrtype, socket }: Flight): Effect {
  const query = encodeQuery(id, name, rrtype) ?? EMPTY_BYTES;
  const bytes = concatBytes([Uint8Array.of(query.length >> 8, query.length & 0xff), query]);
  return { type: 'net.send', connection: socket, bytes };
}

/** The socket and the timer of a question that was answered or is asked again. */
export function closing({ socket, stream }: Flight): readonly Effect[] {
  return [
    stream === undefined ? { type: 'udp.close', socket } : { type: 'net.drop', connection: socket },
    { type: 'timer.clear', timer: socket },
  ];
}
