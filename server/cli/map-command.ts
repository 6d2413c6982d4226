/** What postmap(1) and postalias(1) share: building, asking, dumping and changing tables. */
import { aliasMarkers, fold, lookup, type Problem, parseInline, RULE_TYPES, textOf } from '#core';
import { now } from '../clock.ts';
import { loadMain } from '../load.ts';
import { has, lastOf, type Option, readOptions } from './options.ts';
import { configDirectory, Fatal, type Io, usageError, warn } from './program.ts';
import {
  databaseExists,
  isCompiled,
  type NamedTable,
  namedTable,
  openDatabase,
  readSource,
  rightsOf,
  storeOf,
  type TableKind,
  writeDatabase,
} from './tables.ts';

/** One of the two commands. */
export interface MapCommand {
  readonly name: 'postmap' | 'postalias';
  readonly kind: TableKind;
  readonly letters: string;
  readonly usage: string;
}

/** A run of it. */
interface Run {
  readonly command: MapCommand;
  readonly io: Io;
  readonly options: readonly Option[];
  readonly myhostname: string;
}

function warnAll({ io, command }: Run, problems: readonly Problem[]): void {
  for (const { text } of problems) warn(io, command.name, text);
}

/** Table types that have no file of ours behind them. */
function refuseUnwritable(table: NamedTable): void {
  if (isCompiled(table)) return;
  const known = [
    ...['static', 'inline', 'texthash', 'unix', 'fail', 'environ', 'regexp', 'pcre', 'cidr', 'sqlite'],
    ...['unionmap', 'pipemap', 'randmap'],
  ];
  const what = known.includes(table.type) ? ' does not support bulk-mode creation.' : '';
  throw new Fatal(`unsupported dictionary type: ${table.type}${what}`);
}

function duplicatesOf(options: readonly Option[]): 'warn' | 'ignore' | 'replace' {
  if (has(options, 'r')) return 'replace';
  return has(options, 'w') ? 'ignore' : 'warn';
}

/** Entries of the source over those that are there (-i), as the duplicate rule says. */
function merged(
  run: Run,
  old: ReadonlyMap<string, string>,
  added: ReadonlyMap<string, string>,
  name: string,
) {
  const duplicates = duplicatesOf(run.options);
  const all = new Map(old);
  for (const [key, value] of added) {
    if (!all.has(key) || duplicates === 'replace') all.set(key, value);
    else if (duplicates === 'warn') warn(run.io, run.command.name, `${name}.db: duplicate entry: "${key}"`);
  }
  return all;
}

function build(run: Run, table: NamedTable): void {
  const { options, command, io } = run;
  refuseUnwritable(table);
  const folded = !has(options, 'f');
  const rules = { fold: folded, duplicates: duplicatesOf(options) };
  const { name } = table;
  const incremental = has(options, 'i');
  const source = incremental
    ? readSource('/dev/stdin', command.kind, rules, io.stdin().toString('latin1'))
    : readSource(name, command.kind, rules);
  warnAll(run, source.problems);
  const old = incremental && databaseExists(name) ? openDatabase(name).entries : new Map<string, string>();
  const entries = merged(run, old, source.entries, name);
  if (command.kind === 'alias')
    for (const [key, value] of aliasMarkers(now() / 1000, run.myhostname)) entries.set(key, value);
  writeDatabase(name, entries, folded, rightsOf(name, !has(options, 'p')));
}

/** postmap folds for a table of keys alone; a member that folds does so itself. */
function keepsCase({ type }: NamedTable): boolean {
  return RULE_TYPES.includes(type) || type === 'unionmap' || type === 'pipemap';
}

/** Opens a table, and says what is wrong with its rules. */
function opening(run: Run, table: NamedTable): ReturnType<typeof storeOf> {
  const opened = storeOf(table);
  for (const loaded of opened.store.tables.values())
    if (loaded.type === 'rules') warnAll(run, loaded.problems);
  return opened;
}

/** An empty result is a mistake, yet it is shown. */
function warnEmpty({ io, command }: Run, ref: string, key: string): void {
  warn(io, command.name, `table ${ref}: key ${key}: empty string result is not allowed`);
  warn(io, command.name, `table ${ref} should return NO RESULT in case of NOT FOUND`);
}

