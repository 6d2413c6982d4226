import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyDelta, deltaBetween, emptyView } from './delta.ts';
import type { EngineView } from './protocol.ts';

const line = fc.record({
  n: fc.nat(5),
  from: fc.constantFrom('client' as const, 'server' as const),
  text: fc.constantFrom('a', 'b'),
});
const terminal = fc.record({
  name: fc.constantFrom('t1', 't2', 't3'),
  title: fc.constantFrom('x', 'y'),
  isOpen: fc.boolean(),
  canType: fc.constant(true),
  lines: fc.array(line, { maxLength: 4 }),
});
const letter = fc.record({
  user: fc.constantFrom('espera', 'alexandre'),
  folder: fc.constantFrom('new', 'cur'),
  name: fc.constantFrom('1', '2'),
  sizeBytes: fc.constant(1),
  text: fc.constantFrom('a', 'b'),
});
const view: fc.Arbitrary<EngineView> = fc
  .record({
    n: fc.nat(3),
    log: fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }),
    mail: fc.array(letter, { maxLength: 4 }),
    terminals: fc.uniqueArray(terminal, { selector: ({ name }) => name, maxLength: 3 }),
  })
  .map((some) => ({ ...emptyView, ...some }));

test('delta: a view with what differs is the other view, in any case', () => {
  fc.assert(
    fc.property(view, view, (before, after) => {
      expect(applyDelta(before, structuredClone(deltaBetween(before, after)))).toEqual(after);
    }),
  );
});

test('delta: between equal views nothing differs, and nothing is made anew', () => {
  fc.assert(
    fc.property(view, (each) => {
      const delta = deltaBetween(each, structuredClone(each));
      expect(delta).toEqual({ set: {} });
      expect(applyDelta(each, delta).terminals).toBe(each.terminals);
    }),
  );
});

test('delta: of a terminal that has a line more, only that line is sent; the others stay as they are', () => {
  const lines = [{ n: 1, from: 'server' as const, text: '220 mail' }];
  const quiet = { name: 't2', title: '', isOpen: true, canType: true, lines };
  const before = { ...emptyView, terminals: [{ ...quiet, name: 't1' }, quiet] };
  const more = { n: 2, from: 'client' as const, text: 'quit' };
  const after = {
    ...emptyView,
    terminals: [{ ...quiet, name: 't1', lines: [...lines, more] }, { ...quiet }],
  };
  const delta = deltaBetween(before, after);
  expect(delta.terminals?.[0]?.lines).toEqual({ keep: 1, add: [more] });
  const applied = applyDelta(before, delta);
  expect(applied.terminals[0]?.lines[0]).toBe(lines[0]);
  expect(applied.terminals[1]).toBe(quiet);
});
