/**
 * causes - hears every step of every chart, and keeps what was said or decided without a reason.
 *
 * A test that wants it replaces core/kernel/process.ts by `listening(...)` of the same module (vi.mock).
 */
import type { AnyStateMachine } from 'xstate';
import { parameterOf } from '../../core/config/registry.ts';
import type * as Process from '../../core/kernel/process.ts';
import { plainThing, type TraceEvent } from '../../core/kernel/trace.ts';
import { isUnexplained, type Why, whysOf } from '../../core/kernel/why.ts';

type Module = typeof Process;
type Heard = ReturnType<Module['stepChart']>;

/** One of each kind, by chart and text without its numbers and names. */
export const unexplained = new Map<string, string>();
/** Causes whose parameters do not exist. */
export const misnamed = new Set<string>();
/** Parameters, rules and classes of facts that were seen. */
export const seen = new Set<string>();
/** How much was looked at. */
export const heard = { logs: 0, replies: 0, decisions: 0 };

function keyOf(chart: string, { type, text }: Why): string {
  return `${chart} ${type} ${text.replace(/<[^>]*>|[0-9A-F]{6,}|\d+/g, '#').slice(0, 60)}`;
}

function look(chart: string, why: Why): void {
  heard[why.type === 'log' ? 'logs' : why.type === 'reply' ? 'replies' : 'decisions'] += 1;
  if (isUnexplained(why)) unexplained.set(keyOf(chart, why), why.text);
  if (why.fact !== undefined) seen.add(why.fact);
  for (const { parameter, maps, rule, position } of why.causes) {
    for (const name of [parameter, maps]) {
      if (name === undefined) continue;
      seen.add(name);
      if (parameterOf(name) === undefined) misnamed.add(`${chart}: ${name}: ${why.text}`);
    }
    // An item of a list of restrictions is called as it is written there.
    if (rule !== undefined && position === undefined) seen.add(rule);
  }
}

/** Queue files that this step puts off: it must say until when, and why. */
function putOff({ effects }: Heard): readonly string[] {
  return effects.flatMap((one) =>
    one.type === 'file.rename' && one.to.startsWith('deferred/') && one.from.startsWith('active/')
      ? [one.to]
      : [],
  );
}

function hear(chart: string, type: string, step: Heard): Heard {
  if (step.effects.length === 0) return step;
  const event: TraceEvent = {
    ...{ n: 1, t: 0, cause: 0, host: 'h', process: chart, service: chart, pid: 1, after: '' },
    ...{ event: { type }, rows: step.rows, effects: step.effects.map(plainThing) },
  };
  const whys = whysOf(event);
  for (const why of whys) look(chart, why);
  for (const path of putOff(step))
    if (!whys.some(({ type, until }) => type === 'decision' && until !== undefined))
      unexplained.set(`${chart} deferred`, path);
  return step;
}

/** The module, with its two ways into a chart listened to. */
export function listening(original: Module): Module {
  const startChart: Module['startChart'] = (machine, input) =>
    hear(machine.id, 'start', original.startChart(machine, input));
  const stepChart: Module['stepChart'] = (machine, state, event) =>
    hear(machine.id, event.type, original.stepChart(machine, state, event));
  const chartDaemon: Module['chartDaemon'] = (machine: AnyStateMachine) => ({
    ...original.chartDaemon(machine),
    start: (input, at) => startChart(machine, { ...input, at }),
    step: (state, event) => stepChart(machine, state, event),
  });
  return { ...original, startChart, stepChart, chartDaemon };
}
