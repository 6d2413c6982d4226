/** Entries and warnings as postmap 3.7.11 gives them, except where 2.3 is named. */
import { expect, test } from 'vitest';
import { parseMapSource, textTable } from './source.ts';

const MAP =
  '# c\n\nDup  one\ndup two\nkey: value\nnoval\nspaced   a  b \t \n  cont\n# in\n   more\n"q k" v\n' +
  'q"x y"z v2\n"unb v\na\\ b v3\n\tlead x\nutf\xe9 v\n@dom.example x@y\n';

test('postmap(1) TABLE FORMAT: keys are folded and keep their quotes, values lose outer blanks', () => {
  const { entries } = parseMapSource(MAP, 'm1');
  expect(Object.fromEntries(entries)).toEqual({
    ...{ dup: 'one', 'key:': 'value', spaced: 'a  b \t   cont   more', '"q k"': 'v', 'q"x y"z': 'v2' },
    ...{ 'a\\ b': 'v3\tlead x', '@dom.example': 'x@y' },
  });
});

test('postmap(1): warnings, word for word, with the line where the entry begins', () => {
  expect(parseMapSource(MAP, 'm1').problems.map(({ text }) => text)).toEqual([
    'm1.db: duplicate entry: "dup"',
    'm1, line 5: record is in "key: value" format; is this an alias file?',
    'm1, line 6: expected format: key whitespace value',
    `m1, line 13: unbalanced '"' in '"unb v' -- ignoring this line`,
    'm1, line 16: non-UTF-8 input "utf\xe9 v" -- ignoring this line',
  ]);
});

test('postmap(1) 2.3.6: quotes mean nothing, bytes are bytes, lines count where the entry ends', () => {
  const { entries, problems } = parseMapSource('"q k" v\nutf\xe9 v\nnoval\n\n', 'm', { profile: '2.3' });
  expect([...entries]).toEqual([
    ['"q', 'k" v'],
    ['utf\xe9', 'v'],
  ]);
  expect(problems.map(({ text }) => text)).toEqual(['m, line 4: expected format: key whitespace value']);
});

test('postmap(1) -f, -w, -r: keep case, keep the first in silence, take the last', () => {
  expect([...parseMapSource('A 1\na 2\n', 'm', { fold: false }).entries]).toEqual([
    ['A', '1'],
    ['a', '2'],
  ]);
  const silent = parseMapSource('a 1\na 2\n', 'm', { duplicates: 'ignore' });
  expect([silent.entries.get('a'), silent.problems]).toEqual(['1', []]);
  expect(parseMapSource('a 1\na 2\n', 'm', { duplicates: 'replace' }).entries.get('a')).toBe('2');
});

test('postmap(1): UTF-8 that is whole is welcome', () => {
  const bytes = 'caf\xc3\xa9 v\n';
  expect([...parseMapSource(bytes, 'm').entries]).toEqual([['caf\xc3\xa9', 'v']]);
});

test('DATABASE_README texthash: the source is the table; a key that comes twice spoils it', () => {
  const table = textTable('A 1\nb\n', '/etc/t');
  expect(table.type === 'table' && [...table.entries]).toEqual([['a', '1']]);
  expect(textTable('a 1\n\nA 2\n', '/etc/t')).toEqual({
    type: 'error',
    text: '/etc/t, line 3: duplicate entry: "a"',
  });
});
