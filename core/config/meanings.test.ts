/** Every main.cf parameter has its sentence in French and in English. postconf(5). */
import { expect, test } from 'vitest';
import { meaningOf } from './meanings.ts';
import english from './parameters/meaning.en.json' with { type: 'json' };
import french from './parameters/meaning.fr.json' with { type: 'json' };
import { parameterNames } from './registry.ts';

test('postconf(5): both languages explain exactly the 890 names, in the registry’s order', () => {
  expect(Object.keys(english)).toEqual(parameterNames('3.x'));
  expect(Object.keys(french)).toEqual(parameterNames('3.x'));
});

test('postconf(5): each meaning is one sentence of at most 150 characters, not the name again', () => {
  for (const name of parameterNames('3.x')) {
    for (const language of ['en', 'fr'] as const) {
      const meaning = meaningOf(name, language) ?? '';
      expect(meaning, `${name} ${language}`).toMatch(/^[^\n]{15,149}\.$/);
      expect(meaning.startsWith(name), `${name} ${language}`).toBe(false);
      expect(meaning, `${name} ${language}`).not.toContain('{P}');
    }
  }
});

test('postconf(5): no meaning stands for two names, and no French one is the English one', () => {
  for (const language of ['en', 'fr'] as const) {
    const meanings = parameterNames('3.x').map((name) => meaningOf(name, language));
    expect(new Set(meanings).size).toBe(meanings.length);
  }
  for (const name of parameterNames('3.x')) expect(meaningOf(name, 'fr')).not.toBe(meaningOf(name, 'en'));
});

test('postconf(5): French signs of two parts stand after a space that does not break', () => {
  for (const meaning of Object.values(french)) expect(meaning).not.toMatch(/ [;:?]|'/);
});

test('postconf(5): an unknown name has no meaning', () => {
  for (const name of ['no_such_parameter', 'constructor', '__proto__', '']) {
    expect(meaningOf(name, 'en')).toBeUndefined();
    expect(meaningOf(name, 'fr')).toBeUndefined();
  }
});
