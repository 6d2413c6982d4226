/** The page knows whose sentences come later. */
import { expect, test } from 'vitest';
import { rare } from '#core/rare';
import { words as english } from '#core/rare-words.en';
import { words as french } from '#core/rare-words.fr';
import { lacksWords, loadLanguage, withRareWords } from './tell.ts';

const eventOf = (service: string) => ({ service }) as Parameters<typeof lacksWords>[1];

test('tell: the sentences of the programs of core/rare.ts are loaded when one of them acts', async () => {
  const programs = Object.values(rare).map(({ daemon }) => daemon.name);
  expect([Object.keys(english), Object.keys(french)]).toEqual([programs, programs]);
  for (const locale of ['fr', 'en'] as const) {
    const first = await loadLanguage(locale);
    for (const name of programs) expect(lacksWords(first, eventOf(name)), name).toBe(true);
    for (const name of ['smtpd', 'qmgr', 'rewrite', 'telnet'])
      expect(lacksWords(first, eventOf(name))).toBe(false);
    const all = await withRareWords(first);
    for (const name of programs) expect(lacksWords(all, eventOf(name)), name).toBe(false);
  }
});
