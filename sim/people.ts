/**
 * people - users at terminals: telnet as they see it, typed by hand or by a script.
 *
 * What they type and what they read are events of the trace, like the steps of daemons.
 */
import { bytesToLatin1, latin1ToBytes, utf8Encode, valueIn, withEntry } from '#core';
import { acknowledgeEnd, call, sendToServer } from './network.ts';
import { cutPower, switchOn } from './power.ts';
import type { WorldInput } from './scenario.ts';
import type { Terminal } from './terminal.ts';
import {
  type Arrival,
  type Connection,
  later,
  nowMs,
  type ThreadState,
  tell,
  type Universe,
} from './universe.ts';

/** Nobody types like a clock: up to this many microseconds more before each scripted step. */
const HESITATION_US = 50_000;

function terminalAt(universe: Universe, name: string): Terminal | undefined {
  return valueIn(universe.terminals, name);
}

function putTerminal(universe: Universe, terminal: Terminal): void {
  universe.terminals = withEntry(universe.terminals, terminal.name, terminal);
}

const NOTHING: readonly never[] = [];

type TerminalEvent = { readonly type: string; readonly [field: string]: string | number };

/** Puts what a terminal does or sees into the trace. */
function say(
  universe: Universe,
  terminal: Terminal,
  before: string,
  cause: number,
  event: TerminalEvent,
): void {
  const host = universe.people.get(terminal.person)?.hostName ?? terminal.person;
  const { name: process, state: after } = terminal;
  const [t, service, pid] = [nowMs(universe), 'telnet', 0];
  const told = { t, host, process, service, pid, before, after, event, rows: NOTHING, effects: NOTHING };
  tell(universe, { type: 'world', cause, event: told });
}

function withLine(
  universe: Universe,
  terminal: Terminal,
  from: 'client' | 'server' | 'note',
  text: string,
): Terminal {
  const line = { n: universe.n + 1, t: nowMs(universe), from, text };
  return { ...terminal, lines: [...terminal.lines, line] };
}

/** Whether an input can be done now: a line needs an open connection, a call a closed one. */
export function isPossible(universe: Universe, input: WorldInput): boolean {
  switch (input.type) {
    case 'telnet.open':
      return (terminalAt(universe, input.terminal)?.state ?? 'closed') === 'closed';
    case 'telnet.type':
    case 'telnet.send':
    case 'telnet.end':
    case 'telnet.close':
      return terminalAt(universe, input.terminal)?.state === 'open';
    case 'wait':
      return input.ms > 0;
    case 'power.cut':
      return universe.hosts.get(input.host)?.isUp === true;
    case 'power.on':
      return universe.hosts.get(input.host)?.isUp === false;
    case 'disk.full':
      return universe.hosts.has(input.host);
    default:
      input satisfies never;
      return false;
  }
}

/** Does an input; one that is no longer possible has no effect. */
export function doInput(universe: Universe, input: WorldInput): void {
  if (!isPossible(universe, input)) return;
  switch (input.type) {
    case 'telnet.open':
      return openTerminal(universe, input);
    case 'telnet.type':
      return sendLine(universe, input.terminal, input.line);
    case 'telnet.send':
      return sendText(universe, input.terminal, input.text, latin1ToBytes(input.text));
    case 'telnet.end':
      return endSide(universe, input.terminal);
    case 'telnet.close':
      return closeTerminal(universe, input.terminal);
    case 'wait':
      later(universe, input.ms * 1000, { type: 'clock', ms: input.ms });
      return;
    case 'power.cut':
    case 'power.on': {
      const host = universe.hosts.get(input.host);
      if (host === undefined) return;
      return input.type === 'power.cut' ? cutPower(universe, host) : switchOn(universe, host);
    }
    case 'disk.full': {
      const host = universe.hosts.get(input.host);
      if (host !== undefined) host.disk = { ...host.disk, full: input.full };
      return;
    }
    default:
      input satisfies never;
  }
}

function openTerminal(universe: Universe, input: WorldInput & { readonly type: 'telnet.open' }): void {
  const { scenario } = universe;
  const person = input.person ?? scenario.people[0]?.name ?? '';
  const host = input.host ?? scenario.hosts[0]?.name ?? '';
  const port = input.port ?? 25;
  const known = terminalAt(universe, input.terminal);
  const before = known?.state ?? 'closed';
  const fresh = { name: input.terminal, person, host, port, state: 'connecting', connection: 0 } as const;
  const kept = { order: known?.order ?? universe.terminals.size, lines: known?.lines ?? [] };
  const terminal: Terminal = { ...fresh, ...kept, unfinished: '', replies: 0 };
  putTerminal(universe, terminal);
  say(universe, terminal, before, 0, { type: 'net.connecting', host, port });
  putTerminal(universe, { ...terminal, connection: call(universe, input.terminal, host, port) });
}

function sendLine(universe: Universe, name: string, line: string): void {
  const bytes = utf8Encode(`${line}\r\n`);
  sendText(universe, name, bytesToLatin1(bytes), bytes);
}

