/** The texts in these tests are those of postconf(1) and postmap(1) 3.7.11, except where 2.3 is named. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logicalLines } from './logical-lines.ts';
import { effectiveEntries, parseMainCf, splitNameValue } from './main-cf.ts';

const FILE = '/etc/postfix/main.cf';

function valuesOf(text: string): readonly (readonly [string, string])[] {
  return parseMainCf(text, FILE).entries.map(({ name, value }) => [name, value]);
}

test('postconf(5) main.cf: comments and blank lines inside a logical line do not end it', () => {
  const text =
    'mydestination = $myhostname,\n# comment\n\n   localhost,\n  # indented\n $mydomain\n\n\nmyorigin=a';
  expect(valuesOf(text)).toEqual([
    ['mydestination', '$myhostname,   localhost, $mydomain'],
    ['myorigin', 'a'],
  ]);
  const [entry] = parseMainCf(text, FILE).entries;
  expect(entry).toMatchObject({ firstLine: 1, line: 8 });
  expect(entry?.raw).toBe(text.slice(0, text.indexOf('\n\n\nmyorigin')));
});

test('postconf(5) main.cf: a value may be empty, on a later line, and end in CR', () => {
  expect(valuesOf('myorigin =   \n\n   b   \nrelayhost=\r\nx = a=b\n')).toEqual([
    ['myorigin', 'b'],
    ['relayhost', ''],
    ['x', 'a=b'],
  ]);
});

test("postconf(5) main.cf: a line without '=' is fatal, with the line where it began", () => {
  const { problems } = parseMainCf('a=1\nfoo bar\n\n  baz\n#c\nx=1', FILE);
  expect(problems).toMatchObject([
    {
      severity: 'fatal',
      line: 2,
      text: `${FILE}, line 2: missing '=' after attribute name: "foo bar  baz"`,
    },
  ]);
});

test('postconf(5) main.cf 2.3: the line is the one where the logical line ended', () => {
  const { problems } = parseMainCf('a=1\nfoo bar\n\n  baz\n#c\nx=1', FILE, '2.3');
  expect(problems[0]?.text).toBe(`${FILE}, line 5: missing '=' after attribute name: "foo bar  baz"`);
  const own = parseMainCf('postfix_version_profile = 2.3\nfoo\n\n\nx=1', FILE);
  expect(own.problems[0]?.line).toBe(4);
});

test('postconf(5) main.cf: a name is needed', () => {
  expect(parseMainCf('=x\n', FILE).problems[0]?.text).toBe(`${FILE}, line 1: missing attribute name: "=x"`);
  expect(parseMainCf('my origin = x', FILE).problems[0]?.text).toContain('"my origin = x"');
});

test('postconf(5) main.cf: after a comma the remedy is to indent the line', () => {
  const text = 'mydestination = $myhostname, localhost,\n$mydomain\nx=1\n';
  const { problems, entries } = parseMainCf(text, FILE);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.text).toBe(`${FILE}, line 2: missing '=' after attribute name: "$mydomain"`);
  expect(problems[0]?.remedy?.en).toContain('mydestination = $myhostname, localhost, $mydomain');
  expect(problems[0]?.remedy?.fr).toContain('ligne 2');
  expect(entries.map(({ name }) => name)).toEqual(['mydestination', 'x']);
  expect(parseMainCf('a = b\n$mydomain\n', FILE).problems[0]?.remedy?.en).not.toContain('comma');
});

test('postconf(5) main.cf: the last definition wins; since 2.11 with a warning when it differs', () => {
  const text = 'myorigin = a\nmyorigin = b c\n  d\nmyorigin = b c  d\n';
  const { entries, problems } = parseMainCf(text, FILE);
  expect(effectiveEntries(entries).get('myorigin')?.value).toBe('b c  d');
  expect(problems.map(({ text: said }) => said)).toEqual([
    `${FILE}, line 2: overriding earlier entry: myorigin=a`,
  ]);
  expect(parseMainCf(text, FILE, '2.3').problems).toEqual([]);
});

test('postconf(5) main.cf: white space before the first line is a warning, and the line is skipped', () => {
  const { entries, problems } = parseMainCf('#c\n   \n  foo\n  bar = b\nmyorigin=x\n', FILE);
  expect(entries).toHaveLength(1);
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      text: `${FILE}: logical line must not start with whitespace: "  foo  bar = b"`,
    },
  ]);
  const long = parseMainCf(`  ${'x'.repeat(40)}\n`, FILE).problems[0]?.text;
  expect(long?.endsWith(`"  ${'x'.repeat(28)}..."`)).toBe(true);
});

test('postconf(5) main.cf: text after a NUL is lost, and that is said', () => {
  const { entries, problems } = parseMainCf('myorigin = x\0y\nrelayhost=y\n', FILE);
  expect(entries.map(({ value }) => value)).toEqual(['x', 'y']);
  expect(problems[0]?.text).toBe(`${FILE}, line 1: text after null byte may be ignored`);
});

test('readlline(3): every line of a file is in at most one logical line, in order', () => {
  const lines = fc.array(fc.constantFrom('', 'a=b', ' c', '#d', '  #e', '\t', 'f'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, (parts) => {
      const { lines: found } = logicalLines(parts.join('\n'), FILE);
      let before = 0;
      for (const { firstLine, lastLine, raw } of found) {
        expect(firstLine).toBeGreaterThan(before);
        expect(lastLine).toBeGreaterThanOrEqual(firstLine);
        expect(raw.split('\n')[0]).toBe(parts[firstLine - 1]);
        before = lastLine;
      }
    }),
    { seed: 10, numRuns: 200 },
  );
});

test('postconf(5): a name and a value come apart at the first =', () => {
  expect(splitNameValue(' a = b = c ')).toEqual({ name: 'a', value: 'b = c' });
  expect(splitNameValue('   ')).toEqual({ error: 'missing attribute name' });
});
