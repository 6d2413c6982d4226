/**
 * store - where lookups go: `type:name` and a key in, an answer out. No file is opened here; the store is
 * data.
 *
 * DATABASE_README · reference: postmap(1), proxymap(8)
 */
import { type Accounts, groupLine, noAccounts, passwdLine } from '../accounts.ts';
import { fold, trim } from '../fold.ts';
import { isBraced, splitItems, unbrace } from '../items.ts';
import type { Remedy } from '../problem.ts';
import type { Table } from './table.ts';

/** Everything that tables and list files contain, by the name the configuration uses. */
export interface TableStore {
  /** `hash:/etc/aliases` → the loaded table, or why it could not be loaded. */
  readonly tables: ReadonlyMap<string, Table>;
  /** `/etc/postfix/domains` (a list parameter's file item) → its text, or why it could not be read. */
  readonly files: ReadonlyMap<string, string | { readonly type: 'error'; readonly text: string }>;
  readonly accounts: Accounts;
}

export const emptyTables: TableStore = { tables: new Map(), files: new Map(), accounts: noAccounts };

/** A value, no value, or a lookup that failed (the text is what Postfix would log). */
export type LookupAnswer =
  | { readonly type: 'found'; readonly value: string }
  | { readonly type: 'missing' }
  | { readonly type: 'error'; readonly text: string; readonly remedy?: Remedy };

const MISSING: LookupAnswer = { type: 'missing' };

/** Types whose FILE.db is our compiled form, whatever library Postfix uses for them. */
export const COMPILED_TYPES: readonly string[] = ['hash', 'btree', 'dbm', 'lmdb', 'cdb', 'sdbm'];

function found(value: string | undefined): LookupAnswer {
  return value === undefined ? MISSING : { type: 'found', value };
}

/** Splits `proxy:hash:/etc/aliases` into type and name, proxies removed. */
export function splitTableName(ref: string): { readonly type: string; readonly name: string } | undefined {
  const colon = ref.indexOf(':');
  if (colon <= 0) return undefined;
  const [type, name] = [ref.slice(0, colon), ref.slice(colon + 1)];
  return type === 'proxy' || type === 'proxywrite' ? splitTableName(name) : { type, name };
}

/** True for a list item that names a table rather than being a literal. */
export function isTableName(item: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9]*:/.test(item);
}

function lookUpAccount(store: TableStore, name: string, key: string): LookupAnswer {
  if (name === 'passwd.byname') {
    const account = store.accounts.byName.get(key);
    return found(account === undefined ? undefined : passwdLine(account));
  }
  if (name === 'group.byname') {
    const group = store.accounts.groups.get(key);
    return found(group === undefined ? undefined : groupLine(group));
  }
  return { type: 'error', text: `unknown table: unix:${name}` };
}

const inlineTables = new Map<string, ReadonlyMap<string, string> | string>();

/** `{ key = value, {key = text with blanks} }`; the parsed table is kept by its text. */
function inlineTable(text: string): ReadonlyMap<string, string> | string {
  const known = inlineTables.get(text);
  if (known !== undefined) return known;
  if (inlineTables.size > 1000) inlineTables.clear();
  const table = parseInline(text);
  inlineTables.set(text, table);
  return table;
}

function parseInline(text: string): ReadonlyMap<string, string> | string {
  const { text: inner, error } = unbrace(text);
  if (error !== undefined) return `bad inline table: ${error}`;
  const entries = new Map<string, string>();
  for (const item of splitItems(inner, '3.x')) {
    const pair = isBraced(item) ? unbrace(item).text : item;
    const at = pair.indexOf('=');
    if (at <= 0) return `bad inline table: "${pair}" has no key=value`;
    entries.set(fold(trim(pair.slice(0, at))), trim(pair.slice(at + 1)));
  }
  return entries.size === 0 ? 'bad inline table: no entries' : entries;
}

function lookUpStored(store: TableStore, type: string, name: string, key: string): LookupAnswer {
  const table = store.tables.get(`${type}:${name}`);
  if (table === undefined) return { type: 'error', text: `open database ${name}: not loaded` };
  if (table.type === 'error') return table;
  return found(table.entries.get(table.folded ? fold(key) : key));
}

/**
 * Asks one table. `ref` is as written in main.cf: `hash:/etc/aliases`, `static:yes`,
 * `proxy:unix:passwd.byname`.
 */
export function lookup(store: TableStore, ref: string, key: string): LookupAnswer {
  const parts = splitTableName(ref);
  if (parts === undefined) return { type: 'error', text: `bad table name: "${ref}"` };
  const { type, name } = parts;
  if (type === 'texthash' || COMPILED_TYPES.includes(type)) return lookUpStored(store, type, name, key);
  switch (type) {
    case 'static':
      return found(isBraced(name) ? unbrace(name).text : name);
    case 'inline': {
      const table = inlineTable(name);
      return typeof table === 'string' ? { type: 'error', text: table } : found(table.get(fold(key)));
    }
    case 'unix':
      return lookUpAccount(store, name, key);
    case 'fail':
      return { type: 'error', text: `fail:${name} table lookup` };
    default:
      return { type: 'error', text: `unsupported dictionary type: ${type}` };
  }
}
