/** Answers and warnings as postmap -q 3.7.11 gives them, with postfix-pcre for pcre. */
import { expect, test } from 'vitest';
import { type PatternType, patternTable } from './pattern-table.ts';

function answer(type: PatternType, text: string, key: string): string | undefined {
  return patternTable(type, text, 'f').find(key);
}

function warnings(type: PatternType, text: string): readonly string[] {
  return patternTable(type, text, 'f').problems.map((problem) =>
    problem.text.replace(`${type} map f, line 1: `, ''),
  );
}

const BOTH = ['regexp', 'pcre'] as const;

test.each(BOTH)(
  'regexp_table(5), pcre_table(5): the first match wins, whatever its delimiter (%s)',
  (type) => {
    const text = '|^a/b| pipe\n/^a/\n  one\n  more\n!/c\\/d/ other\n!!#^C/D$# twice\n';
    const asked = ['A/b', 'axx', 'x', 'c/d', 'c/d/'].map((key) => answer(type, text, key));
    expect(asked).toEqual(['pipe', 'one  more', 'other', 'twice', undefined]);
  },
);

test.each(BOTH)('regexp_table(5), pcre_table(5): IF and ENDIF nest, negated too (%s)', (type) => {
  const text = 'if /@b$/\nIF !/^a/\n/x/ not a\nEndIf\n/./ in b\nendif\n!/@/ bare\nif/q/\n/q/ q\n';
  const asked = ['x@b', 'ax@b', 'x', 'q@c', 'z@c'].map((key) => answer(type, text, key));
  expect(asked).toEqual(['not a', 'in b', 'bare', 'q', undefined]);
});

test.each(BOTH)('regexp_table(5), pcre_table(5): what parentheses match (%s)', (type) => {
  const text = '/^(a+)(b)?-(c|d)$/ $1,$2,${3}x$(3)y$$1\n';
  expect(answer(type, text, 'AA-d')).toBe('AA,,dxdy$1');
  expect(answer(type, text, 'aab-c')).toBe('aa,b,cxcy$1');
});

test.each([
  ['regexp', '/a/', 'A', true],
  ['regexp', '/a/i', 'A', false],
  ['regexp', '/a/ii', 'A', true],
  ['regexp', '/^b$/', 'a\nb', false],
  ['regexp', '/^b$/m', 'a\nb', true],
  ['regexp', '/a.b/', 'a\nb', true],
  ['regexp', '/a.b/m', 'a\nb', false],
  ['regexp', '/a+/x', 'a+', true],
  ['regexp', '/a\\{2\\}\\(b\\|c\\)$/x', 'aac', true],
  ['regexp', '/^*a/x', '*a', true],
  ['regexp', '/a^b$c/x', 'a^b$c', true],
  ['pcre', '/a/i', 'A', false],
  ['pcre', '/a.b/', 'a\nb', true],
  ['pcre', '/a.b/s', 'a\nb', false],
  ['pcre', '/^b$/m', 'a\nb', true],
  ['pcre', '/ a b # c/x', 'ab', true],
  ['pcre', '/b/A', 'ab', false],
  ['pcre', '/^[.[[:alpha:]]$/', '.', true],
  ['pcre', '/a$/', 'a\n', true],
  ['pcre', '/a$/E', 'a\n', false],
  ['pcre', '/(?-i)a(?i:b)c/', 'aBc', true],
  ['pcre', '/(?-i)a(?i:b)c/', 'aBC', false],
] as const)('regexp_table(5), pcre_table(5) flags: %s %s on %j', (type, pattern, key, matches) => {
  expect(answer(type, `${pattern} yes`, key)).toBe(matches ? 'yes' : undefined);
});

test('pcre_table(5) U: what is greedy becomes lazy, and the other way about', () => {
  const asked = ['/(a+)(a*)/', '/(a+)(a*)/U', '/(a+?)(a*)/U'].map((pattern) =>
    answer('pcre', `${pattern} $1-$2`, 'aaa'),
  );
  expect(asked).toEqual(['aaa-', 'a-', 'aaa-']);
});

test.each([
  ['[]a]+$', 'a]', true],
  ['^[^]a]$', ']', false],
  ['^[a\\]$', '\\', true],
  ['^[[:digit:][:upper:]_-]+$', 'a1-_', true],
  ['[[.-.]]', '-', true],
  ['\\<foo\\>', 'a foo.', true],
  ['\\<foo\\>', 'afoo', false],
  ['\\<(foo|bar)', 'x bar', true],
  ['^\\w+\\W\\w+$', 'a_b-c', true],
  ['a{,2}b', 'b', true],
  ['^a**$', 'aaa', true],
  ['a)', 'a)', true],
  ['^.$', '\xe9', true],
  ['\xe9', '\xc9', false],
  ['^\\d$', 'd', true],
])('regexp_table(5): POSIX syntax where it is not RE2’s, %s on %j', (pattern, key, matches) => {
  expect(warnings('regexp', `/${pattern}/ yes`)).toEqual([]);
  expect(answer('regexp', `/${pattern}/ yes`, key)).toBe(matches ? 'yes' : undefined);
});

