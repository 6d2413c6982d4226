/**
 * Asks the milters of a session, one after the other: the first that says more than "go on" ends it.
 *
 * Postfix: src/milter/milter.c, milter8.c
 */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { encodePacket, encodeTexts, type Packet } from './codec.ts';
import { commandFor, commandsFor } from './commands.ts';
import { withBody } from './letter.ts';
import { agreed, NO_AGREEMENT, offer } from './negotiation.ts';
import { replyTo } from './replies.ts';
import type { Command, Decision, Filter, MilterContext, Task } from './types.ts';

/** The work on one event. Lives for one call only. */
export interface Work {
  filters: Filter[];
  task: Task;
  /** An answer must come first. */
  waits: boolean;
  readonly context: MilterContext;
  readonly effects: Effect[];
}

export const TIMER = 'milter';

/** The connection to a milter is called by its place in the list. */
export function connectionOf(index: number): string {
  return `milter ${index}`;
}

/** Begins the work on an event of a session that has a task. @param waits for the answer of a milter */
export function workOn(context: MilterContext, waits: boolean): Work {
  assert(context.task !== undefined, 'somebody has asked');
  return { filters: [...context.filters], task: context.task, waits, context, effects: [] };
}

/** Goes on as far as it goes without an answer, and gives what was decided. */
export function done(work: Work): Decision {
  proceed(work);
  const { filters, task, effects } = work;
  return { context: { filters, task }, effects };
}

export function change(work: Work, changes: Partial<Filter>): void {
  const { filter } = work.task;
  work.filters = work.filters.with(filter, { ...(work.filters[filter] as Filter), ...changes });
}

function nextFilter(work: Work): void {
  const fresh = { commands: undefined, told: 0, bodyParts: undefined };
  work.task = { ...work.task, ...fresh, filter: work.task.filter + 1 };
}

/** Everybody has been told of a happening: the next one, if there is one. */
function nextHappening(work: Work): void {
  const [, ...happenings] = work.task.happenings;
  work.task = { ...work.task, happenings, filter: 0, isOver: happenings.length === 0 };
}

function proceed(work: Work): void {
  while (!work.task.isOver && !work.waits) {
    const filter = work.filters[work.task.filter];
    if (filter === undefined) nextHappening(work);
    else if (filter.status === 'over' || filter.status === 'dead') passBy(work, filter);
    else if (filter.status === 'passing' && isOfMessage(work.task)) nextFilter(work);
    else if (filter.status === 'fresh') call(work, filter);
    else work.waits = tellNext(work, filter);
  }
}

/** Who has accepted a message hears of the next one, and of a new name. */
function isOfMessage({ happenings: [first] }: Task): boolean {
  return first === undefined || first.stage === 'rcpt' || first.stage === 'data' || first.stage === 'unknown';
}

function passBy(work: Work, { lasting }: Filter): void {
  if (lasting === undefined) nextFilter(work);
  else work.task = { ...work.task, verdict: lasting, isOver: true };
}

function call(work: Work, { server }: Filter): void {
  const connection = connectionOf(work.task.filter);
  change(work, { status: 'calling' });
  work.waits = true;
  work.effects.push(
    { type: 'net.connect', connection, endpoint: server.endpoint },
    { type: 'timer.set', timer: TIMER, afterMs: server.connectTimeoutMs },
  );
}

function commandsOf({ happenings: [first], letter }: Task, filter: Filter): readonly Command[] {
  if (first !== undefined) return [commandFor(first)];
  assert(letter !== undefined, 'it is about a happening or a message');
  return commandsFor(letter, filter.agreement);
}

/** Tells the next command. True: its answer must come first. */
function tellNext(work: Work, filter: Filter): boolean {
  const commands = work.task.commands ?? commandsOf(work.task, filter);
  const command = commands[work.task.told];
  if (command === undefined) {
    nextFilter(work);
    return false;
  }
  const told = work.task.told + 1;
  work.task = { ...work.task, commands, told };
  const { steps } = filter.agreement;
  const isWanted = (steps & command.unwanted) === 0;
  const connection = connectionOf(work.task.filter);
  // As Postfix: it hears the macros of a step that it does without.
  if (isWanted || isKnown(filter, command))
    work.effects.push({ type: 'net.send', connection, bytes: macroPacket(work, filter, command) });
  if (command.letter === 'M') change(work, { status: 'open' });
  if (!isWanted) return false;
  work.effects.push({
    ...{ type: 'net.send', connection, bytes: encodePacket(command.letter, command.data) },
  });
  if ((steps & command.silent) !== 0) return false;
  const { commandTimeoutMs, contentTimeoutMs } = filter.server;
  const afterMs = work.task.happenings.length > 0 ? commandTimeoutMs : contentTimeoutMs;
  work.effects.push({ type: 'timer.set', timer: TIMER, afterMs });
  return true;
}

