/**
 * generate - writes docs/generated from the code: charts, rules, messages, parameters, replies, RFCs, imports
 *
 * `npm run docs`; test/tidy/docs.test.ts compares, so that the pages cannot drift.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { charts as daemons } from '../core/index.ts';
import { message } from '../core/qmgr/message.ts';
import { queue } from '../core/qmgr/queue.ts';
import { words as english } from '../core/words.en.ts';
import { words as french } from '../core/words.fr.ts';
import { readSources, TOP } from '../test/tidy/sources.ts';
import { type ChartDoc, readChart } from './generate/chart.ts';
import { importsPage } from './generate/imports.ts';
import { code, page, table } from './generate/markdown.ts';
import { mermaid } from './generate/mermaid.ts';
import { messagesPage } from './generate/messages.ts';
import { parametersPage } from './generate/parameters.ts';
import { repliesPage } from './generate/replies.ts';
import { restrictionsPage } from './generate/restrictions.ts';
import { rfcIndexPage } from './generate/rfc-index.ts';
import { daemonPage, verbPages } from './generate/rules.ts';

export const GENERATED = join(TOP, 'docs', 'generated');

/** Where the machine.ts of a chart stands; the small charts of qmgr have files of their own. */
const SOURCES: Readonly<Record<string, string>> = {
  'trivial-rewrite': 'core/rewrite/machine.ts',
  destination: 'core/qmgr/queue.ts',
  message: 'core/qmgr/message.ts',
};

function allCharts(): readonly AnyStateMachine[] {
  const list: readonly AnyStateMachine[] = [...Object.values(daemons), queue, message];
  return [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** File name → text of everything that belongs into docs/generated. */
export function generatedDocs(): ReadonlyMap<string, string> {
  const charts = allCharts().map(readChart);
  const smtpd = charts.find(({ name }) => name === 'smtpd');
  if (smtpd === undefined) throw new Error('core/index.ts: no chart named smtpd');
  const sources = readSources();
  const verbs = verbPages(smtpd);
  return new Map([
    ...charts.map((chart) => [`${chart.name}.mmd`, mermaid(chart)] as const),
    ...charts.map(
      (chart) => [`${chart.name}.md`, daemonPage(chart, sourceOf(chart)) + inWords(chart)] as const,
    ),
    ...[...verbs].map(([verb, text]) => [`smtpd-${verb}.md`, text] as const),
    ['messages.md', messagesPage(charts, sources)],
    ['parameters.en.md', parametersPage('en')],
    ['parameters.fr.md', parametersPage('fr')],
    ['replies.md', repliesPage(smtpd)],
    ['restrictions.md', restrictionsPage()],
    ['rfc-index.md', rfcIndexPage(charts, sources)],
    ['imports.md', importsPage(sources)],
    ['README.md', contents(charts, [...verbs.keys()])],
  ]);
}

function sourceOf({ name }: ChartDoc): string {
  return SOURCES[name] ?? `core/${name}/machine.ts`;
}

/** The sentences of the charts that qmgr holds: the page shows them nowhere. */
function inWords({ name }: ChartDoc): string {
  if (![queue.id, message.id].includes(name)) return '';
  const [en, fr] = [english[name] ?? {}, french[name] ?? {}];
  const rows = Object.entries(en).map(([row, text]) => [code(row), text, fr[row] ?? '']);
  return `\n## In words\n\n${table(['rule', 'English', 'français'], rows)}\n`;
}

function contents(charts: readonly ChartDoc[], verbs: readonly string[]): string {
  const link = (text: string, file: string) => `[${text}](${file})`;
  return page('Made from the code', 'the sources', [
    table(
      ['chart', 'states', 'rules', 'diagram'],
      charts.map((chart) => [
        ...[link(chart.name, `${chart.name}.md`), `${chart.states.length}`],
        ...[`${chart.states.flatMap(({ rows }) => rows).length}`, link('Mermaid', `${chart.name}.mmd`)],
      ]),
    ),
    `SMTP commands: ${verbs.map((verb) => link(verb, `smtpd-${verb}.md`)).join(' · ')}`,
    [
      `- ${link('every reply', 'replies.md')}`,
      `- ${link('effects, events and notes', 'messages.md')}: who gives them, who answers`,
      `- ${link('parameters', 'parameters.en.md')}, ${link('en français', 'parameters.fr.md')}`,
      `- ${link('restrictions', 'restrictions.md')}: what may stand in a list, and whom it asks`,
      `- ${link('RFC sections', 'rfc-index.md')}: rules and tests`,
      `- ${link('imports', 'imports.md')}: who may, who does`,
    ].join('\n'),
    `To change one of these pages, change the source it names and run ${code('npm run docs')}.`,
  ]);
}

/** Writes the pages and removes those that have no source any more. */
function write(): void {
  const docs = generatedDocs();
  mkdirSync(GENERATED, { recursive: true });
  for (const name of readdirSync(GENERATED)) if (!docs.has(name)) rmSync(join(GENERATED, name));
  for (const [name, text] of docs) writeFileSync(join(GENERATED, name), text);
  process.stdout.write(`docs/generated: ${docs.size} files\n`);
}

if (import.meta.main) write();
