/** The charts of the page as built are those that XState defines. */
import { expect, test } from 'vitest';
import { setup as xstateSetup } from 'xstate';
import { act } from '../../core/kernel/act.ts';
import { compile } from '../../core/kernel/table.ts';
import { setup } from '../../web/charts-only.ts';
import { allCharts } from '../tidy/charts.ts';

type Machine = Parameters<typeof compile>[0];

/** The same chart, defined without XState. */
function alone({ config, implementations }: Machine): Machine {
  return setup(implementations).createMachine(config as never) as unknown as Machine;
}

type Line = ReturnType<typeof compile>['initial']['always'][number];

/** A table without its circles: of a row's target the name. */
function flat(machine: Machine) {
  const { places, initial, contextOf } = compile(machine);
  const line = ({ target, ...rest }: Line) => ({ ...rest, target: target?.name });
  const list = [...places.values()].map(({ lines, always, ...place }) => ({
    ...{ ...place, always: always.map(line) },
    lines: [...lines].map(([event, rows]) => [event, rows.map(line)]),
  }));
  return { list, initial: initial.name, contextOf: typeof contextOf };
}

test.for(allCharts.map((chart) => [chart.id, chart] as const))(
  '%s has without XState the table that it has with it',
  ([, chart]) => {
    expect(flat(chart).list.length).toBeGreaterThan(0);
    expect(flat(alone(chart))).toEqual(flat(chart));
  },
);

test('every way to write a row', () => {
  const go = { actions: { go: act(() => ({})) }, guards: { may: () => true } };
  const config = {
    id: 'ways',
    initial: 'one',
    on: { any: { actions: ['go'] }, both: {} },
    states: {
      one: { tags: 'rest', entry: 'go', on: { a: 'two', b: [{ guard: 'may', target: 'two' }, 'one'] } },
      two: { always: { guard: { type: 'may', params: 1 }, target: 'end', actions: 'go' }, on: { a: {} } },
      end: { type: 'final', tags: ['x', 'y'], entry: ['go', 'go'] },
    },
  } as const;
  const chart = xstateSetup(go).createMachine(config as never) as unknown as Machine;
  expect(flat(alone(chart))).toEqual(flat(chart));
});

test('what the core may not use is refused all the same', () => {
  const of = (state: object) =>
    setup({}).createMachine({ id: 'odd', initial: 'one', states: { one: state } } as never) as never;
  expect(() => compile(of({ exit: 'go' }))).toThrow('one: exit');
  expect(() => compile(of({ invoke: { src: 'x' } }))).toThrow('one: invoke');
  expect(() => compile(of({ after: { 1: 'one' } }))).toThrow('one: after');
  expect(() => compile(of({ initial: 'in', states: { in: {} } }))).toThrow('one: type compound');
  expect(() => compile(of({ on: { a: { target: 'one', reenter: true } } }))).toThrow('one: reenter');
  expect(() => compile(of({ on: { a: 'nowhere' } }))).toThrow('no state nowhere');
});
