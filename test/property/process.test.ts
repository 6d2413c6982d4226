/** The kernel steps every chart as XState's `initialTransition` and `transition` do. docs/decisions/0012 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { charts as named } from '../../core/index.ts';
import { startChart, stepChart } from '../../core/kernel/process.ts';
import { message } from '../../core/qmgr/message.ts';
import { queue } from '../../core/qmgr/queue.ts';
import { firstSeed, isLong, search } from '../support/search.ts';
import { askNameServers } from './drive-dns.ts';
import { speakWithMilters } from './drive-milter.ts';
import {
  askPolicyServers,
  countClients,
  playPickup,
  playScenarios,
  stepSmallCharts,
  talkAtRandom,
  verifyAddresses,
} from './drives.ts';
import { type Answer, startByXState, stepByXState, told } from './oracle.ts';
import { type Moment, moments, starts } from './recorder.ts';

vi.mock(import('../../core/kernel/process.ts'), async (original) => {
  const { recording } = await import('./recorder.ts');
  return recording(await original());
});

const charts = [...Object.values(named), queue, message];

/** What the recorder has noted when everything is played, by the chart's name. */
const asked = new Map<string, readonly Moment[]>();
let all: readonly Moment[] = [];

beforeAll(() => {
  playScenarios(firstSeed, isLong ? 8 : 2);
  playPickup();
  talkAtRandom(firstSeed, isLong ? 500 : 100);
  stepSmallCharts(firstSeed, isLong ? 500 : 50);
  askPolicyServers(firstSeed, isLong ? 500 : 50);
  countClients(firstSeed, isLong ? 500 : 50);
  verifyAddresses(firstSeed, isLong ? 500 : 50);
  askNameServers(firstSeed, isLong ? 1000 : 100);
  speakWithMilters(firstSeed, isLong ? 500 : 50);
  all = [...moments];
  for (const chart of charts) {
    asked.set(
      chart.id,
      all.filter(({ machine }) => machine === chart),
    );
  }
});

/** Nothing, or what is different. */
function difference(kernel: Answer, xstate: Answer): string | undefined {
  if (isDeepStrictEqual(kernel, xstate)) return undefined;
  expect(kernel).toEqual(xstate);
  return 'equal to the eye only';
}

function compare({ machine, state, event }: Moment): string | undefined {
  const kernel = told(() => stepChart(machine, state, event));
  return difference(kernel, stepByXState(machine, state, event));
}

test('architecture §4: the traces reach every chart and nearly every state', () => {
  expect(charts.map(({ id }) => id).filter((id) => (asked.get(id)?.length ?? 0) < 20)).toEqual([]);
  const met = new Set(all.map(({ machine, state }) => `${machine.id} ${String(state.value)}`));
  const waiting = charts.flatMap((chart) =>
    Object.values(chart.states)
      .filter((state) => (state as { readonly transitions: Map<string, unknown> }).transitions.size > 0)
      .map(({ key }) => `${chart.id} ${key}`),
  );
  expect(waiting.filter((name) => !met.has(name)).length / waiting.length).toBeLessThan(0.2);
});

test('architecture §4: a chart starts as by initialTransition', () => {
  expect(starts.length).toBeGreaterThan(500);
  for (const { machine, input } of starts.slice(0, isLong ? Infinity : 3000)) {
    const kernel = told(() => startChart(machine, input));
    expect(difference(kernel, startByXState(machine, input))).toBeUndefined();
  }
});

test('architecture §4: every step of the traces is that of transition', () => {
  expect(all.length).toBeGreaterThan(10_000);
  const stride = isLong ? 1 : Math.ceil(all.length / 15_000);
  for (let at = 0; at < all.length; at += stride) {
    const moment = all[at];
    if (moment === undefined) continue;
    expect(compare(moment), `${moment.machine.id}, seed ${firstSeed}`).toBeUndefined();
  }
});

/** Places in a trace, and one field of an event put into another. */
const blow = fc.record({
  ...{ chart: fc.nat(charts.length - 1), state: fc.nat(), event: fc.nat(), donor: fc.nat(), field: fc.nat() },
  ...{ foreign: fc.nat(4), damage: fc.nat(4) },
});

function pick<One>(from: readonly One[], dice: number): One {
  const one = from[dice % from.length];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

test('architecture §4: any event in any state, fitting or not, is answered or refused alike', () => {
  let [threw, moved] = [0, 0];
  fc.assert(
    fc.property(blow, (dice) => {
      const chart = pick(charts, dice.chart);
      const mine = asked.get(chart.id) ?? [];
      const { state } = pick(mine, dice.state);
      const { event } = pick(dice.foreign === 0 ? all : mine, dice.event);
      const donor = pick(all, dice.donor).event as unknown as ChartFields;
      const key = pick(Object.keys(event), dice.field);
      const changed = dice.damage === 0 && key !== 'type' ? { ...event, [key]: donor[key] } : event;
      const moment = { machine: chart, state, event: changed as Moment['event'] };
      const answer = stepByXState(chart, state, moment.event);
      if (answer.type === 'threw') threw += 1;
      else if (answer.value !== state.value) moved += 1;
      return compare(moment) === undefined;
    }),
    search(8000),
  );
  // The property is empty if nothing is ever refused, or nothing ever moves.
  expect(threw).toBeGreaterThan(20);
  expect(moved).toBeGreaterThan(500);
});

type ChartFields = Readonly<Record<string, unknown>>;
