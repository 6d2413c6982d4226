/**
 * history - what happened so far, branch by branch: trace events, checkpoints every 200 of them, inputs.
 *
 * A branch only grows. One that leaves another shares all chunks before the fork. Trace events are made
 * plain when somebody looks at them.
 */
import { addToDigest, type Digest, digestText, emptyDigest, type TraceEvent, traceEvent } from '#core';
import type { WorldInput } from './scenario.ts';
import type { Moment, UniverseState } from './universe.ts';

/** Events between checkpoints. */
export const CHUNK = 200;

export interface RecordedInput {
  /** Number of the last trace event before it. */
  readonly n: number;
  /** Virtual time, milliseconds since the epoch. */
  readonly at: number;
  /** Happenings before it: the exact place. */
  readonly happening: number;
  readonly input: WorldInput;
}

interface Chunk {
  /** Trace events before this chunk. */
  readonly start: number;
  readonly checkpoint: UniverseState;
  readonly moments: (Moment | TraceEvent)[];
  /** Digest of all events before this chunk, once somebody asked. */
  digest?: Digest;
}

export interface Branch {
  readonly id: number;
  readonly parent: number | undefined;
  /** Trace events shared with the parent. */
  readonly forkN: number;
  readonly chunks: Chunk[];
  readonly inputs: RecordedInput[];
}

/** The first branch. */
export function firstBranch(checkpoint: UniverseState): Branch {
  return {
    ...{ id: 1, parent: undefined, forkN: 0, inputs: [] },
    chunks: [{ start: 0, checkpoint, moments: [], digest: emptyDigest }],
  };
}

/** A branch that shares the first `n` events and the inputs that are applied there. */
export function forkedBranch(from: Branch, id: number, n: number, inputsApplied: number): Branch {
  const shared = from.chunks.filter(({ start }) => start < n || start === 0);
  const last = shared.at(-1);
  const chunks = shared.slice(0, -1);
  if (last !== undefined) chunks.push({ ...last, moments: last.moments.slice(0, n - last.start) });
  return { id, parent: from.id, forkN: n, chunks, inputs: from.inputs.slice(0, inputsApplied) };
}

/** Number of trace events of a branch. */
export function lengthOf(branch: Branch): number {
  const last = branch.chunks.at(-1);
  return last === undefined ? 0 : last.start + last.moments.length;
}

/** Event `n` as it was kept, made plain or not. */
export function momentOf(branch: Branch, n: number): Moment | TraceEvent | undefined {
  const chunk = branch.chunks[indexOf(branch, n, false)];
  return chunk?.moments[n - 1 - chunk.start];
}

/** Keeps a new trace event; one that is known is the same again and is not kept twice. */
export function keep(branch: Branch, n: number, moment: Moment): void {
  const last = branch.chunks.at(-1);
  if (last !== undefined && n > last.start + last.moments.length) last.moments.push(moment);
}

/** Forgets what came after `length` events; all of it came after the last checkpoint. */
export function cut(branch: Branch, length: number): void {
  const last = branch.chunks.at(-1);
  last?.moments.splice(Math.max(0, length - last.start));
}

/** Whether it is time for a checkpoint. */
export function needsCheckpoint(branch: Branch, n: number): boolean {
  const last = branch.chunks.at(-1);
  return last !== undefined && n === lengthOf(branch) && n - last.start >= CHUNK;
}

/** Begins a new chunk at a checkpoint. */
export function addCheckpoint(branch: Branch, checkpoint: UniverseState): void {
  branch.chunks.push({ start: checkpoint.n, checkpoint, moments: [] });
}

/** The last checkpoint at or before an event. */
export function checkpointBefore(branch: Branch, n: number): UniverseState | undefined {
  return branch.chunks[indexOf(branch, n, true)]?.checkpoint;
}

/**
 * Index of the chunk that holds event `n`, or (`asStart`) of the last one whose checkpoint is at or before
 * it.
 */
function indexOf(branch: Branch, n: number, asStart: boolean): number {
  let low = 0;
  let high = branch.chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const start = branch.chunks[middle]?.start ?? 0;
    if (asStart ? start <= n : start < n) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Trace event `n` (from 1) as plain data. */
export function eventOf(branch: Branch, n: number): TraceEvent | undefined {
  const chunk = branch.chunks[indexOf(branch, n, false)];
  const at = n - 1 - (chunk?.start ?? 0);
  const moment = chunk?.moments[at];
  if (chunk === undefined || moment === undefined) return undefined;
  if ('n' in moment) return moment;
  const made = plainOf(moment, n);
  chunk.moments[at] = made;
  return made;
}

function plainOf(moment: Moment, n: number): TraceEvent {
  if (moment.type === 'step') return traceEvent(moment.record, moment.host, n, moment.cause);
  return { n, cause: moment.cause, ...moment.event };
}

/**
 * Digest of the first `n` events, 32 hexadecimal digits. Chunks remember theirs, so the next question is
 * cheap.
 */
export function digestOf(branch: Branch, n: number): string {
  let index = indexOf(branch, n, true);
  while (index > 0 && branch.chunks[index]?.digest === undefined) index -= 1;
  let digest = branch.chunks[index]?.digest ?? emptyDigest;
  for (; (branch.chunks[index]?.start ?? Infinity) <= n; index += 1) {
    const chunk = branch.chunks[index];
    if (chunk === undefined) break;
    chunk.digest ??= digest;
    const end = Math.min(n, chunk.start + chunk.moments.length);
    for (let at = chunk.start + 1; at <= end; at += 1) {
      const event = eventOf(branch, at);
      if (event !== undefined) digest = addToDigest(digest, event);
    }
  }
  return digestText(digest);
}
