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
