/**
 * jobs - what each message still has to do at one transport, the oldest first. SCHEDULER_README
 *
 * A transport knows which of its destinations have both work and room, in the order of the first job that
 * waits at each: who is next stands in front, and those that cannot go on are never looked at.
 */
import { type Compare, inserted, removed, valueAt } from '../kernel/ordered.ts';
import {
  emptyMap,
  entriesIn,
  type PersistentMap,
  valueIn,
  withEntry,
  withoutEntry,
} from '../kernel/persistent.ts';
import { fifoOf, pushed, shifted } from './fifo.ts';
import type { ActiveMessage, Destination, Entry, Job, Position, Rank, Transport } from './types.ts';

/** Negative: `a` is in front of `b`. What preempts a job is in front of it. */
export function comparePositions(a: Position, b: Position): number {
  for (let at = 0; ; at += 1) {
    const [one, other] = [a[at], b[at]];
    if (one === other) {
      if (one === undefined) return 0;
      continue;
    }
    return (one ?? Number.POSITIVE_INFINITY) - (other ?? Number.POSITIVE_INFINITY);
  }
}

/** By position, and within one job by turn. */
export const compareRanks: Compare<Rank> = (a, b) =>
  comparePositions(a.position, b.position) || a.turn - b.turn;

/** Where a job stands among those that wait for a destination: there it has but one turn. */
export function rankOf({ position }: Job): Rank {
  return { position, turn: 0 };
}

/** The job of a message at this transport, as it is or new. */
export function jobOf({ jobs }: Transport, { id, number, activeAt }: ActiveMessage): Job {
  return (
    valueIn(jobs, id) ?? {
      ...{ messageId: id, number, queuedAt: activeAt, position: [number] },
      ...{ entries: 0, selected: 0, available: 0, used: 0 },
      ...{ level: 0, parent: undefined, children: [], preemptions: 0 },
      ...{ destinations: emptyMap(), turns: 0 },
    }
  );
}

/** The transport with this job in place of its older self. */
export function withJob(transport: Transport, job: Job): Transport {
  return { ...transport, jobs: withEntry(transport.jobs, job.messageId, job) };
}

/** A message with so many recipients is small: it is looked for behind larger ones. */
const SMALL = 10;

/** More entries of a message's job wait for a destination. */
export function joined(
  { recipients }: ActiveMessage,
  job: Job,
  destination: Destination,
  entries: readonly Entry[],
): readonly [job: Job, destination: Destination] {
  const rank = rankOf(job);
  const turns = job.turns + 1;
  const known = valueAt(destination.waiting, compareRanks, rank);
  const before = known?.entries ?? fifoOf<Entry>();
  const waiting = {
    ...{ messageId: job.messageId, isSmall: recipients.length <= SMALL, turn: known?.turn ?? turns },
    entries: entries.reduce(pushed<Entry>, before),
  };
  return [
    {
      ...{ ...job, turns, entries: job.entries + entries.length },
      destinations: withEntry(job.destinations, destination.key, true as const),
    },
    { ...destination, waiting: inserted(destination.waiting, compareRanks, rank, waiting) },
  ];
}

/** One entry of the job is on its way: it earns a part of a slot, and its other destinations come first. */
export function selected(
  job: Job,
  destination: Destination,
): readonly [job: Job, destination: Destination, entry: Entry | undefined] {
  const rank = rankOf(job);
  const known = valueAt(destination.waiting, compareRanks, rank);
  const step = known === undefined ? undefined : shifted(known.entries);
  if (known === undefined || step === undefined) return [job, destination, undefined];
  const turns = job.turns + 1;
  const counted = {
    ...{ ...job, turns, selected: job.selected + 1 },
    ...{ available: job.available + 1, used: job.used + 1 },
  };
  if (step.rest.size > 0) {
    const waiting = { ...known, turn: turns, entries: step.rest };
    return [
      counted,
      { ...destination, waiting: inserted(destination.waiting, compareRanks, rank, waiting) },
      step.first,
    ];
  }
  return [
    { ...counted, destinations: withoutEntry(job.destinations, destination.key) },
    { ...destination, waiting: removed(destination.waiting, compareRanks, rank) },
    step.first,
  ];
}

/** So many entries of a job are given back undelivered: all it had waiting for a destination that died. */
export function givenBack(job: Job, key: string, count: number): Job {
  const destinations = withoutEntry(job.destinations, key);
  return { ...job, destinations, selected: job.selected + count };
}

/**
 * Takes a job off its stack. Its parent gets back what was charged in excess, but only the one it preempted
 * itself: who adopted it later paid nothing. Its children are adopted.
 */
export function popped(transport: Transport, job: Job, cost: number): Transport {
  if (job.level === 0 && job.children.length === 0) return transport;
  let { jobs } = transport;
  for (const id of job.children) {
    const child = valueIn(jobs, id);
    if (child !== undefined) jobs = withEntry(jobs, id, { ...child, parent: job.parent });
  }
  const parent = job.parent === undefined ? undefined : valueIn(jobs, job.parent);
  if (parent !== undefined) {
    const isOwn = job.level === parent.level + 1;
    const children = [...parent.children.filter((id) => id !== job.messageId), ...job.children];
    const available = parent.available - (isOwn ? job.used * cost : 0);
    jobs = withEntry(jobs, parent.messageId, { ...parent, children, available });
  }
  const alone = { ...job, level: 0, parent: undefined, children: [] };
  return { ...transport, jobs: withEntry(jobs, job.messageId, alone) };
}

/** Nothing of the job waits: off the stack, and off the list unless more recipients may join it. */
export function retired(transport: Transport, job: Job, cost: number, mayGrow: boolean): Transport {
  const { jobs, ...rest } = popped(transport, job, cost);
  if (!mayGrow) return { ...rest, jobs: withoutEntry(jobs, job.messageId) };
  const alone = { ...job, level: 0, parent: undefined, children: [], position: [job.number] };
  return { ...rest, jobs: withEntry(jobs, job.messageId, alone) };
}

/** Puts a job at another place of the list, with all that waits of it. */
export function moved(
  destinations: PersistentMap<Destination>,
  job: Job,
  position: Position,
): readonly Destination[] {
  return entriesIn(job.destinations).flatMap(([key]) => {
    const destination = valueIn(destinations, key);
    const known =
      destination === undefined ? undefined : valueAt(destination.waiting, compareRanks, rankOf(job));
    if (destination === undefined || known === undefined) return [];
    const without = removed(destination.waiting, compareRanks, rankOf(job));
    const waiting = inserted(without, compareRanks, { position, turn: 0 }, known);
    return [{ ...destination, waiting }];
  });
}
