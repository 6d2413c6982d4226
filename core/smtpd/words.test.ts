/** The sentences of smtpd: every row of the chart has one in both languages, and no sentence is left over. */
import { expect, test } from 'vitest';
import { smtpd } from './machine.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

interface Node {
  readonly path: readonly string[];
  readonly transitions: ReadonlyMap<string, readonly { readonly guard?: unknown }[]>;
  readonly always?: readonly { readonly guard?: unknown }[];
  readonly states: Readonly<Record<string, Node>>;
}

function keysOf(node: Node): readonly (readonly [specific: string, general: string])[] {
  const rows = [...node.transitions, ['', node.always ?? []] as const].flatMap(([event, list]) =>
    list.map(({ guard }): readonly [string, string] => {
      const rest = `${event} ${typeof guard === 'string' ? guard : 'else'}`;
      return [`${node.path.join('.')} ${rest}`, rest];
    }),
  );
  return [...rows, ...Object.values(node.states).flatMap(keysOf)];
}

const rows = keysOf(smtpd.root as unknown as Node);

test.each([
  ['en', english],
  ['fr', french],
])('words.%s: every row has a sentence, every sentence a row', (_language, words) => {
  const used = rows.map(([specific, general]) => (specific in words ? specific : general));
  expect(used.filter((key) => !(key in words))).toEqual([]);
  expect(Object.keys(words).filter((key) => key !== 'start' && !used.includes(key))).toEqual([]);
});

test('words: both languages fill in the same facts', () => {
  const facts = (text = '') => (text.match(/\{[a-zA-Z]+\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(english)) expect(facts(french[key]), key).toEqual(facts(text));
});
