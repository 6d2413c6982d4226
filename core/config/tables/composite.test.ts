/** Answers and error texts as postmap -q 3.7.11 gives them. */
import { expect, test } from 'vitest';
import { parseMainCf } from '../main-cf.ts';
import { makeSettings } from '../settings.ts';
import { checkSettings } from '../settings-check.ts';
import { randomValue } from './composite.ts';
import { tablesBehind } from './needed.ts';
import { emptyTables, knowsParts, lookup, type TableStore, tableProblem } from './store.ts';
import type { Table } from './table.ts';

const store: TableStore = {
  ...emptyTables,
  tables: new Map<string, Table>([
    ['hash:/h', { type: 'table', entries: new Map([['x', 'Y']]), folded: true }],
    ['regexp:/r', { type: 'rules', problems: [], find: (key) => (key === 'Y' ? 'z' : undefined) }],
  ]),
  environment: new Map([['TZ', 'UTC']]),
};

function said(ref: string, key = 'x'): string | undefined {
  const answer = lookup(store, ref, key);
  return answer.type === 'missing' ? undefined : answer.type === 'found' ? answer.value : `! ${answer.text}`;
}

test.each([
  ['unionmap:{static:a,static:b}', 'a,b'],
  ['unionmap:{inline:{a=b} hash:/h}', 'Y'],
  ['unionmap:{inline:{a=b}}', undefined],
  ['unionmap:{static:a,fail:b}', '! table unionmap:{static:a,fail:b}: query error'],
  ['unionmap:{static:a,hash:/no}', '! open database /no.db: No such file or directory'],
  ['unionmap:X', '! bad syntax: "unionmap:X"; need "unionmap:{type:name...}"'],
  ['unionmap:{a}', '! bad syntax: "unionmap:{a}"; need "unionmap:{type:name...}"'],
  ['pipemap:{hash:/h,regexp:/r}', 'z'],
  ['pipemap:{hash:/h,inline:{a=b},fail:c}', undefined],
  ['pipemap:{static:a,fail:b}', '! table pipemap:{static:a,fail:b}: query error'],
  ['pipemap:{foo:bar}', '! unsupported dictionary type: foo'],
  ['pipemap:{}', '! bad syntax: "pipemap:{}"; need "pipemap:{type:name...}"'],
  ['proxy:pipemap:{proxy:hash:/h}', 'Y'],
  ['randmap:{a}', 'a'],
  ['randmap:X', '! bad syntax: "randmap:X"; need "randmap:{value...}"'],
  ['environ:any', undefined],
])('DATABASE_README: %s', (ref, expected) => {
  expect(said(ref)).toBe(expected);
});

test('DATABASE_README environ: names keep their case', () => {
  expect([said('environ:x', 'TZ'), said('environ:x', 'tz')]).toEqual(['UTC', undefined]);
});

test('DATABASE_README randmap: one key, one value; many keys, all values about equally often', () => {
  const counts = new Map<string, number>();
  for (let at = 0; at < 3000; at += 1) {
    const value = randomValue(['a', 'b', 'c'], `user${at}@gouv.bj`);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const value of ['a', 'b', 'c']) expect(Math.abs((counts.get(value) ?? 0) - 1000)).toBeLessThan(120);
  expect(randomValue(['a', 'b'], 'KEY')).toBe(randomValue(['a', 'b'], 'key'));
});

test('DATABASE_README: the tables inside are loaded and checked too', () => {
  const ref = '!unionmap:{proxy:hash:/h, pipemap:{regexp:/r, static:a}}';
  expect(tablesBehind(ref).map((table) => table.ref)).toEqual(['hash:/h', 'regexp:/r']);
  expect(tableProblem('unionmap:{hash:/no}')).toBeUndefined();
  expect(tableProblem('unionmap:{hash:/no,foo:x}')?.text).toBe('unsupported dictionary type: foo');
  expect(tableProblem('pipemap:{}')?.text).toContain('bad syntax');
  expect(tableProblem('cidr:{{1.1.1.1 x}}')).toBeUndefined();
  expect(tableProblem('cidr:{x}')?.text).toBe(`cidr map: no '{' at start of text in "x"`);
});

test('DATABASE_README: parts of a key are asked where one of the tables is asked for them', () => {
  expect(
    ['unionmap:{cidr:/c,regexp:/r}', 'unionmap:{cidr:/c,hash:/h}', 'hash:/h', 'pcre:/p'].map(knowsParts),
  ).toEqual([false, true, true, false]);
});

test.each([...['ldap', 'mysql', 'pgsql', 'nis', 'nisplus', 'netinfo', 'tcp', 'socketmap', 'memcache']])(
  'DATABASE_README: a %s table is refused when the configuration is read, with a way out',
  (type) => {
    const text = `virtual_alias_maps = pipemap:{static:a,${type}:/x}\nrelay_domains = ${type}:x\n`;
    const settings = makeSettings({ mainCf: parseMainCf(text, 'main.cf').entries });
    const problems = checkSettings(settings).filter((problem) =>
      problem.text.includes(type === 'nis' ? 'NIS' : type),
    );
    expect(problems.map(({ line }) => line)).toEqual([1, 2]);
    for (const { remedy } of problems) {
      expect(remedy?.en).toContain(`Tables of type ${type} are not supported here.`);
      expect(remedy?.fr).toContain(`Les tables de type ${type} n'existent pas ici.`);
      expect([remedy?.en, remedy?.fr].every((each) => each?.includes('texthash:'))).toBe(true);
    }
  },
);

test('DATABASE_README: a table of a type that is not supported never answers as if it had nothing', () => {
  for (const type of ['ldap', 'mysql', 'tcp', 'memcache'])
    expect(said(`${type}:/x`)).toBe(`! unsupported dictionary type: ${type}`);
});
