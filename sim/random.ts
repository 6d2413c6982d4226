/**
 * random - the one seeded dice of a world. Its state is a number, so a checkpoint keeps it like everything
 * else.
 *
 * 32-bit integers only: every JavaScript engine throws the same.
 */

export interface Dice {
  /** The next number, 0 … 2³² − 1. */
  next(): number;
  /** A number from 0 to `limit` − 1; `limit` is a whole number from 1 to 2³². */
  below(limit: number): number;
  save(): number;
  load(state: number): void;
}

/** Scrambles a number: equal in, equal out, neighbours far apart. */
export function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Makes dice of a seed (any number; its lowest 32 bits count). */
export function createDice(seed: number): Dice {
  let state = scramble(seed | 0);

  /** A Weyl sequence, scrambled: no state is a trap, the period is 2³². */
  function next(): number {
    state = (state + 0x9e3779b9) >>> 0;
    return scramble(state);
  }

  return {
    next,
    below: (limit) => next() % limit,
    save: () => state,
    load: (saved) => {
      state = saved;
    },
  };
}
