/** qmgr-check - what must hold for the queue manager's own books, found by counting everything. */

import { valuesOf } from '../../core/kernel/ordered.ts';
import { entriesIn, valueIn } from '../../core/kernel/persistent.ts';
import { itemsOf } from '../../core/qmgr/fifo.ts';
import { comparePositions, compareRanks } from '../../core/qmgr/jobs.ts';
import { decide, slotCost } from '../../core/qmgr/preempt.ts';
import type { QueueContext } from '../../core/qmgr/queue.ts';
import type { Destination, Entry, Job, QmgrContext, Transport } from '../../core/qmgr/types.ts';

function entriesOf({ waiting }: Destination): readonly Entry[] {
  return valuesOf(waiting).flatMap(({ entries }) => itemsOf(entries));
}

function recipientsOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { recipients }) => sum + recipients.length, 0);
}

/** Destinations with work and room, by the first job that waits at each. */
function expectedLine(destinations: readonly Destination[], jobs: readonly Job[]): readonly string[] {
  const inOrder = jobs.toSorted((a, b) => comparePositions(a.position, b.position));
  const open = destinations.flatMap((destination) => {
    const { window, busy } = destination.chart.context as QueueContext;
    if (destination.chart.value !== 'ready' || busy >= window) return [];
    const waiting = valuesOf(destination.waiting);
    const first = inOrder.find(({ messageId }) => waiting.some((one) => one.messageId === messageId));
    const turn = waiting.find((one) => one.messageId === first?.messageId)?.turn ?? 0;
    return first === undefined ? [] : [{ key: destination.key, position: first.position, turn }];
  });
  return open.toSorted(compareRanks).map(({ key }) => key);
}

function* jobFaults(transport: Transport, destinations: readonly Destination[]): Generator<string> {
  for (const [id, job] of entriesIn(transport.jobs)) {
    const at = destinations.filter(({ waiting }) => valuesOf(waiting).some((one) => one.messageId === id));
    const waiting = at.flatMap(entriesOf).filter(({ messageId }) => messageId === id).length;
    if (job.entries - job.selected !== waiting)
      yield `job ${id}: ${job.entries} - ${job.selected} entries left, ${waiting} wait`;
    const keys = entriesIn(job.destinations).map(([key]) => key);
    if (at.length !== keys.length || at.some(({ key }) => !keys.includes(key)))
      yield `job ${id}: waits at ${at.map(({ key }) => key)}, not at ${keys}`;
    const parent = job.parent === undefined ? undefined : valueIn(transport.jobs, job.parent);
    if (job.parent !== undefined && parent?.children.includes(id) !== true)
      yield `job ${id}: its parent ${job.parent} does not know it`;
    if (parent !== undefined && comparePositions(job.position, parent.position) >= 0)
      yield `job ${id}: behind ${parent.messageId}, which it preempted`;
    for (const child of job.children)
      if (valueIn(transport.jobs, child)?.parent !== id) yield `job ${id}: ${child} is no child of it`;
  }
}

/** Whom Postfix would let overtake: it looks at every job that can go on. */
function bestOf(
  context: QmgrContext,
  open: readonly Destination[],
  jobs: readonly Job[],
  current: Job,
  bound: number,
  at: number,
): Job | undefined {
  const unplaced = ({ messageId }: Job) => {
    const message = valueIn(context.messages, messageId);
    return message === undefined ? 0 : message.recipients.length - message.placed;
  };
  const score = (job: Job) =>
    (Math.max(0, Math.floor(at / 1000) - Math.floor(job.queuedAt / 1000)) + 1) /
    (job.entries + unplaced(job));
  const ids = new Set(open.flatMap(({ waiting }) => valuesOf(waiting).map(({ messageId }) => messageId)));
  return jobs
    .filter((job) => ids.has(job.messageId) && job.children.length === 0)
    .filter(({ position }) => comparePositions(position, current.position) > 0)
    .filter((job) => job.entries - job.selected + unplaced(job) <= bound)
    .toSorted((a, b) => score(b) - score(a) || comparePositions(a.position, b.position))[0];
}

/** Is the one who overtakes the one that Postfix would take? Ours does not find every large one. */
function* choiceFaults(
  context: QmgrContext,
  transport: Transport,
  own: readonly Destination[],
  jobs: readonly Job[],
  at: number,
): Generator<string> {
  const open = own.filter(({ inLine }) => inLine !== undefined);
  const current = jobs
    .filter((job) => open.some(({ key }) => valueIn(job.destinations, key) !== undefined))
    .toSorted((a, b) => comparePositions(a.position, b.position))[0];
  if (current === undefined) return;
  const decision = decide(context, transport, current, at);
  const cost = slotCost(context, transport.name);
  const bound = Math.floor((current.entries - current.selected + current.available) / cost);
  const best = bestOf(context, open, jobs, current, bound, at);
  const isSmall = (valueIn(context.messages, best?.messageId ?? '')?.recipients.length ?? 99) <= 10;
  if (decision.why === 'enough slots' && isSmall && decision.by !== best?.messageId)
    yield `${decision.by} would overtake ${current.messageId}, not ${best?.messageId}`;
  if (decision.why === 'no candidate' && isSmall) yield `nobody overtakes, not even ${best?.messageId}`;
}

/** Everything that is wrong in the books. `at`: ms since the epoch. */
export function* faultsOf(context: QmgrContext, at: number): Generator<string> {
  const all = entriesIn(context.destinations).map(([, destination]) => destination);
  const running = entriesIn(context.running).map(([, one]) => one);
  const inMemory = recipientsOf([...all.flatMap(entriesOf), ...running.map(({ entry }) => entry)]);
  if (inMemory !== context.inMemory) yield `${context.inMemory} recipients in memory, counted ${inMemory}`;
  for (const transport of context.transports.values()) {
    const own = all.filter((one) => one.transport === transport.name);
    const busy = running.filter((one) => one.transport === transport.name).length;
    if (busy !== transport.busy) yield `${transport.name}: busy ${transport.busy}, counted ${busy}`;
    const line = valuesOf(transport.line);
    const jobs = entriesIn(transport.jobs).map(([, job]) => job);
    const expected = expectedLine(own, jobs);
    if (line.join() !== expected.join()) yield `${transport.name}: line ${line}, not ${expected}`;
    if (line.length > 0 && busy < transport.limit) yield `${transport.name}: idle, and ${line} wait`;
    yield* jobFaults(transport, own);
    yield* choiceFaults(context, transport, own, jobs, at);
  }
}
