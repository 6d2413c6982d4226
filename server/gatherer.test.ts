/** When a gatherer acts; the clock is made up. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGatherer } from './gatherer.ts';

let isDue = false;
let done = 0;
const acted = (): void => {
  done += 1;
};

beforeEach(() => {
  vi.useFakeTimers();
  isDue = false;
  done = 0;
});
afterEach(() => void vi.useRealTimers());

test('what is due is done at once, anything else when the time is over, once for all who asked', () => {
  const gatherer = createGatherer(4, () => isDue, acted);
  for (let asked = 0; asked < 3; asked += 1) {
    gatherer.look();
    vi.advanceTimersByTime(1);
  }
  expect(done).toBe(0);
  vi.advanceTimersByTime(1);
  expect(done).toBe(1);
  isDue = true;
  gatherer.look();
  expect(done).toBe(2);
  vi.advanceTimersByTime(10);
  expect(done).toBe(2);
});

test('what becomes due while it waits is not done again when the time is over', () => {
  const gatherer = createGatherer(4, () => isDue, acted);
  gatherer.look();
  isDue = true;
  gatherer.look();
  expect(done).toBe(1);
  vi.advanceTimersByTime(10);
  expect(done).toBe(1);
});

test('after it was done now, the next wait begins anew', () => {
  const gatherer = createGatherer(4, () => isDue, acted);
  gatherer.look();
  vi.advanceTimersByTime(3);
  gatherer.now();
  gatherer.look();
  vi.advanceTimersByTime(3);
  expect(done).toBe(1);
  vi.advanceTimersByTime(1);
  expect(done).toBe(2);
});
