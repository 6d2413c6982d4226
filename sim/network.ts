/**
 * network - connections between terminals and hosts: a latency each way, and what is sent arrives in order.
 *
 * RFC 9293 as telnet sees it: open, bytes, end, reset, refused.
 */
import { forService, inetAddress, type ServiceEntry, valueIn, withEntry, withoutEntry } from '#core';
import { at, type Connection, nowMs, type SimHost, type Universe } from './universe.ts';

/** One way, without the jitter of up to 49 µs that the dice add. */
const LATENCY_US = 1_000;
/** How long a telnet waits for a machine that is off. */
const CONNECT_TIMEOUT_US = 21_000_000;

/** A connection by its number, while anybody may still send on it. */
export function connectionAt(universe: Universe, id: number): Connection | undefined {
  return valueIn(universe.connections, String(id));
}

function put(universe: Universe, connection: Connection): Connection {
  universe.connections = withEntry(universe.connections, String(connection.id), connection);
  return connection;
}

/** A terminal calls a host. */
export function call(universe: Universe, terminal: string, host: string, port: number): number {
  universe.connectionCount += 1;
  const id = universe.connectionCount;
  const isOpen = true;
  const facts = { id, terminal, host, port, process: undefined, life: 0, isOpen };
  put(universe, { ...facts, toServerUs: universe.nowUs, toPersonUs: universe.nowUs });
  sendToServer(universe, id, { type: 'open' });
  return id;
}

type What = import('./universe.ts').Arrival['what'];

function arrival(universe: Universe, lastUs: number): number {
  return Math.max(lastUs, universe.nowUs + LATENCY_US + universe.dice.below(50));
}

/** Something leaves a terminal. */
export function sendToServer(universe: Universe, id: number, what: What): void {
  const connection = connectionAt(universe, id);
  if (connection === undefined) return;
  const toServerUs = arrival(universe, connection.toServerUs);
  put(universe, { ...connection, toServerUs });
  at(universe, toServerUs, { type: 'arrive', connection: id, at: 'server', what, cause: universe.n });
}

function sendBack(universe: Universe, id: number, what: What, afterUs = 0): void {
  const connection = connectionAt(universe, id);
  if (connection === undefined) return;
  const toPersonUs = arrival(universe, connection.toPersonUs) + afterUs;
  put(universe, { ...connection, toPersonUs });
  at(universe, toPersonUs, { type: 'arrive', connection: id, at: 'person', what, cause: universe.n });
}

function connectionOf(universe: Universe, host: SimHost, process: string): Connection | undefined {
  const id = host.connections.get(process);
  return id === undefined ? undefined : connectionAt(universe, id);
}

/** Something leaves a process. */
export function sendToPerson(universe: Universe, host: SimHost, process: string, bytes: Uint8Array): void {
  const connection = connectionOf(universe, host, process);
  if (connection?.isOpen === true) sendBack(universe, connection.id, { type: 'bytes', bytes });
}

/** The process ends the connection, after all it has written. */
export function hangUp(universe: Universe, host: SimHost, process: string): void {
  const connection = connectionOf(universe, host, process);
  host.connections.delete(process);
  if (connection === undefined || !connection.isOpen) return;
  put(universe, { ...connection, isOpen: false });
  sendBack(universe, connection.id, { type: 'close', reason: 'eof' });
}

/** The machine lost its power: every connection of it is reset. */
export function resetAll(universe: Universe, host: SimHost): void {
  for (const id of host.connections.values()) {
    const connection = connectionAt(universe, id);
    if (connection?.isOpen !== true) continue;
    put(universe, { ...connection, isOpen: false });
    sendBack(universe, id, { type: 'close', reason: 'reset' });
  }
  host.connections = new Map();
}

/** The line of master.cf that listens on a port of this host. master(5) */
function listener(host: SimHost, port: number): ServiceEntry | undefined {
  return host.settings.master.find((entry) => {
    if (entry.type !== 'inet' || entry.command !== 'smtpd') return false;
    const address = inetAddress(entry.name);
    const mine = ['', '0.0.0.0', host.spec.address, host.spec.name];
    return address !== undefined && address.port === port && mine.includes(address.host);
  });
}

/** The process has ended in its first step. Its last words come before the end. */
function endCall(universe: Universe, host: SimHost, process: string): void {
  for (const bytes of host.outgoing.get(process) ?? []) sendToPerson(universe, host, process, bytes);
  host.outgoing.delete(process);
  hangUp(universe, host, process);
}

/** A call arrives: a process is started for it, or it is refused. */
export function accept(universe: Universe, connection: Connection, cause: number): void {
  const host = universe.hosts.get(connection.host);
  universe.cause = cause;
  if (host?.isUp !== true) {
    return sendBack(universe, connection.id, { type: 'close', reason: 'unreachable' }, CONNECT_TIMEOUT_US);
  }
  const entry = listener(host, connection.port);
  if (entry === undefined) return sendBack(universe, connection.id, { type: 'close', reason: 'refused' });
  sendBack(universe, connection.id, { type: 'open' });
  const person = universe.people.get(valueIn(universe.terminals, connection.terminal)?.person ?? '');
  const name = person?.clientName ?? 'unknown';
  const port = 32_768 + (connection.id % 28_232);
  const client = { name, reverseName: name, address: person?.address ?? '127.0.0.1', port };
  const settings = forService(host.settings, entry);
  const extra = { settings, client, serverAddress: host.spec.address, serverPort: connection.port };
  const process = host.mail.open(entry.command, extra, nowMs(universe), cause);
  const now = connectionAt(universe, connection.id) ?? connection;
  put(universe, { ...now, process, life: host.life });
  host.connections.set(process, connection.id);
  // A client that is refused at once still hears why.
  if (!host.mail.has(process)) endCall(universe, host, process);
}

/** Bytes or an end arrive at a process. */
export function arriveAtServer(universe: Universe, connection: Connection, what: What, cause: number): void {
  const host = universe.hosts.get(connection.host);
  const { process } = connection;
  if (what.type === 'close' && what.reason === 'local') {
    universe.connections = withoutEntry(universe.connections, String(connection.id));
  }
  if (host === undefined || process === undefined || host.life !== connection.life) return;
  universe.cause = cause;
  const now = nowMs(universe);
  if (what.type === 'bytes') {
    host.mail.deliver(process, { type: 'net.received', bytes: what.bytes, at: now }, cause);
  } else if (what.type === 'close') {
    const reason = what.reason === 'eof' ? 'eof' : 'local';
    host.mail.deliver(process, { type: 'net.closed', reason, at: now }, cause);
  }
}

/** The terminal's side is done with a connection that the server has ended. */
export function acknowledgeEnd(universe: Universe, connection: Connection): void {
  if (connection.process !== undefined)
    sendToServer(universe, connection.id, { type: 'close', reason: 'local' });
  put(universe, { ...(connectionAt(universe, connection.id) ?? connection), isOpen: false });
}
