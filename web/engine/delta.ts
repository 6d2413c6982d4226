/** delta - what has changed between two views, and a view after a change. */
import type { Delta, EngineView, Splice } from './protocol.ts';

/** An empty view: before anything is loaded. */
export const emptyView: EngineView = {
  ...{ mode: 'simulated', first: 0, n: 0, length: 0, now: 0, atTip: true, isPlaying: false, isIdle: true },
  ...{ branches: [], marks: [], processes: [], queues: [], counts: {}, mail: [], terminals: [], log: [] },
};

/** Everything that differs; lists that only grow are sent by their end. */
export function deltaBetween(before: EngineView, after: EngineView): Delta {
  const set: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof EngineView>) {
    if (key === 'log' || key === 'marks') continue;
    if (!isSame(key, before[key], after[key])) set[key] = after[key];
  }
  const log = spliceBetween(before.log, after.log, (one, other) => one === other);
  const marks = spliceBetween(
    before.marks,
    after.marks,
    (one, other) => one.n === other.n && one.t === other.t,
  );
  return {
    set: set as Delta['set'],
    ...(log === undefined ? {} : { log }),
    ...(marks === undefined ? {} : { marks }),
  };
}

export function applyDelta(view: EngineView, { set, log, marks }: Delta): EngineView {
  return {
    ...view,
    ...set,
    ...(log === undefined ? {} : { log: spliced(view.log, log) }),
    ...(marks === undefined ? {} : { marks: spliced(view.marks, marks) }),
  };
}

function isSame(key: keyof EngineView, one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other)) return JSON.stringify(one) === JSON.stringify(other);
  if (one.length !== other.length) return false;
  // Processes never change in place, and their sets would all look alike as JSON.
  if (key === 'processes') return one.every((each, at) => each === other[at]);
  return JSON.stringify(one) === JSON.stringify(other);
}

function spliceBetween<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isEqual: (one: Item, other: Item) => boolean,
): Splice<Item> | undefined {
  let keep = 0;
  while (keep < before.length && keep < after.length) {
    if (!isEqual(before[keep] as Item, after[keep] as Item)) break;
    keep += 1;
  }
  if (keep === before.length && keep === after.length) return undefined;
  return { keep, add: after.slice(keep) };
}

function spliced<Item>(list: readonly Item[], { keep, add }: Splice<Item>): readonly Item[] {
  return [...list.slice(0, keep), ...add];
}