function sendText(universe: Universe, name: string, text: string, bytes: Uint8Array): void {
  const terminal = terminalAt(universe, name);
  if (terminal === undefined) return;
  putTerminal(universe, withLine(universe, terminal, 'client', text));
  say(universe, terminal, 'open', 0, { type: 'net.sent', text, sizeBytes: bytes.length });
  sendToServer(universe, terminal.connection, { type: 'bytes', bytes });
}

/** Nothing more will be typed, but what comes is still read. */
function endSide(universe: Universe, name: string): void {
  const terminal = terminalAt(universe, name);
  if (terminal === undefined) return;
  say(universe, terminal, 'open', 0, { type: 'net.ended' });
  sendToServer(universe, terminal.connection, { type: 'close', reason: 'eof' });
}

function closeTerminal(universe: Universe, name: string): void {
  const terminal = terminalAt(universe, name);
  if (terminal === undefined) return;
  const closed: Terminal = { ...withLine(universe, terminal, 'note', 'local'), state: 'closed' };
  putTerminal(universe, closed);
  say(universe, closed, 'open', 0, { type: 'net.closed', reason: 'local' });
  sendToServer(universe, terminal.connection, { type: 'close', reason: 'eof' });
}

/** Counts the replies that are complete: the last line of one has a blank after its code. RFC 5321 §4.2.1 */
function countReplies(unfinished: string, text: string): readonly [replies: number, unfinished: string] {
  const lines = `${unfinished}${text}`.split('\r\n');
  const rest = lines.pop() ?? '';
  return [lines.filter((line) => /^\d{3} /.test(line)).length, rest];
}

/** Something arrives at a terminal. */
export function arriveAtPerson(universe: Universe, connection: Connection, arrival: Arrival): void {
  const terminal = terminalAt(universe, connection.terminal);
  if (terminal === undefined || terminal.connection !== connection.id || terminal.state === 'closed') return;
  const { what, cause } = arrival;
  if (what.type === 'open') {
    const open: Terminal = { ...terminal, state: 'open' };
    putTerminal(universe, open);
    say(universe, open, terminal.state, cause, {
      type: 'net.connected',
      host: terminal.host,
      port: terminal.port,
    });
  } else if (what.type === 'bytes') {
    const text = bytesToLatin1(what.bytes);
    const [more, unfinished] = countReplies(terminal.unfinished, text);
    const read = withLine(universe, terminal, 'server', text);
    putTerminal(universe, { ...read, unfinished, replies: terminal.replies + more });
    say(universe, terminal, terminal.state, cause, {
      type: 'net.received',
      text,
      sizeBytes: what.bytes.length,
    });
    if (more > 0) continueScripts(universe, terminal.name);
  } else {
    const closed: Terminal = { ...withLine(universe, terminal, 'note', what.reason), state: 'closed' };
    putTerminal(universe, closed);
    say(universe, closed, terminal.state, cause, { type: 'net.closed', reason: what.reason });
    acknowledgeEnd(universe, connection);
  }
}

/** Enters the first step of every script. */
export function startScripts(universe: Universe): void {
  for (const [thread, { startMs, steps }] of universe.script.entries()) {
    const [first] = steps;
    if (first === undefined) continue;
    schedule(universe, thread, startMs + first.afterMs);
  }
}

function schedule(universe: Universe, thread: number, afterMs: number): void {
  later(universe, afterMs * 1000 + universe.dice.below(HESITATION_US), { type: 'script', thread });
}

const NOT_BEGUN: ThreadState = { next: 0, waits: false, stopped: false };

function threadAt(universe: Universe, thread: number): ThreadState {
  return valueIn(universe.threads, String(thread)) ?? NOT_BEGUN;
}

function setThread(universe: Universe, thread: number, change: Partial<ThreadState>): void {
  const state = { ...threadAt(universe, thread), ...change };
  universe.threads = withEntry(universe.threads, String(thread), state);
}

/** The next step of a script, and what comes after it. */
export function runScript(universe: Universe, thread: number): void {
  const state = threadAt(universe, thread);
  const steps = universe.script[thread]?.steps;
  const step = steps?.[state.next];
  if (step === undefined || state.stopped) return;
  const following = steps?.[state.next + 1];
  const waits = following?.waitFor === 'reply';
  setThread(universe, thread, { next: state.next + 1, waits });
  doInput(universe, step.input);
  if (following !== undefined && !waits) schedule(universe, thread, following.afterMs);
}

/** The server has answered: whoever waited for it goes on. */
function continueScripts(universe: Universe, terminal: string): void {
  for (const thread of universe.scriptsAt.get(terminal) ?? []) {
    const state = threadAt(universe, thread);
    if (!state.waits || state.stopped) continue;
    setThread(universe, thread, { waits: false });
    schedule(universe, thread, universe.script[thread]?.steps[state.next]?.afterMs ?? 0);
  }
}

/** Somebody types by hand: the script leaves that terminal alone from now on. */
export function takeOver(universe: Universe, input: WorldInput): void {
  if (!('terminal' in input)) return;
  for (const thread of universe.scriptsAt.get(input.terminal) ?? []) {
    setThread(universe, thread, { stopped: true });
  }
}
