/**
 * persistent - an immutable map with string keys: a change copies a path of it, so old states stay for
 * nothing.
 *
 * A hash trie with sixteen branches a level. The order of entries depends on the keys alone, never on the
 * engine.
 */

interface Bucket<Value> {
  readonly hash: number;
  readonly entries: readonly (readonly [key: string, value: Value])[];
}
type Branch<Value> = readonly (TrieNode<Value> | undefined)[];
type TrieNode<Value> = Bucket<Value> | Branch<Value>;

/** Every change gives a new one and leaves the old as it was. */
export interface PersistentMap<Value> {
  readonly root: TrieNode<Value> | undefined;
  readonly size: number;
}

const EMPTY: PersistentMap<never> = { root: undefined, size: 0 };
const NO_BRANCHES: readonly undefined[] = new Array<undefined>(16).fill(undefined);

/** No entries. */
export function emptyMap<Value>(): PersistentMap<Value> {
  return EMPTY;
}

function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function isBranch<Value>(node: TrieNode<Value>): node is Branch<Value> {
  return Array.isArray(node);
}

/** The value of a key. */
export function valueIn<Value>(map: PersistentMap<Value>, key: string): Value | undefined {
  const hash = hashOf(key);
  let node = map.root;
  for (let shift = 0; node !== undefined && isBranch(node); shift += 4) node = node[(hash >>> shift) & 15];
  return node?.entries.find(([known]) => known === key)?.[1];
}

/** With one entry added or replaced. */
export function withEntry<Value>(map: PersistentMap<Value>, key: string, value: Value): PersistentMap<Value> {
  const added: Bucket<Value> = { hash: hashOf(key), entries: [[key, value]] };
  let grown = 1;
  const put = (node: TrieNode<Value> | undefined, shift: number): TrieNode<Value> => {
    if (node === undefined) return added;
    if (isBranch(node))
      return replaced(node, added.hash, shift, put(childOf(node, added.hash, shift), shift + 4));
    if (node.hash === added.hash) {
      const rest = node.entries.filter(([known]) => known !== key);
      if (rest.length < node.entries.length) grown = 0;
      return { hash: node.hash, entries: [...rest, [key, value]] };
    }
    const split: Branch<Value> = replaced(NO_BRANCHES, node.hash, shift, node);
    return replaced(split, added.hash, shift, put(childOf(split, added.hash, shift), shift + 4));
  };
  const root = put(map.root, 0);
  return { root, size: map.size + grown };
}

function childOf<Value>(branch: Branch<Value>, hash: number, shift: number): TrieNode<Value> | undefined {
  return branch[(hash >>> shift) & 15];
}

function replaced<Value>(
  branch: Branch<Value>,
  hash: number,
  shift: number,
  node: TrieNode<Value> | undefined,
): Branch<Value> {
  const copy = branch.slice();
  copy[(hash >>> shift) & 15] = node;
  return copy;
}

/** Without one entry; the same map when there was none. */
export function withoutEntry<Value>(map: PersistentMap<Value>, key: string): PersistentMap<Value> {
  if (valueIn(map, key) === undefined) return map;
  const hash = hashOf(key);
  const drop = (node: TrieNode<Value> | undefined, shift: number): TrieNode<Value> | undefined => {
    if (node === undefined) return undefined;
    if (!isBranch(node)) {
      const entries = node.entries.filter(([known]) => known !== key);
      return entries.length === 0 ? undefined : { hash, entries };
    }
    const copy = replaced(node, hash, shift, drop(childOf(node, hash, shift), shift + 4));
    return copy.every((child) => child === undefined) ? undefined : copy;
  };
  return { root: drop(map.root, 0), size: map.size - 1 };
}

/** All entries, in an order that follows from the keys. */
export function entriesIn<Value>(map: PersistentMap<Value>): readonly (readonly [string, Value])[] {
  const entries: (readonly [string, Value])[] = [];
  const walk = (node: TrieNode<Value> | undefined): void => {
    if (node === undefined) return;
    if (isBranch(node)) for (const child of node) walk(child);
    else entries.push(...node.entries);
  };
  walk(map.root);
  return entries;
}
