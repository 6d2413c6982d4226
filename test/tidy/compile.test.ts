/**
 * Input and output do not compile in core and sim: their tsconfig.json knows neither Node nor the page.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from './sources.ts';

/** One planted file each: its line, and the word the compiler must stumble over. */
const PLANTED = [
  [`setTimeout(() => undefined, 1);`, 'setTimeout'],
  [`document.title = 'x';`, 'document'],
  [`export const bytes = Buffer.from('x');`, 'Buffer'],
  [`export const answer = fetch('https://a.example/');`, 'fetch'],
  [`console.log('x');`, 'console'],
  [`export const home = process.env.HOME;`, 'process'],
  [`export { readFileSync } from 'node:fs';`, 'node:fs'],
  [`export enum Colour { Red }`, 'erasableSyntaxOnly'],
] as const;

test.for(['core', 'sim'])('%s/tsconfig.json: what reaches for the world does not compile', (folder) => {
  const errors = compile(folder, [...PLANTED.map(([line]) => line), 'export const one: number = 1;']);
  for (const [at, [, word]] of PLANTED.entries()) {
    expect(errors).toMatch(new RegExp(`planted${at}\\.ts\\(.*${word}`));
  }
  expect(errors).not.toContain(`planted${PLANTED.length}.ts`);
});

/** Compiles files of one line with a folder's own settings; gives what the compiler said. */
function compile(folder: string, lines: readonly string[]): string {
  // Inside the repository, so that packages and their types are found as they are from the folder itself.
  const caches = join(TOP, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const place = mkdtempSync(join(caches, 'postscope-compile-'));
  try {
    // A package that drags in Node's types would open the gate for all of core.
    const files = lines.map((line, at) => ({ name: `planted${at}.ts`, text: `import 'xstate';\n${line}\n` }));
    for (const { name, text } of files) writeFileSync(join(place, name), text);
    const settings = {
      extends: join(TOP, folder, 'tsconfig.json'),
      include: [],
      files: files.map((f) => f.name),
    };
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(settings));
    const compiler = join(TOP, 'node_modules', 'typescript', 'bin', 'tsc');
    return spawnSync(process.execPath, [compiler, '-p', place], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
