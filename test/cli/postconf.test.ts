/** postconf(1), ours and Debian's, on the same configuration directories. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { postconf } from '../../server/cli/postconf.ts';
import { editText } from '../../server/cli/postconf-edit.ts';
import { ours, type Ran, real, sortedLines } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { differences, mainCf, NAMES, withoutRepeats, writeConfiguration } from './configurations.ts';
import { DIFFERENT_DEFAULTS, NEWER_NAMES } from './postconf-differences.ts';

let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-postconf-'));
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const directory = (name: string, text: string): string => writeConfiguration(join(folder, name), text);

function both(args: readonly string[]): Promise<readonly [Ran, Ran]> {
  return Promise.all([ours('postconf', postconf, args), real(oraclePath('postconf'), args)]);
}

/** Postfix sleeps a second before it dies: what ends badly is asked all at once. */
async function expectSameAll(all: readonly (readonly string[])[]): Promise<void> {
  await Promise.all(all.map(expectSame));
}

/** Same answer; the order of warnings is that of a hash table. */
async function expectSame(args: readonly string[]): Promise<void> {
  const [mine, theirs] = await both(args);
  expect([mine.code, mine.out, withoutRepeats(mine.err)], args.join(' ')).toEqual([
    theirs.code,
    theirs.out,
    withoutRepeats(theirs.err),
  ]);
  expect(sortedLines(theirs.err)).toEqual(expect.arrayContaining([...sortedLines(mine.err)]));
}

const lines = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' =')), line.slice(line.indexOf(' =') + 3)]),
  );

testWithOracle('postconf')('postconf(1) -d: every parameter has the default of Debian’s 3.7', async () => {
  const [mine, theirs] = await both(['-c', directory('d', ''), '-d']);
  const [found, wanted] = [lines(mine.out), lines(theirs.out)];
  expect([...wanted.keys()].filter((name) => !found.has(name))).toEqual([]);
  expect([...found.keys()].filter((name) => !wanted.has(name))).toEqual(Object.keys(NEWER_NAMES).sort());
  const differing = [...wanted].filter(([name, value]) => found.get(name) !== value).map(([name]) => name);
  expect(differing).toEqual(Object.keys(DIFFERENT_DEFAULTS).sort());
  expect(mine.err).toBe(theirs.err);
  expect([...found.keys()]).toEqual([...found.keys()].sort());
});

testWithOracle('postconf')('postconf(1) -d -x: defaults expand as in Debian’s', async () => {
  const [mine, theirs] = await both(['-c', directory('d', ''), '-d', '-x']);
  const found = lines(mine.out);
  const differing = [...lines(theirs.out)].filter(([name, value]) => found.get(name) !== value);
  const known = [...Object.keys(DIFFERENT_DEFAULTS), 'milter_macro_v'];
  expect(differing.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
});

const runs = { numRuns: 20, seed: 20080211 };

testWithOracle('postconf')(
  'postconf(1) -n -x -h -H: random main.cf and master.cf files, answers and warnings as Debian’s',
  async () => {
    expect(await differences(join(folder, 'random'), 1, 80)).toEqual([]);
  },
  60_000,
);

testWithOracle('postconf')('postconf(1) -o: a value for this command alone', async () => {
  await expectSame(['-c', directory('read-only', 'process_name = x\n'), '-n', 'process_name']);
  const path = directory('o', 'myhostname = a.gouv.bj\naa = $bb\n');
  await expectSame(['-c', path, '-o', 'myhostname=b.example', '-x', 'myorigin', 'mydomain']);
  await expectSame(['-c', path, '-o', 'bb = 1 ', '-n']);
  await expectSame(['-c', path, '-o', 'x', 'myhostname']);
});

testWithOracle('postconf')('postconf(5): files that Postfix refuses are refused in its words', async () => {
  const texts = ['x\n', '= 3\n', ' x = 1\ny=1\n', 'y = 1\ny = 2\n', 'relayhost = ${x\n', 'a=$bb\nbb=$a\n'];
  const each = texts.map((text, index) => directory(`bad${index}`, text));
  await expectSameAll([
    ...each.flatMap((path) => ['-n', '-x'].map((option) => ['-c', path, option, 'relayhost'])),
    ['-c', '/nonexistent', 'myhostname'],
  ]);
});

testWithOracle('postconf')('postconf(1): wrong command lines get Postfix’s complaint', async () => {
  const path = directory('usage', 'aa = 1\n');
  const pairs = ['-de', '-nd', '-Xh', '-hH', '-ex', '-#n', '-eX', '-Hh', '-x#', '-deh'];
  await expectSameAll([
    ...pairs.map((pair) => ['-c', path, pair, 'aa']),
    ...[['-Z'], ['-c'], ['-e'], ['-X'], ['-#'], ['-c', path, 'nosuch'], ['-hn', '-c']],
  ]);
});

const edits = fc.array(
  fc
    .tuple(
      fc.constantFrom(...NAMES, ' aa', 'new', '$x'),
      fc.constantFrom('=', ' = '),
      fc.constantFrom('', 'v', ' a  b '),
    )
    .map((parts) => parts.join('')),
  { minLength: 1, maxLength: 1 },
);

testWithOracle('postconf')(
  'postconf(1) -e -X -#: random main.cf files are edited as Debian’s does',
  async () => {
    const odd = fc.constantFrom('', '# c\n', ' stray\n', '\n', 'aa = 1\n  # in\n b\n', 'bb=1\n', 'aa\n');
    const texts = fc.array(fc.oneof(mainCf, odd), { maxLength: 4 }).map((parts) => parts.join(''));
    const samples = fc.sample(fc.tuple(texts, edits, fc.constantFrom('-e', '-X', '-#')), runs);
    await Promise.all(
      samples.map(async ([text, words, option], index) => {
        const names = option === '-e' ? words : words.map((word) => word.split('=')[0] ?? '');
        const path = directory(`e${index}`, text);
        const mine = await ours('postconf', postconf, ['-c', path, option, ...names]);
        const result = fs.readFileSync(join(path, 'main.cf'), 'latin1');
        directory(`e${index}`, text);
        const theirs = await real(oraclePath('postconf'), ['-c', path, option, ...names]);
        expect(result, JSON.stringify([text, words, option])).toBe(
          fs.readFileSync(join(path, 'main.cf'), 'latin1'),
        );
        expect([mine.code, mine.err]).toEqual([theirs.code, theirs.err]);
      }),
    );
  },
);

testWithOracle('postconf')('postconf(1) -e: what it refuses leaves main.cf as it was', async () => {
  const path = directory('refuse', 'aa = 1\n');
  await expectSameAll([
    ...['x', '=5', 'a b=5', 'aa = b\nc', '# aa = 2', ''].map((word) => ['-c', path, '-e', word]),
    ...['', ' ', '#x', 'a=b'].map((word) => ['-c', path, '-X', word]),
  ]);
  expect(fs.readFileSync(join(path, 'main.cf'), 'latin1')).toBe('aa = 1\n');
  // Differs: Postfix appends to a last line that has no end.
  expect(editText('aa = 1', new Map([['b', '2']]), 'e').text).toBe('aa = 1\nb = 2\n');
  expect(editText('aa = 1\n', new Map([['b', '2']]), 'e').text).toBe('aa = 1\nb = 2\n');
});
