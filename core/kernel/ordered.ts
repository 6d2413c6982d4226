/**
 * ordered - an immutable map whose entries stand in the order of their keys: a change copies a path of it.
 *
 * A tree kept in balance by the number of its entries (Adams, "Efficient sets: a balancing act", 1993).
 */

interface Node<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly size: number;
  readonly left: Ordered<Key, Value>;
  readonly right: Ordered<Key, Value>;
}

/** undefined = no entries. Every change gives a new one and leaves the old as it was. */
export type Ordered<Key, Value> = Node<Key, Value> | undefined;

/** Negative: `a` before `b`; 0: the same place. */
export type Compare<Key> = (a: Key, b: Key) => number;

/** One side may be so many times heavier; and when turning once is enough. */
const DELTA = 3;
const RATIO = 2;

/** How many entries. */
export function sizeOf<Key, Value>(tree: Ordered<Key, Value>): number {
  return tree === undefined ? 0 : tree.size;
}

type Side<Key, Value> = Ordered<Key, Value>;

function node<Key, Value>(key: Key, value: Value, left: Side<Key, Value>, right: Side<Key, Value>) {
  return { key, value, size: sizeOf(left) + sizeOf(right) + 1, left, right };
}

function balanced<Key, Value>(
  key: Key,
  value: Value,
  left: Side<Key, Value>,
  right: Side<Key, Value>,
): Node<Key, Value> {
  const [heavyLeft, heavyRight] = [sizeOf(left), sizeOf(right)];
  if (heavyLeft + heavyRight < 2) return node(key, value, left, right);
  if (right !== undefined && heavyRight > DELTA * heavyLeft) {
    const inner = right.left;
    if (inner === undefined || inner.size < RATIO * sizeOf(right.right))
      return node(right.key, right.value, node(key, value, left, inner), right.right);
    const outer = node(right.key, right.value, inner.right, right.right);
    return node(inner.key, inner.value, node(key, value, left, inner.left), outer);
  }
  if (left !== undefined && heavyLeft > DELTA * heavyRight) {
    const inner = left.right;
    if (inner === undefined || inner.size < RATIO * sizeOf(left.left))
      return node(left.key, left.value, left.left, node(key, value, inner, right));
    const outer = node(left.key, left.value, left.left, inner.left);
    return node(inner.key, inner.value, outer, node(key, value, inner.right, right));
  }
  return node(key, value, left, right);
}

/** With one entry added or replaced. */
export function inserted<Key, Value>(
  tree: Ordered<Key, Value>,
  compare: Compare<Key>,
  key: Key,
  value: Value,
): Ordered<Key, Value> {
  if (tree === undefined) return node(key, value, undefined, undefined);
  const side = compare(key, tree.key);
  if (side === 0) return { ...tree, key, value };
  return side < 0
    ? balanced(tree.key, tree.value, inserted(tree.left, compare, key, value), tree.right)
    : balanced(tree.key, tree.value, tree.left, inserted(tree.right, compare, key, value));
}

/** Without one entry; the same map when there was none. */
export function removed<Key, Value>(
  tree: Ordered<Key, Value>,
  compare: Compare<Key>,
  key: Key,
): Ordered<Key, Value> {
  if (tree === undefined) return undefined;
  const side = compare(key, tree.key);
  if (side === 0) return merged(tree.left, tree.right, compare);
  const [from, other] = side < 0 ? [tree.left, tree.right] : [tree.right, tree.left];
  const rest = removed(from, compare, key);
  if (rest === from) return tree;
  const [left, right] = side < 0 ? [rest, other] : [other, rest];
  return balanced(tree.key, tree.value, left, right);
}

function merged<Key, Value>(
  left: Side<Key, Value>,
  right: Side<Key, Value>,
  compare: Compare<Key>,
): Ordered<Key, Value> {
  const next = firstOf(right);
  if (next === undefined) return left;
  if (left === undefined) return right;
  return balanced(next.key, next.value, left, removed(right, compare, next.key));
}

/** The entry that stands first. */
export function firstOf<Key, Value>(
  tree: Ordered<Key, Value>,
): { readonly key: Key; readonly value: Value } | undefined {
  let found = tree;
  while (found?.left !== undefined) found = found.left;
  return found;
}

/** The value at a key. */
export function valueAt<Key, Value>(
  tree: Ordered<Key, Value>,
  compare: Compare<Key>,
  key: Key,
): Value | undefined {
  let found = tree;
  while (found !== undefined) {
    const side = compare(key, found.key);
    if (side === 0) return found.value;
    found = side < 0 ? found.left : found.right;
  }
  return undefined;
}

/** The first entry behind a key. */
export function nextBehind<Key, Value>(
  tree: Ordered<Key, Value>,
  compare: Compare<Key>,
  key: Key,
): { readonly key: Key; readonly value: Value } | undefined {
  let found: Ordered<Key, Value>;
  for (let one = tree; one !== undefined; ) {
    const isBehind = compare(one.key, key) > 0;
    if (isBehind) found = one;
    one = isBehind ? one.left : one.right;
  }
  return found;
}

/** Visits the entries behind a key in order, until `visit` says false. False when it was stopped. */
export function walkBehind<Key, Value>(
  tree: Ordered<Key, Value>,
  compare: Compare<Key>,
  key: Key,
  visit: (key: Key, value: Value) => boolean,
): boolean {
  if (tree === undefined) return true;
  if (compare(tree.key, key) <= 0) return walkBehind(tree.right, compare, key, visit);
  if (!walkBehind(tree.left, compare, key, visit)) return false;
  return visit(tree.key, tree.value) && walkBehind(tree.right, compare, key, visit);
}

/** All values in the order of their keys. */
export function valuesOf<Key, Value>(tree: Ordered<Key, Value>): readonly Value[] {
  const values: Value[] = [];
  const walk = (one: Ordered<Key, Value>): void => {
    if (one === undefined) return;
    walk(one.left);
    values.push(one.value);
    walk(one.right);
  };
  walk(tree);
  return values;
}
