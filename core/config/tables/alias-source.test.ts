/** Entries and warnings as postalias 3.7.11 gives them. */
import { expect, test } from 'vitest';
import { aliasMarkers, parseAliasSource } from './alias-source.ts';

const ALIASES = `# aliases
postmaster: root
Root:	marc, "|/bin/cat -v", /var/mail/x,
   other
 # ind comment
"quoted name": a
"a@b": c
x@y: z
x%y: z
a, b: c
noval
novalue:
: x
dup: one
DUP: two
empty: ""
inc: :include:/etc/list, \\fred
com(ment)ed: joe (comment) , ann
two words: x
a.b: c . d
group: foo: a, b;;
pipe: "|foo \\"bar\\" baz"
angle: Joe Doe <joe@x>, <ann>
sp:   a    b
back\\slash: \\x
colon"q": r
semi: a; b
star: "a b"@c
`;

test('postalias(1): names unquoted and folded, values as RFC 5322 §3.4 tokens', () => {
  expect(Object.fromEntries(parseAliasSource(ALIASES, 'al').entries)).toEqual({
    ...{
      postmaster: 'root',
      root: 'marc, "|/bin/cat -v", /var/mail/x, other',
      'quoted name': 'a',
      'a@b': 'c',
    },
    ...{ dup: 'one', empty: '""', inc: ':include:/etc/list, fred', 'com (ment) ed': 'joe (comment), ann' },
    ...{ 'two words': 'x', 'a.b': 'c.d', group: 'foo:a, b;;', pipe: '"|foo \\"bar\\" baz"' },
    ...{ angle: 'Joe Doe <joe@x>, <ann>', sp: 'a b', backslash: 'x', 'colon q': 'r', semi: 'a;b' },
    star: '"a b"@c',
  });
});

test('postalias(1): warnings, word for word', () => {
  expect(parseAliasSource(ALIASES, 'al').problems.map(({ text }) => text)).toEqual([
    'al, line 8: name must be local',
    'al, line 9: name must be local',
    ...[10, 11, 12, 13].map((line) => `al, line ${line}: need name:value pair`),
    'al.db: duplicate entry: "dup"',
  ]);
});

test('postalias(1): loops and missing targets are not its business', () => {
  const { entries, problems } = parseAliasSource('root: postmaster\npostmaster: root\nx: nobody\n', 'al');
  expect([entries.size, problems]).toEqual([3, []]);
});

test('postalias(1): the markers of a finished database', () => {
  expect([...aliasMarkers(1795494321.9, 'vm')]).toEqual([
    ['@', '@'],
    ['YP_LAST_MODIFIED', '1795494321'],
    ['YP_MASTER_NAME', 'vm'],
  ]);
});