/** Asks the tables in order; the first that knows the key answers. */
function asker(run: Run, tables: readonly NamedTable[]): (key: string) => string | undefined {
  const folded = !has(run.options, 'f');
  const opened = new Map<NamedTable, ReturnType<typeof storeOf>>();
  return (key) => {
    for (const table of tables) {
      const { store, ref } = opened.get(table) ?? opening(run, table);
      opened.set(table, { store, ref });
      const answer = lookup(store, ref, folded && !keepsCase(table) ? fold(key) : key);
      if (answer.type === 'error')
        throw new Fatal(answer.text.replace(/: query error$/, ': query error: Application error'));
      if (answer.type === 'found') {
        if (answer.value === '') warnEmpty(run, ref, key);
        return answer.value;
      }
    }
    return undefined;
  };
}

function linesOf(io: Io): readonly string[] {
  const lines = io.stdin().toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function pairLine({ command }: Run, key: string, value: string): string {
  return command.kind === 'alias' ? `${key}:\t${value}\n` : `${key}\t${value}\n`;
}

function query(run: Run, tables: readonly NamedTable[], key: string): number {
  const ask = asker(run, tables);
  if (key !== '-') {
    const value = ask(key);
    if (value !== undefined) run.io.out(`${value}\n`);
    return value === undefined ? 1 : 0;
  }
  let found = false;
  for (const line of linesOf(run.io)) {
    const value = ask(line);
    if (value === undefined) continue;
    found = true;
    run.io.out(pairLine(run, line, value));
  }
  return found ? 0 : 1;
}

function entriesOf(table: NamedTable): ReadonlyMap<string, string> {
  const { type, name } = table;
  if (isCompiled(table)) return openDatabase(name).entries;
  if (type === 'inline') {
    const entries = parseInline(name);
    if ('error' in entries) throw new Fatal(String(entries.error));
    return entries;
  }
  const { store, ref } = storeOf(table);
  const loaded = store.tables.get(ref);
  if (loaded?.type === 'error') throw new Fatal(loaded.text);
  if (loaded?.type !== 'table') throw new Fatal(`table ${ref}: sequence operation is not supported`);
  return loaded.entries;
}

/** Differs: entries come sorted by key also for hash, where Postfix shows them in storage order. */
function dump(run: Run, tables: readonly NamedTable[]): number {
  for (const table of tables)
    for (const [key, value] of entriesOf(table)) run.io.out(pairLine(run, key, value));
  return 0;
}

function remove(run: Run, tables: readonly NamedTable[], word: string): number {
  const folded = !has(run.options, 'f');
  const keys = (word === '-' ? linesOf(run.io) : [word]).map((key) => (folded ? fold(key) : key));
  let found = false;
  for (const table of tables) {
    refuseUnwritable(table);
    const { entries, folded: wasFolded } = openDatabase(table.name);
    const left = new Map(entries);
    for (const key of keys) found = left.delete(key) || found;
    if (left.size < entries.size)
      writeDatabase(table.name, left, wasFolded, rightsOf(`${table.name}.db`, true));
  }
  return found ? 0 : 1;
}

/** Options for body, header and MIME tables and for values in files: there are no such tables here. */
const ELSEWHERE = 'bFhm';

/** Of -s, -q and -d only one. */
function refuseConflicts(options: readonly Option[]): void {
  const other = options.find(({ letter }) => ELSEWHERE.includes(letter));
  if (other !== undefined)
    throw new Fatal(`-${other.letter} is not available here / -${other.letter} n'existe pas ici`);
  if (options.filter(({ letter }) => 'sqd'.includes(letter)).length < 2) return;
  // Postfix says it with one word more when the last of them is -s.
  const last = options.findLast(({ letter }) => 'sqd'.includes(letter))?.letter;
  throw new Fatal(last === 's' ? 'specify only one of -s or -q or -d' : 'specify only one of -s -q or -d');
}

/** Runs either command. */
export function mapCommand(command: MapCommand, args: readonly string[], io: Io): number {
  const line = readOptions(args, command.letters);
  if (!line.ok) throw usageError(io, command.name, line.complaint, command.usage);
  const { options, words } = line;
  refuseConflicts(options);
  const settings = loadMain(configDirectory(lastOf(options, 'c')), (text) => warn(io, command.name, text));
  const run: Run = { command, io, options, myhostname: textOf(settings, 'myhostname') };
  const type = textOf(settings, 'default_database_type');
  const tables = words.map((word) => namedTable(word, type));
  const asked = lastOf(options, 'q');
  const deleted = lastOf(options, 'd');
  if (words.length === 0) throw new Fatal(command.usage);
  if (asked !== undefined) return query(run, tables, asked);
  if (deleted !== undefined) return remove(run, tables, deleted);
  if (has(options, 's')) return dump(run, tables);
  for (const table of tables) build(run, table);
  return 0;
}
