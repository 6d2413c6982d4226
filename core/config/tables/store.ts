/**
 * store - where lookups go: `type:name` and a key in, an answer out. No file is opened here; the store is
 * data.
 *
 * DATABASE_README · postmap(1) · proxymap(8) · Postfix: src/util/dict_open.c
 */
import { type Accounts, groupLine, noAccounts, passwdLine } from '../accounts.ts';
import { fold } from '../fold.ts';
import type { Remedy } from '../problem.ts';
import { askMembers, membersOf, randomValue } from './composite.ts';
import { inlineRules, parseInline, parseStatic } from './inline.ts';
import { RULE_TYPES } from './rules.ts';
import type { Table } from './table.ts';
import { insteadOf } from './unsupported.ts';

/** Everything that tables and list files contain, by the name the configuration uses. */
export interface TableStore {
  /** `hash:/etc/aliases` → the loaded table, or why it could not be loaded. */
  readonly tables: ReadonlyMap<string, Table>;
  /** `/etc/postfix/domains` (a list parameter's file item) → its text, or why it could not be read. */
  readonly files: ReadonlyMap<string, string | { readonly type: 'error'; readonly text: string }>;
  readonly accounts: Accounts;
  /** What `environ:` tables answer; empty when missing. */
  readonly environment?: ReadonlyMap<string, string>;
}

export const emptyTables: TableStore = { tables: new Map(), files: new Map(), accounts: noAccounts };

/** A value, no value, or a lookup that failed (the text is what Postfix says about the table). */
export type LookupAnswer =
  | { readonly type: 'found'; readonly value: string }
  | { readonly type: 'missing' }
  | { readonly type: 'error'; readonly text: string; readonly remedy?: Remedy | undefined };

const MISSING: LookupAnswer = { type: 'missing' };

/** Types whose FILE.db is our compiled form, whatever library Postfix uses for them. */
export const COMPILED_TYPES: readonly string[] = ['hash', 'btree', 'dbm', 'lmdb', 'cdb', 'sdbm'];

function found(value: string | undefined): LookupAnswer {
  return value === undefined ? MISSING : { type: 'found', value };
}

function failure(text: string, remedy?: Remedy): LookupAnswer {
  return { type: 'error', text, remedy };
}

/**
 * Splits `proxy:hash:/etc/aliases` into type and name, proxies removed. Undefined without a type or a name.
 */
export function splitTableName(ref: string): { readonly type: string; readonly name: string } | undefined {
  const colon = ref.indexOf(':');
  if (colon <= 0 || colon === ref.length - 1) return undefined;
  const [type, name] = [ref.slice(0, colon), ref.slice(colon + 1)];
  return type === 'proxy' || type === 'proxywrite' ? splitTableName(name) : { type, name };
}

/** True for a list item that names a table rather than being a literal. */
export function isTableName(item: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9]*:/.test(item);
}

/** Types that somebody has to load before they can be asked. */
export function isStored(type: string): boolean {
  return (
    type === 'texthash' || type === 'sqlite' || COMPILED_TYPES.includes(type) || RULE_TYPES.includes(type)
  );
}

/**
 * False for tables of rules: they see a whole address or name and are not asked about its parts. A unionmap
 * or pipemap is asked if one of its tables would be.
 */
export function knowsParts(ref: string): boolean {
  const parts = splitTableName(ref);
  if (parts === undefined) return true;
  const { type, name } = parts;
  if (type === 'unionmap' || type === 'pipemap') {
    const members = membersOf(type, name);
    return 'error' in members || members.some(knowsParts);
  }
  return !RULE_TYPES.includes(type);
}

/** One table, ready to be asked. */
type Opened = (store: TableStore, key: string) => LookupAnswer;

/**
 * postmap folds its keys and every caller in Postfix asks with a folded key, so user names are folded too.
 */
function openUnix(name: string): Opened {
  switch (name) {
    case 'passwd.byname':
      return ({ accounts }, key) => {
        const account = accounts.byName.get(fold(key));
        return found(account === undefined ? undefined : passwdLine(account));
      };
    case 'group.byname':
      return ({ accounts }, key) => {
        const group = accounts.groups.get(fold(key));
        return found(group === undefined ? undefined : groupLine(group));
      };
    default:
      return always(failure(`unknown table: unix:${name}`));
  }
}

function always(answer: LookupAnswer): Opened {
  return () => answer;
}

function missingFile(type: string, name: string): LookupAnswer {
  if (RULE_TYPES.includes(type))
    return failure(`open ${name}: No such file or directory`, {
      en: `Write the rules into ${name}; it needs no postmap.`,
      fr: `Écrivez les règles dans ${name} ; postmap n'est pas nécessaire.`,
    });
  if (type === 'sqlite')
    return failure(`open ${name}: No such file or directory`, {
      en: `Write dbpath and query into ${name}: sqlite_table(5). Only a server can ask the database.`,
      fr: `Écrivez dbpath et query dans ${name} : sqlite_table(5). Seul un serveur interroge la base.`,
    });
  const file = type === 'texthash' ? name : `${name}.db`;
  return failure(`open database ${file}: No such file or directory`, {
    en: `Run postmap ${type}:${name} (or newaliases for aliases).`,
    fr: `Lancez postmap ${type}:${name} (ou newaliases pour les alias).`,
  });
}

