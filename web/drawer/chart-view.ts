/**
 * chart-view - what part of a chart is seen, and how the way just taken is shown.
 */
import type { Row } from '#core';
import type { Box, ChartLayout, PlacedState } from './chart-layout.ts';
import { edgeIdOf } from './chart-model.ts';

/** As d3-zoom's transform: screen = chart × k + (x, y). */
export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const LEAST_ZOOM = 0.2;
export const MOST_ZOOM = 2.5;
/** Smaller than this, names are hard to read. */
const READABLE = 0.8;

/** The whole chart in the middle, at most in its own size. */
export function viewOfAll(layout: Size, screen: Size): View {
  const k = Math.max(LEAST_ZOOM, Math.min(1, screen.width / layout.width, screen.height / layout.height));
  return {
    k,
    x: (screen.width - layout.width * k) / 2,
    y: (screen.height - layout.height * k) / 2,
  };
}

/** The whole chart where it stays readable; otherwise the part around a place, without empty margins. */
export function viewAround(layout: Size, screen: Size, place: { x: number; y: number } | undefined): View {
  const all = viewOfAll(layout, screen);
  if (all.k >= READABLE || place === undefined) return all;
  const k = READABLE;
  return {
    k,
    x: within(screen.width / 2 - place.x * k, screen.width - layout.width * k),
    y: within(screen.height / 2 - place.y * k, screen.height - layout.height * k),
  };
}

/** A shift between `least` (negative where the chart is larger than the screen) and 0, or the middle. */
function within(shift: number, least: number): number {
  return least >= 0 ? least / 2 : Math.min(0, Math.max(least, shift));
}

/** A row of the last step, numbered as they were taken. */
export interface LastEdge {
  readonly id: string;
  readonly number: number;
  readonly row: Row;
}

export function lastEdges(rows: readonly Row[]): readonly LastEdge[] {
  return rows
    .filter(({ state }) => state !== '')
    .map((row, index) => ({ id: edgeIdOf(row), number: index + 1, row }));
}

/** `MAIL [senderIsNull]`, or the guard alone where no event is needed; `otherwise` names the last row. */
export function rowName(row: Row, otherwise: string): string {
  if (row.event === '') return `[${row.guard ?? otherwise}]`;
  return row.guard === undefined ? row.event : `${row.event} [${row.guard}]`;
}

/** An arrow from a line of text in one box to another box: shown only while it is the way just taken. */
export function flightPath(layout: ChartLayout, id: string): string | undefined {
  for (const source of layout.states) {
    const line = source.folded.find(({ edge }) => edge.id === id);
    const target = line && layout.states.find(({ state }) => state.id === line.edge.to);
    if (line !== undefined && target !== undefined) return curve(source, line, target);
  }
  return undefined;
}

function curve(source: PlacedState, line: Box, target: PlacedState): string {
  const side = target.x < source.x ? -1 : 1;
  const [x, y] = [source.x + (side * source.width) / 2, line.y];
  const isAbove = target.y + target.height / 2 < y;
  const end = target.y + (isAbove ? target.height / 2 : -target.height / 2);
  const reach = Math.min(90, Math.max(30, Math.abs(end - y) / 2));
  const at = target.x - (side * target.width) / 3;
  return `M${x},${y}C${x + side * reach},${y} ${at},${end + (isAbove ? reach : -reach)} ${at},${end}`;
}

/** The state that lies in a direction of the arrow keys, the nearest first. */
export function neighbourOf(layout: ChartLayout, from: string, dx: number, dy: number): string | undefined {
  const here = layout.states.find(({ state }) => state.id === from);
  if (here === undefined) return undefined;
  const ahead = layout.states
    .map(({ state, x, y }) => ({ id: state.id, ahead: (x - here.x) * dx + (y - here.y) * dy, x, y }))
    .filter(({ id, ahead: distance }) => id !== from && distance > 1)
    .map(({ id, ahead: distance, x, y }) => {
      const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
      return { id, cost: distance + 2 * aside };
    });
  return ahead.toSorted((a, b) => a.cost - b.cost)[0]?.id;
}
