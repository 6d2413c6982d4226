/**
 * What each main.cf parameter does, in one sentence of French or English.
 *
 * postconf(5)
 */
import english from './parameters/meaning.en.json' with { type: 'json' };
import french from './parameters/meaning.fr.json' with { type: 'json' };

const meanings: Readonly<Record<'fr' | 'en', Readonly<Record<string, string>>>> = {
  fr: french,
  en: english,
};

/** The sentence that says what a parameter does; undefined for a name that nobody knows. */
export function meaningOf(name: string, language: 'fr' | 'en'): string | undefined {
  return Object.hasOwn(meanings[language], name) ? meanings[language][name] : undefined;
}
