/**
 * chart - reads a chart into plain lists of states and rows, in the order in which they are tried.
 *
 * SCXML §3.13 (document order)
 */
import type { AnyStateMachine } from 'xstate';

export interface RowDoc {
  /** Dotted path of the state that owns the row; '' for the whole chart. */
  readonly state: string;
  /** '' for a row that needs no event. */
  readonly event: string;
  readonly guard?: string;
  /** `say(helloFirst)`: name and parameters. */
  readonly actions: readonly string[];
  /** Dotted path; absent = the state is kept. */
  readonly target?: string;
  readonly description: string;
}

export interface StateDoc {
  readonly path: string;
  readonly isInitial: boolean;
  readonly isFinal: boolean;
  readonly reads: boolean;
  readonly description?: string;
  readonly rows: readonly RowDoc[];
}

export interface ChartDoc {
  readonly name: string;
  readonly states: readonly StateDoc[];
}

/** What of XState's state node is read here. */
interface Node {
  readonly path: readonly string[];
  readonly key: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description?: string;
  readonly parent?: Node;
  readonly config: { readonly initial?: unknown };
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly always?: readonly Transition[];
  readonly states: Readonly<Record<string, Node>>;
}

interface Transition {
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly target?: readonly Node[];
  readonly description?: string;
}

/** States in the order of the chart, the chart itself first when it has rows of its own. */
export function readChart(machine: AnyStateMachine): ChartDoc {
  const root = machine.root as unknown as Node;
  const states = statesOf(root).filter(({ path, rows }) => path !== '' || rows.length > 0);
  return { name: machine.id, states };
}

function statesOf(node: Node): readonly StateDoc[] {
  const path = node.path.join('.');
  const { description } = node;
  const state: StateDoc = {
    path,
    isInitial: node.parent?.config.initial === node.key,
    isFinal: node.type === 'final',
    reads: node.tags.includes('read.lines') || node.tags.some((tag) => tag.startsWith('read.')),
    ...(description === undefined ? {} : { description }),
    rows: [
      ...(node.always ?? []).map((row) => rowOf(path, '', row)),
      ...[...node.transitions].flatMap(([event, list]) => list.map((row) => rowOf(path, event, row))),
    ],
  };
  return [state, ...Object.values(node.states).flatMap(statesOf)];
}

function rowOf(state: string, event: string, { guard, actions, target, description }: Transition): RowDoc {
  const goal = target?.[0]?.path.join('.');
  return {
    ...{ state, event, description: description ?? '', actions: actions.map(nameOf) },
    ...(guard === undefined ? {} : { guard: nameOf(guard) }),
    ...(goal === undefined ? {} : { target: goal }),
  };
}

function nameOf(thing: unknown): string {
  if (typeof thing === 'string') return thing;
  const { type, params } = thing as {
    readonly type: string;
    readonly params?: Readonly<Record<string, unknown>>;
  };
  return params === undefined ? type : `${type}(${Object.values(params).join(', ')})`;
}
