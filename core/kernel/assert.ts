/**
 * What must be true if we made no mistake; a failure crashes the process (architecture §8: "we are wrong").
 */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`panic: ${sentence}`);
}
