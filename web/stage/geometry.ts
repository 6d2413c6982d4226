/** geometry - the map as data: nodes, edges from border to border. Units of the viewBox, 1200 × 640. */
import layout from './layout.json' with { type: 'json' };

export type NodeKind = 'prog' | 'queue' | 'map' | 'ext';

export interface StageNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The middle. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface StageEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly isLookup: boolean;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export const VIEW_WIDTH = 1200;
export const VIEW_HEIGHT = 640;
export const frame = layout.frame;
export const nodes = layout.nodes as readonly StageNode[];

const byId = new Map(nodes.map((node) => [node.id, node]));

export function nodeOf(id: string): StageNode | undefined {
  return byId.get(id);
}

/** Programs of the figure that this version does not have yet; they are drawn, but pale. */
const ABSENT = new Set(['smtp', 'lmtp', 'virtual', 'pipe', 'imapd', 'mua', 'net-out', 'dns']);

export function isAbsent(id: string): boolean {
  return ABSENT.has(id);
}

/** Whether a node shows how many messages it holds. */
export function hasBadge({ id, kind }: StageNode): boolean {
  return kind === 'queue' && id !== 'blog';
}

const GAP = 3;

/** Where the line from a node towards a point crosses the border of the node, a little outside. */
function borderPoint(node: StageNode, towards: Point): Point {
  const dx = towards.x - node.x;
  const dy = towards.y - node.y;
  const length = Math.hypot(dx, dy) || 1;
  const round = 1 / Math.hypot(dx / (node.w / 2), dy / (node.h / 2));
  const square = Math.min(node.w / 2 / Math.abs(dx || 1e-9), node.h / 2 / Math.abs(dy || 1e-9));
  const isRound = node.kind === 'prog' || node.kind === 'ext';
  const part = (isRound ? round : square) + GAP / length;
  return { x: node.x + dx * part, y: node.y + dy * part };
}

function edgeBetween(from: string, to: string, isLookup: boolean): StageEdge {
  const [one, other] = [byId.get(from), byId.get(to)];
  if (one === undefined || other === undefined) throw new Error(`no edge ${from} ${to}`);
  const [start, end] = [borderPoint(one, other), borderPoint(other, one)];
  return { key: `${from}>${to}`, from, to, isLookup, x1: start.x, y1: start.y, x2: end.x, y2: end.y };
}

export const edges: readonly StageEdge[] = [
  ...layout.edges.map(([from = '', to = '']) => edgeBetween(from, to, false)),
  ...layout.lookups.map(([from = '', to = '']) => edgeBetween(from, to, true)),
];

const byEnds = new Map(edges.map((edge) => [edge.key, edge]));

/** The edge a hop goes along, and whether against its arrow; undefined when the map has no such edge. */
export function edgeOf(
  from: string,
  to: string,
): { readonly edge: StageEdge; readonly isBackwards: boolean } | undefined {
  const forward = byEnds.get(`${from}>${to}`);
  if (forward !== undefined) return { edge: forward, isBackwards: false };
  const back = byEnds.get(`${to}>${from}`);
  return back === undefined ? undefined : { edge: back, isBackwards: true };
}
