/**
 * The session with the milters: what smtpd(8) and cleanup(8) want told, and what comes of it.
 *
 * MILTER_README · Postfix: src/milter/milter.c
 */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Macros, MilterDone } from '../kernel/milter.ts';
import { encodePacket, readPackets } from './codec.ts';
import { letterBytes, readLetter } from './letter.ts';
import { change, connectionOf, done, freshFilter, greet, TIMER, takePacket, workOn } from './play.ts';
import { defaultVerdict, lossLog, nonsenseLog } from './trouble.ts';
import type { Args, Decision, Filter, MilterContext, Task } from './types.ts';

const NO_TASK: Omit<Task, 'from' | 'token'> = {
  ...{ happenings: [], letter: undefined, isChanged: false, edits: [], quarantine: undefined, filter: 0 },
  leftBytes: 0,
  ...{ commands: undefined, told: 0, bodyParts: undefined, verdict: { type: 'continue' }, isOver: false },
};

function begin(context: MilterContext, changes: Partial<MilterContext>, task: Task): Decision {
  const now = { ...context, ...changes, task };
  const decision = done(workOn(now, false));
  return { context: { ...changes, ...decision.context }, effects: decision.effects ?? [] };
}

/** A session begins: its milters are called, one after the other. */
export function openSession({ context, event }: Args): Decision {
  assert(event.type === 'milter.open', 'a session begins');
  const { servers, lists, macros, happenings, from, token } = event;
  const filters = servers.map(freshFilter);
  return begin(context, { filters, lists, macros }, { ...NO_TASK, from, token, happenings });
}

/** The client did something. */
export function tellHappening({ context, event }: Args): Decision {
  assert(event.type === 'milter.tell', 'something happened');
  const { macros, happening, from, token } = event;
  return begin(context, { macros }, { ...NO_TASK, from, token, happenings: [happening] });
}

