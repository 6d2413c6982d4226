/**
 * world - the whole simulator for whoever watches: step, back, seek, type, fork. state = f(scenario, seed,
 * inputs).
 *
 * Going back loads a checkpoint and runs on from there; what is known already is not kept twice. A thing
 * that happens may give two trace events (a process is born and gets its note): the world then stands
 * between them for a moment.
 */
import { isNeedsCode, type TraceEvent } from '#core';
import { type CheckState, lookAt, startCheck } from './check.ts';
import type { Branch } from './history.ts';
import * as history from './history.ts';
import { begin, checkpoint, enter, happen, isIdle, isPossible, nextUs, restore } from './run.ts';
import type { Scenario, WorldInput } from './scenario.ts';
import { type Moment, nowMs, type Universe } from './universe.ts';
import { viewsOf } from './views.ts';
import type { BranchView, Stopped, Until, World, WorldOptions } from './world-types.ts';

/** What a world holds; its functions are below. */
interface Inner {
  readonly universe: Universe;
  readonly branches: Map<number, Branch>;
  branch: Branch;
  /** The event shown last: behind universe.n while two events of one happening are shown one by one. */
  shown: number;
  /** Happenings before the one for which code is still to be loaded. */
  needsCodeAt: number | undefined;
  check: CheckState | undefined;
  readonly checks: WeakMap<object, CheckState>;
}

/** Makes a world at event 0. */
export function createWorld(scenario: Scenario, seed: number, options: WorldOptions = {}): World {
  const inner: Partial<Inner> = {};
  const universe = begin(scenario, seed, options.script !== false, (n, moment) =>
    note(inner as Inner, n, moment),
  );
  const first = checkpoint(universe);
  const branch = history.firstBranch(first);
  const check = options.check === true ? startCheck() : undefined;
  const checks = new WeakMap<object, CheckState>();
  if (check !== undefined) checks.set(first, check);
  const branches = new Map([[branch.id, branch]]);
  return worldOf(
    Object.assign(inner, { universe, branch, branches, shown: 0, needsCodeAt: undefined, check, checks }),
  );
}

function note(inner: Inner, n: number, moment: Moment): void {
  history.keep(inner.branch, n, moment);
  if (inner.check !== undefined) inner.check = lookAt(inner.check, inner.universe, n, moment);
}

function worldOf(inner: Inner): World {
  const { universe } = inner;
  const { scenario, seed } = universe;
  const firstHost = scenario.hosts[0]?.name ?? '';
  const views = viewsOf(
    universe,
    (n) => history.momentOf(inner.branch, n),
    () => inner.shown,
  );
  return {
    ...{ ...views, scenario, seed },
    n: () => inner.shown,
    length: () => history.lengthOf(inner.branch),
    now: () => timeShown(inner),
    atTip: () => isAtTip(inner),
    step: () => step(inner),
    back: () => seek(inner, inner.shown - 1),
    seek: (n) => seek(inner, n),
    run: (until) => run(inner, until),
    needsCode: () => inner.shown === universe.n && inner.needsCodeAt === universe.happenings,
    idle: () => inner.shown === universe.n && isIdle(universe),
    nextAt: () => {
      const next = nextUs(universe);
      return next === undefined ? undefined : next / 1000;
    },
    input: (input) => doInput(inner, input),
    inputs: () => inner.branch.inputs,
    fork: () => fork(inner),
    branches: () => [...inner.branches.values()].map((branch) => branchView(inner, branch)),
    switchTo: (id) => switchTo(inner, id),
    event: (n) => history.eventOf(inner.branch, n),
    trace: (from = 1, to = inner.shown) => trace(inner, from, to),
    digest: () => history.digestOf(inner.branch, inner.shown),
    findings: () => inner.check?.findings ?? [],
    crash: (host = firstHost) => doInput(inner, { type: 'power.cut', host }),
    boot: (host = firstHost) => doInput(inner, { type: 'power.on', host }),
    stats: () => ({
      ...{ events: universe.n, happenings: universe.happenings, inputs: universe.inputsApplied },
      checkpoints: inner.branch.chunks.length,
    }),
  };
}

function timeShown({ branch, shown, universe }: Inner): number {
  return shown < universe.n ? (history.eventOf(branch, shown)?.t ?? nowMs(universe)) : nowMs(universe);
}

function isAtTip({ branch, universe, shown }: Inner): boolean {
  return shown === history.lengthOf(branch) && universe.inputsApplied === branch.inputs.length;
}

/** The inputs that are recorded at this place. */
function enterInputs({ universe, branch }: Inner): void {
  for (;;) {
    const input = branch.inputs[universe.inputsApplied];
    if (input === undefined || input.happening !== universe.happenings) return;
    enter(universe, input.input);
  }
}

/**
 * One happening, after the inputs that are recorded at this place. False: nothing ever will happen, or not
 * before code is loaded.
 */
function proceed(inner: Inner): boolean {
  const { universe, branch } = inner;
  enterInputs(inner);
  const { n: before, happenings } = universe;
  const length = history.lengthOf(branch);
  inner.needsCodeAt = undefined;
  let happened: boolean;
  try {
    happened = happen(universe);
  } catch (error) {
    if (!isNeedsCode(error)) throw error;
    undo(inner, before, happenings, length);
    return false;
  }
  // Only right after an event: the state at n is the first one with n events, whichever way it was reached.
  if (universe.n > before && history.needsCheckpoint(branch, universe.n)) {
    const state = checkpoint(universe);
    history.addCheckpoint(branch, state);
    if (inner.check !== undefined) inner.checks.set(state, inner.check);
  }
  return happened;
}