test('regex(7): the longest match counts in regexp, the first in pcre', () => {
  expect(BOTH.map((type) => answer(type, '/^(a|ab)/ $1', 'abc'))).toEqual(['ab', 'a']);
});

test.each([
  ['/a/', 'no replacement text: using empty string'],
  ['abc', 'ignoring unrecognized request'],
  ['!', 'no regexp: skipping this rule'],
  ['if', 'no regexp: skipping this rule'],
  ['endif', 'ignoring ENDIF without matching IF'],
  ['/a/q x', 'unknown regexp option "q": skipping this rule'],
  ['!/(a)/ $1', '$number found in negative match replacement text: skipping this rule'],
  ['/a/ $1', 'out of range replacement index "1": skipping this rule'],
])('regexp_table(5), pcre_table(5): "%s" is told', (line, what) => {
  for (const type of BOTH) expect(warnings(type, line)).toEqual([what]);
});

test.each([
  ['/a', 'no closing regexp delimiter "/": skipping this rule'],
  ['/(a/ x', 'Unmatched ( or \\('],
  ['/a\\)/x x', 'Unmatched ) or \\)'],
  ['/a{2/ x', 'Unmatched \\{'],
  ['/a{2,1}/ x', 'Invalid content of \\{\\}'],
  ['/*a/ x', 'Invalid preceding regular expression'],
  ['/^*a/ x', 'Invalid preceding regular expression'],
  ['/a**/x x', 'Invalid preceding regular expression'],
  ['/[a/ x', 'Unmatched [, [^, [:, [., or [='],
  ['/[/ x', 'Invalid regular expression'],
  ['/[b-a]/ x', 'Invalid range end'],
  ['/[a-c-e]/ x', 'Invalid range end'],
  ['/[[:foo:]]/ x', 'Invalid character class name'],
])('regex(7): %s is wrong', (line, what) => {
  expect(warnings('regexp', line)).toEqual([what]);
});

test.each([
  ['/a', 'no closing regexp delimiter "/": ignoring this rule'],
  ['/(a/ x', 'error in regex at offset 2: missing closing parenthesis'],
  ['/a)/ x', 'error in regex at offset 1: unmatched closing parenthesis'],
  ['/a**/ x', 'error in regex at offset 2: quantifier does not follow a repeatable item'],
  ['/a{3,2}/ x', 'error in regex at offset 5: numbers out of order in {} quantifier'],
  ['/[a/ x', 'error in regex at offset 2: missing terminating ] for character class'],
  ['/[b-a]/ x', 'error in regex at offset 3: range out of order in character class'],
  ['/[\\d-z]/ x', 'error in regex at offset 3: invalid range in character class'],
  ['/(?z)/ x', 'error in regex at offset 2: unrecognized character after (? or (?-'],
  ['/\\y/ x', 'error in regex at offset 1: unrecognized character follows \\'],
])('pcre2pattern(3): %s is wrong', (line, what) => {
  expect(warnings('pcre', line)).toEqual([what]);
});

test.each([
  ['pcre', '/^(?!owner-)x/ x', 'look-around'],
  ['pcre', '/(?<=a)x/ x', 'look-around'],
  ['pcre', '/(a)\\1/ x', 'back-reference'],
  ['pcre', '/a++/ x', 'possessive'],
  ['pcre', '/(?>a)/ x', 'atomic'],
  ['pcre', '/a{1001}/ x', 'more than 1000'],
  ['pcre', '/(a{500}){500}/ x', 'more than 1000'],
  ['regexp', '/(a)\\1/ x', 'back-reference'],
  ['regexp', '/\\<.*/ x', '"\\<" that is not followed'],
] as const)('decision 17: %s %s is refused with a remedy, and only this rule', (type, line, what) => {
  const { problems, find } = patternTable(type, `${line}\n/./ next\n`, 'f');
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    ...{ severity: 'warning', file: 'f', line: 1, text: expect.stringContaining(what) },
    remedy: { en: expect.stringContaining(what), fr: expect.stringContaining('temps linéaire') },
  });
  expect(find('x')).toBe('next');
});

test('security 36: decision 17: a pattern that takes others for ever takes no time', () => {
  const key = `${'a'.repeat(50_000)}!`;
  for (const type of BOTH) expect(answer(type, '/^(a+)+$/ yes', key)).toBeUndefined();
});
