/** Input and output of `postconf -x` 3.7.11, except where 2.3 is named. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${name} is Postfix's own notation here.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expand, scan } from './expand.ts';
import type { Profile } from './profile.ts';

const VALUES: Readonly<Record<string, string>> = {
  ...{ empty: '', set: 'hello', num: '10', self: '$self', a: '$b$b', b: '$c$c', c: '$d$d', d: '$e$e' },
  ...{ e: '$f$f', f: '$g$g', g: '$h$h', h: '$i$i', i: '$j$j', j: '$k$k', k: '$l$l', l: '$m$m', m: '$n$n' },
  ...{ n: '$o$o', o: '$p$p', p: '$q$q', q: '$r$r', r: '$s$s', s: 'x', ring: '${{$ring}=={x}?{a}}' },
};

function said(text: string, profile: Profile = '3.x'): string {
  const result = expand(text, (name) => VALUES[name], profile);
  return result.ok ? `<${result.text}>` : result.warning;
}

test.each([
  ['a$set.b', '<ahello.b>'],
  ['$(set)x', '<hellox>'],
  ['${set}x', '<hellox>'],
  ['$nosuch', '<>'],
  ['$$set', '<$set>'],
  ['a$$b$$$set', '<a$b$hello>'],
  ['$set-x', '<hello-x>'],
  ['${set?yes}', '<yes>'],
  ['${empty?yes}', '<>'],
  ['${empty:no}', '<no>'],
  ['${nosuch:no}', '<no>'],
  ['${set?a:b}', '<a:b>'],
  ['${set??foo:{b}ar}', '<?foo:{b}ar>'],
  ['${set?x}}', '<x}>'],
  ['$(set?a)b', '<ab>'],
  ['${empty?${set}}${set?${num}}', '<10>'],
])('postconf(5) main.cf: %s in every release', (text, expected) => {
  expect(said(text)).toBe(expected);
  expect(said(text, '2.3')).toBe(expected);
});

test.each([
  ['${set?{a}:{b}}', '<a>'],
  ['${empty?{a}:{b}}', '<b>'],
  ['${empty:{b}}', '<b>'],
  ['${set:{b}}', '<>'],
  ['${ set ? {a} : {b}}', '<a>'],
  ['${set? {a} }', '<a>'],
  ['${set?{${empty:{deep $num}}}}', '<deep 10>'],
  ['${{x}=={x}?{a}:{b}}', '<a>'],
  ['${{x} == {y} ? {a} : {b}}', '<b>'],
  ['${{x}!={y}?{a}}', '<a>'],
  ['${{$num}<{9}?{lt}:{ge}}', '<ge>'],
  ['${{$num}<{9x}?{lt}:{ge}}', '<lt>'],
  ['${{10}>={010}?{ge}}', '<ge>'],
  ['${{3.10}<level{3.9}?{lt}:{ge}}', '<ge>'],
  ['${{3.10} <=level {3.10}?{le}:{gt}}', '<le>'],
  ['${{x}=={x}}', '<true>'],
  ['${{x}=={y}}end', '<end>'],
])('postconf(5) main.cf 3.0: %s', (text, expected) => {
  expect(said(text)).toBe(expected);
});

test.each([
  ['${{x}==x?{a}:{b}}', 'bad operator suffix at: "...==>>>x"'],
  ['${set', 'truncated macro reference: "${set"'],
  ['$(set', 'truncated macro reference: "$(set"'],
  ['$', 'empty macro name: "$"'],
  ['${}', 'empty macro name: "${}"'],
  ['$-x', 'empty macro name: "$-x"'],
  ['${a-b}', 'attribute name syntax error at: "...a>>>-b"'],
  ['${{x}=~{y}?{a}}', '"==" or "!="" or "<"" or "<="" or ">="" or ">" expected at: "...x}>>>=~{y}?{a}"'],
  ['${{x}=={y}z}', '"?" or ":" expected at: "...}>>>z"'],
  ['${{x}=={y}?{a}z}', '":" expected at: "...a}>>>z"'],
  ['${{x}=={y}?{a}:{b}z}', 'unexpected input at: "...b}>>>z"'],
  ['${{x}==level{y}?{a}:{b}}', 'malformed compatibility level syntax: "x"'],
  ['${{x}==foo{y}?{a}:{b}}', 'bad operator suffix at: "...==>>>foo"'],
  ['$self', 'unreasonable macro call nesting: "self"'],
])('postconf(5) main.cf: %s is an error', (text, expected) => {
  expect(said(text)).toBe(expected);
});

test('postconf(5) main.cf: every error kills the program with one sentence', () => {
  expect(expand('$self', (name) => VALUES[name])).toEqual({
    ok: false,
    warning: 'unreasonable macro call nesting: "self"',
    warnings: ['unreasonable macro call nesting: "self"'],
    fatal: 'dictionary mail_dict: macro processing error',
  });
});

test('postconf(5) main.cf 2.3: braces after ? are text, comparisons are errors', () => {
  expect(said('${set?{a}:{b}}', '2.3')).toBe('<{a}:{b}>');
  expect(said('${{x}=={x}?{a}}', '2.3')).toBe('macro name syntax error: "{x}=={x}?{a}"');
});

test('postconf(5) main.cf: values that double at every level, or compare themselves, end in an error', () => {
  expect(said('$a')).toMatch(/^unreasonable macro call nesting/);
  expect(said('$ring')).toMatch(/^unreasonable macro call nesting/);
});

test('postconf(5) main.cf: any text expands to text or to an error, and text without $ stays', () => {
  const text = fc.string({
    unit: fc.constantFrom('$', '{', '}', '(', ')', '?', ':', '=', '<', ' ', 'a', 'set', 'level', '3'),
    maxLength: 30,
  });
  fc.assert(
    fc.property(text, (input) => {
      for (const profile of ['2.3', '3.x'] as const) {
        const result = expand(input, (name) => (name === 'set' ? 'hello' : undefined), profile);
        if (!input.includes('$')) expect(result).toEqual({ ok: true, text: input });
        else if (result.ok) expect(typeof result.text).toBe('string');
        else expect(result.warning).not.toBe('');
      }
    }),
    { seed: 10, numRuns: 500 },
  );
});

test.each([
  ['$myhostname, ${a?b} $$not $(c) ${ d }', ['myhostname', 'a', 'c', 'd'], []],
  ['${a?{$b}:{$c}} ${{$d} == {$e}?x:$f}', ['a', 'b', 'c', 'd', 'e', 'f'], []],
  ['$a$', ['a'], ['empty macro name: "$a$"']],
  ['${a-}$', [], ['attribute name syntax error at: "...a>>>-"', 'empty macro name: "${a-}$"']],
  ['${a?$}$b', ['a'], ['empty macro name: "$"']],
])('postconf(1): what %s refers to, in every branch', (text, names, warnings) => {
  expect(scan(text)).toEqual({ names, warnings });
});
