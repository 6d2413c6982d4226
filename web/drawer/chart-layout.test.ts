import { expect, test } from 'vitest';
import { charts } from '#core';
import { type Box, type ChartLayout, chartLayout, labelOf } from './chart-layout.ts';
import { rankChart } from './chart-ranks.ts';

const layouts = Object.keys(charts).flatMap((name) => chartLayout(name) ?? []);

interface Named extends Box {
  readonly what: string;
}

/** Everything that takes room: states, labels, and the bows of edges to themselves. */
function boxesOf({ states, edges }: ChartLayout): readonly Named[] {
  return [
    ...states.map((state) => ({ what: state.state.id, ...sizeOf(state) })),
    ...states.flatMap(({ loop }) =>
      loop === undefined ? [] : [{ what: loop.edge.id, ...sizeOf(loop.box) }],
    ),
    ...edges.map(({ edge, label }) => ({ what: `label ${edge.id}`, ...sizeOf(label) })),
  ];
}

function sizeOf({ x, y, width, height }: Box): Box {
  return { x, y, width, height };
}

function overlap(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.5 &&
    Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.5
  );
}

/** The points of a path made of M, L and C, with some between them. */
function pointsOf(path: string): readonly (readonly [number, number])[] {
  const numbers = (path.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  const ends = Array.from({ length: numbers.length / 2 }, (_, at) => [
    numbers[2 * at] ?? 0,
    numbers[2 * at + 1] ?? 0,
  ]);
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at + 3 < ends.length; at += 3) {
    const [p0 = [], p1 = [], p2 = [], p3 = []] = ends.slice(at, at + 4);
    for (let step = 0; step <= 20; step += 1) {
      const t = step / 20;
      const mix = (axis: 0 | 1) =>
        (1 - t) ** 3 * (p0[axis] ?? 0) +
        3 * t * (1 - t) ** 2 * (p1[axis] ?? 0) +
        3 * t ** 2 * (1 - t) * (p2[axis] ?? 0) +
        t ** 3 * (p3[axis] ?? 0);
      points.push([mix(0), mix(1)]);
    }
  }
  return points;
}

test('chart: no box and no label covers another, and all lie on the drawing', () => {
  expect(layouts.length).toBeGreaterThan(8);
  for (const layout of layouts) {
    const boxes = boxesOf(layout);
    const pairs = boxes.flatMap((a, at) => boxes.slice(at + 1).map((b) => [a, b] as const));
    const clashes = pairs.filter(([a, b]) => overlap(a, b)).map(([a, b]) => `${a.what} / ${b.what}`);
    expect(clashes, layout.model.name).toEqual([]);
    for (const { x, y, width, height } of boxes) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0);
      expect(y - height / 2).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(layout.width);
      expect(y + height / 2).toBeLessThanOrEqual(layout.height);
    }
  }
});

test('chart: no line runs through a state that it does not belong to', () => {
  for (const { model, states, edges } of layouts) {
    const hits = edges.flatMap(({ edge, path }) =>
      states
        .filter(({ state }) => state.id !== edge.from && state.id !== edge.to)
        .filter((box) => pointsOf(path).some(([x, y]) => overlap(box, { x, y, width: 1, height: 1 })))
        .map(({ state }) => `${edge.id} through ${state.id}`),
    );
    expect(hits, model.name).toEqual([]);
  }
});

test('chart: every edge is drawn once: as a line, as text in its state, or as a bow', () => {
  for (const { model, states, edges } of layouts) {
    const shown = [
      ...edges.map(({ edge }) => edge.id),
      ...states.flatMap(({ folded }) => folded.map(({ edge }) => edge.id)),
      ...states.flatMap(({ loop }) => loop?.edge.id ?? []),
    ];
    expect(shown.toSorted()).toEqual(model.edges.map(({ id }) => id).toSorted());
  }
});

test('chart: a line begins at the state it leaves and ends at the one it enters', () => {
  for (const { states, edges } of layouts) {
    const boxOf = (id: string) => states.find(({ state }) => state.id === id) as Box;
    for (const { edge, path } of edges) {
      const points = pointsOf(path);
      for (const [id, at] of [
        [edge.from, points[0]],
        [edge.to, points.at(-1)],
      ] as const) {
        const [x, y] = at ?? [0, 0];
        const box = boxOf(id);
        expect(Math.abs(x - box.x)).toBeLessThanOrEqual(box.width / 2);
        expect(Math.abs(Math.abs(y - box.y) - box.height / 2)).toBeLessThan(1);
      }
    }
  }
});

test('chart: lines run downwards, but those that close a circle', () => {
  for (const { model } of layouts) {
    const { drawn, rankOf } = rankChart(model);
    for (const { edge, isUp } of drawn) {
      const [from, to] = [rankOf.get(edge.from) ?? 0, rankOf.get(edge.to) ?? 0];
      expect(isUp ? from > to : from < to, edge.id).toBe(true);
    }
  }
});

test('chart: a label names events, or guards where no event is needed', () => {
  const row = { state: 'a', event: 'MAIL', index: 0, target: 'b' };
  const label = (...rows: readonly object[]) =>
    labelOf({ id: 'a→b', from: 'a', to: 'b', rows: rows.map((each) => ({ ...row, ...each })) });
  expect(label({}, { guard: 'isSender', index: 1 })).toBe('MAIL');
  expect(label({}, { event: 'VRFY' }, { event: 'EHLO' })).toBe('MAIL +2');
  expect(label({ event: '', guard: 'isVrfy' })).toBe('[isVrfy]');
  expect(label({ event: '' })).toBe('[else]');
  expect(label({ event: 'a.very.long.event.name.indeed' }).length).toBeLessThanOrEqual(26);
});
