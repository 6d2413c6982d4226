/** Answers and error texts as postmap -q 3.7.11 gives them. */
import { expect, test } from 'vitest';
import { parseAccounts } from '../accounts.ts';
import { isTableName, lookup, splitTableName, type TableStore, tableProblem } from './store.ts';

const store: TableStore = {
  tables: new Map([
    ['hash:/etc/aliases', { type: 'table', entries: new Map([['root', 'marc']]), folded: true }],
    ['hash:/etc/exact', { type: 'table', entries: new Map([['Root', 'marc']]), folded: false }],
    ['hash:/etc/bad', { type: 'error', text: 'open database /etc/bad.db: truncated' }],
  ]),
  files: new Map(),
  accounts: parseAccounts('root:x:0:0:root:/root:/bin/bash\n', 'mail:x:12:a,b\n'),
};

function said(ref: string, key = 'a'): string | undefined {
  const answer = lookup(store, ref, key);
  return answer.type === 'missing' ? undefined : answer.type === 'found' ? answer.value : `! ${answer.text}`;
}

test('postmap(1): keys are folded, unless the table was made with -f', () => {
  expect(said('hash:/etc/aliases', 'ROOT')).toBe('marc');
  expect(said('hash:/etc/aliases', 'nobody')).toBeUndefined();
  expect([said('hash:/etc/exact', 'Root'), said('hash:/etc/exact', 'root')]).toEqual(['marc', undefined]);
});

test('proxymap(8): proxy: is looked through', () => {
  expect(said('proxy:hash:/etc/aliases', 'root')).toBe('marc');
  expect(said('proxy:unix:passwd.byname', 'Root')).toBe('root:x:0:0:root:/root:/bin/bash');
});

test.each([
  ['hash:/nonexist/x', '! open database /nonexist/x.db: No such file or directory'],
  ['btree:/x', '! open database /x.db: No such file or directory'],
  ['texthash:/nonexist/x', '! open database /nonexist/x: No such file or directory'],
  ['hash:/etc/bad', '! open database /etc/bad.db: truncated'],
  ['hash:', '! open dictionary: expecting "type:name" form instead of "hash:"'],
  ['/etc/x', '! open dictionary: expecting "type:name" form instead of "/etc/x"'],
  ['foo:bar', '! unsupported dictionary type: foo'],
  ['HASH:/etc/x', '! unsupported dictionary type: HASH'],
  ['static:foo', 'foo'],
  ['static:{ foo bar }', 'foo bar'],
  ['static:', '! open dictionary: expecting "type:name" form instead of "static:"'],
  ['unix:foo', '! unknown table: unix:foo'],
  ['unix:passwd.byname', undefined],
  ['nis:mail.aliases', undefined],
  ['fail:x', '! table fail:x: query error'],
  ['inline:{a=b', '! bad syntax: "inline:{a=b"; need "inline:{name=value...}"'],
  ['inline:{}', '! bad syntax: "inline:{}"; need "inline:{name=value...}"'],
  ['inline:{a}', '! missing \'=\' after attribute name: "inline:{a}"; need "inline:{name=value...}"'],
  [
    'inline:{ a = b }',
    '! missing \'=\' after attribute name: "inline:{ a = b }"; need "inline:{name=value...}"',
  ],
  ['inline:{ {a = b c}, d=e a=x}', 'x'],
  ['inline:{ {a = b c}, d=e}', 'b c'],
  ['inline:{ a="b c"}', '! unbalanced \'"\': "inline:{ a="b c"}"; need "inline:{name=value...}"'],
  ['inline:a=b', '! bad syntax: "inline:a=b"; need "inline:{name=value...}"'],
])('DATABASE_README: %s', (ref, expected) => {
  expect(said(ref)).toBe(expected === undefined ? undefined : expected);
});

test('DATABASE_README inline: a quoted key keeps its quotes, keys are folded', () => {
  expect(said('inline:{{"a B"=c}}', '"A b"')).toBe('c');
  expect(said('inline:{A=c}')).toBe('c');
});

test('group(5): unix:group.byname answers with the line', () => {
  expect(said('unix:group.byname', 'mail')).toBe('mail:x:12:a,b');
});

test('DATABASE_README: names of tables', () => {
  expect(splitTableName('proxy:proxy:hash:/a:b')).toEqual({ type: 'hash', name: '/a:b' });
  expect([splitTableName('hash:'), splitTableName(':a'), splitTableName('proxy:')]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  expect([isTableName('hash:/a'), isTableName('[::1]'), isTableName('/a')]).toEqual([true, false, false]);
});

test('DATABASE_README: what can be known of a table before it is opened', () => {
  expect(tableProblem('hash:/no/such')).toBeUndefined();
  expect(tableProblem('fail:x')).toBeUndefined();
  expect(tableProblem('foo:x')?.text).toBe('unsupported dictionary type: foo');
  expect(tableProblem('inline:{}')?.text).toContain('bad syntax');
});
