/** Sentences for people: every row of every chart has one in both languages, and says why it is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Row } from '../../core/kernel/table.ts';
import { type Words, wordKeys } from '../../core/kernel/words.ts';
import { words as english } from '../../core/words.en.ts';
import { words as french } from '../../core/words.fr.ts';
import { allCharts, type ChartRow, rowsOf, titleOf } from './charts.ts';
import { TOP } from './sources.ts';

const LANGUAGES = { en: english, fr: french } as const;
const pairs = (['en', 'fr'] as const).flatMap((language) =>
  allCharts.map(({ id }) => [language, id] as const),
);

/** The key under which a row's sentence is found, or undefined. */
function keyOf(words: Words, { state, event, guard }: ChartRow): string | undefined {
  const row: Row = { state, event, index: 0, ...(guard === undefined ? {} : { guard }) };
  return wordKeys(row).find((key) => key in words);
}

function catalogue(language: 'en' | 'fr', name: string): Words {
  return LANGUAGES[language][name] ?? {};
}

test('core/words: both doors lead to every chart, and to nothing else', () => {
  const names = allCharts.map(({ id }) => id).sort();
  expect(Object.keys(english).sort()).toEqual(names);
  expect(Object.keys(french).sort()).toEqual(names);
});

test.each(pairs)('words.%s of %s: every row has a sentence, every sentence a row', (language, name) => {
  const words = catalogue(language, name);
  const chart = allCharts.find(({ id }) => id === name);
  const rows = chart === undefined ? [] : rowsOf(chart);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.filter((row) => keyOf(words, row) === undefined).map(titleOf)).toEqual([]);
  const used = new Set(rows.map((row) => keyOf(words, row)));
  expect(Object.keys(words).filter((key) => key !== 'start' && !used.has(key))).toEqual([]);
  expect(words.start).toMatch(/\S/);
});

test.each(allCharts.map(({ id }) => id))(
  'words of %s: both languages say the same facts in the same rows',
  (name) => {
    const [en, fr] = [catalogue('en', name), catalogue('fr', name)];
    const facts = (text = '') => [...new Set(text.match(/\{[a-zA-Z.]+\}/g) ?? [])].sort();
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) expect(facts(fr[key]), key).toEqual(facts(text));
  },
);

test.each(pairs)('words.%s of %s: sentences, written as that language is', (language, name) => {
  for (const [key, text] of Object.entries(catalogue(language, name))) {
    expect(text, key).toMatch(/[.?!}»”]$/);
    if (language === 'en') continue;
    // An apostrophe is curved, quotation marks are guillemets with a space inside.
    expect(text, key).not.toMatch(/['"“”]/);
    expect(text, key).not.toMatch(/«[^\s\u00a0\u202f]|[^\s\u00a0\u202f]»/);
    expect(text, key).not.toMatch(/[\p{L})>}][;!?]/u);
  }
});

/** `RFC 5321 §4.1.4`, a manual page with its section, or one of Postfix's README files. */
const REFERENCE = /\bRFC \d+ §\d|\b[a-z][\w.-]*\(\d\)|\b[A-Z_]+_README\b/;

test('style 13: every row cites an RFC, a manual page or a README', () => {
  const rows = allCharts.flatMap(rowsOf);
  expect(rows.length).toBeGreaterThan(300);
  expect(rows.filter(({ description }) => !REFERENCE.test(description)).map(titleOf)).toEqual([]);
});

test('style 13: every RFC that a row cites is in docs/rfcs.tsv', () => {
  const known = new Set(
    readFileSync(join(TOP, 'docs/rfcs.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t')[0]),
  );
  const cited = allCharts
    .flatMap(rowsOf)
    .flatMap((row) =>
      [...row.description.matchAll(/RFC (\d+)/g)].map((found) => [titleOf(row), found[1]] as const),
    );
  expect(cited.filter(([, number]) => !known.has(number))).toEqual([]);
});
