/**
 * recorder - what the charts of the core are asked while scenarios and SMTP sessions run.
 *
 * A test that wants it replaces core/kernel/process.ts by `recording(...)` of the same module (vi.mock).
 */
import type { AnyStateMachine } from 'xstate';
import type * as Process from '../../core/kernel/process.ts';

type Module = typeof Process;
export type ChartState = ReturnType<Module['startChart']>['state'];

/** A chart was started. */
export interface Start {
  readonly machine: AnyStateMachine;
  readonly input: unknown;
}

/** A chart was in a state and heard an event. */
export interface Moment {
  readonly machine: AnyStateMachine;
  readonly state: ChartState;
  readonly event: Process.ChartEvent;
}

/** Everything since the tests began, in order. */
export const starts: Start[] = [];
export const moments: Moment[] = [];

/** The module, with its two ways into a chart noting what they are asked. */
export function recording(original: Module): Module {
  const startChart: Module['startChart'] = (machine, input) => {
    starts.push({ machine, input });
    return original.startChart(machine, input);
  };
  const stepChart: Module['stepChart'] = (machine, state, event) => {
    moments.push({ machine, state, event });
    return original.stepChart(machine, state, event);
  };
  const chartDaemon: Module['chartDaemon'] = (machine) => ({
    ...original.chartDaemon(machine),
    start: (input, at) => startChart(machine, { ...input, at }),
    step: (state, event) => stepChart(machine, state, event),
  });
  return { ...original, startChart, stepChart, chartDaemon };
}
