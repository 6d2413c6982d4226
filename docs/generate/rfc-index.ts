/** rfc-index - section of an RFC → the rules that follow it and the tests that prove it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Source, TOP } from '../../test/tidy/sources.ts';
import type { ChartDoc } from './chart.ts';
import { code, page, table } from './markdown.ts';

interface Places {
  readonly rows: Set<string>;
  readonly files: Set<string>;
  readonly tests: Set<string>;
}

/** `RFC 5321 §3, §4.1` names two sections; `RFC 5321` alone names none, and counts for the whole text. */
function sectionsIn(text: string): readonly (readonly [rfc: number, section: string])[] {
  return [...text.matchAll(/\bRFC (\d{3,4})((?:,? (?:and )?§[\d.]*\d)*)/g)].flatMap(([, rfc, list = '']) => {
    const sections = [...list.matchAll(/§([\d.]*\d)/g)].map((found) => found[1] ?? '');
    return (sections.length === 0 ? [''] : sections).map((section) => [Number(rfc), section] as const);
  });
}

/** Text of rfc-index.md. */
export function rfcIndexPage(charts: readonly ChartDoc[], sources: readonly Source[]): string {
  const index = new Map<string, Places>();
  const at = (rfc: number, section: string): Places => {
    const key = `${String(rfc).padStart(4, '0')}|${section}`;
    const found = index.get(key) ?? { rows: new Set(), files: new Set(), tests: new Set() };
    index.set(key, found);
    return found;
  };
  for (const { name, states } of charts) {
    for (const { event, description } of states.flatMap(({ rows }) => rows)) {
      for (const [rfc, section] of sectionsIn(description))
        at(rfc, section).rows.add(`${name}: ${event || 'at once'}`);
    }
  }
  for (const { path, text } of sources) {
    const isTest = path.includes('.test.');
    for (const [rfc, section] of sectionsIn(text)) at(rfc, section)[isTest ? 'tests' : 'files'].add(path);
  }
  return page('RFC index', 'the charts, the sources and `docs/rfcs.tsv`', [
    'Columns: rows of charts that name the section, sources that do, and tests that do.',
    ...chapters(index),
  ]);
}

function chapters(index: ReadonlyMap<string, Places>): readonly string[] {
  const [, ...lines] = readFileSync(join(TOP, 'docs/rfcs.tsv'), 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [number = '', kept = '', title = ''] = line.split('\t');
    const prefix = `${number.padStart(4, '0')}|`;
    const keys = [...index.keys()].filter((key) => key.startsWith(prefix)).sort(bySection);
    if (keys.length === 0) return [];
    const rows = keys.map((key) => {
      const places = index.get(key);
      const list = (names: ReadonlySet<string> | undefined) => [...(names ?? [])].sort().map(code).join(', ');
      const section = key.slice(prefix.length);
      return [
        section === '' ? 'whole' : `§${section}`,
        list(places?.rows),
        list(places?.files),
        list(places?.tests),
      ];
    });
    return [
      `## RFC ${number}: ${title} (kept: ${kept})`,
      table(['section', 'rows', 'sources', 'tests'], rows),
    ];
  });
}

function bySection(a: string, b: string): number {
  const [left, right] = [a, b].map((key) => (key.split('|')[1] ?? '').split('.').map(Number));
  for (let place = 0; place < 6; place += 1) {
    const order = (left?.[place] ?? -1) - (right?.[place] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}
