import { expect, test } from 'vitest';
import { addToDigest, digestText, emptyDigest, type TraceEvent } from './trace.ts';

const EVENT: TraceEvent = {
  ...{ n: 1, t: 2.5, cause: 0, host: 'mail', process: 'smtpd:1', service: 'smtpd', pid: 7, after: 'ready' },
  event: { type: 'net.received', text: 'NOOP\r\n', sizeBytes: 6 },
  rows: [{ state: 'ready', event: 'NOOP', index: 1 }],
  effects: [],
};
const digest = (event: object): string => digestText(addToDigest(emptyDigest, event as TraceEvent));

test('determinism: the order of properties does not change a digest', () => {
  const turned = Object.fromEntries(Object.entries(EVENT).reverse());
  expect(digest(turned)).toBe(digest(EVENT));
  expect(digest(EVENT)).toMatch(/^[0-9a-f]{32}$/);
});

test('determinism: whatever differs in an event changes the digest', () => {
  const others: readonly object[] = [
    EVENT,
    { ...EVENT, n: 2 },
    { ...EVENT, pid: '7' },
    { ...EVENT, event: { ...EVENT.event, text: 'NOOP\n\r' } },
    { ...EVENT, event: { ...EVENT.event, text: null } },
    { ...EVENT, rows: [] },
    { ...EVENT, rows: [...EVENT.rows, ...EVENT.rows] },
    { ...EVENT, effects: [[]] },
    { ...EVENT, effects: [{}] },
    { ...EVENT, host: 'mai', process: 'lsmtpd:1' },
    { ...EVENT, before: 'ready' },
  ];
  expect(new Set(others.map(digest)).size).toBe(others.length);
});

test('determinism: the order of events counts', () => {
  const [one, two] = [EVENT, { ...EVENT, n: 2 }];
  const both = (first: TraceEvent, second: TraceEvent) =>
    digestText(addToDigest(addToDigest(emptyDigest, first), second));
  expect(both(one, two)).not.toBe(both(two, one));
});
