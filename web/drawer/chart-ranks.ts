/**
 * chart-ranks - which edges of a chart are drawn as lines, and on which level each state stands.
 *
 * After Sugiyama, Tagawa and Toda (1981). An edge into a state that many others lead to (smtpd's `answered`)
 * becomes a line of text in the box it leaves: twenty arrows to one box show nothing.
 */
import type { ChartEdge, ChartModel } from './chart-model.ts';

/** A state with so many ways in, or more, is a hub. */
const HUB = 5;

export interface Ranked {
  /** Level of each state from 0, downwards. */
  readonly rankOf: ReadonlyMap<string, number>;
  /** Edges that are lines; `isUp`: its line runs upwards. */
  readonly drawn: readonly { readonly edge: ChartEdge; readonly isUp: boolean }[];
  /** Edges that are text in the box they leave, by that state. */
  readonly folded: ReadonlyMap<string, readonly ChartEdge[]>;
  /** Edges from a state to itself. */
  readonly loops: ReadonlyMap<string, ChartEdge>;
}

export function rankChart(model: ChartModel): Ranked {
  const loops = new Map(model.edges.filter((edge) => edge.from === edge.to).map((edge) => [edge.from, edge]));
  const others = model.edges.filter((edge) => edge.from !== edge.to);
  const parents = nearestParents(model, others);
  const waysIn = (state: string) => others.filter(({ to }) => to === state).length;
  const isLine = (edge: ChartEdge) => waysIn(edge.to) < HUB || parents.get(edge.to) === edge.from;
  const lines = others.filter(isLine);
  const upward = edgesUpwards(model, lines);
  const drawn = lines.map((edge) => ({ edge, isUp: upward.has(edge.id) }));
  const folded = Map.groupBy(
    others.filter((edge) => !isLine(edge)),
    ({ from }) => from,
  );
  return { rankOf: ranksOf(model, drawn), drawn, folded, loops };
}

/** From which state each one is reached first, breadth before depth. */
function nearestParents(model: ChartModel, edges: readonly ChartEdge[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>([[model.initial, '']]);
  const queue = [model.initial];
  for (const state of queue) {
    for (const { from, to } of edges) {
      if (from !== state || parents.has(to)) continue;
      parents.set(to, from);
      queue.push(to);
    }
  }
  return parents;
}

/** The edges that close a circle, found by walking the chart from its initial state. */
function edgesUpwards(model: ChartModel, edges: readonly ChartEdge[]): ReadonlySet<string> {
  const upward = new Set<string>();
  const done = new Set<string>();
  const path = new Set<string>();
  const walk = (state: string): void => {
    path.add(state);
    for (const edge of edges) {
      if (edge.from !== state) continue;
      if (path.has(edge.to)) upward.add(edge.id);
      else if (!done.has(edge.to)) walk(edge.to);
    }
    path.delete(state);
    done.add(state);
  };
  for (const state of [model.initial, ...model.states.map(({ id }) => id)]) {
    if (!done.has(state)) walk(state);
  }
  return upward;
}

/** Longest way from the top; then states that have more ways out than in move down to what they lead to. */
function ranksOf(model: ChartModel, drawn: Ranked['drawn']): ReadonlyMap<string, number> {
  const ways = drawn.map(({ edge, isUp }) => (isUp ? [edge.to, edge.from] : [edge.from, edge.to]));
  const ranks = new Map(model.states.map(({ id }) => [id, 0]));
  const rank = (state: string | undefined) => ranks.get(state ?? '') ?? 0;
  for (const _ of model.states) {
    for (const [above, below] of ways) ranks.set(below ?? '', Math.max(rank(below), rank(above) + 1));
  }
  for (const { id } of model.states.toReversed()) {
    const out = ways.filter(([above]) => above === id).map(([, below]) => rank(below));
    const waysIn = ways.filter(([, below]) => below === id).length;
    if (out.length > waysIn && id !== model.initial) ranks.set(id, Math.max(rank(id), Math.min(...out) - 1));
  }
  return ranks;
}
