/** Rows lead to every state of every chart, whatever their guards say. */
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../core/kernel/table.ts';
import { allCharts } from '../tidy/charts.ts';

const CORE = resolve(import.meta.dirname, '../../core');

test('every folder with a chart is looked at', () => {
  const folders = fs.readdirSync(CORE).filter((name) => fs.existsSync(join(CORE, name, 'machine.ts')));
  const ids = allCharts.map(({ id }) => id);
  expect(folders.filter((name) => !ids.includes(name) && !ids.includes(`trivial-${name}`))).toEqual([]);
});

test.for(allCharts.map((chart) => [chart.id, chart] as const))(
  '%s: rows lead from the first state to every other',
  ([, chart]) => {
    const { places, initial } = compile(chart);
    const next = (name: string): readonly string[] => {
      const place = places.get(name);
      const rows = [...(place?.always ?? []), ...[...(place?.lines.values() ?? [])].flat()];
      return rows.flatMap(({ target }) => (target === undefined ? [] : [target.name]));
    };
    const reached = new Set([initial.name]);
    for (const name of reached) for (const each of next(name)) reached.add(each);
    expect([...places.keys()].filter((name) => !reached.has(name))).toEqual([]);
  },
);
