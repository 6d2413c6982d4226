/** mermaid - a chart as a Mermaid state diagram: one arrow per pair of states, its events on it. */
import type { ChartDoc, RowDoc } from './chart.ts';

const MOST_ON_AN_ARROW = 4;

/** Text of a .mmd file. Rows that keep the state are left out: the rule tables have them. */
export function mermaid(chart: ChartDoc): string {
  const arrows = new Map<string, Set<string>>();
  for (const state of chart.states) {
    for (const row of state.rows) {
      if (row.target === undefined || row.target === state.path) continue;
      const ends = `${state.path === '' ? 'ANY' : id(state.path)} --> ${id(row.target)}`;
      arrows.set(ends, (arrows.get(ends) ?? new Set()).add(label(row)));
    }
  }
  const first = chart.states.filter(({ isInitial, path }) => isInitial && !path.includes('.'));
  return `${[
    'stateDiagram-v2',
    ...chart.states.filter(({ path }) => path !== '').map(({ path }) => `  state "${path}" as ${id(path)}`),
    ...(arrows.size > 0 && [...arrows.keys()].some((ends) => ends.startsWith('ANY'))
      ? ['  state "in any state" as ANY']
      : []),
    ...first.map(({ path }) => `  [*] --> ${id(path)}`),
    ...[...arrows].map(([ends, labels]) => `  ${ends}: ${shortened([...labels])}`),
    ...chart.states.filter(({ isFinal }) => isFinal).map(({ path }) => `  ${id(path)} --> [*]`),
  ].join('\n')}\n`;
}

function id(path: string): string {
  return path.replaceAll('.', '_');
}

function label({ event, guard }: RowDoc): string {
  if (event === '') return guard ?? 'at once';
  return guard === undefined ? event : `${event} [${guard}]`;
}

function shortened(labels: readonly string[]): string {
  const shown = labels.slice(0, MOST_ON_AN_ARROW);
  const rest = labels.length - shown.length;
  return shown.join(', ') + (rest > 0 ? `, and ${rest} more` : '');
}
