/**
 * A queue for large immutable contexts: adding or taking copies one small chunk, not the whole. A
 * destination may hold 20,000 entries.
 */

const CHUNK = 64;

/** Immutable; first in, first out. */
export interface Fifo<Item> {
  readonly chunks: readonly (readonly Item[])[];
  /** How many of the first chunk are already taken. */
  readonly taken: number;
  readonly size: number;
}

/** A queue of these items, the first to be taken first. */
export function fifoOf<Item>(items: readonly Item[] = []): Fifo<Item> {
  return { chunks: items.length === 0 ? [] : [items], taken: 0, size: items.length };
}

/** With one more at the end. */
export function pushed<Item>({ chunks, taken, size }: Fifo<Item>, item: Item): Fifo<Item> {
  const last = chunks.at(-1);
  const grown =
    last === undefined || last.length >= CHUNK ? [...chunks, [item]] : chunks.with(-1, [...last, item]);
  return { chunks: grown, taken, size: size + 1 };
}

/** The first item and the rest; undefined when there is none. */
export function shifted<Item>(
  fifo: Fifo<Item>,
): { readonly first: Item; readonly rest: Fifo<Item> } | undefined {
  const [chunk] = fifo.chunks;
  if (chunk === undefined) return undefined;
  const first = chunk[fifo.taken] as Item;
  const taken = fifo.taken + 1;
  const size = fifo.size - 1;
  if (taken < chunk.length) return { first, rest: { chunks: fifo.chunks, taken, size } };
  return { first, rest: { chunks: fifo.chunks.slice(1), taken: 0, size } };
}

/** All items in order. */
export function itemsOf<Item>({ chunks, taken }: Fifo<Item>): readonly Item[] {
  return chunks.flat().slice(taken);
}
