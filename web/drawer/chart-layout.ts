/**
 * chart-layout - where every state, line and label of a chart stands, in pixels; computed once per chart.
 *
 * All text is monospace, so its width is known without a browser.
 */
import { curveMonotoneY, line } from 'd3';
import type { ChartEdge, ChartModel, ChartState } from './chart-model.ts';
import { chartModels } from './chart-models.ts';
import { type Cell, type Link, orderCells, placeCells } from './chart-order.ts';
import { type Ranked, rankChart } from './chart-ranks.ts';

/** A rectangle; x and y are its middle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line of text in a state's box that stands for an edge. */
export interface FoldedEdge extends Box {
  readonly edge: ChartEdge;
  readonly text: string;
}

export interface PlacedState extends Box {
  readonly state: ChartState;
  /** Middle of the name, in pixels from the top of the drawing. */
  readonly nameY: number;
  readonly folded: readonly FoldedEdge[];
  /** The edge to itself: a small bow at the right, its number of rows beside it. */
  readonly loop?: { readonly edge: ChartEdge; readonly path: string; readonly box: Box };
}

export interface PlacedEdge {
  readonly edge: ChartEdge;
  /** From the state it leaves to the one it enters. */
  readonly path: string;
  readonly label: Box;
  readonly text: string;
}

