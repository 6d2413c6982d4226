import { expect, test } from 'vitest';
import { type ChartLayout, chartLayout } from './chart-layout.ts';
import { flightPath, lastEdges, neighbourOf, rowName, viewAround, viewOfAll } from './chart-view.ts';

const smtpd = chartLayout('smtpd') as ChartLayout;
const screen = { width: 500, height: 300 };

test('chart: the whole chart fits, in the middle, never enlarged', () => {
  const { k, x, y } = viewOfAll(smtpd, screen);
  expect(smtpd.width * k).toBeLessThanOrEqual(500.001);
  expect(smtpd.height * k).toBeLessThanOrEqual(300.001);
  expect(x).toBeCloseTo((500 - smtpd.width * k) / 2);
  expect(y).toBeCloseTo((300 - smtpd.height * k) / 2);
  expect(viewOfAll({ width: 100, height: 60 }, screen)).toEqual({ k: 1, x: 200, y: 120 });
});

test('chart: a large chart is shown around the current state, readable and without empty margins', () => {
  for (const place of smtpd.states) {
    const { k, x, y } = viewAround(smtpd, screen, place);
    expect(k).toBeGreaterThanOrEqual(0.8);
    const [left, top] = [place.x * k + x, place.y * k + y];
    expect(left > 0 && left < 500 && top > 0 && top < 300, place.state.id).toBe(true);
    expect(x <= 0 && x + smtpd.width * k >= 499.9).toBe(true);
    expect(y <= 0 && y + smtpd.height * k >= 299.9).toBe(true);
  }
  expect(viewAround(smtpd, screen, undefined)).toEqual(viewOfAll(smtpd, screen));
});

test('chart: the rows of a step are numbered in their order; rows of no state have no arrow', () => {
  const rows = [
    { state: '', event: 'timer.fired', index: 0 },
    { state: 'ready', event: 'RSET', index: 2, target: 'answered' },
    { state: 'answered', event: '', guard: 'hasSaidHello', index: 6, target: 'ready' },
  ];
  expect(lastEdges(rows).map(({ id, number }) => [id, number])).toEqual([
    ['ready→answered', 1],
    ['answered→ready', 2],
  ]);
  expect(rows.map((row) => rowName(row, 'else'))).toEqual(['timer.fired', 'RSET', '[hasSaidHello]']);
  expect(rowName({ state: 'a', event: 'MAIL', guard: 'isBad', index: 0 }, 'else')).toBe('MAIL [isBad]');
  expect(rowName({ state: 'a', event: '', index: 0 }, 'sinon')).toBe('[sinon]');
});

test('chart: an edge that is text in a box gets an arrow while it is the way just taken', () => {
  expect(flightPath(smtpd, 'queueing→answered')).toMatch(/^M[\d.]+,[\d.]+C/);
  expect(flightPath(smtpd, 'rewriting→resolving')).toBeUndefined();
  expect(flightPath(smtpd, 'no→where')).toBeUndefined();
});

test('chart: the arrow keys reach every state from every other', () => {
  const ways = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  const seen = new Set(['arriving']);
  for (const id of seen) {
    for (const [dx, dy] of ways) {
      const next = neighbourOf(smtpd, id, dx, dy);
      if (next !== undefined) seen.add(next);
    }
  }
  expect(seen.size).toBe(smtpd.states.length);
  expect(neighbourOf(smtpd, 'arriving', 0, -1)).toBeUndefined();
});