/** Back to where a happening began that needs code: it has happened in part, so all is played again. */
function undo(inner: Inner, n: number, happenings: number, length: number): void {
  const { universe, branch, shown } = inner;
  history.cut(branch, length);
  goTo(inner, n);
  while (universe.happenings < happenings) proceed(inner);
  enterInputs(inner);
  inner.shown = shown;
  inner.needsCodeAt = happenings;
}

function step(inner: Inner): TraceEvent | undefined {
  while (inner.universe.n <= inner.shown) if (!proceed(inner)) return undefined;
  inner.shown += 1;
  return history.eventOf(inner.branch, inner.shown);
}

function goTo(inner: Inner, n: number): void {
  const from = history.checkpointBefore(inner.branch, n);
  if (from === undefined) return;
  restore(inner.universe, from);
  inner.check = inner.check === undefined ? undefined : (inner.checks.get(from) ?? startCheck());
  inner.shown = from.n;
}

function seek(inner: Inner, wanted: number): number {
  const n = Math.max(0, Math.floor(wanted));
  const { universe, branch } = inner;
  const before = history.checkpointBefore(branch, n);
  const isAhead = n >= inner.shown && n >= universe.n;
  // From here if that is nearer than the last checkpoint before the goal.
  if (!isAhead || (before !== undefined && before.n > universe.n)) {
    if (n < inner.shown || n > universe.n) goTo(inner, n);
  }
  while (universe.n < n) if (!proceed(inner)) break;
  inner.shown = Math.min(n, universe.n);
  return inner.shown;
}

function run(inner: Inner, until: Until): Stopped {
  const { universe } = inner;
  const last = until.events === undefined ? Infinity : inner.shown + until.events;
  const lastHappening = until.happenings === undefined ? Infinity : universe.happenings + until.happenings;
  const limitUs = until.timeMs === undefined ? Infinity : until.timeMs * 1000;
  for (;;) {
    while (inner.shown < universe.n) {
      if (inner.shown >= last) return 'events';
      inner.shown += 1;
      const event = until.when === undefined ? undefined : history.eventOf(inner.branch, inner.shown);
      if (event !== undefined && until.when?.(event) === true) return 'when';
    }
    if (inner.shown >= last || universe.happenings >= lastHappening) return 'events';
    if (until.idle === true && !hasInputHere(inner) && isIdle(universe)) return 'idle';
    if (!hasInputHere(inner) && (nextUs(universe) ?? -1) > limitUs) return 'time';
    if (!proceed(inner)) return 'end';
  }
}

/** A recorded input is due before anything else happens. */
function hasInputHere({ branch, universe }: Inner): boolean {
  return branch.inputs[universe.inputsApplied]?.happening === universe.happenings;
}

function doInput(inner: Inner, input: WorldInput): number | undefined {
  inner.shown = inner.universe.n;
  if (!isPossible(inner.universe, input)) return undefined;
  if (!isAtTip(inner)) fork(inner);
  const { universe, branch } = inner;
  const { n, happenings: happening } = universe;
  inner.needsCodeAt = undefined;
  branch.inputs.push({ n, at: nowMs(universe), happening, input });
  enter(universe, input);
  return n;
}

function fork(inner: Inner): number {
  const { universe } = inner;
  inner.shown = universe.n;
  const id = inner.branches.size + 1;
  inner.branch = history.forkedBranch(inner.branch, id, universe.n, universe.inputsApplied);
  inner.branches.set(id, inner.branch);
  return id;
}

function switchTo(inner: Inner, id: number): number {
  const branch = inner.branches.get(id);
  if (branch === undefined || branch === inner.branch) return inner.shown;
  const shared = sharedLength(inner, inner.branch, branch);
  const goal = inner.shown <= shared ? inner.shown : history.lengthOf(branch);
  inner.branch = branch;
  goTo(inner, goal);
  return seek(inner, goal);
}

/** Events that two branches have in common: up to the first fork on the way from one to the other. */
function sharedLength(inner: Inner, one: Branch, other: Branch): number {
  const forks = new Map<number, number>();
  for (let at: Branch | undefined = one, n = Infinity; at !== undefined; at = parentOf(inner, at)) {
    forks.set(at.id, n);
    n = Math.min(n, at.forkN);
  }
  for (let at: Branch | undefined = other, n = Infinity; at !== undefined; at = parentOf(inner, at)) {
    const met = forks.get(at.id);
    if (met !== undefined) return Math.min(met, n);
    n = Math.min(n, at.forkN);
  }
  return 0;
}

function parentOf(inner: Inner, branch: Branch): Branch | undefined {
  return branch.parent === undefined ? undefined : inner.branches.get(branch.parent);
}

function branchView(inner: Inner, branch: Branch): BranchView {
  const { id, parent, forkN } = branch;
  return { id, parent, forkN, length: history.lengthOf(branch), isCurrent: branch === inner.branch };
}

function trace(inner: Inner, from: number, to: number): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  for (let n = Math.max(1, from); n <= to; n += 1) {
    const event = history.eventOf(inner.branch, n);
    if (event === undefined) break;
    events.push(event);
  }
  return events;
}
