/** Tables of rules, random and written by hand, asked by our postmap(1) and Debian's. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { postmap } from '../../server/cli/postmap.ts';
import { ours, real } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { cidrCase, patternCase, ruleDifference } from './rule-tables.ts';

let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-rules-'));
  fs.writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\nmyhostname = mail.gouv.bj\n');
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

testWithOracle('postmap')('cidr_table(5): 120 random tables answer and warn as Debian’s', async () => {
  for (let seed = 1; seed <= 120; seed += 1)
    expect(await ruleDifference(folder, cidrCase(seed), `c${seed}`)).toBeUndefined();
});

testWithOracle('postmap')('regexp_table(5): 150 random tables answer and warn as Debian’s', async () => {
  for (let seed = 1; seed <= 150; seed += 1)
    expect(await ruleDifference(folder, patternCase('regexp', seed), `r${seed}`)).toBeUndefined();
});

/** Names that need no file: our postmap and Debian's say the same. */
const NAMES: readonly (readonly [key: string, name: string])[] = [
  ['1.1.1.1', 'cidr:{{1.1.1.0/24 OK}, {foo bar}}'],
  ['1.1.1.1', 'cidr:{ { # c } { 1.1.1.1  a } { b} }'],
  ['1.1.1.1', 'cidr:{1.1.1.0/24 OK}'],
  ['1.1.1.1', 'cidr:{{1.1.1.1 x}'],
  ['1.1.1.1', 'cidr:{}'],
  ['1.1.1.1', 'cidr:{ {1.1.1.1 a}x }'],
  ['1.1.1.1', 'cidr:{ {1.1.1.1 a} }x'],
  ['1.1.1.1', 'cidr:/no/such'],
  ['1.1.1.1', 'cidr:/tmp'],
  ['1.1.1.1', 'cidr:'],
  ...[
    ['unionmap:X', 'unionmap:{}', 'unionmap:{a}', 'unionmap:{static:a', 'unionmap:{static:a}x'],
    ['unionmap:{static:a,static:b}', 'unionmap:{inline:{x=y},inline:{x=z} inline:{a=b}}'],
    ['unionmap:{static:a,fail:b}', 'unionmap:{inline:{a=y},regexp:/no/such}', 'unionmap:{unionmap:X}'],
    ['unionmap:{{static:a b}}', 'unionmap:{inline:{a=b}}', 'unionmap:{regexp:{{/X/i no}, {/x/ <$1>}}}'],
    ['pipemap:X', 'pipemap:{}', 'pipemap:{foo:bar}', 'pipemap:{inline:{x=Y},inline:{y=z}}'],
    ['pipemap:{static:a,fail:b}', 'pipemap:{inline:{x=Y}, regexp:{{/(Y)/i <$1>}}}', 'pipemap:{inline:{a=b}}'],
    ['pipemap:{unionmap:{static:a,static:b}, inline:{{a,b=both}}}', 'pipemap:{cidr:{{1.1.1.1 x}}, static:b}'],
    ['randmap:X', 'randmap:{}', 'randmap:{a}x', 'randmap:{only}', 'randmap:{{a b}}', 'randmap: {a}'],
    ['environ:x', 'environ:', 'fail:x', 'unix:foo', 'unix:passwd.byname', 'foo:x'],
    ['ldap:/x', 'mysql:/x', 'pgsql:/x', 'sqlite:/x', 'netinfo:x', 'nisplus:x'],
  ]
    .flat()
    .map((name) => ['x', name] as const),
  ['root', 'unix:passwd.byname'],
  ['root', 'pipemap:{unix:passwd.byname, regexp:{{/^(root):/ <$1>}}}'],
  ['x', 'regexp:/no/such'],
  ['abc', 'regexp:{{/(b)/ <$1>}, {/(/ 2}}'],
  ['x', 'regexp:{/x/ y}'],
  ['ABC', 'regexp:{{/[A-Z]/i upper}}'],
];

testWithOracle('postmap')('DATABASE_README: tables without a file answer and fail as Debian’s', async () => {
  const different = await Promise.all(
    NAMES.map(async ([key, name]) => {
      const args = ['-c', folder, '-q', key, name];
      const [mine, theirs] = [await ours('postmap', postmap, args), await real(oraclePath('postmap'), args)];
      return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{ name, mine, theirs }];
    }),
  );
  expect(different.flat()).toEqual([]);
});
