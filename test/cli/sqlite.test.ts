/** Tables of type sqlite, asked by our postmap(1). sqlite_table(5) */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postmap } from '../../server/cli/postmap.ts';
import { ours } from '../support/commands.ts';

let folder = '';

const ROWS = [
  ...[
    ['x', 'one'],
    ['x', 'two'],
    ["o'b", 'quoted'],
    ['user@mail.example.com', 'dest@host.example'],
    ['user', 'U'],
  ],
  ...[
    ['mail.example.com', 'D'],
    ['com', 'C'],
    ['e', ''],
    ['nul', null],
    ['X', 'capital'],
  ],
] as const;
const BY_KEY = "query = select v from a where k='%s'";

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-sqlite-'));
  fs.writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\nmyhostname = mail.gouv.bj\n');
  const database = new DatabaseSync(join(folder, 'a.db'));
  database.exec('create table a (k text, v text)');
  for (const [key, value] of ROWS) database.prepare('insert into a values (?, ?)').run(key, value);
  database.close();
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function table(label: string, parameters: string): string {
  const file = join(folder, `${label}.cf`);
  fs.writeFileSync(file, `dbpath = ${folder}/a.db\n${parameters}\n`);
  return file;
}

test('sqlite_table(5): a key cannot end the SQL text it stands in', async () => {
  const file = table('hostile', BY_KEY);
  for (const key of ["x' or '1'='1", "'; drop table a; --", "x'--", "\\' or 1=1 --", '%s']) {
    const { code, out } = await ours('postmap', postmap, ['-c', folder, '-q', key, `sqlite:${file}`]);
    expect([code, out], key).toEqual([1, '']);
  }
  expect((await ours('postmap', postmap, ['-c', folder, '-q', 'x', `sqlite:${file}`])).out).toBe('one,two\n');
});

test('sqlite_table(5): more values than expansion_limit are a failure', async () => {
  const file = table('limit', `${BY_KEY}\nexpansion_limit = 1`);
  const { code, out, err } = await ours('postmap', postmap, ['-c', folder, '-q', 'x', `sqlite:${file}`]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain("Expansion limit exceeded for key 'x'");
});
