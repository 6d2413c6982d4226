/**
 * sqlite - what a table of type sqlite asks and answers: its parameters, the query made of a key, the result
 * made of rows. The database itself is opened by whoever has files.
 *
 * sqlite_table(5) · Postfix: src/global/dict_sqlite.c, src/global/db_common.c
 *
 * Differs: an empty key and an empty value find nothing, as in Postfix, but without its warning. `domain`
 * takes plain names only, and the parameters stand in a file, not in main.cf. Where Postfix dies of a
 * faulty query, here the lookup fails.
 */
import { fold } from '../fold.ts';
import { parseMainCf } from '../main-cf.ts';
import type { AskedTable, BrokenTable } from './table.ts';

/** The first column of every row, null where SQL says so, or what the database complains of. */
export type SqlAnswer =
  | { readonly values: readonly (string | null)[] }
  | { readonly error: string; readonly at: 'open' | 'prepare' | 'step' };

/** Asks the first statement of a text. Text is latin1, one character a byte. */
export type AskSql = (dbpath: string, sql: string) => SqlAnswer;

/** One address, split at its last `@`; a text without is all user. */
interface Parts {
  readonly whole: string;
  readonly user: string;
  readonly domain: string | undefined;
}

const SOUND = /^(?:[^%]|%[%suSUdD1-9])*$/;

function partsOf(whole: string): Parts {
  const at = whole.lastIndexOf('@');
  if (at < 0) return { whole, user: whole, domain: undefined };
  return { whole, user: whole.slice(0, at), domain: whole.slice(at + 1) };
}

/**
 * Fills a template; undefined when the value or the key has not all that it names.
 *
 * @param key what was asked; capital letters and digits speak of it
 */
function filled(template: string, value: Parts, key: Parts, quote: (text: string) => string) {
  let isWhole = value.whole !== '';
  const text = template.replace(/%(.)/g, (_, letter: string) => {
    const { whole, user, domain } = 'SUD123456789'.includes(letter) ? key : value;
    const labels = domain?.split('.') ?? [];
    const part = /[1-9]/.test(letter)
      ? labels[labels.length - Number(letter)]
      : { '%': '%', s: whole, u: user, d: domain }[letter.toLowerCase()];
    if (part === undefined || part === '') isWhole = false;
    return letter === '%' ? '%' : quote(part ?? '');
  });
  return isWhole ? text : undefined;
}

/** As between single quotes in SQL. */
function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

function queryOf(parameters: ReadonlyMap<string, string>): string {
  const query = parameters.get('query');
  if (query !== undefined) return query;
  const of = (name: string): string => parameters.get(name) ?? '';
  const select = `SELECT ${of('select_field')} FROM ${of('table')}`;
  return `${select} WHERE ${of('where_field')} = '%s' ${of('additional_conditions')}`;
}

/**
 * Makes the table of a parameter file.
 *
 * @param text the file, written like main.cf
 * @param name the file, as complaints shall name it
 */
export function sqliteTable(text: string, name: string, ask: AskSql): AskedTable | BrokenTable {
  const { entries, problems } = parseMainCf(text, name);
  const fatal = problems.find(({ severity }) => severity === 'fatal');
  if (fatal !== undefined) return { type: 'error', text: fatal.text };
  const parameters = new Map(entries.map((entry): [string, string] => [entry.name, entry.value]));
  const [dbpath = '', query] = [parameters.get('dbpath'), queryOf(parameters)];
  const format = parameters.get('result_format') ?? '%s';
  const invalid = (kind: string, template: string): BrokenTable => ({
    ...{ type: 'error', text: `db_common_parse: ${name}: Invalid ${kind} template: ${template}` },
  });
  const needed = parameters.has('query') ? ['dbpath'] : ['dbpath', 'table', 'select_field', 'where_field'];
  const lacking = needed.find((each) => (parameters.get(each) ?? '') === '');
  if (lacking !== undefined)
    return { type: 'error', text: `${name}: bad string length 0 < 1: ${lacking} = ` };
  if (!SOUND.test(query)) return invalid('query', query);
  if (!SOUND.test(format)) return invalid('result', format);
  const limit = Number(parameters.get('expansion_limit') ?? '0');
  const domains = (parameters.get('domain') ?? '').split(/[\s,]+/).filter((word) => word !== '');
  if (domains.some((word) => /^[!/]|:/.test(word)))
    return { type: 'error', text: `sqlite:${name}: domain takes plain names only` };
  const allowed = new Set(domains.map(fold));
  return {
    type: 'asked',
    ask: (asked) => {
      const key = partsOf(fold(asked));
      if (allowed.size > 0 && (key.user === '' || !allowed.has(key.domain ?? ''))) return { type: 'missing' };
      const sql = filled(query, key, key, quoted);
      // A result that needs what the key has not is known beforehand to be none.
      if (sql === undefined || filled(format.replace(/%[sud]/g, ''), key, key, String) === undefined)
        return { type: 'missing' };
      const answer = ask(dbpath, sql);
      if ('error' in answer) return { type: 'error', text: complaint(name, answer) };
      return joined(answer.values, format, key, { name, limit });
    },
  };
}

function complaint(name: string, { at, error }: Extract<SqlAnswer, { error: string }>): string {
  if (at === 'open') return `sqlite:${name}: Can't open database: ${error}?`;
  return `dict_sqlite_lookup: ${name}: SQL ${at} failed: ${error}?`;
}

function joined(
  rows: readonly (string | null)[],
  format: string,
  key: Parts,
  { name, limit }: { readonly name: string; readonly limit: number },
): ReturnType<AskedTable['ask']> {
  const results = rows.flatMap((row) => filled(format, partsOf(row ?? ''), key, String) ?? []);
  if (limit > 0 && results.length > limit) {
    const text = `dict_sqlite_lookup: ${name}: Expansion limit exceeded for key '${key.whole}'`;
    return { type: 'error', text };
  }
  return results.length === 0 ? { type: 'missing' } : { type: 'found', value: results.join(',') };
}
