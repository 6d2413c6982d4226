/**
 * recent - what was worked out for the last few things is remembered: guards and actions of a step ask alike.
 *
 * Not a WeakMap: those cost the garbage collector a twentieth of all that a message needs.
 */

/**
 * The same function, which need not work again for the `size` keys it was asked about last; those are not
 * let go before others come. What it works out must depend on the key alone, whatever else it is given.
 */
export function recent<Key extends object, Rest extends readonly unknown[], Value>(
  size: number,
  work: (key: Key, ...rest: Rest) => Value,
): (key: Key, ...rest: Rest) => Value {
  const keys: Key[] = [];
  const values: Value[] = [];
  let oldest = 0;
  return (key, ...rest) => {
    const known = keys.indexOf(key);
    if (known >= 0) return values[known] as Value;
    const value = work(key, ...rest);
    keys[oldest] = key;
    values[oldest] = value;
    oldest = (oldest + 1) % size;
    return value;
  };
}