export interface ChartLayout {
  readonly model: ChartModel;
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

/** Font sizes and the width of one character, in pixels. Chart.svelte draws with these. */
export const NAME_FONT = { sizePx: 14, charPx: 8.5 } as const;
export const SMALL_FONT = { sizePx: 11.5, charPx: 7 } as const;

const NAME_HEIGHT = 30;
const FOLDED_HEIGHT = 24;
const LABEL_HEIGHT = 24;
const BEND_WIDTH = 8;
const GAP = 16;
const RANK_GAP = 16;
/** So much of a line is straight before its arrow head. */
const ARROW = 9;
const LOOP_WIDTH = 46;
const PORT_GAP = 16;
const MARGIN = 12;
const MOST_CHARACTERS = 26;

const layouts = new Map<string, ChartLayout>();

/** The drawing of a daemon's chart; undefined when there is no such chart. */
export function chartLayout(name: string): ChartLayout | undefined {
  const known = layouts.get(name);
  const model = known === undefined ? chartModels[name] : undefined;
  if (model === undefined) return known;
  const made = layOut(model);
  layouts.set(name, made);
  return made;
}

/** What a line is called: its events, or the guards of rows that need no event. */
export function labelOf(edge: ChartEdge): string {
  const names = [...new Set(edge.rows.map(({ event, guard }) => event || `[${guard ?? 'else'}]`))];
  const rest = names.length - 1;
  return `${shorten(names[0] ?? '')}${rest > 0 ? ` +${rest}` : ''}`;
}

function shorten(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

function foldedText(edge: ChartEdge): string {
  return `→ ${edge.to}${edge.rows.length > 1 ? ` ×${edge.rows.length}` : ''}`;
}

interface Way {
  readonly edge: ChartEdge;
  readonly isUp: boolean;
  /** Cells from the upper state to the lower one, both included. */
  readonly cells: readonly string[];
  readonly labelId: string;
}

interface Drawing {
  readonly places: ReadonlyMap<string, Box>;
  readonly bands: readonly { readonly top: number; readonly bottom: number }[];
  readonly rankOf: ReadonlyMap<string, number>;
}

function layOut(model: ChartModel): ChartLayout {
  const ranked = rankChart(model);
  const stateCells = model.states.map((state) => stateCell(state, ranked));
  const ways = ranked.drawn.map(({ edge, isUp }) => wayOf(edge, isUp, ranked));
  const cells = [...stateCells, ...ways.flatMap(cellsOfWay(ranked))];
  const links = ways.flatMap(linksOf);
  const levels = orderCells(cells, links);
  const drawing = drawingOf(
    levels,
    placeCells(
      levels,
      links,
      GAP,
      ways.map(({ cells: all }) => all.slice(1, -1)),
    ),
    ranked,
  );
  return {
    model,
    width:
      Math.max(...[...drawing.places.values()].map(({ x, width }) => x + width / 2)) + LOOP_WIDTH + MARGIN,
    height: (drawing.bands.at(-1)?.bottom ?? 0) + MARGIN,
    states: model.states.map((state) => placedState(state, ranked, boxOf(drawing, state.id))),
    edges: ways.map((way) => placedEdge(way, ways, drawing)),
  };
}

function stateCell(state: ChartState, ranked: Ranked): Cell {
  const folded = ranked.folded.get(state.id) ?? [];
  const widest = Math.max(0, ...folded.map((edge) => foldedText(edge).length * SMALL_FONT.charPx + 20));
  const loop = ranked.loops.has(state.id) ? LOOP_WIDTH : 0;
  const name = state.id.length * NAME_FONT.charPx + 28;
  return {
    id: state.id,
    rank: 2 * (ranked.rankOf.get(state.id) ?? 0),
    width: Math.max(name, widest, 72) + loop,
    height: NAME_HEIGHT + folded.length * FOLDED_HEIGHT + (folded.length > 0 ? 4 : 0),
  };
}

function wayOf(edge: ChartEdge, isUp: boolean, ranked: Ranked): Way {
  const [upper, lower] = isUp ? [edge.to, edge.from] : [edge.from, edge.to];
  const [first, last] = [2 * (ranked.rankOf.get(upper) ?? 0), 2 * (ranked.rankOf.get(lower) ?? 0)];
  const between = Array.from({ length: last - first - 1 }, (_, index) => `${edge.id}#${first + 1 + index}`);
  const middle = first + 1 + 2 * Math.floor((last - first - 1) / 4);
  return { edge, isUp, cells: [upper, ...between, lower], labelId: `${edge.id}#${middle}` };
}

function cellsOfWay(ranked: Ranked) {
  return (way: Way): readonly Cell[] => {
    const first = 2 * (ranked.rankOf.get(way.cells[0] ?? '') ?? 0);
    return way.cells.slice(1, -1).map((id, index) => ({
      ...{ id, rank: first + 1 + index },
      width: id === way.labelId ? labelOf(way.edge).length * SMALL_FONT.charPx + 14 : BEND_WIDTH,
      height: id === way.labelId ? LABEL_HEIGHT : 0,
    }));
  };
}

function linksOf(way: Way): readonly Link[] {
  const last = way.cells.length - 2;
  return way.cells.slice(0, -1).map((above, index) => ({
    above,
    below: way.cells[index + 1] ?? '',
    weight: index === 0 || index === last ? 1 : 30,
  }));
}

function drawingOf(
  levels: readonly (readonly Cell[])[],
  middles: ReadonlyMap<string, number>,
  ranked: Ranked,
): Drawing {
  let top = MARGIN;
  const bands = levels.map((level) => {
    const band = { top, bottom: top + Math.max(0, ...level.map(({ height }) => height)) };
    top = band.bottom + RANK_GAP;
    return band;
  });
  const places = new Map<string, Box>();
  for (const { id, rank, width, height } of levels.flat()) {
    const band = bands[rank] ?? { top: 0, bottom: 0 };
    const loop = ranked.loops.has(id) ? LOOP_WIDTH : 0;
    const x = MARGIN + (middles.get(id) ?? 0) - loop / 2;
    places.set(id, { x, y: (band.top + band.bottom) / 2, width: width - loop, height });
  }
  return { places, bands, rankOf: new Map(levels.flat().map(({ id, rank }) => [id, rank])) };
}

function boxOf(drawing: Drawing, id: string): Box {
  return drawing.places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
}

function placedState(state: ChartState, ranked: Ranked, cell: Box): PlacedState {
  const edge = ranked.loops.get(state.id);
  const { width } = cell;
  const top = cell.y - cell.height / 2;
  const nameY = top + NAME_HEIGHT / 2;
  const folded = (ranked.folded.get(state.id) ?? []).map((each, index) => ({
    ...{ edge: each, text: foldedText(each), x: cell.x, width: width - 8, height: FOLDED_HEIGHT },
    y: top + NAME_HEIGHT + (index + 0.5) * FOLDED_HEIGHT,
  }));
  const right = cell.x + width / 2;
  const box = { x: right + LOOP_WIDTH / 2, y: nameY, width: LOOP_WIDTH, height: 24 };
  const path = `M${right},${nameY - 7}c20,-6 20,20 0,14`;
  return {
    ...{ state, x: cell.x, y: cell.y, width, height: cell.height, nameY, folded },
    ...(edge === undefined ? {} : { loop: { edge, path, box } }),
  };
}

function placedEdge(way: Way, ways: readonly Way[], drawing: Drawing): PlacedEdge {
  const { edge, isUp, cells, labelId } = way;
  const [upper = '', lower = ''] = [cells[0], cells.at(-1)];
  const start = portOf(way, ways, drawing, 'bottom');
  const end = portOf(way, ways, drawing, 'top');
  const bends = cells.slice(1, -1).flatMap((id) => bendOf(id, drawing));
  const points: [number, number][] = [
    [start, bottomOf(drawing, upper)],
    [start, bandOf(drawing, upper).bottom + (isUp ? ARROW : 0)],
    ...bends,
    [end, bandOf(drawing, lower).top - (isUp ? 0 : ARROW)],
    [end, topOf(drawing, lower)],
  ];
  const curve = line().curve(curveMonotoneY);
  const path = curve(isUp ? points.toReversed() : points) ?? '';
  return { edge, path, label: boxOf(drawing, labelId), text: labelOf(edge) };
}

/** A line goes straight down through a level, so that it keeps clear of its boxes. */
function bendOf(id: string, drawing: Drawing): readonly [number, number][] {
  const { x } = boxOf(drawing, id);
  const { top, bottom } = bandOf(drawing, id);
  return top === bottom
    ? [[x, top]]
    : [
        [x, top],
        [x, bottom],
      ];
}

function bandOf(drawing: Drawing, id: string) {
  return drawing.bands[drawing.rankOf.get(id) ?? 0] ?? { top: 0, bottom: 0 };
}

function topOf(drawing: Drawing, id: string): number {
  const { y, height } = boxOf(drawing, id);
  return y - height / 2;
}

function bottomOf(drawing: Drawing, id: string): number {
  const { y, height } = boxOf(drawing, id);
  return y + height / 2;
}

/** Where a line meets a box: side by side with the others there, in the order of where they come from. */
function portOf(way: Way, ways: readonly Way[], drawing: Drawing, side: 'top' | 'bottom'): number {
  const endOf = ({ cells }: Way) => (side === 'bottom' ? cells[0] : cells.at(-1)) ?? '';
  const nextOf = ({ cells }: Way) => boxOf(drawing, (side === 'bottom' ? cells[1] : cells.at(-2)) ?? '').x;
  const mine = endOf(way);
  const here = ways.filter((other) => endOf(other) === mine).toSorted((a, b) => nextOf(a) - nextOf(b));
  const box = boxOf(drawing, mine);
  const gap = Math.min(PORT_GAP, 44 / Math.max(1, here.length - 1));
  return box.x + (here.indexOf(way) - (here.length - 1) / 2) * gap;
}
