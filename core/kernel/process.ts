/**
 * A daemon as its adapters see it: a chart that is started and stepped, events in, effects out.
 *
 * How a chart is stepped is in table.ts.
 */
import type { AnyStateMachine } from 'xstate';
import type { Effect } from './effects.ts';
import type { WorldEvent } from './events.ts';
import { type ChartState, enterChart, type Row, stepTable } from './table.ts';

export type { ChartState, Row };

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

/** Enters the initial state of a chart. Throws what a guard or an action threw. */
export function startChart(machine: AnyStateMachine, input: unknown): Step<ChartState> {
  return enterChart(machine, input);
}

/** One event, and all rows that follow from it. Throws what a guard or an action threw. */
export function stepChart(machine: AnyStateMachine, state: ChartState, event: ChartEvent): Step<ChartState> {
  return stepTable(machine, state, event);
}

/** The state's name: `envelope`. */
export function stateName(state: ChartState): string {
  return state.value;
}

/** A daemon whose chart hears world events as they are. */
export function chartDaemon<Input>(machine: AnyStateMachine): Daemon<Input, ChartState> {
  return {
    name: machine.id,
    chart: machine,
    start: (input, at) => startChart(machine, { ...input, at }),
    step: (state, event) => stepChart(machine, state, event),
    stateOf: stateName,
  };
}
