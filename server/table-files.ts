/**
 * Reads the files behind table references and list parameters into the core's TableStore. postmap(1),
 * DATABASE_README.
 */
import fs from 'node:fs';
import {
  type Accounts,
  filesNeeded,
  loadTable,
  type Settings,
  type Table,
  type TableStore,
  tablesNeeded,
  textTable,
} from '#core';
import { errorCode } from './paths.ts';

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
  return type === 'texthash' ? path : `${path}.db`;
}

/**
 * Reads every table and list file that the settings name. Missing ones become error entries, not
 * exceptions.
 */
export function readTables(settings: Settings, accounts: Accounts): TableStore {
  const tables = new Map<string, Table>();
  for (const { ref, type, path } of tablesNeeded(settings)) {
    const file = fileOf(type, path);
    try {
      const bytes = fs.readFileSync(file);
      tables.set(
        ref,
        type === 'texthash' ? textTable(bytes.toString('latin1'), file) : loadTable(bytes, file),
      );
    } catch (error) {
      tables.set(ref, { type: 'error', text: `open database ${file}: ${strerror(errorCode(error))}` });
    }
  }
  const files = new Map<string, string | { readonly type: 'error'; readonly text: string }>();
  for (const path of filesNeeded(settings)) {
    try {
      files.set(path, fs.readFileSync(path, 'latin1'));
    } catch (error) {
      files.set(path, { type: 'error', text: `open file ${path}: ${strerror(errorCode(error))}` });
    }
  }
  return { tables, files, accounts };
}

/** Times of all files the settings stand on: when one changes, the settings are read again. */
export function stampOf(settings: Settings): string {
  const files = [
    ...tablesNeeded(settings).map(({ type, path }) => fileOf(type, path)),
    ...filesNeeded(settings),
  ];
  return files
    .map((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
    })
    .join(' ');
}