/** A step of the session that this version of the protocol has. */
function isKnown({ agreement: { version } }: Filter, { letter }: Command): boolean {
  return 'CHMR'.includes(letter) || (letter === 'U' && version >= 3) || (letter === 'T' && version >= 4);
}

/** Of the macros of this stage those that have a value. */
function macroPacket({ context, task }: Work, { agreement }: Filter, command: Command): Uint8Array {
  const { lists } = context;
  const macros = { ...context.macros, ...task.happenings[0]?.macros };
  const names = agreement.lists[command.stage] ?? lists[command.stage];
  const texts = names.flatMap((name) => {
    const value = macros[name];
    return value === undefined ? [] : [name, value];
  });
  const head = latin1ToBytes(command.letter);
  const values = encodeTexts(texts);
  const data = new Uint8Array(1 + values.length);
  data.set(head);
  data.set(values, 1);
  return encodePacket('D', data);
}

/** It has answered the call: what do we agree on? */
export function greet(work: Work): void {
  const filter = work.filters[work.task.filter];
  assert(filter !== undefined, 'a milter was called');
  const { server } = filter;
  change(work, { status: 'greeting' });
  work.effects.push(
    {
      ...{ type: 'net.send', connection: connectionOf(work.task.filter) },
      bytes: encodePacket('O', offer(server.version)),
    },
    { type: 'timer.set', timer: TIMER, afterMs: server.connectTimeoutMs },
  );
}

/** Whose answer is waited for, and to which command. */
function waited(work: Work): readonly [Filter | undefined, Command | undefined] {
  const { filter, commands, told, isOver } = work.task;
  if (isOver) return [undefined, undefined];
  return [work.filters[filter], told > 0 ? commands?.[told - 1] : undefined];
}

/** One packet. A text says why it cannot be understood. */
export function takePacket(work: Work, packet: Packet): string | undefined {
  const [filter, command] = waited(work);
  if (filter?.status === 'greeting') {
    const agreement = agreed(filter.server.version, packet);
    if (typeof agreement === 'string') return agreement;
    change(work, { status: 'open', agreement });
    return step(work);
  }
  if (filter === undefined || command === undefined) return `unexpected reply "${packet.type}"`;
  const reply = replyTo(filter, work.task, command, packet);
  switch (reply.type) {
    case 'odd':
      return `reply "${packet.type}" is not allowed after ${command.name}`;
    case 'working': {
      const afterMs = filter.server.contentTimeoutMs;
      work.effects.push({ type: 'timer.set', timer: TIMER, afterMs });
      return undefined;
    }
    case 'edit':
      work.task = { ...work.task, ...reply.changes };
      return undefined;
    case 'next':
      endBody(work, command);
      return step(work);
    case 'skip':
      skip(work, command);
      return step(work);
    case 'pass':
      endBody(work, command);
      change(work, { status: command.stage === 'connect' || command.stage === 'helo' ? 'over' : 'passing' });
      nextFilter(work);
      return step(work);
    case 'verdict':
      if (reply.lasts) change(work, { status: 'over', lasting: reply.verdict });
      if (reply.verdict.type === 'discard') change(work, { status: 'passing' });
      work.task = { ...work.task, verdict: reply.verdict, isOver: true };
      return step(work);
    default:
      return reply satisfies never;
  }
}

function step(work: Work): undefined {
  work.waits = false;
  work.effects.push({ type: 'timer.clear', timer: TIMER });
  proceed(work);
  return undefined;
}

/** A new body is whole when the milter has nothing more to say. */
function endBody(work: Work, { letter: command }: Command): void {
  const { bodyParts, letter } = work.task;
  if (command !== 'E' || bodyParts === undefined || letter === undefined) return;
  work.task = { ...work.task, letter: withBody(letter, bodyParts), bodyParts: undefined };
}

function skip(work: Work, { letter }: Command): void {
  const { commands = [], told } = work.task;
  const rest = commands.slice(told).filter((one) => one.letter !== letter);
  work.task = { ...work.task, commands: [...commands.slice(0, told), ...rest] };
}

/** A milter of which nothing is known yet. */
export function freshFilter(server: Filter['server']): Filter {
  return { server, status: 'fresh', lasting: undefined, agreement: NO_AGREEMENT, input: [] };
}
