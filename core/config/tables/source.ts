/**
 * source - reads what people write for postmap(1): a key, white space, a value.
 *
 * postmap(1) "TABLE FORMAT" · DATABASE_README · Postfix: src/postmap/postmap.c, src/util/dict_thash.c
 */
import { utf8SizeAt } from '../../wire/utf8.ts';
import { fold, isSpace, trim } from '../fold.ts';
import { type LogicalLine, logicalLines, reportedLine } from '../logical-lines.ts';
import type { Problem } from '../problem.ts';
import type { Profile } from '../profile.ts';
import { keyEnd } from './inline.ts';
import type { BrokenTable, LoadedTable } from './table.ts';

/** What a source says. Entries are in the order of the file, keys folded if so wished. */
export interface TableSource {
  readonly entries: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

export interface SourceOptions {
  /** Fold keys to lower case; off with `postmap -f`. Default: on. */
  readonly fold?: boolean | undefined;
  /** A key that comes again: keep the first and warn, keep the first silently (-w), take the last (-r). */
  readonly duplicates?: 'warn' | 'ignore' | 'replace' | undefined;
  /** Default: 3.x. */
  readonly profile?: Profile | undefined;
}

/** A source being read. */
export interface SourceReader {
  readonly file: string;
  readonly options: SourceOptions;
  readonly profile: Profile;
  readonly entries: Map<string, string>;
  readonly problems: Problem[];
}

export function newReader(file: string, options: SourceOptions, problems: readonly Problem[]): SourceReader {
  return { file, options, profile: options.profile ?? '3.x', entries: new Map(), problems: [...problems] };
}

/** Notes a warning about a line. */
export function complain(reader: SourceReader, line: LogicalLine, what: string): void {
  const { file, profile } = reader;
  const number = reportedLine(line, profile);
  reader.problems.push({ severity: 'warning', text: `${file}, line ${number}: ${what}`, file, line: number });
}

/** Stores an entry; of two with one key the first stays, unless the last was asked for. */
export function store(reader: SourceReader, line: LogicalLine, key: string, value: string): void {
  const { entries, options, file } = reader;
  const stored = options.fold === false ? key : fold(key);
  if (!entries.has(stored) || options.duplicates === 'replace') entries.set(stored, value);
  else if (options.duplicates !== 'ignore')
    reader.problems.push({
      severity: 'warning',
      file,
      line: reportedLine(line, reader.profile),
      text: `${file}.db: duplicate entry: "${stored}"`,
    });
}

/** Since 3.0 a line that is not UTF-8 is left out. The text is one character a byte. */
export function isReadable(reader: SourceReader, line: LogicalLine): boolean {
  if (reader.profile === '2.3' || isUtf8(line.text)) return true;
  complain(reader, line, `non-UTF-8 input "${line.text}" -- ignoring this line`);
  return false;
}

function isUtf8(text: string): boolean {
  if (!/[^\0-\x7f]/.test(text)) return true;
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  for (let at = 0; at < bytes.length; ) {
    const size = (bytes[at] ?? 0) < 0x80 ? 1 : utf8SizeAt(bytes, at);
    if (size === 0) return false;
    at += size;
  }
  return true;
}

/** The key's end: at white space, since 3.2 only outside quotes. -1: a quote is not closed. */
function endOfKey(text: string, profile: Profile): number {
  if (profile === '3.x') return keyEnd(text, 0, isSpace);
  let at = 0;
  while (at < text.length && !isSpace(text[at])) at++;
  return at;
}

/**
 * `key white space value` lines. A quoted key, `"a b"@example.com`, keeps its quotes: that is how Postfix
 * asks for it.
 */
export function parseMapSource(text: string, file: string, options: SourceOptions = {}): TableSource {
  const { lines, problems } = logicalLines(text, file);
  const reader = newReader(file, options, problems);
  for (const line of lines) {
    if (!isReadable(reader, line)) continue;
    const end = endOfKey(line.text, reader.profile);
    if (end < 0) {
      complain(reader, line, `unbalanced '"' in '${line.text}' -- ignoring this line`);
      continue;
    }
    const [key, value] = [line.text.slice(0, end), trim(line.text.slice(end))];
    if (value === '') {
      complain(reader, line, 'expected format: key whitespace value');
      continue;
    }
    if (key.endsWith(':')) complain(reader, line, 'record is in "key: value" format; is this an alias file?');
    store(reader, line, key, value);
  }
  return { entries: reader.entries, problems: reader.problems };
}

/** A texthash: table, which is its source. A key that occurs twice spoils it, as in Postfix. */
export function textTable(text: string, file: string, profile: Profile = '3.x'): LoadedTable | BrokenTable {
  const { entries, problems } = parseMapSource(text, file, { profile });
  const twice = problems.find((problem) => problem.text.startsWith(`${file}.db: duplicate entry: `));
  if (twice === undefined) return { type: 'table', entries, folded: true };
  const what = twice.text.slice(`${file}.db: `.length);
  return { type: 'error', text: `${file}, line ${twice.line}: ${what}` };
}