function openStored(type: string, name: string): Opened {
  const ref = `${type}:${name}`;
  const missing = missingFile(type, name);
  return ({ tables }, key) => {
    const table = tables.get(ref);
    if (table === undefined) return missing;
    if (table.type === 'error') return table;
    if (table.type === 'asked') return table.ask(key);
    if (table.type === 'rules') return found(table.find(key));
    return found(table.entries.get(table.folded ? fold(key) : key));
  };
}

function openInline(name: string): Opened {
  const table = parseInline(name);
  if ('error' in table) return always(failure(table.error));
  return (_, key) => found(table.get(fold(key)));
}

function openComposite(type: string, name: string): Opened {
  const members = membersOf(type, name);
  if ('error' in members) return always(failure(members.error));
  if (type === 'randmap') return (_, key) => found(randomValue(members, key));
  const queryError = failure(`table ${type}:${name}: query error`);
  return (store, key) => {
    const answer = askMembers(type, members, key, (member, asked) => lookup(store, member, asked));
    // A member that cannot be opened speaks for itself.
    return answer.type === 'error' && answer.text.endsWith(': query error') ? queryError : answer;
  };
}

function openEnvironment(): Opened {
  return ({ environment }, key) => found(environment?.get(key));
}

const noBlank: Remedy = {
  en: 'Write type:name without a blank after the colon.',
  fr: 'Écrivez type:nom sans blanc après les deux-points.',
};

function open(ref: string): Opened {
  const parts = splitTableName(ref);
  if (parts === undefined)
    return always(failure(`open dictionary: expecting "type:name" form instead of "${ref}"`, noBlank));
  const { type, name } = parts;
  const inline = RULE_TYPES.includes(type) ? inlineRules(type, name) : undefined;
  if (inline !== undefined && 'error' in inline) return always(failure(inline.error));
  if (isStored(type)) return openStored(type, name);
  switch (type) {
    case 'static': {
      const value = parseStatic(name);
      return always(typeof value === 'string' ? found(value) : failure(value.error));
    }
    case 'inline':
      return openInline(name);
    case 'unix':
      return openUnix(name);
    // NIS without a domain name, which is how Postfix finds every machine today: nothing is ever found.
    case 'nis':
      return always(MISSING);
    case 'fail':
      return always(failure(`table fail:${name}: query error`));
    case 'unionmap':
    case 'pipemap':
    case 'randmap':
      return openComposite(type, name);
    case 'environ':
      return openEnvironment();
    default:
      return always(failure(`unsupported dictionary type: ${type}`, insteadOf(type)));
  }
}

/** Opened tables by the text that names them: what they do depends on nothing else. */
const opened = new Map<string, Opened>();
const openedLimit = 1000;

function openedAs(ref: string): Opened {
  const before = opened.get(ref);
  if (before !== undefined) return before;
  if (opened.size >= openedLimit) opened.clear();
  const table = open(ref);
  opened.set(ref, table);
  return table;
}

/** What is wrong with a table's name or with the text of an inline table, before any file is looked at. */
export function tableProblem(
  ref: string,
): { readonly text: string; readonly remedy?: Remedy | undefined } | undefined {
  const parts = splitTableName(ref);
  if (parts?.type === 'fail') return undefined;
  if (parts?.type === 'nis')
    return { text: `NIS lookups disabled: table nis:${parts.name} finds nothing`, remedy: insteadOf('nis') };
  if (parts?.type === 'unionmap' || parts?.type === 'pipemap') {
    const members = membersOf(parts.type, parts.name);
    if ('error' in members) return { text: members.error };
    return members.map(tableProblem).find((problem) => problem !== undefined);
  }
  if (parts !== undefined && isStored(parts.type)) {
    const inline = RULE_TYPES.includes(parts.type) ? inlineRules(parts.type, parts.name) : undefined;
    return inline !== undefined && 'error' in inline ? { text: inline.error } : undefined;
  }
  const answer = openedAs(ref)(emptyTables, '');
  return answer.type === 'error' ? answer : undefined;
}

/**
 * Asks one table. `ref` is as written in main.cf: `hash:/etc/aliases`, `static:yes`,
 * `proxy:unix:passwd.byname`. The key is folded where postmap folded.
 * Differs: texthash and inline work in profile 2.3 too, though Postfix got them in 2.8 and 3.0.
 */
export function lookup(store: TableStore, ref: string, key: string): LookupAnswer {
  return openedAs(ref)(store, key);
}
