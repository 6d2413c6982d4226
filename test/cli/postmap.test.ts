/** postmap(1), postalias(1) and newaliases(1), ours and Debian's, on the same sources. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newaliases } from '../../server/cli/newaliases.ts';
import { postalias } from '../../server/cli/postalias.ts';
import { postmap } from '../../server/cli/postmap.ts';
import type { Command } from '../../server/cli/program.ts';
import { ours, type Ran, real, sortedLines } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';

let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-postmap-'));
  fs.writeFileSync(
    join(folder, 'main.cf'),
    `compatibility_level = 3.6\nmyhostname = mail.gouv.bj\nalias_database = hash:${folder}/newaliases\n`,
  );
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs ours on FILE and Debian's on a copy of it, whose name it replaces in the answers. */
async function both(
  name: 'postmap' | 'postalias',
  source: string,
  each: readonly (readonly [args: readonly string[], stdin?: string])[],
  label: string,
): Promise<readonly (readonly [Ran, Ran])[]> {
  const command: Command = name === 'postmap' ? postmap : postalias;
  const [mine, theirs] = [join(folder, `${label}-ours`), join(folder, `${label}-real`)];
  for (const file of [mine, theirs]) fs.writeFileSync(file, source, 'latin1');
  const answers: (readonly [Ran, Ran])[] = [];
  for (const [args, stdin] of each) {
    const on = (file: string) => ['-c', folder, ...args.map((word) => word.replaceAll('FILE', file))];
    const [a, b] = await Promise.all([
      ours(name, command, on(mine), stdin),
      real(oraclePath(name), on(theirs), stdin),
    ]);
    const plain = (ran: Ran): Ran => ({
      ...ran,
      out: ran.out.replace(/^(YP_LAST_MODIFIED:\t)\d{10}$/m, '$1NOW'),
      err: ran.err.replaceAll(/-(ours|real)\b/g, ''),
    });
    answers.push([plain(a), plain(b)]);
  }
  return answers;
}

/** Answers equal; complaints in any order, dumps of hash tables in any order. */
function expectSame(answers: readonly (readonly [Ran, Ran])[], source: string): void {
  for (const [mine, theirs] of answers) {
    expect([mine.code, sortedLines(mine.out), sortedLines(mine.err)], JSON.stringify(source)).toEqual([
      theirs.code,
      sortedLines(theirs.out),
      sortedLines(theirs.err),
    ]);
  }
}

const runs = { numRuns: 6, seed: 1117 };
const blank = fc.constantFrom(' ', '\t', '  ', '', '\n', '\n\t', '\n# c\n', '\n#c\n ');
const mapWord = fc.constantFrom(
  'Key',
  'a',
  'B:',
  'two  words',
  '"a b"@c',
  '\xe9',
  'é',
  'user@Gouv.BJ',
  '"x',
  '#',
);
const mapSource = fc
  .array(fc.tuple(mapWord, blank), { maxLength: 30 })
  .map((parts) => `${parts.flat().join('')}\n`);
const aliasWord = fc.constantFrom(
  ...['Root', 'a', ':', ': ', 'x, y', '"a b"', '|"/bin/c d"', ':include:/x', 'a@b', '(c)', ',', '\xe9', ';'],
);
const aliasSource = fc
  .array(fc.tuple(aliasWord, blank), { maxLength: 30 })
  .map((parts) => `${parts.flat().join('')}\n`);

const KEYS = 'Key\na\nB:\nb:\nnosuch\nuser@gouv.bj\nroot\n@\nx, y\na b\n"a b"@c\n\n';

testWithOracle('postmap')('postmap(1): random sources, warnings, dumps and answers as Debian’s', async () => {
  const each = [
    ...([[['btree:FILE']], [['-s', 'btree:FILE']], [['-q', '-', 'btree:FILE'], KEYS]] as const),
    ...([[['-f', 'btree:FILE']], [['-s', 'btree:FILE']], [['-fq', '-', 'btree:FILE'], KEYS]] as const),
    ...([
      [['-q', 'KEY', 'btree:FILE', 'btree:FILE']],
      [['-r', 'btree:FILE']],
      [['-s', 'btree:FILE']],
    ] as const),
    ...([
      [['-iw', 'btree:FILE'], 'a 1\nnew 2\n'],
      [['-i', 'btree:FILE'], 'a 3\n'],
      [['-s', 'btree:FILE']],
    ] as const),
    ...([[['-d', 'KEY', 'btree:FILE']], [['-d', '-', 'btree:FILE'], KEYS], [['-s', 'btree:FILE']]] as const),
  ];
  const samples = fc.sample(mapSource, runs);
  await Promise.all(
    samples.map(async (source, index) =>
      expectSame(await both('postmap', source, each, `map${index}`), source),
    ),
  );
});

