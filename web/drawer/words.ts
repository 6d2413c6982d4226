/**
 * words - the sentences of all charts in one language, fetched when they are first needed.
 */
import { type Row, templateOf, type WhyWords, type Words } from '#core';
import type { Locale } from '../i18n/drawer.ts';

export type WordBook = Readonly<Record<string, Words>>;

/** Sentences by chart, and the words for reasons. */
export interface Texts {
  readonly words: WordBook;
  readonly whyWords: WhyWords;
}

const loaders: Readonly<Record<Locale, () => Promise<Texts>>> = {
  fr: () => import('#core/words.fr'),
  en: () => import('#core/words.en'),
};

/** Sentences by chart. */
export async function loadWords(locale: Locale): Promise<WordBook> {
  return (await loaders[locale]()).words;
}

/** The same, with the words for reasons. */
export async function loadTexts(locale: Locale): Promise<Texts> {
  return loaders[locale]();
}

/** What a row does, before it is known with which facts: each of them is an ellipsis. */
export function sentenceOfRow(book: WordBook | undefined, chart: string, row: Row): string | undefined {
  const words = book?.[chart];
  return words === undefined ? undefined : templateOf(words, row)?.replace(/\{[a-zA-Z.]+\}/g, '…');
}
