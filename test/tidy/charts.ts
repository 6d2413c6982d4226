/** charts - every chart of the core, and its rows as the tests that judge charts want them. */
import type { AnyStateMachine } from 'xstate';
import { charts as daemons } from '../../core/index.ts';
import { message } from '../../core/qmgr/message.ts';
import { queue } from '../../core/qmgr/queue.ts';

/** One row. `state` is empty for rows of the whole chart, `event` for those that need none. */
export interface ChartRow {
  readonly chart: string;
  readonly state: string;
  readonly event: string;
  readonly guard: string | undefined;
  readonly target: string | undefined;
  readonly actions: readonly string[];
  readonly description: string;
}

interface Transition {
  readonly guard?: string | { readonly type: string };
  readonly target?: readonly { readonly key: string }[];
  readonly actions: readonly (string | { readonly type: string })[];
  readonly description?: string;
}
interface Node {
  readonly key: string;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly always?: readonly Transition[];
}

/** Charts of daemons, by name: their rows are told to people. */
export const daemonCharts: ReadonlyMap<string, AnyStateMachine> = new Map(Object.entries(daemons));

/** Those, and the small charts that qmgr holds as data. */
export const allCharts: readonly AnyStateMachine[] = [...daemonCharts.values(), queue, message];

/** All rows of a chart, in order. */
export function rowsOf(chart: AnyStateMachine): readonly ChartRow[] {
  const { root } = chart;
  const nodes = [root, ...Object.values(root.states)] as unknown as readonly Node[];
  return nodes.flatMap((node) => {
    const state = (node as unknown) === root ? '' : node.key;
    return [...node.transitions, ['', node.always ?? []] as const].flatMap(([event, list]) =>
      list.map(({ guard, target, actions, description }) => ({
        ...{ chart: chart.id, state, event, description: description ?? '' },
        guard: guard === undefined ? undefined : nameOf(guard),
        target: target?.[0]?.key,
        actions: actions.map(nameOf),
      })),
    );
  });
}

/** Names of the actions that entering a state performs, in all states. */
export function entryActionsOf(chart: AnyStateMachine): readonly string[] {
  return Object.values(chart.states).flatMap(({ entry }) => (entry as Transition['actions']).map(nameOf));
}

function nameOf(given: string | { readonly type: string }): string {
  return typeof given === 'string' ? given : given.type;
}

/** A row as one reads it: `smtpd ready MAIL helloIsRequired`. */
export function titleOf({ chart, state, event, guard }: ChartRow): string {
  return `${chart} ${state} ${event} ${guard ?? 'else'}`;
}
