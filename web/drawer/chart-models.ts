/**
 * chart-models - the charts of all programs, as the drawer needs them.
 *
 * The page is built with what this file comes to, not with the file: a drawing needs no core. at-build.ts
 */
import { charts } from '#core';
import { type ChartModel, modelOf } from './chart-model.ts';

/** By the name in `charts`. */
export const chartModels: Readonly<Record<string, ChartModel>> = Object.fromEntries(
  Object.entries(charts).map(([name, machine]) => [name, modelOf(name, machine)]),
);
