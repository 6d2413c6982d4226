/**
 * preempt - a small message overtakes a large one, at a price that the large one has earned before.
 * SCHEDULER_README · postconf(5) default_delivery_slot_cost
 */
import { nextBehind, walkBehind } from '../kernel/ordered.ts';
import { valueIn, withEntry } from '../kernel/persistent.ts';
import { comparePositions, compareRanks, moved, popped, withJob } from './jobs.ts';
import { messageOf, transportNumber } from './rules.ts';
import { lined, withTransport } from './transport.ts';
import type { Job, Preemption, QmgrContext, Rank, Transport } from './types.ts';

/**
 * So many jobs are looked at for the one to overtake.
 *
 * Differs: Postfix goes through its whole list, which may take it long; the oldest are nearly always the
 * best. Of messages with more than ten recipients only those are seen that are among the first at some
 * destination. And Postfix may charge a job for being overtaken that could not have gone on itself.
 */
const MOST_CANDIDATES = 100;

/** And so many of those that wait for one destination. */
const MOST_AT_ONE = 10;

/** Parts that make one slot. Below 2 nobody is preempted. postconf(5) default_delivery_slot_cost */
export function slotCost({ settings }: QmgrContext, transport: string): number {
  return transportNumber(settings, transport, 'delivery_slot_cost');
}

/** Recipients of the job's message of which nobody knows yet where they go. */
function unplaced(context: QmgrContext, { messageId }: Job): number {
  const message = messageOf(context, messageId);
  return message === undefined ? 0 : message.recipients.length - message.placed;
}

/** Entries that the job has left, if all that is unplaced goes by this transport. */
function remaining(context: QmgrContext, job: Job): number {
  return job.entries - job.selected + unplaced(context, job);
}

/** What was decided about a job, and why. */
export type Decision =
  | { readonly why: 'nothing earned' | 'disabled' | 'too small' | 'no candidate' | 'not enough slots' }
  | ({ readonly why: 'enough slots' } & Preemption);

/** May the job be preempted now, and by which? `at`: ms since the epoch. */
export function decide(context: QmgrContext, transport: Transport, job: Job, at: number): Decision {
  const { messageId: preempted, available: availableParts } = job;
  if (availableParts <= 0) return { why: 'nothing earned' };
  const cost = slotCost(context, transport.name);
  if (cost < 2) return { why: 'disabled' };
  const ruled = (suffix: string) => transportNumber(context.settings, transport.name, suffix);
  const most = job.entries + unplaced(context, job);
  if (most < ruled('minimum_delivery_slots') * cost) return { why: 'too small' };
  const bound = Math.floor((job.entries - job.selected + availableParts) / cost);
  const candidate = bound > 0 ? candidateFor(context, transport, job, bound, at) : undefined;
  if (candidate === undefined) return { why: 'no candidate' };
  const neededSlots = remaining(context, candidate);
  const lent = Math.floor(availableParts / cost) + ruled('delivery_slot_loan');
  if (lent < (neededSlots * (100 - ruled('delivery_slot_discount'))) / 100)
    return { why: 'not enough slots' };
  return { why: 'enough slots', preempted, by: candidate.messageId, neededSlots, availableParts };
}

interface Best {
  readonly job: Job;
  readonly score: number;
}

function ageOf({ queuedAt }: Job, at: number): number {
  return Math.max(0, Math.floor(at / 1000) - Math.floor(queuedAt / 1000)) + 1;
}

/**
 * The best job behind this one that fits into so many slots and can go on at once: old and small, by the
 * seconds since it was queued for each of its entries; of two equal ones the first on the list. Those who
 * have been preempted themselves stay out of it.
 */
function candidateFor(
  context: QmgrContext,
  transport: Transport,
  current: Job,
  bound: number,
  at: number,
): Job | undefined {
  let best: Best | undefined;
  const look = (job: Job): boolean => {
    if (job.messageId === current.messageId) return true;
    const age = ageOf(job, at);
    const isBehind = best !== undefined && comparePositions(job.position, best.job.position) > 0;
    // Those still further behind are younger, and no score is above the age.
    if (best !== undefined && isBehind && job.level === 0 && age <= best.score) return false;
    if (job.children.length > 0 || remaining(context, job) > bound) return true;
    const score = age / (job.entries + unplaced(context, job));
    if (best === undefined || score > best.score || (score === best.score && !isBehind))
      best = { job, score };
    return true;
  };
  const behind = { position: current.position, turn: -1 };
  lookThrough(context, transport, transport.line, behind, look);
  lookThrough(context, transport, transport.overtakers, behind, look);
  return best?.job;
}

/** Looks at the first job of each destination in a line, each large one once, and at some behind it. */
function lookThrough(
  context: QmgrContext,
  { jobs }: Transport,
  line: Transport['line'],
  behind: Rank,
  look: (job: Job) => boolean,
): void {
  let looked = 0;
  let next = nextBehind(line, compareRanks, behind);
  while (next !== undefined && looked < MOST_CANDIDATES) {
    const { position } = next.key;
    const waiting = valueIn(context.destinations, next.value)?.waiting;
    let here = 0;
    let isInVain = false;
    let isLarge = false;
    walkBehind(waiting, compareRanks, { position, turn: -1 }, (_, { messageId, isSmall }) => {
      if (here === 0) isLarge = !isSmall;
      const job = valueIn(jobs, messageId);
      const goesOn = job === undefined || look(job);
      isInVain = !goesOn && here === 0;
      here += 1;
      return goesOn && here < MOST_AT_ONE;
    });
    // Whoever stands behind the first of this destination in the line is younger too.
    if (isInVain) return;
    looked += here;
    next = nextBehind(line, compareRanks, isLarge ? { position, turn: Number.POSITIVE_INFINITY } : next.key);
  }
}

/** Puts the one in front of the other, and charges the other for it. */
export function preempt(context: QmgrContext, name: string, preemption: Preemption): QmgrContext {
  const { preempted, by, neededSlots } = preemption;
  const cost = slotCost(context, name);
  let transport = context.transports.get(name);
  const candidate = transport === undefined ? undefined : valueIn(transport.jobs, by);
  if (transport === undefined || candidate === undefined) return context;
  transport = popped(transport, candidate, cost);
  const [below, above] = [valueIn(transport.jobs, preempted), valueIn(transport.jobs, by)];
  if (below === undefined || above === undefined) return context;
  const preemptions = below.preemptions + 1;
  const position = [...below.position, preemptions];
  const children = [...below.children, by];
  const available = below.available - neededSlots * cost;
  transport = withJob(transport, { ...below, preemptions, children, available });
  const used = -neededSlots;
  transport = withJob(transport, { ...above, position, level: below.level + 1, parent: preempted, used });
  const lastPreemption = { preempted, by, neededSlots, availableParts: preemption.availableParts };
  transport = { ...transport, lastPreemption };
  let { destinations } = context;
  for (const one of moved(destinations, candidate, position)) {
    const [line, placed] = lined(transport, one);
    transport = line;
    destinations = withEntry(destinations, one.key, placed);
  }
  return withTransport({ ...context, destinations }, transport);
}
