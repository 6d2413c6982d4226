/**
 * messages - effects, world events and notes: what each is for, who gives it, and who answers it.
 *
 * The sentence is the comment above the type in core/kernel; the rest is found in charts and sources.
 */
import { posix } from 'node:path';
import { importsOf } from '../../test/tidy/imports.ts';
import type { Source } from '../../test/tidy/sources.ts';
import { withoutComments } from '../../test/tidy/sources.ts';
import type { ChartDoc } from './chart.ts';
import { code, page, table } from './markdown.ts';

interface Kind {
  readonly type: string;
  readonly says: string;
}

/** The interfaces of a kernel file that have a literal `type`, with the comment above each. */
function kindsOf(source: Source): readonly Kind[] {
  const comment = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?/;
  const head = /export interface \w+[^{]*\{\s*(?:\/\*\*[\s\S]*?\*\/\s*)?readonly type: '([^']+)'/;
  const pattern = new RegExp(comment.source + head.source, 'g');
  return [...source.text.matchAll(pattern)].map(([, text = '', type = '']) => ({
    type,
    says: text
      .replace(/^\s*\*/gm, '')
      .replace(/\s+/g, ' ')
      .trim(),
  }));
}

/** Sources that the core's door leads to: no tests and no helpers of tests. */
function reachable(sources: readonly Source[]): readonly Source[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const found = new Set<Source>();
  const visit = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || found.has(source)) return;
    found.add(source);
    for (const { name } of importsOf(source)) {
      if (name.startsWith('.')) visit(posix.join(posix.dirname(path), name));
    }
  };
  visit('core/index.ts');
  return [...found];
}

/** Folders of core whose sources make a `{ type: 'name' }`; declarations of its shape do not count. */
function giversOf(type: string, sources: readonly Source[]): readonly string[] {
  const made = new RegExp(`(?<!readonly )\\btype: '${type}'`);
  const places = reachable(sources)
    .filter(({ text }) => made.test(withoutComments(text)))
    .map(({ path }) => path.split('/')[1] ?? '');
  return [...new Set(places)].sort();
}

/** Charts with rows for it, and the kernel where it reads the type itself. */
function hearersOf(type: string, charts: readonly ChartDoc[], sources: readonly Source[]): readonly string[] {
  const read = new RegExp(`\\btype === '${type}'|case '${type}'`);
  const kernel = sources.some(({ path, text }) => path.startsWith('core/kernel/') && read.test(text));
  const hearers = charts
    .filter(({ states }) => states.some(({ rows }) => rows.some(({ event }) => event === type)))
    .map(({ name }) => name);
  return [...hearers, ...(kernel ? ['kernel'] : [])].sort();
}

/** Sources outside core that have a `case` for it or write it. */
function performersOf(type: string, sources: readonly Source[], word: 'case' | 'type:'): readonly string[] {
  return sources
    .filter(({ path }) => /^(server|sim)\//.test(path) && !path.includes('.test.'))
    .filter(({ text }) => withoutComments(text).includes(`${word} '${type}'`))
    .map(({ path }) => path)
    .sort();
}

/** Text of messages.md. */
export function messagesPage(charts: readonly ChartDoc[], sources: readonly Source[]): string {
  const file = (name: string) => {
    const found = sources.find(({ path }) => path === `core/kernel/${name}.ts`);
    if (found === undefined)
      throw new Error(`core/kernel/${name}.ts: missing, so nothing can be listed from it`);
    return kindsOf(found);
  };
  const list = (names: readonly string[]) => names.join(', ');
  const effects = file('effects').map(({ type, says }) => [
    ...[code(type), says],
    ...[list(giversOf(type, sources)), list(performersOf(type, sources, 'case'))],
  ]);
  const events = file('events').map(({ type, says }) => [
    ...[code(type), says],
    ...[
      list([...giversOf(type, sources), ...performersOf(type, sources, 'type:')]),
      list(hearersOf(type, charts, sources)),
    ],
  ]);
  const notes = file('notes').map(({ type, says }) => [
    ...[code(type), says],
    ...[list(giversOf(type, sources)), list(hearersOf(type, charts, sources))],
  ]);
  return page('Effects, events and notes', '`core/kernel`, the charts, and the two performers', [
    '## Effects: what the core asks of the world',
    table(['effect', 'what it asks', 'asked by', 'performed by'], effects),
    '## Events: what the world says',
    table(['event', 'what happened', 'said by', 'heard by'], events),
    '## Notes: what daemons say to one another',
    table(['note', 'what it says', 'written by', 'heard by'], notes),
  ]);
}
