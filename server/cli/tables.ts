/** Files of lookup tables: reading sources, writing FILE.db, opening tables to ask them. postmap(1) */
import fs from 'node:fs';
import {
  aliasMarkers,
  COMPILED_TYPES,
  compileTable,
  emptyTables,
  isStored,
  loadTable,
  type Problem,
  parseAccounts,
  parseAliasSource,
  parseMapSource,
  type SourceOptions,
  splitTableName,
  type Table,
  type TableStore,
  tablesBehind,
} from '#core';
import { errorCode } from '../paths.ts';
import { readTable, strerror } from '../table-files.ts';
import { Fatal } from './program.ts';

export type TableKind = 'map' | 'alias';

/** A table as the command line names it: `hash:/etc/aliases`, or a file of default_database_type. */
export interface NamedTable {
  readonly type: string;
  readonly name: string;
}

/** Splits `[type:]name`. */
export function namedTable(word: string, defaultType: string): NamedTable {
  // Without a name: opening it fails in Postfix's words.
  if (/^[A-Za-z]\w*:$/.test(word)) return { type: word.slice(0, -1), name: '' };
  const parts = /^[A-Za-z]/.test(word) ? splitTableName(word) : undefined;
  return parts ?? { type: defaultType, name: word };
}

/** Whether FILE.db is what holds the table. */
export function isCompiled({ type }: NamedTable): boolean {
  return COMPILED_TYPES.includes(type);
}

function read(path: string, words: (reason: string) => string): Buffer {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    throw new Fatal(words(strerror(errorCode(error))));
  }
}

/**
 * What a source says, and the warnings. Throws Fatal when it cannot be read.
 *
 * @param given the text, where it has been read already
 */
export function readSource(file: string, kind: TableKind, options: SourceOptions, given?: string) {
  const text = given ?? read(file, (reason) => `open ${file}: ${reason}`).toString('latin1');
  return kind === 'alias' ? parseAliasSource(text, file, options) : parseMapSource(text, file, options);
}

/** The content of FILE.db. Throws Fatal in Postfix's words when there is none or it is damaged. */
export function openDatabase(name: string) {
  const file = `${name}.db`;
  const table = loadTable(
    read(file, (reason) => `open database ${file}: ${reason}`),
    file,
  );
  if (table.type === 'error') throw new Fatal(table.text);
  return table;
}

/** Whether FILE.db is there. */
export function databaseExists(name: string): boolean {
  return fs.existsSync(`${name}.db`);
}

interface Rights {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The rights FILE.db gets: those of its source, which also owns it where root runs the command. */
export function rightsOf(file: string, copyMode: boolean): Rights {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return { mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return { mode: copyMode ? stat.mode & 0o666 : 0o644, uid: stat.uid, gid: stat.gid };
}

/** Writes FILE.db under another name first, then in one step: no reader sees half of it. */
export function writeDatabase(
  name: string,
  entries: ReadonlyMap<string, string>,
  folded: boolean,
  rights: Rights,
): void {
  const file = `${name}.db`;
  const temporary = `${file}.${process.pid}`;
  try {
    fs.rmSync(temporary, { force: true });
    const fd = fs.openSync(temporary, 'wx', rights.mode);
    try {
      fs.fchmodSync(fd, rights.mode);
      if (process.getuid?.() === 0) fs.fchownSync(fd, rights.uid, rights.gid);
      fs.writeFileSync(fd, compileTable(entries, folded));
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new Fatal(`open database ${file}: ${strerror(errorCode(error))}`);
  }
}

/** A store of one table, and the name to ask it by. */
export function storeOf({ type, name }: NamedTable): { readonly store: TableStore; readonly ref: string } {
  const ref = `${type}:${name}`;
  const tables = new Map<string, Table>();
  if (name === '') return { store: emptyTables, ref };
  const members = type === 'unionmap' || type === 'pipemap' ? tablesBehind(ref) : [];
  for (const each of [{ type, path: name, ref }, ...members]) {
    if (!isStored(each.type)) continue;
    const table = readTable(each.type, each.path);
    if (table.type === 'error') throw new Fatal(table.text);
    // A member is asked with the key that another gave, whatever its case.
    const folded = each.ref !== ref;
    tables.set(each.ref, table.type === 'table' ? { ...table, folded } : table);
  }
  const needsAccounts = /\bunix:/.test(ref);
  const accounts = parseAccounts(
    needsAccounts ? fs.readFileSync('/etc/passwd', 'latin1') : '',
    needsAccounts ? fs.readFileSync('/etc/group', 'latin1') : '',
  );
  const environment = new Map(Object.entries(process.env).map(([key, value]) => [key, value ?? '']));
  return { store: { tables, files: new Map(), accounts, environment }, ref };
}

/**
 * Makes FILE.db of a source, as postmap and postalias without options do.
 *
 * @param markers for aliases: when, and on which machine (`YP_LAST_MODIFIED`, `YP_MASTER_NAME`)
 * @returns the warnings; the table is made all the same
 */
export function buildTable(
  file: string,
  kind: TableKind,
  markers?: { readonly atSeconds: number; readonly myhostname: string },
): readonly Problem[] {
  const { entries, problems } = readSource(file, kind, {});
  const all = new Map(entries);
  if (markers !== undefined)
    for (const [key, value] of aliasMarkers(markers.atSeconds, markers.myhostname)) all.set(key, value);
  writeDatabase(file, all, true, rightsOf(file, true));
  return problems;
}
