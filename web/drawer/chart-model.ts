/**
 * chart-model - a chart of the core as plain data for drawing: states, and edges that hold the rows.
 *
 * Read from XState's own definitions, so a drawing cannot differ from what runs.
 */
import type { Row } from '#core';

export interface ChartState {
  readonly id: string;
  /** In English, as it stands in the chart. */
  readonly description?: string;
  readonly isFinal: boolean;
  /** What is read in this state: `read.lines`, `read.data`; undefined while input waits. */
  readonly reads?: string;
}

/** All rows that lead from one state to another; a row without target stays where it is. */
export interface ChartEdge {
  /** `envelope→answered`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
}

export interface ChartModel {
  readonly name: string;
  readonly initial: string;
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
  /** Rows of the chart itself: they hold in any state that has none for the event. */
  readonly anywhere: readonly Row[];
}

/** As much of XState's StateNode as is read here. */
interface NodeShape {
  readonly path: readonly string[];
  readonly type: string;
  readonly description?: string | undefined;
  readonly tags: readonly string[];
  readonly states: Readonly<Record<string, NodeShape>>;
  readonly initial?: { readonly target: readonly NodeShape[] } | undefined;
  readonly always?: readonly TransitionShape[] | undefined;
  readonly transitions: ReadonlyMap<string, readonly TransitionShape[]>;
}

interface TransitionShape {
  readonly eventType: string;
  readonly guard?: unknown;
  readonly target?: readonly NodeShape[] | undefined;
  readonly description?: string | undefined;
}

/** `envelope→answered`: names the edge that a row lies on. */
export function edgeIdOf(row: Row): string {
  return `${row.state}→${row.target ?? row.state}`;
}

/** True for one and the same row of a chart, wherever the two were read. */
export function isSameRow(a: Row, b: Row): boolean {
  return a.state === b.state && a.event === b.event && a.guard === b.guard && a.target === b.target;
}

/** The rows that a state has, its own first, then those that hold anywhere. */
export function rowsIn(model: ChartModel, state: string): readonly Row[] {
  const own = model.edges.filter(({ from }) => from === state).flatMap(({ rows }) => rows);
  const order = new Map(eventsOf(own).map((event, place) => [event, place] as const));
  const sorted = own.toSorted(
    (a, b) => (order.get(a.event) ?? 0) - (order.get(b.event) ?? 0) || a.index - b.index,
  );
  return [...sorted, ...model.anywhere.filter(({ event }) => !order.has(event))];
}

function eventsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ event }) => event))];
}

/** The chart of a machine, by the name it has in `charts` of the core. */
export function modelOf(name: string, machine: { readonly root: unknown }): ChartModel {
  const root = machine.root as NodeShape;
  const nodes = leavesOf(root);
  const edges = new Map<string, ChartEdge>();
  for (const row of nodes.flatMap(rowsOf)) {
    const id = edgeIdOf(row);
    const rows = [...(edges.get(id)?.rows ?? []), row];
    edges.set(id, { id, from: row.state, to: row.target ?? row.state, rows });
  }
  return {
    name,
    initial: root.initial?.target[0]?.path.join('.') ?? nodes[0]?.path.join('.') ?? '',
    states: nodes.map(stateOf),
    edges: [...edges.values()],
    anywhere: rowsOf(root),
  };
}

function leavesOf(node: NodeShape): readonly NodeShape[] {
  const inner = Object.values(node.states);
  return inner.length === 0 ? [node] : inner.flatMap(leavesOf);
}

function stateOf(node: NodeShape): ChartState {
  const reads = node.tags.find((tag) => tag.startsWith('read.'));
  return {
    id: node.path.join('.'),
    isFinal: node.type === 'final',
    ...(node.description === undefined ? {} : { description: node.description }),
    ...(reads === undefined ? {} : { reads }),
  };
}

function rowsOf(node: NodeShape): readonly Row[] {
  const lists = [node.always ?? [], ...node.transitions.values()];
  return lists.flatMap((list) => list.map((transition, index) => rowOf(node, transition, index)));
}

function rowOf(node: NodeShape, transition: TransitionShape, index: number): Row {
  const { eventType, guard, target, description } = transition;
  return {
    ...{ state: node.path.join('.'), event: eventType, index },
    ...(guard === undefined ? {} : { guard: nameOf(guard) }),
    ...(target === undefined ? {} : { target: target[0]?.path.join('.') ?? '' }),
    ...(description === undefined ? {} : { description }),
  };
}

function nameOf(guard: unknown): string {
  return typeof guard === 'string' ? guard : ((guard as { readonly type?: string }).type ?? 'guard');
}
