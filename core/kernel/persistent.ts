/**
 * persistent - an immutable map with string keys: a change copies a path of it, so old states stay for
 * nothing.
 *
 * A hash trie with sixteen branches a level, of which only those in use take room. The order of entries
 * depends on the keys alone, never on the engine.
 */

/** Keys with one hash are a list, sorted by key. */
interface Leaf<Value> {
  readonly bits: 0;
  readonly hash: number;
  readonly key: string;
  readonly value: Value;
  readonly next: Leaf<Value> | undefined;
}
interface Branch<Value> {
  /** Which of the sixteen branches there are; their nodes, in that order. */
  readonly bits: number;
  readonly nodes: readonly TrieNode<Value>[];
}
type TrieNode<Value> = Leaf<Value> | Branch<Value>;

/** Every change gives a new one and leaves the old as it was. */
export interface PersistentMap<Value> {
  readonly root: TrieNode<Value> | undefined;
  readonly size: number;
}

const EMPTY: PersistentMap<never> = { root: undefined, size: 0 };

/** No entries. */
export function emptyMap<Value>(): PersistentMap<Value> {
  return EMPTY;
}

function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}

function isBranch<Value>(node: TrieNode<Value>): node is Branch<Value> {
  return node.bits !== 0;
}

/** How many of sixteen bits are set. */
function countOf(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x5555);
  count = (count & 0x3333) + ((count >>> 2) & 0x3333);
  count = (count + (count >>> 4)) & 0x0f0f;
  return (count + (count >>> 8)) & 0x1f;
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & 15);
}

/** The value of a key. */
export function valueIn<Value>(map: PersistentMap<Value>, key: string): Value | undefined {
  return map.root === undefined ? undefined : leafOf(map, hashOf(key), key)?.value;
}

function leafOf<Value>(map: PersistentMap<Value>, hash: number, key: string): Leaf<Value> | undefined {
  let node = map.root;
  for (let shift = 0; node !== undefined && isBranch(node); shift += 4) {
    const bit = bitOf(hash, shift);
    node = (node.bits & bit) === 0 ? undefined : node.nodes[countOf(node.bits & (bit - 1))];
  }
  for (let leaf = node; leaf !== undefined && !isBranch(leaf); leaf = leaf.next) {
    if (leaf.key === key) return leaf;
  }
  return undefined;
}

/** With one entry added or replaced; the same map when nothing changes. */
export function withEntry<Value>(map: PersistentMap<Value>, key: string, value: Value): PersistentMap<Value> {
  const { root, size } = map;
  const hash = hashOf(key);
  const known = leafOf(map, hash, key);
  if (known !== undefined && known.value === value) return map;
  const leaf: Leaf<Value> = { bits: 0, hash, key, value, next: undefined };
  if (root === undefined) return { root: leaf, size: 1 };
  return { root: put(root, leaf, 0), size: known === undefined ? size + 1 : size };
}

function put<Value>(node: TrieNode<Value>, leaf: Leaf<Value>, shift: number): TrieNode<Value> {
  if (!isBranch(node)) return node.hash === leaf.hash ? listed(node, leaf) : split(node, leaf, shift);
  const bit = bitOf(leaf.hash, shift);
  const at = countOf(node.bits & (bit - 1));
  const known = node.nodes[at];
  if ((node.bits & bit) === 0 || known === undefined) {
    const nodes = node.nodes.slice();
    nodes.splice(at, 0, leaf);
    return { bits: node.bits | bit, nodes };
  }
  const grown = put(known, leaf, shift + 4);
  if (grown === known) return node;
  const nodes = node.nodes.slice();
  nodes[at] = grown;
  return { bits: node.bits, nodes };
}

/** Adds to keys of the same hash, or replaces one. */
function listed<Value>(list: Leaf<Value>, leaf: Leaf<Value>): Leaf<Value> {
  if (list.key === leaf.key) return list.value === leaf.value ? list : { ...leaf, next: list.next };
  if (leaf.key < list.key) return { ...leaf, next: list };
  const next = list.next === undefined ? leaf : listed(list.next, leaf);
  return next === list.next ? list : { ...list, next };
}

/** A branch for two leaves of different hashes. */
function split<Value>(one: Leaf<Value>, other: Leaf<Value>, shift: number): Branch<Value> {
  const [bitOne, bitOther] = [bitOf(one.hash, shift), bitOf(other.hash, shift)];
  if (bitOne === bitOther) return { bits: bitOne, nodes: [split(one, other, shift + 4)] };
  return { bits: bitOne | bitOther, nodes: bitOne < bitOther ? [one, other] : [other, one] };
}

/** Without one entry; the same map when there was none. */
export function withoutEntry<Value>(map: PersistentMap<Value>, key: string): PersistentMap<Value> {
  const { root, size } = map;
  if (root === undefined) return map;
  const left = drop(root, hashOf(key), key, 0);
  return left === root ? map : { root: left, size: size - 1 };
}

function drop<Value>(
  node: TrieNode<Value>,
  hash: number,
  key: string,
  shift: number,
): TrieNode<Value> | undefined {
  if (!isBranch(node)) return node.hash === hash ? unlisted(node, key) : node;
  const bit = bitOf(hash, shift);
  const at = countOf(node.bits & (bit - 1));
  const known = node.nodes[at];
  if ((node.bits & bit) === 0 || known === undefined) return node;
  const left = drop(known, hash, key, shift + 4);
  if (left === known) return node;
  if (left !== undefined) return { bits: node.bits, nodes: node.nodes.with(at, left) };
  if (node.nodes.length === 1) return undefined;
  return { bits: node.bits & ~bit, nodes: node.nodes.toSpliced(at, 1) };
}

function unlisted<Value>(list: Leaf<Value>, key: string): Leaf<Value> | undefined {
  if (list.key === key) return list.next;
  const next = list.next === undefined ? undefined : unlisted(list.next, key);
  return next === list.next ? list : { ...list, next };
}

/** All entries, in an order that follows from the keys. */
export function entriesIn<Value>(map: PersistentMap<Value>): readonly (readonly [string, Value])[] {
  const entries: (readonly [string, Value])[] = [];
  const walk = (node: TrieNode<Value>): void => {
    if (isBranch(node)) for (const child of node.nodes) walk(child);
    else
      for (let leaf: Leaf<Value> | undefined = node; leaf; leaf = leaf.next)
        entries.push([leaf.key, leaf.value]);
  };
  if (map.root !== undefined) walk(map.root);
  return entries;
}
