/** server/bin/launch - the shell script that starts every command, in an installation of its own. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

/** The script, the commands and Node, in a folder that nobody has used yet. */
function installation(): string {
  const root = fs.mkdtempSync(join(tmpdir(), 'postscope-launch-'));
  folders.push(root);
  fs.mkdirSync(join(root, 'server/bin'), { recursive: true });
  fs.mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  fs.copyFileSync(join(ROOT, 'server/bin/launch'), join(root, 'server/bin/postconf'));
  fs.symlinkSync(join(ROOT, 'server/cli'), join(root, 'server/cli'));
  fs.symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  return root;
}

function run(root: string, more: NodeJS.ProcessEnv = {}): string {
  const { NODE_COMPILE_CACHE: _given, ...env } = process.env;
  const command = join(root, 'server/bin/postconf');
  return execFileSync(command, ['-h', 'mail_version'], { env: { ...env, ...more }, encoding: 'utf8' });
}

function filesIn(folder: string): number {
  return fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true }).length : 0;
}

test('a command keeps what Node made of the sources, in its own installation', () => {
  const root = installation();
  expect(run(root)).toMatch(/^\d/);
  expect(filesIn(join(root, 'node_modules/.cache/postscope'))).toBeGreaterThan(20);
});

test('NODE_COMPILE_CACHE says another place', () => {
  const root = installation();
  const elsewhere = join(root, 'elsewhere');
  run(root, { NODE_COMPILE_CACHE: elsewhere });
  expect(filesIn(join(root, 'node_modules/.cache'))).toBe(0);
  expect(filesIn(elsewhere)).toBeGreaterThan(20);
});

test('where nothing can be kept, the command works all the same', () => {
  const root = installation();
  fs.writeFileSync(join(root, 'node_modules/.cache'), 'a file, not a folder');
  expect(run(root)).toMatch(/^\d/);
});
