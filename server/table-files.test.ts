/** Tables of rules, read with the rest of a configuration. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookup } from '#core';
import { loadConfiguration } from './load.ts';
import { stampOf } from './table-files.ts';

let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-tables-'));
  const maps = ['cidr', 'regexp', 'pcre'].map((type) => `${type}:${folder}/${type}`);
  fs.writeFileSync(
    join(folder, 'main.cf'),
    `compatibility_level = 3.6
myhostname = mail.gouv.bj
alias_maps =
import_environment = GIVEN=value, PATH
mynetworks = ${maps[0]}
virtual_alias_maps = ${maps[1]}, unionmap:{${maps[2]}, pcre:{{/(b)$$/ <$$1>}}}, regexp:${folder}/none
canonical_maps = tcp:127.0.0.1:1
`,
  );
  fs.writeFileSync(join(folder, 'master.cf'), '');
  fs.writeFileSync(join(folder, 'cidr'), '10.0.0.0/8 yes\n10.0.0.1/8 no\n');
  fs.writeFileSync(join(folder, 'regexp'), '/^(.*)@a$/ $1@b\n/(a)\\1/ no\n');
  fs.writeFileSync(join(folder, 'pcre'), '/^\\d+@(?!c)/ no\n/^\\d+/ number\n');
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('DATABASE_README: tables of rules answer, and what is missing is an error', () => {
  const { tables } = loadConfiguration(folder).settings;
  const said = (ref: string, key: string) => lookup(tables, ref, key);
  expect(said(`cidr:${folder}/cidr`, '10.9.9.9')).toEqual({ type: 'found', value: 'yes' });
  expect(said(`regexp:${folder}/regexp`, 'X@a')).toEqual({ type: 'found', value: 'X@b' });
  const union = `unionmap:{pcre:${folder}/pcre, pcre:{{/(b)$/ <$1>}}}`;
  expect(said(union, '12b')).toEqual({ type: 'found', value: 'number,<b>' });
  expect(said(`regexp:${folder}/none`, 'x')).toMatchObject({
    ...{ type: 'error', text: `open ${folder}/none: No such file or directory` },
  });
  expect(said('environ:x', 'GIVEN')).toEqual({ type: 'found', value: 'value' });
  expect(said('environ:x', 'PATH')).toEqual({ type: 'found', value: process.env.PATH });
  expect(said('environ:x', 'HOME')).toEqual({ type: 'missing' });
});

test('DATABASE_README: every rule that is skipped is a warning with file, line and remedy', () => {
  const { warnings } = loadConfiguration(folder);
  const about = warnings.filter(({ remedy }) => remedy !== undefined);
  expect(about.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(
    ['cidr:2', 'main.cf:7', 'pcre:1', 'regexp:2'].map((place) => `${folder}/${place}`),
  );
});

test('DATABASE_README: a changed file of rules is seen', () => {
  const { settings } = loadConfiguration(folder);
  const before = stampOf(settings);
  fs.appendFileSync(join(folder, 'pcre'), '/x/ y\n');
  expect(stampOf(settings)).not.toBe(before);
});
