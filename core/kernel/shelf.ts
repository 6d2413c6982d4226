/**
 * A map for large immutable contexts: a change copies one shelf of it, not the whole. qmgr holds 20,000
 * messages.
 */

const SHELVES = 256;

/** Immutable; every change gives a new one and leaves the old as it was. */
export interface Shelves<Value> {
  readonly shelves: readonly (ReadonlyMap<string, Value> | undefined)[];
  readonly size: number;
}

/** No entries. */
export function emptyShelves<Value>(): Shelves<Value> {
  return { shelves: [], size: 0 };
}

function shelfOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash >>> 0) % SHELVES;
}

/** The value of a key. */
export function takeFrom<Value>(map: Shelves<Value>, key: string): Value | undefined {
  return map.shelves[shelfOf(key)]?.get(key);
}

/** With one entry added or replaced. */
export function putInto<Value>(map: Shelves<Value>, key: string, value: Value): Shelves<Value> {
  const at = shelfOf(key);
  const old = map.shelves[at];
  const shelf = new Map(old);
  shelf.set(key, value);
  const shelves = map.shelves.length === 0 ? new Array(SHELVES).fill(undefined) : map.shelves.slice();
  shelves[at] = shelf;
  return { shelves, size: map.size + (old?.has(key) === true ? 0 : 1) };
}

/** Without one entry. */
export function dropFrom<Value>(map: Shelves<Value>, key: string): Shelves<Value> {
  const at = shelfOf(key);
  const old = map.shelves[at];
  if (old === undefined || !old.has(key)) return map;
  const shelf = new Map(old);
  shelf.delete(key);
  const shelves = map.shelves.slice();
  shelves[at] = shelf.size === 0 ? undefined : shelf;
  return { shelves, size: map.size - 1 };
}

/** All entries, in no order that means anything (but always the same for the same history). */
export function entriesOf<Value>(map: Shelves<Value>): readonly (readonly [string, Value])[] {
  return map.shelves.flatMap((shelf) => (shelf === undefined ? [] : [...shelf]));
}
