/**
 * Links between our own documents lead somewhere, and rfcs.tsv knows every RFC that a source names.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources, TOP } from './sources.ts';

test('docs: every relative link leads to a file', () => {
  const pages = globSync('{*.md,{docs,scenarios,server,web,test}/**/*.md}', { cwd: TOP }).filter(
    (page) => !page.includes('node_modules'),
  );
  expect(pages.length).toBeGreaterThan(5);
  const dead = pages.flatMap((page) =>
    linksOf(readFileSync(join(TOP, page), 'utf8'))
      .filter((link) => !existsSync(join(TOP, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test('docs/rfcs.tsv: well formed, sorted, and complete for what the sources cite', () => {
  const [head, ...rows] = readFileSync(join(TOP, 'docs/rfcs.tsv'), 'utf8').trimEnd().split('\n');
  expect(head).toBe('number\tkept\ttitle');
  for (const row of rows) expect(row).toMatch(/^\d+\t(yes|partial|no)\t\S[^\t]*$/);
  const numbers = rows.map((row) => Number.parseInt(row, 10));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  const known = new Set(numbers);
  const cited = readSources().flatMap(({ path, text }) =>
    [...text.matchAll(/\bRFC (\d{3,4})\b/g)]
      .filter((found) => !known.has(Number(found[1])))
      .map((found) => `${path}: ${found[0]}`),
  );
  expect(cited).toEqual([]);
});

/** Targets of Markdown links that stay in the repository, without their `#part`. */
function linksOf(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map((found) => found[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}
