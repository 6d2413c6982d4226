/** docs/security.md names every attack that a test tries, with the file it is in, and no other. */
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test/security');

/** `1 framing`, `10 framing`, …: the numbers in the names of the tests, and their file. */
function tried(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of fs.readdirSync(FOLDER).filter((each) => each.endsWith('.test.ts')))
    for (const [, numbers = ''] of fs
      .readFileSync(join(FOLDER, name), 'utf8')
      .matchAll(/security ([\d, ]+):/g))
      for (const number of numbers.split(', ')) found.add(`${number} ${name.replace('.test.ts', '')}`);
  return found;
}

/** The same from the table; rows that name files elsewhere belong to those. */
function said(): ReadonlySet<string> {
  const found = new Set<string>();
  const rows = fs
    .readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
    .matchAll(/^\| ([\d, ]+) \|.*\| ([^|]+) \|$/gm);
  for (const [, numbers = '', places = ''] of rows)
    for (const place of places.split(/[;,] /).filter((each) => /^\w+$/.test(each)))
      for (const number of numbers.split(', ')) found.add(`${number} ${place}`);
  return found;
}

/** Rows that name files elsewhere: `48 test/server/root.test.ts`. */
function saidElsewhere(): readonly (readonly [numbers: readonly string[], file: string])[] {
  const rows = fs
    .readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
    .matchAll(/^\| ([\d, ]+) \|.*\| ([^|]+) \|$/gm);
  return [...rows].flatMap(([, numbers = '', places = '']) =>
    [...places.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => [numbers.split(', '), file] as const),
  );
}

test('docs/security.md: a test elsewhere has the number of its row in its name', () => {
  const rows = saidElsewhere();
  expect(rows.length).toBeGreaterThan(10);
  const without = rows.filter(([numbers, file]) => {
    const names = fs.readFileSync(join(ROOT, file), 'utf8').matchAll(/security ([\d, ]+):/g);
    const found = new Set([...names].flatMap(([, some = '']) => some.split(', ')));
    return !numbers.some((number) => found.has(number));
  });
  expect(without).toEqual([]);
});

test('docs/security.md: every attack with its test', () => {
  const [inTests, inTable] = [tried(), said()];
  expect(inTests.size).toBeGreaterThan(20);
  // 14 and 54 are tried in two places; the table names the one where most of it is.
  const isAlso = (each: string): boolean =>
    [...inTable].some((row) => row.startsWith(`${each.split(' ')[0]} `));
  expect([...inTests].filter((each) => !inTable.has(each) && !isAlso(each))).toEqual([]);
  expect([...inTable].filter((each) => !inTests.has(each))).toEqual([]);
});
