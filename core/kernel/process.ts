/**
 * The only file on XState's runtime: starts a chart and steps it, effects out, everything else refused.
 *
 * `machine.transition` is called with one reused scope, several times faster than `transition()`;
 * test/property/process.test.ts holds the two equal on random traces. docs/decisions/0004-one-scope.md
 */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Effect } from './effects.ts';
import type { WorldEvent } from './events.ts';

/** One row of a chart that was taken. `index` is its place among the rows of that event in that state. */
export interface Row {
  readonly state: string;
  readonly event: string;
  readonly guard?: string;
  readonly index: number;
  readonly target?: string;
  readonly description?: string;
}

export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Rows taken, in order; empty when the chart had no row for the event. */
  readonly rows: readonly Row[];
}

/** All that an adapter ever sees of a daemon. */
export interface Daemon<Input, State> {
  readonly name: string;
  readonly chart: AnyStateMachine;
  start(input: Input, at: number): Step<State>;
  step(state: State, event: WorldEvent): Step<State>;
  /** Name of the current state, for people. */
  stateOf(state: State): string;
  /**
   * Input that waits for the chart to read it, in bytes: the adapter stops reading the socket when it
   * grows.
   */
  unreadBytes?(state: State): number;
}

/** An event as the charts know it; wire verbs are capitals, everything else dotted lower case. */
export interface ChartEvent {
  readonly type: string;
  readonly at: number;
}

type TransitionList = readonly {
  readonly source: { readonly key: string; readonly path: readonly string[] };
  readonly target?: readonly { readonly path: readonly string[] }[];
  readonly guard?: unknown;
  readonly eventType: string;
  readonly description?: string;
}[];

/** What XState calls while it steps; see `scope` below. */
interface Inspection {
  readonly type: string;
  readonly _transitions?: TransitionList;
}

let emitted: Effect[] = [];
let taken: Row[] = [];

function refuse(what: string): never {
  throw new Error(`panic: a chart may only emit effects, not ${what}`);
}

/** Where a state keeps its rows: those without event apart from the others. */
interface Siblings {
  readonly transitions: ReadonlyMap<string, TransitionList>;
  readonly always?: TransitionList;
}

/** Rows are made once per transition object. */
const rowCache = new WeakMap<object, Row>();

function rowOf(transition: TransitionList[number]): Row {
  const known = rowCache.get(transition);
  if (known !== undefined) return known;
  const { transitions, always } = transition.source as unknown as Siblings;
  const siblings = transition.eventType === '' ? always : transitions.get(transition.eventType);
  const guard = transition.guard;
  const row: Row = {
    state: transition.source.path.join('.'),
    event: transition.eventType,
    index: Math.max(0, siblings?.indexOf(transition) ?? 0),
    ...(guard === undefined ? {} : { guard: typeof guard === 'string' ? guard : guardName(guard) }),
    ...(transition.target === undefined ? {} : { target: transition.target[0]?.path.join('.') ?? '' }),
    ...(transition.description === undefined ? {} : { description: transition.description }),
  };
  rowCache.set(transition, row);
  return row;
}

function guardName(guard: unknown): string {
  return (guard as { readonly type?: string }).type ?? 'guard';
}

/** The scope XState's logic runs in: no actor, no system, no clock. */
const scope = {
  self: { id: 'chart', sessionId: 'chart', _parent: undefined },
  id: 'chart',
  sessionId: 'chart',
  logger: () => refuse('log'),
  defer: (run: () => void) => run(),
  emit: (effect: Effect) => {
    emitted.push(effect);
  },
  stopChild: () => refuse('stop a child'),
  actionExecutor: (action: { readonly type: string; readonly exec?: () => void }) => {
    if (action.type !== 'xstate.emit') refuse(action.type);
    action.exec?.();
  },
  system: {
    _sendInspectionEvent: (inspection: Inspection) => {
      for (const transition of inspection._transitions ?? []) {
        if (transition.eventType !== undefined) taken.push(rowOf(transition));
      }
    },
  },
};

function run(machine: AnyStateMachine, next: (scope: never) => AnyMachineSnapshot): Step<AnyMachineSnapshot> {
  const outerEmitted = emitted;
  const outerTaken = taken;
  emitted = [];
  taken = [];
  try {
    const state = next(scope as never);
    if (state.status === 'error') throw state.error;
    return { state, effects: emitted, rows: taken };
  } catch (error) {
    if (error instanceof Error) throw error;
    throw new Error(`panic: ${machine.id} threw ${String(error)}`);
  } finally {
    emitted = outerEmitted;
    taken = outerTaken;
  }
}

/** Enter the initial state of a chart. Throws what a guard or an action threw. */
export function startChart(machine: AnyStateMachine, input: unknown): Step<AnyMachineSnapshot> {
  return run(machine, (inner) => machine.getInitialSnapshot(inner, input as never) as AnyMachineSnapshot);
}

/** One event, all its microsteps. Throws what a guard or an action threw. */
export function stepChart(
  machine: AnyStateMachine,
  state: AnyMachineSnapshot,
  event: ChartEvent,
): Step<AnyMachineSnapshot> {
  return run(
    machine,
    (inner) => machine.transition(state as never, event as never, inner) as AnyMachineSnapshot,
  );
}

/** The state's name as a dotted path: `envelope`, `active.scanning`. */
export function stateName(state: AnyMachineSnapshot): string {
  const nameOf = (value: unknown): string => {
    if (typeof value === 'string') return value;
    return Object.entries(value as Record<string, unknown>)
      .map(([key, inner]) => `${key}.${nameOf(inner)}`)
      .join(' ');
  };
  return nameOf(state.value);
}

/** A daemon whose chart hears world events as they are. */
export function chartDaemon<Input>(machine: AnyStateMachine): Daemon<Input, AnyMachineSnapshot> {
  return {
    name: machine.id,
    chart: machine,
    start: (input, at) => startChart(machine, { ...input, at }),
    step: (state, event) => stepChart(machine, state, event),
    stateOf: stateName,
  };
}
