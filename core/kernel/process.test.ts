import { expect, test } from 'vitest';
import { assign, createMachine, emit, log, setup } from 'xstate';
import { act } from './act.ts';
import type { Effect } from './effects.ts';
import { startChart, stateName, stepChart } from './process.ts';

interface Context {
  readonly count: number;
}
type Event =
  | { readonly type: 'MAIL'; readonly at: number }
  | { readonly type: 'QUIT'; readonly at: number }
  | { readonly type: 'BAD'; readonly at: number };

const say = (text: string): Effect => ({ type: 'log', level: 'info', text });

const machine = setup({
  types: {
    context: {} as Context,
    events: {} as Event,
    emitted: {} as Effect,
    input: {} as { start: number },
  },
  guards: {
    enough: ({ context }) => context.count >= 2,
    broken: () => {
      throw new Error('guard broke');
    },
  },
  actions: {
    add: act<Context, Event>(({ context }) => ({
      context: { count: context.count + 1 },
      effects: [say(`was ${context.count}`), say('twice')],
    })),
    greet: act<Context, Event>(({ context }) => ({ effects: [say(`hello ${context.count}`)] })),
    reset: act<Context, Event>(() => ({ context: { count: 0 } })),
  },
}).createMachine({
  id: 'sample',
  context: ({ input }) => ({ count: input.start }),
  initial: 'first',
  states: {
    first: {
      entry: 'greet',
      on: {
        MAIL: [
          { guard: 'enough', target: 'second', description: 'RFC 5321 §3.3' },
          { actions: ['add', 'greet'] },
        ],
        BAD: { guard: 'broken', target: 'second' },
      },
    },
    second: { on: { QUIT: { target: 'first', actions: 'reset' } } },
  },
});

test('architecture §4: effects leave in order, with the context of their place in the row', () => {
  const started = startChart(machine, { start: 0 });
  expect(started.effects).toEqual([say('hello 0')]);
  const next = stepChart(machine, started.state, { type: 'MAIL', at: 1 });
  expect(next.effects).toEqual([say('was 0'), say('twice'), say('hello 1')]);
  expect(next.rows).toEqual([{ state: 'first', event: 'MAIL', index: 1 }]);
});

test('architecture §4: a step changes nothing of the state it began with', () => {
  const started = startChart(machine, { start: 0 });
  stepChart(machine, started.state, { type: 'MAIL', at: 1 });
  const again = stepChart(machine, started.state, { type: 'MAIL', at: 1 });
  expect(again.effects[0]).toEqual(say('was 0'));
});

test('style 12: a row tells its guard, target and reference', () => {
  const started = startChart(machine, { start: 2 });
  const next = stepChart(machine, started.state, { type: 'MAIL', at: 1 });
  expect(next.rows).toEqual([
    {
      state: 'first',
      event: 'MAIL',
      index: 0,
      guard: 'enough',
      target: 'second',
      description: 'RFC 5321 §3.3',
    },
  ]);
  expect(stateName(next.state)).toBe('second');
});

test('style 12: a row without event tells its place among the rows of its state', () => {
  const chart = setup({ guards: { never: () => false } }).createMachine({
    id: 'eventless',
    initial: 'first',
    states: { first: { always: [{ guard: 'never', target: 'second' }, { target: 'second' }] }, second: {} },
  });
  expect(startChart(chart, {}).rows).toEqual([{ state: 'first', event: '', index: 1, target: 'second' }]);
});

test('architecture §4: an exception inside a guard surfaces', () => {
  const started = startChart(machine, { start: 0 });
  expect(() => stepChart(machine, started.state, { type: 'BAD', at: 1 })).toThrow('guard broke');
});

/** A chart of one state with this in it. */
function chartWith(state: object, more: object = {}) {
  const actions = { shout: log('no'), tell: emit({ type: 'log' }), keep: assign({}) };
  return createMachine({ id: 'odd', initial: 'only', states: { only: state, other: {} }, ...more }, {
    actions,
  } as never);
}

test.each([
  ['actions other than act()', chartWith({ on: { MAIL: { actions: 'shout' } } }), 'no act() called shout'],
  ['emit outside act()', chartWith({ on: { MAIL: { actions: 'tell' } } }), 'no act() called tell'],
  ['assign outside act()', chartWith({ entry: 'keep' }), 'no act() called keep'],
  ['inline functions', chartWith({ on: { MAIL: { guard: () => true } } }), 'without a name'],
  ['unknown guards', chartWith({ on: { MAIL: { guard: 'no', target: 'other' } } }), 'no guard no'],
  ['nested states', chartWith({ initial: 'a', states: { a: {} } }), 'type compound'],
  ['exit actions', chartWith({ exit: 'keep' }), 'exit'],
  ['after', chartWith({ after: { 10: 'other' } }), 'after'],
  ['invoke', chartWith({ invoke: { src: 'x' } }), 'invoke'],
  ['wildcards', chartWith({ on: { '*': 'other' } }), 'event *'],
  ['reenter', chartWith({ on: { MAIL: { target: 'only', reenter: true } } }), 'reenter'],
  ['targets of the whole chart', chartWith({}, { on: { MAIL: '.other' } }), 'targets'],
  ['parallel states', chartWith({}, { type: 'parallel', initial: undefined }), 'type parallel'],
])('style 14: a chart with %s is refused', (_what, chart, complaint) => {
  expect(() => startChart(chart, undefined)).toThrow(`panic: chart odd, `);
  expect(() => startChart(chart, undefined)).toThrow(complaint);
});

test('architecture §4: an event without a row changes nothing and names no row', () => {
  const started = startChart(machine, { start: 0 });
  const next = stepChart(machine, started.state, { type: 'QUIT', at: 1 });
  expect(next.rows).toEqual([]);
  expect(next.state.context).toEqual({ count: 0 });
});
