import { expect, test } from 'vitest';
import { feedbackOf, punished, rewarded, weightOf } from './feedback.ts';

test('postconf(5) default_destination_concurrency_positive_feedback: a number, or one divided', () => {
  expect(feedbackOf('1')).toEqual({ base: 1, divisor: 'none' });
  expect(feedbackOf('0.5 / concurrency')).toEqual({ base: 0.5, divisor: 'concurrency' });
  expect(feedbackOf('1/sqrt_concurrency')).toEqual({ base: 1, divisor: 'sqrt_concurrency' });
  expect(feedbackOf('')).toEqual({ base: 1, divisor: 'none' });
  expect(feedbackOf('2')).toEqual({ base: 1, divisor: 'none' });
  expect(feedbackOf('1/nonsense')).toEqual({ base: 1, divisor: 'none' });
  expect(weightOf(feedbackOf('1/sqrt_concurrency'), 4)).toBe(0.5);
});

const still = { window: 5, success: 0, failure: 0 };

test('SCHEDULER_README: with feedback 1 each success is worth one delivery more, up to the limit', () => {
  expect(rewarded(still, feedbackOf('1'), 20).window).toBe(6);
  expect(rewarded({ ...still, window: 20 }, feedbackOf('1'), 20).window).toBe(20);
  expect(rewarded({ ...still, window: 20 }, feedbackOf('1'), 0).window).toBe(21);
});

test('SCHEDULER_README: with 1/concurrency a whole cohort must succeed', () => {
  let balance = still;
  for (let count = 0; count < 4; count += 1) balance = rewarded(balance, feedbackOf('1/concurrency'), 20);
  expect(balance.window).toBe(5);
  expect(rewarded(balance, feedbackOf('1/concurrency'), 20).window).toBe(6);
});

test('SCHEDULER_README: a failure counts at once, and the window never falls below 1', () => {
  const once = punished(still, feedbackOf('1/concurrency'));
  expect(once.window).toBe(4);
  expect(punished(once, feedbackOf('1/concurrency')).window).toBe(4);
  expect(punished({ ...still, window: 1 }, feedbackOf('1')).window).toBe(1);
});

test('SCHEDULER_README: feedback 0 changes nothing', () => {
  expect(punished(still, feedbackOf('0')).window).toBe(5);
  expect(rewarded(still, feedbackOf('0'), 20).window).toBe(5);
});
