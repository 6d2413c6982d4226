/** replies - every reply of smtpd that depends on nothing, with the rows that give it. RFC 5321 §4.2 */
import { R } from '../../core/smtpd/replies.ts';
import type { ChartDoc } from './chart.ts';
import { code, page, table } from './markdown.ts';

/** Text of replies.md. */
export function repliesPage(smtpd: ChartDoc): string {
  const rows = Object.entries(R).map(([name, { code: number, text, ...more }]) => {
    const enhanced = 'enhanced' in more ? String(more.enhanced ?? '') : '';
    const given = smtpd.states.flatMap((state) =>
      state.rows
        .filter(({ actions }) => actions.includes(`say(${name})`))
        .map(({ event, guard }) => [event, guard ?? 'otherwise'].filter((part) => part !== '').join(': ')),
    );
    return [
      `${number}`,
      enhanced,
      code([text].flat().join(' / ')),
      code(name),
      [...new Set(given)].join('; '),
    ];
  });
  const sorted = [...rows].sort((a, b) => (`${a[0]} ${a[1]} ${a[2]}` < `${b[0]} ${b[1]} ${b[2]}` ? -1 : 1));
  return page('Replies of smtpd', '`core/smtpd/replies.ts`', [
    'Where the last column is empty, a rule gives the reply (search for its name in `core/smtpd`), because the choice depends on more than the row.',
    table(['code', 'status', 'text', 'name', 'rows that give it'], sorted),
  ]);
}
