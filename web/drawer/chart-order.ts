/**
 * chart-order - cells of a layered drawing side by side: an order with few crossings, then places in which
 * lines are straight and nothing overlaps.
 */

/** Something that takes room on a level: a state, a label, or a bend of a line. */
export interface Cell {
  readonly id: string;
  readonly rank: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of line from a cell to one on the next level; heavier pieces are drawn straighter. */
export interface Link {
  readonly above: string;
  readonly below: string;
  readonly weight: number;
}

interface Neighbour {
  readonly id: string;
  readonly weight: number;
}

interface Around {
  readonly up: ReadonlyMap<string, readonly Neighbour[]>;
  readonly down: ReadonlyMap<string, readonly Neighbour[]>;
}

const SWEEPS = 24;
const RELAXATIONS = 120;

/** The cells level by level, each level from left to right. */
export function orderCells(cells: readonly Cell[], links: readonly Link[]): readonly (readonly Cell[])[] {
  const around = aroundOf(links);
  let levels = levelsOf(cells);
  let best = levels;
  let fewest = crossingsIn(levels, around);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    levels = swap(sweepOnce(levels, around, sweep % 2 === 0), around);
    const crossings = crossingsIn(levels, around);
    if (crossings < fewest) [best, fewest] = [levels, crossings];
  }
  return best;
}

/**
 * The middle of every cell, in pixels from the left; `gapPx` is free between neighbours. The cells of each
 * run stand one under the other where there is room.
 */
export function placeCells(
  levels: readonly (readonly Cell[])[],
  links: readonly Link[],
  gapPx: number,
  runs: readonly (readonly string[])[],
): ReadonlyMap<string, number> {
  const around = aroundOf(links);
  const places = new Map<string, number>();
  for (const level of levels) {
    settle(
      level,
      level.map(() => 0),
      level.map(() => 1),
      gapPx,
      places,
    );
  }
  for (let turn = 0; turn < RELAXATIONS; turn += 1) {
    const isDown = turn % 2 === 0;
    const side = turn >= RELAXATIONS - 6 ? [around.up, around.down] : [isDown ? around.up : around.down];
    for (const level of isDown ? levels : levels.toReversed()) {
      const pulls = level.map((cell) => pullOn(cell, side, places));
      settle(
        level,
        pulls.map(({ at }) => at),
        pulls.map(({ weight }) => weight),
        gapPx,
        places,
      );
    }
  }
  for (const run of runs) straighten(run, levels, gapPx, places);
  const left = Math.min(...levels.flat().map((cell) => (places.get(cell.id) ?? 0) - cell.width / 2));
  return new Map([...places].map(([id, at]) => [id, at - left]));
}

function levelsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const last = Math.max(0, ...cells.map(({ rank }) => rank));
  return Array.from({ length: last + 1 }, (_, rank) => cells.filter((cell) => cell.rank === rank));
}

function aroundOf(links: readonly Link[]): Around {
  const up = new Map<string, Neighbour[]>();
  const down = new Map<string, Neighbour[]>();
  const add = (map: Map<string, Neighbour[]>, id: string, neighbour: Neighbour) => {
    map.set(id, [...(map.get(id) ?? []), neighbour]);
  };
  for (const { above, below, weight } of links) {
    add(up, below, { id: above, weight });
    add(down, above, { id: below, weight });
  }
  return { up, down };
}

/** Every level in the order of the mean place of its neighbours on the level before. */
function sweepOnce(levels: readonly (readonly Cell[])[], around: Around, isDown: boolean) {
  const next = [...levels];
  const turns = isDown ? next.keys() : [...next.keys()].reverse();
  for (const rank of turns) {
    const before = next[rank + (isDown ? -1 : 1)];
    const level = next[rank];
    if (before === undefined || level === undefined) continue;
    const at = new Map(before.map((cell, index) => [cell.id, index]));
    const mean = new Map(
      level.map((cell, index) => [cell.id, meanOf(cell, isDown ? around.up : around.down, at) ?? index]),
    );
    next[rank] = level.toSorted((a, b) => (mean.get(a.id) ?? 0) - (mean.get(b.id) ?? 0));
  }
  return next;
}

function meanOf(cell: Cell, side: Around['up'], at: ReadonlyMap<string, number>): number | undefined {
  const places = (side.get(cell.id) ?? []).map(({ id }) => at.get(id) ?? 0);
  return places.length === 0 ? undefined : places.reduce((sum, place) => sum + place, 0) / places.length;
}

