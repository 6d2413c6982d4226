/** Charts made at random are stepped as XState steps them: also those that no daemon has. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyStateMachine, setup } from 'xstate';
import { act, type RuleArgs } from '../../core/kernel/act.ts';
import type { Effect } from '../../core/kernel/effects.ts';
import { startChart, stepChart } from '../../core/kernel/process.ts';
import { search } from '../support/search.ts';
import { startByXState, stepByXState, told } from './oracle.ts';

interface Context {
  readonly count: number;
  /** Rows without an event burn it, so that they come to an end. */
  readonly fuel: number;
}
interface Event {
  readonly type: string;
  readonly at: number;
}
type Args = RuleArgs<Context, Event>;
const log = (text: string): Effect => ({ type: 'log', level: 'info', text });

const named = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as Context, emitted: {} as Effect },
  guards: {
    isOdd: ({ context }: Args) => context.count % 2 === 1,
    isMore: ({ context }: Args, { than }: { readonly than: number }) => context.count > than,
    isSecond: ({ event }: Args) => event.type === 'B',
    hasFuel: ({ context }: Args) => context.fuel > 0,
    hasFuelAtLast: ({ context, event }: Args) => context.fuel > 0 && event.type === 'D',
    hasOddFuel: ({ context }: Args) => context.fuel % 2 === 1,
    breaks: ({ context }: Args) => {
      if (context.count % 5 === 4) throw new Error(`broken at ${context.count}`);
      return false;
    },
  },
  actions: {
    add: act<Context, Event>(({ context: { count } }) => ({
      ...{ context: { count: count + 1 }, effects: [log(`was ${count}`), log('more')] },
    })),
    tell: act<Context, Event, { readonly word: string }>(({ context, event }, { word }) => ({
      effects: [log(`${word} ${context.count} ${event.type}`)],
    })),
    burn: act<Context, Event>(({ context: { fuel } }) => ({ context: { fuel: fuel - 1 } })),
    fail: act<Context, Event>(({ context }) => {
      if (context.count % 7 === 6) throw new Error(`failed at ${context.count}`);
      return {};
    }),
  },
});

const STATES = ['first', 'second', 'third', 'end'];
const guard = fc.constantFrom(
  ...(['isOdd', 'isSecond', 'hasFuel', 'breaks'] as const),
  ...[0, 3].map((than) => ({ type: 'isMore', params: { than } }) as const),
);
const actions = fc.array(
  fc.constantFrom('add', 'add', 'fail', ...['x', 'y'].map((word) => ({ type: 'tell', params: { word } }))),
  { maxLength: 3 },
);
const row = fc.record({ guard, actions, target: fc.constantFrom(...STATES) }, { requiredKeys: [] });
const stay = fc.record({ guard, actions }, { requiredKeys: [] });
/** It burns what its guard asks for, so it comes to an end. */
const eventless = fc
  .tuple(row, fc.constantFrom('hasFuel', 'hasOddFuel', 'hasFuelAtLast'))
  .map(([one, asked]) => ({ ...one, guard: asked, actions: ['burn', ...(one.actions ?? [])] }));
const rowsOf = (one: fc.Arbitrary<unknown>) => fc.array(one, { minLength: 1, maxLength: 3 });
const on = (one: fc.Arbitrary<unknown>) =>
  fc.record({ A: rowsOf(one), B: rowsOf(one), C: rowsOf(one) }, { requiredKeys: [] });
const state = fc.record(
  {
    ...{ entry: actions, tags: fc.constantFrom('read.lines', ['read.data', 'other']), on: on(row) },
    always: fc.array(eventless, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const end = fc.record({ type: fc.constant('final'), entry: actions }, { requiredKeys: ['type'] });
const chart = fc
  .record({ first: state, second: state, third: state, end, anywhere: on(stay) })
  .map(({ anywhere, ...states }): AnyStateMachine => {
    const context = ({ input }: { readonly input: Context }) => ({ ...input });
    return named.createMachine({ context, initial: 'first', on: anywhere, states } as never) as never;
  });

test('architecture §4: any flat chart is stepped as by XState', () => {
  const trip = fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 12 });
  let steps = 0;
  fc.assert(
    fc.property(chart, trip, fc.nat(6), (machine, events, fuel) => {
      const input = { count: 0, fuel };
      expect(told(() => startChart(machine, input))).toEqual(startByXState(machine, input));
      let state = startedState(machine, input);
      for (const type of events) {
        if (state === undefined) return;
        const event = { type, at: 0 };
        const [kernel, xstate] = [
          told(() => stepChart(machine, state as never, event)),
          stepByXState(machine, state, event),
        ];
        if (!isDeepStrictEqual(kernel, xstate)) expect(kernel).toEqual(xstate);
        if (kernel.type === 'threw') return;
        steps += 1;
        ({ state } = stepChart(machine, state, event));
      }
    }),
    search(400),
  );
  expect(steps).toBeGreaterThan(400);
});

function startedState(machine: AnyStateMachine, input: Context) {
  try {
    return startChart(machine, input).state;
  } catch {
    return undefined;
  }
}