testWithOracle('postmap')('postmap(1) -s: a btree table comes sorted by key', async () => {
  const source = 'b 1\na 2\nab 3\n@ 4\nz\xc3\xa9 5\n';
  const [, answer] = await both('postmap', source, [[['btree:FILE']], [['-s', 'btree:FILE']]], 'sorted');
  expect(answer?.[0].out).toBe(answer?.[1].out);
});

testWithOracle('postalias')(
  'postalias(1): random sources, markers, dumps and answers as Debian’s',
  async () => {
    const each = [
      ...([[['FILE']], [['-s', 'FILE']], [['-q', '-', 'FILE'], KEYS], [['-q', 'ROOT', 'FILE']]] as const),
      ...([[['-fr', 'FILE']], [['-s', 'FILE']], [['-fq', 'YP_MASTER_NAME', 'FILE']]] as const),
      ...([[['-iw', 'FILE'], 'a: 1\nnew: 2\n'], [['-d', 'root', 'FILE']], [['-s', 'FILE']]] as const),
    ];
    const samples = fc.sample(aliasSource, runs);
    await Promise.all(
      samples.map(async (source, index) =>
        expectSame(await both('postalias', source, each, `alias${index}`), source),
      ),
    );
  },
);

testWithOracle('postmap')('postmap(1): what is refused is refused in Postfix’s words', async () => {
  const commands: readonly (readonly string[])[] = [
    ...[['-q', 'x', 'hash:FILE'], ['-s', 'hash:FILE'], ['-d', 'x', 'hash:FILE'], ['hash:FILE.no'], []],
    ...[['-Z'], ['-q'], ['-q', 'x'], ['regexp:FILE'], ['static:FILE'], ['-s', 'static:x'], ['-s', '-q', 'x']],
    ...[
      ['-q', 'x', '-s', 'FILE'],
      ['-q', 'x', '-d', 'x', 'FILE'],
      ['-q', 'root', 'nosuch:FILE'],
    ],
    ...[
      ['-q', 'a', 'inline:{a=b c}'],
      ['-q', 'a', 'inline:{a=b}'],
      ['-q', 'a', 'static:v'],
    ],
    ...[
      ['-q', 'Root', 'unix:passwd.byname'],
      ['-s', 'texthash:FILE'],
      ['-q', 'B', 'texthash:FILE'],
    ],
  ];
  await Promise.all(
    commands.map(async (args, index) => {
      const source = 'a 1\nb 2\n';
      expectSame(await both('postmap', source, [[args]], `bad${index}`), args.join(' '));
    }),
  );
});

testWithOracle('postmap')('postmap(1): FILE.db has the rights and the owner of its source', async () => {
  const source = join(folder, 'rights');
  for (const options of [[], ['-p']]) {
    fs.writeFileSync(source, 'a b\n');
    fs.chmodSync(source, 0o640);
    await ours('postmap', postmap, ['-c', folder, ...options, source]);
    const mine = fs.statSync(`${source}.db`);
    fs.rmSync(`${source}.db`);
    await real(oraclePath('postmap'), ['-c', folder, ...options, source]);
    const theirs = fs.statSync(`${source}.db`);
    fs.rmSync(`${source}.db`);
    expect([mine.mode, mine.uid, mine.gid]).toEqual([theirs.mode, theirs.uid, theirs.gid]);
  }
});

test('newaliases(1): builds alias_database with the markers of postalias', async () => {
  const file = join(folder, 'newaliases');
  fs.writeFileSync(file, 'root: espera\nbad\n');
  const built = await ours('newaliases', newaliases, ['-C', folder]);
  expect(built).toEqual({
    code: 0,
    out: '',
    err: `postalias: warning: ${file}, line 2: need name:value pair\n`,
  });
  const shown = await ours('postalias', postalias, ['-c', folder, '-s', file]);
  expect(shown.out).toMatch(
    /^@:\t@\nYP_LAST_MODIFIED:\t\d{10}\nYP_MASTER_NAME:\tmail\.gouv\.bj\nroot:\tespera\n$/,
  );
});
