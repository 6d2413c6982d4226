import { expect, test } from 'vitest';
import type { Row } from '#core';
import { scenarios } from '#scenarios';
import { createWorld } from '#sim';
import { type ChartModel, edgeIdOf, isSameRow, rowsIn } from './chart-model.ts';
import { chartModels } from './chart-models.ts';

const models = Object.values(chartModels);
const allRows = ({ edges, anywhere }: ChartModel) => [...edges.flatMap(({ rows }) => rows), ...anywhere];

test('chart: smtpd has its states, what it reads in them, and its end', () => {
  const smtpd = chartModels.smtpd;
  expect(smtpd?.initial).toBe('arriving');
  expect(smtpd?.states.find(({ id }) => id === 'receiving')?.reads).toBe('read.data');
  expect(smtpd?.states.find(({ id }) => id === 'ready')?.reads).toBe('read.lines');
  expect(smtpd?.states.filter(({ isFinal }) => isFinal).map(({ id }) => id)).toEqual(['closing']);
  expect(chartModels.nothing).toBeUndefined();
});

test('chart: rows between the same two states share one edge, in the order of the chart', () => {
  const edge = chartModels.smtpd?.edges.find(({ id }) => id === 'senderAccepted→answered');
  expect(edge?.rows).toEqual([
    { state: 'senderAccepted', event: '', index: 1, target: 'answered', description: 'RFC 5321 §4.1.1.2' },
  ]);
  for (const { edges } of models) {
    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
    for (const { id, rows } of edges) expect(rows.map(edgeIdOf)).toEqual(rows.map(() => id));
  }
});

test('chart: no two rows of a chart are taken for one', () => {
  for (const model of models) {
    const rows = allRows(model);
    const keys = new Set(rows.map(({ state, event, index }) => `${state}|${event}|${index}`));
    expect(keys.size).toBe(rows.length);
  }
});

test('chart: every row that the scenarios take is a row of the drawing, place included', () => {
  let count = 0;
  for (const scenario of scenarios) {
    const world = createWorld(scenario, 1);
    const chartOf = new Map<string, string>();
    for (let event = world.step(); event !== undefined && count < 4000; event = world.step()) {
      if (event.rows.length === 0) continue;
      if (!chartOf.has(event.process)) {
        for (const { process, chart } of world.processes()) chartOf.set(process, chart);
      }
      for (const row of event.rows) count += knows(chartOf.get(event.process), row);
    }
  }
  expect(count).toBeGreaterThan(200);
});

function knows(chart: string | undefined, row: Row): number {
  if (chart === undefined) return 0;
  const found = allRows(chartModels[chart] as ChartModel).filter((other) => isSameRow(other, row));
  expect(found.map(({ index }) => index)).toContain(row.index);
  return 1;
}

test('chart: rows of a state come event by event, then those that hold anywhere', () => {
  const smtpd = chartModels.smtpd as ChartModel;
  const mail = rowsIn(smtpd, 'ready').filter(({ event }) => event === 'MAIL');
  expect(mail.map(({ index }) => index)).toEqual(mail.map((_, index) => index));
  expect(mail.at(-1)?.guard).toBeUndefined();
  const anywhere = rowsIn(smtpd, 'queueing').filter(({ state }) => state === '');
  expect(anywhere.map(({ event }) => event)).toEqual(['timer.fired']);
});
