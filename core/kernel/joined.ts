/** joined - two lists in one; what rules, charts and sessions use to gather effects and rows. */

/**
 * Both lists in one; one of them itself when the other is empty. Traces keep lists for long, so none is made
 * longer than what is in it, as `push` would.
 */
export function joined<Item>(first: readonly Item[], second: readonly Item[]): readonly Item[] {
  if (first.length === 0) return second;
  return second.length === 0 ? first : first.concat(second);
}
