/**
 * search - how far a test looks: a little, always the same, at every commit; by the clock and from another
 * seed each time in `npm run test:long`.
 *
 * POSTSCOPE_LONG_MINUTES: for each search, 5 by default. POSTSCOPE_SEED: the seed to begin with.
 */

/** Whether this is `npm run test:long`. */
export const isLong = process.env.POSTSCOPE_LONG !== undefined;

/** Where a search begins. A failure names the seed it was found with. */
export const firstSeed = isLong
  ? Number(process.env.POSTSCOPE_SEED ?? Math.floor(Math.random() * 2 ** 30))
  : 1;

const limitMs = Number(process.env.POSTSCOPE_LONG_MINUTES ?? 5) * 60_000;

/** What fast-check is told. It prints seed and path of a failure by itself. */
export function search(numRuns: number) {
  if (!isLong) return { seed: firstSeed, numRuns };
  return { seed: firstSeed, numRuns: 1_000_000_000, interruptAfterTimeLimit: limitMs };
}

/** Seeds to try: `count` of them, or as many as the time allows. */
export function* seeds(count: number): Generator<number> {
  const end = performance.now() + limitMs;
  for (let at = 0; isLong ? performance.now() < end : at < count; at += 1) yield firstSeed + at;
}
