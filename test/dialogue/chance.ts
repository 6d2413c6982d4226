/** chance - dice with a bias: how a generated session decides. */
import type { Dice } from '#sim';

/** A choice with some of everything. */
export interface Chance {
  readonly dice: Dice;
  /** Percent of choices that go wrong. */
  readonly faults: number;
}

export function pick<const Item>({ dice }: Pick<Chance, 'dice'>, items: readonly Item[]): Item {
  return items[dice.below(items.length)] as Item;
}

export function happens({ dice }: Pick<Chance, 'dice'>, percent: number): boolean {
  return dice.below(100) < percent;
}

const NOISE = [
  '<',
  '>',
  '@',
  '"',
  '\\',
  '.',
  ',',
  ';',
  ':',
  '(',
  ')',
  '[',
  ']',
  '%',
  '!',
  ' ',
  '\t',
  '+',
  '=',
];
const LETTERS = ['a', 'ann', 'example.org', 'b', '1', '-', '\xe9', '\x7f', '\x01', 'localhost', '_'];

/** Up to so many pieces that mean something to a parser of addresses. */
export function noise(chance: Chance, most: number): string {
  return Array.from({ length: 1 + chance.dice.below(most) }, () =>
    pick(chance, happens(chance, 45) ? NOISE : LETTERS),
  ).join('');
}
