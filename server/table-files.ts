/**
 * Reads the files behind table references and list parameters into the core's TableStore. postmap(1),
 * DATABASE_README.
 */
import fs from 'node:fs';
import {
  type Accounts,
  COMPILED_TYPES,
  filesNeeded,
  listOf,
  loadTable,
  RULE_TYPES,
  ruleTable,
  type Settings,
  sqliteTable,
  type Table,
  type TableStore,
  tablesNeeded,
  textTable,
} from '#core';
import { errorCode } from './paths.ts';
import { latin1Of, type ReadFile, readFile } from './sources.ts';
import { sqliteAsker } from './sqlite.ts';

/** errno names as strerror(3) says them: log texts carry these words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EIO: 'Input/output error',
  EMFILE: 'Too many open files',
};

/** `EACCES` → `Permission denied`. */
export function strerror(code: string): string {
  return WORDS[code] ?? code;
}

/** The file that holds a table: FILE.db for compiled ones, FILE for text. */
function fileOf(type: string, path: string): string {
  return COMPILED_TYPES.includes(type) ? `${path}.db` : path;
}

/**
 * Reads one table. What it cannot read becomes an error entry, not an exception.
 *
 * @param path the file as the configuration names it, or rules in braces
 * @param readBytes reads the file
 */
export function readTable(type: string, path: string, readBytes = readFile): Table {
  const file = fileOf(type, path);
  const hasRules = RULE_TYPES.includes(type);
  try {
    if (COMPILED_TYPES.includes(type)) return loadTable(readBytes(file), file);
    const read = () => latin1Of(readBytes(file));
    if (type === 'sqlite') return sqliteTable(read(), path, sqliteAsker());
    return hasRules ? ruleTable(type, path, read) : textTable(read(), file);
  } catch (error) {
    const code = errorCode(error);
    // Postfix opens a folder without complaint and only fails to read it.
    // Differs: with regexp and pcre it does not even notice, and finds nothing.
    const words = hasRules && code === 'EISDIR' ? `${type} map ${file}: read error` : openError(type, file);
    return { type: 'error', text: `${words}: ${strerror(code)}` };
  }
}

function openError(type: string, file: string): string {
  return RULE_TYPES.includes(type) || type === 'sqlite' ? `open ${file}` : `open database ${file}`;
}

/**
 * Reads every table and list file that the settings name. Missing ones become error entries, not
 * exceptions.
 */
export function readTables(settings: Settings, accounts: Accounts, read: ReadFile): TableStore {
  const tables = new Map<string, Table>();
  for (const { ref, type, path } of tablesNeeded(settings)) tables.set(ref, readTable(type, path, read));
  const files = new Map<string, string | { readonly type: 'error'; readonly text: string }>();
  for (const path of filesNeeded(settings)) {
    try {
      files.set(path, latin1Of(read(path)));
    } catch (error) {
      files.set(path, { type: 'error', text: `open file ${path}: ${strerror(errorCode(error))}` });
    }
  }
  return { tables, files, accounts, environment: environmentOf(settings) };
}

/** What import_environment lets through: `NAME`, or `NAME=value`. */
function environmentOf(settings: Settings): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const item of listOf(settings, 'import_environment')) {
    const [name = '', given] = item.split('=', 2);
    const value = given ?? process.env[name];
    if (value !== undefined) environment.set(name, value);
  }
  return environment;
}

/** Times of all files the settings stand on: when one changes, the settings are read again. */
export function stampOf(settings: Settings): string {
  const files = [
    ...tablesNeeded(settings)
      .filter(({ path }) => path.startsWith('/'))
      .map(({ type, path }) => fileOf(type, path)),
    ...filesNeeded(settings),
  ];
  return files
    .map((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
    })
    .join(' ');
}
