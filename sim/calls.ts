/**
 * calls - connections that processes open themselves, in simulated time: whoever answers them is a scripted
 * peer of the scenario, and a call to nobody is refused.
 */
import { bytesToLatin1, type CallEffect, type Endpoint, latin1ToBytes, type WorldEvent } from '#core';
import type { PeerRule, PeerSpec } from './scenario.ts';
import { at, nowMs, type SimHost, type Universe } from './universe.ts';

/** One way. */
const LATENCY_US = 1_000;

/** A connection of a process to a peer. */
export interface Call {
  /** Tells it from an earlier one of the same name. */
  readonly serial: number;
  /** Undefined: nobody answers at that place. */
  readonly peer: PeerSpec | undefined;
  /** What the peer has heard and not answered yet, one character a byte. */
  readonly heard: string;
  /** When the last thing that the peer says arrives. */
  readonly lastUs: number;
  /** The peer says no more. */
  readonly isOver: boolean;
}

/** What a peer says, or that the line is gone, arrives at a process. */
export interface CallEvent {
  readonly type: 'call';
  readonly host: string;
  readonly life: number;
  readonly process: string;
  readonly serial: number;
  readonly event: Extract<WorldEvent, { readonly connection: string }>;
  readonly cause: number;
}

function keyOf(process: string, connection: string): string {
  return `${process} ${connection}`;
}

/** `inet:127.0.0.1:10031`, `unix:private/policy`: how a peer's place is written. */
function endpointText(endpoint: Endpoint): string {
  return endpoint.type === 'unix' ? `unix:${endpoint.path}` : `inet:${endpoint.host}:${endpoint.port}`;
}

type Untimed =
  | { readonly type: 'net.connected' }
  | { readonly type: 'net.heard'; readonly bytes: Uint8Array }
  | { readonly type: 'net.lost'; readonly reason: string };

/** Does what a process asked for. */
export function performCall(universe: Universe, host: SimHost, process: string, effect: CallEffect): void {
  const key = keyOf(process, effect.connection);
  const call = host.calls.get(key);
  switch (effect.type) {
    case 'net.connect': {
      const place = endpointText(effect.endpoint);
      const peer = universe.scenario.peers?.find((one) => one.endpoint === place);
      // The serial number of the agenda is one that no earlier call of this name has had.
      const serial = universe.agenda.serial() + 1;
      const fresh: Call = { serial, peer, heard: '', lastUs: universe.nowUs, isOver: false };
      host.calls.set(key, fresh);
      const nobody = effect.endpoint.type === 'unix' ? 'ENOENT' : 'ECONNREFUSED';
      if (peer === undefined)
        say(universe, host, process, effect.connection, { type: 'net.lost', reason: nobody });
      else {
        say(universe, host, process, effect.connection, { type: 'net.connected' });
        if (peer.greeting !== undefined) speak(universe, host, process, effect.connection, peer.greeting);
      }
      return;
    }
    case 'net.send':
      if (call?.peer === undefined || call.isOver) return;
      host.calls.set(key, { ...call, heard: call.heard + bytesToLatin1(effect.bytes) });
      return hear(universe, host, process, effect.connection);
    case 'net.drop':
      host.calls.delete(key);
      return;
    default:
      effect satisfies never;
  }
}

/** Something will arrive at the process, behind all that was said before. */
function say(
  universe: Universe,
  host: SimHost,
  process: string,
  connection: string,
  what: Untimed,
  afterMs = 0,
): void {
  const key = keyOf(process, connection);
  const call = host.calls.get(key);
  if (call === undefined) return;
  const { life } = host;
  const lastUs = Math.max(call.lastUs, universe.nowUs + 2 * LATENCY_US + afterMs * 1000);
  host.calls.set(key, { ...call, lastUs, isOver: call.isOver || what.type === 'net.lost' });
  const event = { ...what, connection, at: lastUs / 1000 };
  at(universe, lastUs, {
    ...{ type: 'call', host: host.spec.name, life, process, serial: call.serial, event },
    cause: universe.n,
  });
}

function speak(
  universe: Universe,
  host: SimHost,
  process: string,
  connection: string,
  text: string,
  afterMs = 0,
): void {
  if (text !== '')
    say(universe, host, process, connection, { type: 'net.heard', bytes: latin1ToBytes(text) }, afterMs);
}

/** The peer answers each whole request that it has heard. */
function hear(universe: Universe, host: SimHost, process: string, connection: string): void {
  const key = keyOf(process, connection);
  for (;;) {
    const call = host.calls.get(key);
    const end = call?.peer === undefined || call.isOver ? -1 : call.heard.indexOf(call.peer.until);
    if (call?.peer === undefined || end < 0) return;
    const rule = ruleFor(call.peer, call.heard.slice(0, end));
    host.calls.set(key, { ...call, heard: call.heard.slice(end + call.peer.until.length) });
    if (rule === undefined) continue;
    speak(universe, host, process, connection, rule.answer ?? '', rule.afterMs);
    if (rule.hangUp === true)
      say(universe, host, process, connection, { type: 'net.lost', reason: 'EOF' }, rule.afterMs);
  }
}

/** What a peer does with a request: the first rule all of whose texts stand in it; undefined: nothing. */
export function ruleFor({ rules }: PeerSpec, request: string): PeerRule | undefined {
  return rules.find(({ contains = [] }) => contains.every((text) => request.includes(text)));
}

/** Something arrives at a process. */
export function endCall(
  universe: Universe,
  host: SimHost,
  { process, serial, event, cause }: CallEvent,
): void {
  const key = keyOf(process, event.connection);
  if (host.calls.get(key)?.serial !== serial) return;
  if (event.type === 'net.lost') host.calls.delete(key);
  universe.cause = cause;
  host.mail.deliver(process, { ...event, at: nowMs(universe) }, cause);
}

/** The process is gone, and so are its connections. */
export function forgetCalls(host: SimHost, process: string): void {
  if (host.calls.size === 0) return;
  for (const key of [...host.calls.keys()]) if (key.startsWith(`${process} `)) host.calls.delete(key);
}
