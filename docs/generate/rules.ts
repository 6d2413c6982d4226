/**
 * rules - the rows of the charts as tables: one page per SMTP verb, one per daemon.
 *
 * Read a table from the top: the first row whose condition holds is taken.
 */
import { R } from '../../core/smtpd/replies.ts';
import type { ChartDoc, RowDoc, StateDoc } from './chart.ts';
import { code, page, table } from './markdown.ts';

const HEADS = ['in state', 'if', 'reply', 'does', 'then', 'because'];

/** Verb → page, for every event of smtpd that is written in capitals. */
export function verbPages(smtpd: ChartDoc): ReadonlyMap<string, string> {
  const verbs = [...new Set(rowsOf(smtpd).map(({ event }) => event))].filter((event) =>
    /^[A-Z]+$/.test(event),
  );
  return new Map(
    verbs.map((verb) => {
      const groups = sameRows(smtpd.states, verb);
      const rows = groups.flatMap(({ states, rows: list }) => list.map((row) => cells(states, row)));
      const intro = 'From the top: the first row of the state whose condition holds is taken.';
      return [
        verb,
        page(`smtpd: ${verb}`, '`core/smtpd/machine.ts` and `core/smtpd/rows.ts`', [
          intro,
          table(HEADS, rows),
        ]),
      ];
    }),
  );
}

/** Every row of a daemon. */
export function daemonPage(chart: ChartDoc, source: string): string {
  const tables = chart.states.flatMap((state) => {
    if (state.rows.length === 0)
      return [`## ${state.path}`, state.isFinal ? 'The end.' : 'No rows of its own.'];
    const told = state.description === undefined ? [] : [state.description];
    const rows = state.rows.map((row) => [
      row.event === '' ? 'at once' : code(row.event),
      ...cells([], row).slice(1),
    ]);
    const title = state.path === '' ? '## In any state' : `## ${state.path}`;
    return [title, ...told, table(['event', ...HEADS.slice(1)], rows)];
  });
  return page(`${chart.name}: all rules`, `\`${source}\``, tables);
}

function rowsOf(chart: ChartDoc): readonly RowDoc[] {
  return chart.states.flatMap(({ rows }) => rows);
}

/** States that answer a verb by the same rows stand together. */
function sameRows(states: readonly StateDoc[], verb: string) {
  const groups = new Map<string, { readonly states: string[]; readonly rows: readonly RowDoc[] }>();
  for (const { path, rows } of states) {
    const own = rows.filter(({ event }) => event === verb);
    if (own.length === 0) continue;
    const key = JSON.stringify(own.map(({ state: _state, ...rest }) => rest));
    const group = groups.get(key) ?? { states: [], rows: own };
    group.states.push(path);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function cells(states: readonly string[], row: RowDoc): readonly string[] {
  return [
    states.join(', '),
    row.guard === undefined ? 'otherwise' : code(row.guard),
    row.actions
      .map(replyOf)
      .filter((text) => text !== '')
      .join(' '),
    row.actions.map(code).join(', '),
    row.target === undefined ? 'same' : code(row.target),
    row.description,
  ];
}

/** The reply that `say(name)` gives; empty for other actions, whose reply depends on more. */
function replyOf(action: string): string {
  const name = /^say\((\w+)\)$/.exec(action)?.[1];
  if (name === undefined || !(name in R)) return '';
  const {
    code: number,
    enhanced,
    text,
  } = R[name as keyof typeof R] as { code: number; enhanced?: string; text: string };
  return [number, enhanced, text].filter((part) => part !== undefined).join(' ');
}
