/** Answers and warnings as postmap -q 3.7.11 gives them. */
import { expect, test } from 'vitest';
import { cidrTable } from './cidr-table.ts';

function answers(text: string, keys: readonly string[]): readonly (string | undefined)[] {
  const { find } = cidrTable(text, 'f');
  return keys.map((key) => find(key));
}

function warnings(text: string): readonly string[] {
  return cidrTable(text, 'f').problems.map((problem) => problem.text.replace('cidr map f, line ', ''));
}

test('cidr_table(5): the first match wins, values lose outer blanks, keys need not be canonical', () => {
  const text = '10.0.0.0/8  ten  \n10.1.0.0/16 never\n2001:db8::/32 six\n[::1] lo\n192.0.2.1 a\n  b\n';
  expect(answers(text, ['10.1.2.3', '2001:DB8::1', '0:0::1', '192.0.2.1', '192.0.2.2', 'x', ''])).toEqual([
    ...['ten', 'six', 'lo', 'a  b', undefined, undefined, undefined],
  ]);
});

test('cidr_table(5): another address family never matches, not even a negated rule', () => {
  const text = '!10.0.0.0/8 outside\n! ::/1 six\n!!10.0.0.1 twice\n::/0 any6\n';
  expect(answers(text, ['1.1.1.1', '10.0.0.1', '10.0.0.2', '::1', 'ff::1', 'ff00::1'])).toEqual([
    ...['outside', 'twice', undefined, 'any6', 'any6', 'six'],
  ]);
});

test('cidr_table(5): IF and ENDIF nest, in any case', () => {
  const text =
    'if 10.0.0.0/8\nIF !10.1.0.0/16\n10.2.0.0/16 two\n10.1.0.0/16 no\neNdIf\n10.0.0.0/8 ten\nENDIF\n0.0.0.0/0 all';
  expect(answers(text, ['10.2.0.1', '10.1.0.1', '10.3.0.1', '11.0.0.1'])).toEqual([
    ...['two', 'ten', 'ten', 'all'],
  ]);
});

test('cidr_table(5): an IF without ENDIF reaches to the end', () => {
  const text = 'if 10.0.0.0/8\nif 10.1.0.0/16\n0.0.0.0/0 all\n';
  expect(answers(text, ['10.1.0.1', '10.2.0.1'])).toEqual(['all', undefined]);
  expect(warnings(text)).toEqual(['2: IF has no matching ENDIF', '1: IF has no matching ENDIF']);
});

test.each([
  ['endif', 'ENDIF without IF'],
  ['endif x', 'garbage after ENDIF'],
  ['!', 'no address pattern'],
  ['if', 'no address pattern'],
  ['if ! ', 'no address pattern'],
  ['if 1.2.3.4 x', 'bad address pattern: "1.2.3.4 x"'],
  ['ifx y', 'bad address pattern: "ifx"'],
  ['1.2.3.4', 'no lookup result'],
  ['1.2.3.4/99', 'bad mask length in "1.2.3.4/99"'],
  ['010.0.0.0/8 x', 'bad network value in "010.0.0.0/8"'],
  ['10.0.0.1/8 x', 'non-null host address bits in "10.0.0.1/8", perhaps you should use "10.0.0.0/8" instead'],
])('cidr_table(5): "%s" is left out with a warning', (line, what) => {
  expect(warnings(`\n${line}\n0.0.0.0/0 all\n`)).toEqual([`2: ${what}: skipping this rule`]);
  expect(answers(`${line}\n0.0.0.0/0 all\n`, ['9.9.9.9'])).toEqual(['all']);
});

test('cidr_table(5): a wrong network names file, line and remedy', () => {
  expect(cidrTable('10.0.0.1/8 x\n', 'f').problems[0]).toMatchObject({
    ...{ severity: 'warning', file: 'f', line: 1 },
    remedy: { en: expect.stringContaining('such as 10.0.0.0/8'), fr: expect.stringContaining('10.0.0.0/8') },
  });
});
