/**
 * list-patterns - the items of a list parameter, read once: literals, networks, tables, and files full of
 * items.
 *
 * postconf(5) mydestination, mynetworks · Postfix: src/util/match_list.c, src/util/match_ops.c
 */
import { type Network, parseNetwork } from './cidr.ts';
import { fold } from './fold.ts';
import { splitItems } from './items.ts';
import { logicalLines } from './logical-lines.ts';
import type { Profile } from './profile.ts';
import { type Settings, textOf } from './settings.ts';

/** One item. `written` is the item as people wrote it; `negated` means that a hit is a miss. */
export type Pattern = { readonly written: string; readonly negated: boolean } & (
  | { readonly type: 'table'; readonly ref: string }
  /** `network` is undefined for what cannot be an address. */
  | {
      readonly type: 'literal';
      readonly text: string;
      readonly network: Network | { readonly error: string } | undefined;
    }
  /** A file that cannot be read, in Postfix's words. */
  | { readonly type: 'unreadable'; readonly path: string; readonly text: string }
);

/** A list, and what Postfix says while it reads the text. */
export interface PatternList {
  readonly patterns: readonly Pattern[];
  readonly warnings: readonly string[];
  readonly fatal: string | undefined;
}

/** A list being read. */
interface Reader {
  readonly listName: string;
  readonly profile: Profile;
  readonly files: Settings['tables']['files'];
  readonly patterns: Pattern[];
  readonly warnings: string[];
  fatal: string | undefined;
}

const fileDepth = 10;

/** True for `type:name`, which names a table; `[::1]` does not. */
export function namesTable(item: string): boolean {
  return item.includes(':') && !item.startsWith('[');
}

/** Only text made of address characters with a colon or a slash is worth parsing as an address. */
function networkOf(text: string): Network | { readonly error: string } | undefined {
  const mayBe = /[:/]/.test(text) && /^[0-9.a-f:[\]/]+$/.test(text);
  const plain = /^[0-9.]+$/.test(text);
  return mayBe && !plain ? parseNetwork(text) : undefined;
}

function readFile(reader: Reader, path: string, negated: boolean, depth: number): void {
  const content = reader.files.get(path);
  const missing = `open file ${path}: No such file or directory`;
  if (typeof content !== 'string' || depth >= fileDepth) {
    const text =
      typeof content === 'string' ? `open file ${path}: nested too deep` : (content?.text ?? missing);
    reader.patterns.push({ type: 'unreadable', path, text, negated: false, written: path });
    return;
  }
  const lines =
    reader.profile === '2.3'
      ? content.split('\n').filter((line) => !line.startsWith('#'))
      : logicalLines(content, path).lines.map((line) => line.text);
  for (const line of lines) readItems(reader, line, negated, depth + 1);
}

/** Since 3.0 `!/file` negates every item of the file; in 2.3 it is a literal. */
function readItem(reader: Reader, written: string, inherited: boolean, depth: number): void {
  const text = written.replace(/^!+/, '');
  const negated = (written.length - text.length) % 2 === 1 ? !inherited : inherited;
  if (text === '') {
    reader.fatal ??= `${reader.listName}: no pattern after '!'`;
    return;
  }
  const isFile = text.startsWith('/') && (reader.profile === '3.x' || !written.startsWith('!'));
  const folded = fold(text);
  if (isFile) readFile(reader, text, negated, depth);
  else if (namesTable(text)) reader.patterns.push({ type: 'table', ref: text, written, negated });
  else reader.patterns.push({ type: 'literal', text: folded, network: networkOf(folded), written, negated });
}

function readItems(reader: Reader, text: string, negated: boolean, depth: number): void {
  const items = splitItems(text, reader.profile);
  for (const [at, item] of items.entries()) {
    if (reader.profile === '3.x' && item.startsWith('#')) {
      const rest = items
        .slice(at + 1)
        .join(' ')
        .slice(0, 20);
      reader.warnings.push(
        `${reader.listName}: #comment after other text is not allowed: ${item} ${rest}...`,
      );
      return;
    }
    readItem(reader, item, negated, depth);
  }
}

const known = new WeakMap<Settings, Map<string, PatternList>>();

/**
 * The items of a list parameter, `/file` replaced by what the file says (as the table store holds it). Read
 * once per settings.
 * Differs: files inside files stop at ten levels; Postfix would go on for ever.
 */
export function patternsOf(settings: Settings, listName: string): PatternList {
  let lists = known.get(settings);
  if (lists === undefined) {
    lists = new Map();
    known.set(settings, lists);
  }
  const before = lists.get(listName);
  if (before !== undefined) return before;
  const { profile, tables } = settings;
  const reader: Reader = {
    ...{ listName, profile, files: tables.files, patterns: [], warnings: [], fatal: undefined },
  };
  readItems(reader, textOf(settings, listName), false, 0);
  const list = { patterns: reader.patterns, warnings: reader.warnings, fatal: reader.fatal };
  lists.set(listName, list);
  return list;
}
