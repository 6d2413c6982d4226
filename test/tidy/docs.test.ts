/**
 * docs/generated is what the code says today.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GENERATED, generatedDocs } from '../../docs/generate.ts';

test('docs/generated: equals what `npm run docs` makes from the code', () => {
  const docs = generatedDocs();
  expect([...docs.keys()].sort(), 'run `npm run docs`').toEqual(readdirSync(GENERATED).sort());
  for (const [name, text] of docs) {
    expect(readFileSync(join(GENERATED, name), 'utf8') === text, `${name} is old: run \`npm run docs\``).toBe(
      true,
    );
  }
});

test('docs/generated: every effect has a giver and two performers, every note a writer and a hearer', () => {
  const page = generatedDocs().get('messages.md') ?? '';
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) {
    const [, , , givers = '', takers = ''] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    expect([givers === '', takers === ''], row).toEqual([false, false]);
  }
});