/** cleanup(8) knows nothing of these: Postfix has no values for them when the message is shown. */
function withoutEnvelope(macros: Macros): Macros {
  return Object.fromEntries(Object.entries(macros).filter(([name]) => !/^\{(?:mail|rcpt|auth)_/.test(name)));
}

/** The message is complete. */
export function showMessage({ context, event }: Args): Decision {
  assert(event.type === 'milter.message', 'a message is complete');
  const { macros, text, from, token, limitBytes } = event;
  const leftBytes = limitBytes > 0 ? limitBytes : Number.POSITIVE_INFINITY;
  return begin(
    context,
    { macros: { ...withoutEnvelope(context.macros), ...macros } },
    { ...NO_TASK, from, token, letter: readLetter(text), leftBytes },
  );
}

/** The place in the list of whom an event is about; −1: nobody. */
function placeOf({ context, event }: Args): number {
  if (event.type === 'timer.fired') return context.task?.filter ?? -1;
  const name = 'connection' in event ? event.connection : '';
  return context.filters.findIndex((_, index) => connectionOf(index) === name);
}

/** It is the one whose answer is waited for. */
export function isAsked(args: Args): boolean {
  return args.context.task !== undefined && placeOf(args) === args.context.task.filter;
}

export function agreeOnOptions({ context }: Args): Decision {
  const work = workOn(context, true);
  greet(work);
  return { context: { filters: work.filters }, effects: work.effects };
}

/** Something was heard: packets, or a part of one. */
export function hear(args: Args): Decision {
  const { context, event } = args;
  assert(event.type === 'net.heard', 'a milter has said something');
  const work = workOn(context, true);
  const place = work.task.filter;
  const { packets, rest, isBroken } = readPackets(work.filters[place]?.input ?? [], event.bytes);
  change(work, { input: rest });
  for (const packet of packets) {
    const isStill = work.task.filter === place && !work.task.isOver;
    const wrong = isStill ? takePacket(work, packet) : `unexpected reply "${packet.type}"`;
    if (wrong !== undefined) return isStill ? nonsense(args, work, wrong) : forgotten(work, place, wrong);
  }
  return isBroken ? nonsense(args, work, 'bad packet length') : done(work);
}

/** It has said more than it was asked: it is not asked again. */
function forgotten(work: ReturnType<typeof workOn>, place: number, text: string): Decision {
  const filter = work.filters[place] as Filter;
  work.filters = work.filters.with(place, { ...filter, status: 'dead', lasting: defaultVerdict(filter) });
  work.effects.push(nonsenseLog(filter, text), { type: 'net.drop', connection: connectionOf(place) });
  return done(work);
}

function nonsense({ context }: Args, work: ReturnType<typeof workOn>, text: string): Decision {
  const filter = work.filters[work.task.filter] ?? (context.filters[0] as Filter);
  return giveUp(work, nonsenseLog(filter, text));
}

/** Nothing more is expected of it: milter_default_action decides. */
function giveUp(work: ReturnType<typeof workOn>, log: Effect): Decision {
  const filter = work.filters[work.task.filter];
  assert(filter !== undefined, 'a milter was asked');
  work.effects.push(
    log,
    { type: 'timer.clear', timer: TIMER },
    { type: 'net.drop', connection: connectionOf(work.task.filter) },
  );
  change(work, { status: 'dead', lasting: defaultVerdict(filter) });
  work.waits = false;
  return done(work);
}

/** It has gone, or is silent for too long. */
export function loseAsked({ context, event }: Args): Decision {
  const work = workOn(context, true);
  const filter = work.filters[work.task.filter];
  assert(filter !== undefined, 'a milter was asked');
  return giveUp(work, lossLog(filter, work.task, event.type === 'net.lost' ? event.reason : 'ETIMEDOUT'));
}

/** It went, or spoke, while nobody had asked it: it is not asked again. */
export function loseIdle(args: Args): Decision {
  const place = placeOf(args);
  const filter = args.context.filters[place];
  if (filter === undefined || filter.status === 'dead') return {};
  const reason = args.event.type === 'net.lost' ? args.event.reason : 'EOF';
  return {
    context: {
      filters: args.context.filters.with(place, { ...filter, status: 'dead', lasting: lastingOf(filter) }),
    },
    effects: [lossLog(filter, undefined, reason), { type: 'net.drop', connection: connectionOf(place) }],
  };
}

export function taskIsOver({ context }: Args): boolean {
  return context.task?.isOver === true;
}

/** Tells who asked. */
export function answer({ context }: Args): Decision {
  const { task } = context;
  assert(task !== undefined, 'somebody has asked');
  const { from, token, verdict, letter, isChanged, edits, quarantine, leftBytes } = task;
  if (letter === undefined)
    return {
      context: { task: undefined },
      effects: [{ type: 'send', to: from, note: { type: 'milter.answer', token, verdict } }],
    };
  const note: MilterDone = {
    ...{ type: 'milter.done', token, verdict, edits },
    ...(isChanged && leftBytes >= 0 ? { text: letterBytes(letter) } : {}),
    ...(leftBytes < 0 ? { isTooBig: true } : {}),
    ...(quarantine === undefined ? {} : { quarantine }),
  };
  return { context: { task: undefined }, effects: [{ type: 'send', to: from, note }] };
}

/** Those whose status is one of these. */
function those({ filters }: MilterContext, ...wanted: readonly Filter['status'][]): readonly number[] {
  return [...filters.keys()].filter((index) => wanted.some((status) => filters[index]?.status === status));
}

/** What it had said holds on, even if it goes then. */
function lastingOf(filter: Filter): Filter['lasting'] {
  return filter.status === 'over' ? filter.lasting : defaultVerdict(filter);
}

/** The message is forgotten: the milters begin anew. SMFIC_ABORT has no answer. */
export function forgetMessage({ context, event }: Args): Decision {
  assert(event.type === 'milter.abort', 'a message is forgotten');
  const effects = those(context, 'open', 'passing').flatMap((index): Effect[] =>
    Array.from({ length: event.times }, () => ({
      ...{ type: 'net.send', connection: connectionOf(index), bytes: encodePacket('A') },
    })),
  );
  const filters = context.filters.map(
    (filter): Filter => (filter.status === 'passing' ? { ...filter, status: 'open' } : filter),
  );
  return { context: { filters, task: undefined }, effects };
}

/** In the middle of a question: whom it was put to must not be asked anything else. */
export function breakOff({ context }: Args): Decision {
  const place = context.task?.filter ?? 0;
  const filter = context.filters[place];
  if (filter === undefined) return { context: { task: undefined } };
  return {
    context: {
      filters: context.filters.with(place, { ...filter, status: 'dead', lasting: defaultVerdict(filter) }),
      task: undefined,
    },
    effects: [
      { type: 'timer.clear', timer: TIMER },
      { type: 'net.drop', connection: connectionOf(place) },
    ],
  };
}

/** The session is over. SMFIC_QUIT has no answer. */
export function leave({ context }: Args): Decision {
  const effects = those(context, 'open', 'passing').map(
    (index): Effect => ({
      ...{ type: 'net.send', connection: connectionOf(index), bytes: encodePacket('Q') },
    }),
  );
  return { effects: [...effects, { type: 'exit' }] };
}
