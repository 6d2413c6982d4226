/** A chart's context, copied at every step, stays an object with fields and becomes no hash table of V8. */
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { act } from '../../core/kernel/act.ts';
import { startChart, stepChart } from '../../core/kernel/process.ts';

// In one literal: spreads would already show V8 the way to these fields.
const context = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
};

type Context = typeof context;
interface Event {
  readonly type: 'A';
  readonly at: number;
}

const chart = setup({
  types: { context: {} as Context, events: {} as Event },
  actions: { count: act<Context, Event>(() => ({ context: { three: 4 } })) },
}).createMachine({
  id: 'many',
  context: () => context,
  initial: 'here',
  states: { here: { on: { A: { actions: 'count' } } } },
});

test('a context of more than sixteen fields is fast after a step', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isFast = new Function('object', 'return %HasFastProperties(object)') as (object: unknown) => boolean;
  const { state } = stepChart(chart, startChart(chart, {}).state, { type: 'A', at: 0 });
  expect(state.context).toMatchObject({ three: 4, eighteen: 18 });
  expect(isFast(state.context)).toBe(true);
});
