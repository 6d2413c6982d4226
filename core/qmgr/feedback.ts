/**
 * How success and failure move the window of a destination. qmgr(8) · SCHEDULER_README
 *
 * postconf(5) default_destination_concurrency_positive_feedback
 */

/** `number`, `number / concurrency` or `number / sqrt_concurrency`. */
export interface Feedback {
  readonly base: number;
  readonly divisor: 'none' | 'concurrency' | 'sqrt_concurrency';
}

const STEADY: Feedback = { base: 1, divisor: 'none' };

/** Reads a feedback parameter; what is malformed counts as 1, the default. */
export function feedbackOf(text: string): Feedback {
  const match = /^\s*(0*1(?:\.0*)?|0*(?:\.\d+)?|0+\.\d*)\s*(?:\/\s*(sqrt_)?concurrency\s*)?$/.exec(text);
  if (match === null || match[1] === '' || match[1] === undefined) return STEADY;
  const divided = text.includes('/');
  const divisor = divided ? (match[2] === undefined ? 'concurrency' : 'sqrt_concurrency') : 'none';
  return { base: Number(match[1]), divisor };
}

/** What one event weighs at this window. */
export function weightOf({ base, divisor }: Feedback, window: number): number {
  if (divisor === 'none') return base;
  return base / (divisor === 'concurrency' ? window : Math.sqrt(window));
}

/** What moves: the window, and the parts of a step that successes and failures have earned so far. */
export interface Balance {
  readonly window: number;
  readonly success: number;
  readonly failure: number;
}

/** After a success; the caller has checked that the window may grow. */
export function rewarded(balance: Balance, feedback: Feedback, limit: number): Balance {
  let { window, success, failure } = balance;
  const weight = weightOf(feedback, window);
  success += weight;
  while (weight > 0 && success + weight / 2 >= 1) {
    window += 1;
    success -= 1;
    failure = 0;
  }
  return { window: limit > 0 ? Math.min(window, limit) : window, success, failure };
}

/** After a site failure; never below 1: a destination dies of failed cohorts, not of a small window. */
export function punished(balance: Balance, feedback: Feedback): Balance {
  let { window, success, failure } = balance;
  const weight = weightOf(feedback, window);
  failure -= weight;
  while (weight > 0 && failure - weight / 2 < 0) {
    window -= 1;
    success = 0;
    failure += 1;
  }
  return { window: Math.max(window, 1), success, failure };
}
