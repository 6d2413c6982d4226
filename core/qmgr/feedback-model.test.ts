/**
 * The window of a destination beside a second writing of SCHEDULER_README's rule, on random courses, and the
 * figures that follow from it for the two profiles.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Balance, type Feedback, punished, rewarded } from './feedback.ts';

const DIVISORS = ['none', 'concurrency', 'sqrt_concurrency'] as const;

/** Hysteresis as in the README: a step is made when half of the next event's worth would overshoot it. */
function modelled(course: readonly boolean[], plus: Feedback, minus: Feedback, limit: number): number {
  let [window, up, down] = [5, 0, 0];
  const worth = ({ base, divisor }: Feedback): number =>
    base / { none: 1, concurrency: window, sqrt_concurrency: Math.sqrt(window) }[divisor];
  for (const isGood of course) {
    if (isGood && window < limit) {
      const one = worth(plus);
      for (up += one; up >= 1 - one / 2; up -= 1, down = 0) window += 1;
      window = Math.min(window, limit);
    } else if (!isGood) {
      const one = worth(minus);
      for (down -= one; down < one / 2; down += 1, up = 0) window -= 1;
      window = Math.max(window, 1);
    }
  }
  return window;
}

function played(
  course: readonly boolean[],
  plus: Feedback,
  minus: Feedback,
  limit: number,
): readonly number[] {
  let balance: Balance = { window: 5, success: 0, failure: 0 };
  return course.map((isGood) => {
    if (isGood && balance.window < limit) balance = rewarded(balance, plus, limit);
    else if (!isGood) balance = punished(balance, minus);
    return balance.window;
  });
}

test('SCHEDULER_README: on every course the window is where the rule has it, between 1 and the limit', () => {
  const feedback = fc.record({
    base: fc.constantFrom(0.25, 0.5, 1),
    divisor: fc.constantFrom(...DIVISORS),
  });
  const course = fc.array(fc.boolean(), { maxLength: 60 });
  fc.assert(
    fc.property(course, feedback, feedback, fc.constantFrom(5, 20, 50), (each, plus, minus, limit) => {
      const windows = played(each, plus, minus, limit);
      expect(windows.at(-1) ?? 5).toBe(modelled(each, plus, minus, limit));
      for (const window of windows) expect(window >= 1 && window <= limit).toBe(true);
    }),
    { numRuns: 2000, seed: 20080211 },
  );
});

/** How many successes bring the window from 5 to 20. */
function successesTo20(plus: Feedback): number {
  const windows = played(Array(400).fill(true), plus, plus, 20);
  return windows.indexOf(20) + 1;
}

test('SCHEDULER_README: 2.3 and the default of 3.x grow by one each success, 1/concurrency by one each cohort', () => {
  expect(successesTo20({ base: 1, divisor: 'none' })).toBe(15);
  const cohorts = successesTo20({ base: 1, divisor: 'concurrency' });
  // 5 + 6 + … + 19 successes; each step comes up to half an event early.
  expect(cohorts).toBeLessThanOrEqual(180);
  expect(cohorts).toBeGreaterThan(165);
});