/** Exchanges neighbours where that takes crossings away. */
function swap(levels: readonly (readonly Cell[])[], around: Around): readonly (readonly Cell[])[] {
  const next = levels.map((level) => [...level]);
  next.forEach((level, rank) => {
    const [above, below] = [next[rank - 1] ?? [], next[rank + 1] ?? []];
    const count = () => crossingsBelow(above, level, around) + crossingsBelow(level, below, around);
    for (let index = 0; index + 1 < level.length; index += 1) {
      const before = count();
      exchange(level, index);
      if (count() >= before) exchange(level, index);
    }
  });
  return next;
}

function exchange(level: Cell[], index: number): void {
  const [left, right] = [level[index], level[index + 1]];
  if (left === undefined || right === undefined) return;
  level[index] = right;
  level[index + 1] = left;
}

function crossingsIn(levels: readonly (readonly Cell[])[], around: Around): number {
  return levels.reduce((sum, level, rank) => sum + crossingsBelow(level, levels[rank + 1] ?? [], around), 0);
}

function crossingsBelow(level: readonly Cell[], next: readonly Cell[], around: Around): number {
  const at = new Map(next.map((cell, index) => [cell.id, index]));
  const ends = level.flatMap((cell) =>
    (around.down.get(cell.id) ?? []).map(({ id }) => at.get(id) ?? 0).sort((a, b) => a - b),
  );
  let crossings = 0;
  ends.forEach((end, index) => {
    for (let before = 0; before < index; before += 1) if ((ends[before] ?? 0) > end) crossings += 1;
  });
  return crossings;
}

function pullOn(cell: Cell, sides: readonly Around['up'][], places: ReadonlyMap<string, number>) {
  const near = sides.flatMap((side) => side.get(cell.id) ?? []);
  const weight = near.reduce((sum, neighbour) => sum + neighbour.weight, 0);
  if (weight === 0) return { at: places.get(cell.id) ?? 0, weight: 0.1 };
  const sum = near.reduce((total, { id, weight: each }) => total + (places.get(id) ?? 0) * each, 0);
  return { at: sum / weight, weight };
}

/**
 * Puts a level as near to the wished places as the widths allow: least squares under order, by pooling
 * neighbours that collide (isotonic regression).
 */
function settle(
  level: readonly Cell[],
  wishes: readonly number[],
  weights: readonly number[],
  gapPx: number,
  places: Map<string, number>,
): void {
  const offsets: number[] = [];
  level.forEach((cell, index) => {
    const left = level[index - 1];
    offsets.push(left === undefined ? 0 : (offsets[index - 1] ?? 0) + (left.width + cell.width) / 2 + gapPx);
  });
  const blocks: { at: number; weight: number; count: number }[] = [];
  level.forEach((_, index) => {
    let block = { at: (wishes[index] ?? 0) - (offsets[index] ?? 0), weight: weights[index] ?? 1, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.at > block.at; last = blocks.at(-1)) {
      blocks.pop();
      const weight = last.weight + block.weight;
      const at = (last.at * last.weight + block.at * block.weight) / weight;
      block = { at, weight, count: last.count + block.count };
    }
    blocks.push(block);
  });
  const settled = blocks.flatMap(({ at, count }) => Array.from({ length: count }, () => at));
  level.forEach((cell, index) => {
    places.set(cell.id, (settled[index] ?? 0) + (offsets[index] ?? 0));
  });
}

/** Moves a run of cells to one place, when every level has room there. */
function straighten(
  run: readonly string[],
  levels: readonly (readonly Cell[])[],
  gapPx: number,
  places: Map<string, number>,
): void {
  let [from, to, sum] = [-Infinity, Infinity, 0];
  for (const id of run) {
    const level = levels.find((cells) => cells.some((cell) => cell.id === id)) ?? [];
    const index = level.findIndex((cell) => cell.id === id);
    const [left, cell, right] = [level[index - 1], level[index], level[index + 1]];
    const half = (cell?.width ?? 0) / 2 + gapPx;
    if (left !== undefined) from = Math.max(from, (places.get(left.id) ?? 0) + left.width / 2 + half);
    if (right !== undefined) to = Math.min(to, (places.get(right.id) ?? 0) - right.width / 2 - half);
    sum += places.get(id) ?? 0;
  }
  if (from > to) return;
  for (const id of run) places.set(id, Math.min(to, Math.max(from, sum / run.length)));
}
