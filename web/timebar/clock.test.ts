import { expect, test } from 'vitest';
import { clockText, durationText } from './clock.ts';
import { placesOf } from './marks.ts';

test('clock: wall time at the server, whatever the browser’s zone', () => {
  expect(clockText(Date.parse('2008-02-11T10:05:09.5+01:00'), 60)).toEqual({
    time: '10:05:09',
    day: '2008-02-11',
  });
  expect(clockText(0, 60).time).toBe('--:--:--');
});

test('clock: spans in their two largest units', () => {
  expect(durationText(1_000_000, 'fr')).toBe('16 min 40 s');
  expect(durationText(1_000_000, 'en')).toBe('16 min 40 s');
  expect(durationText(2 * 86_400_000 + 3_600_000 + 5000, 'fr')).toBe('2 j 1 h');
  expect(durationText(200, 'en')).toBe('0 s');
});

test('marks: their places follow the middle of the thumb, covered ones are one', () => {
  const mark = { t: 0, kind: 'queue' } as const;
  expect(
    placesOf(
      [
        { ...mark, n: 0 },
        { ...mark, n: 10 },
      ],
      0,
      10,
      210,
    ).map(({ x }) => x),
  ).toEqual([5, 205]);
  expect(
    placesOf(
      [
        { ...mark, n: 1 },
        { ...mark, n: 2 },
      ],
      0,
      100_000,
      210,
    ),
  ).toHaveLength(1);
});
