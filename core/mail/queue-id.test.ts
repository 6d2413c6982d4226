import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inodeOf,
  isLongId,
  isQueueId,
  isShortId,
  longIdTime,
  makeLongId,
  makeShortId,
  queuePath,
} from './queue-id.ts';

test('postconf(5) enable_long_queue_ids no: five digits of microseconds, then the inode', () => {
  expect(makeShortId(504645, 0xac0b1)).toBe('7B345AC0B1');
  expect(makeShortId(1, 0x20c132)).toBe('0000120C132');
  for (const [id, usec] of [
    ['C21B15769B', 795057],
    ['7B345AC0B1', 504645],
    ['5F40790ADB', 390151],
  ] as const) {
    expect(isShortId(id)).toBe(true);
    expect(isLongId(id)).toBe(false);
    expect(makeShortId(usec, inodeOf(id) ?? 0)).toBe(id);
  }
  expect(isShortId('F4240AC0B1')).toBe(false);
});

test('postconf(5) enable_long_queue_ids yes: ids that Postfix 3.7 made', () => {
  expect(makeLongId(1795493687, 477909, 0x20c1cd)).toBe('4jYTwl3NkYzJ9LQ');
  expect(longIdTime('4jYTwl3NkYzJ9LQ')).toEqual({ sec: 1795493687, usec: 477909 });
  expect(longIdTime('4jYTwm4GMPzJ9Lq')).toEqual({ sec: 1795493688, usec: 601297 });
  expect(longIdTime('7B345AC0B1')).toBeUndefined();
});

test('queue ids: time and inode come back', () => {
  const parts = fc.tuple(
    fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
    fc.nat(999_999),
    fc.integer({ min: 1 }),
  );
  fc.assert(
    fc.property(parts, ([sec, usec, inode]) => {
      const long = makeLongId(sec, usec, inode);
      expect(isQueueId(long) && isLongId(long) && !isShortId(long)).toBe(true);
      expect(longIdTime(long)).toEqual({ sec, usec });
      expect(inodeOf(long)).toBe(inode);
      const short = makeShortId(usec, inode);
      expect(isQueueId(short) && !isLongId(short)).toBe(true);
      expect(inodeOf(short)).toBe(inode);
    }),
    { seed: 15 },
  );
});

test('postsuper(1): no path can be made of an id', () => {
  for (const bad of ['', '.', '..', 'a/b', 'a.b', 'a b', 'ALL;', '\xe9', 'A'.repeat(256), 'a\n']) {
    expect(isQueueId(bad)).toBe(false);
  }
  expect(inodeOf('7B345')).toBeUndefined();
  expect(inodeOf('7B345XYZ')).toBeUndefined();
});

test('postconf(5) hash_queue_depth: directories from the id, of a long one from its microseconds', () => {
  const hashing = { hashQueueNames: ['deferred', 'defer'], hashQueueDepth: 1 };
  expect(queuePath('deferred', '7B345AC0B1', hashing)).toBe('deferred/7/7B345AC0B1');
  expect(queuePath('incoming', '7B345AC0B1', hashing)).toBe('incoming/7B345AC0B1');
  expect(queuePath('defer', '7B345AC0B1', { ...hashing, hashQueueDepth: 2 })).toBe('defer/7/B/7B345AC0B1');
  expect(queuePath('deferred', '4jYTwl3lftzJ9LX', hashing)).toBe('deferred/8/4jYTwl3lftzJ9LX');
  expect(queuePath('deferred', '4jYTwm4GMPzJ9Lq', hashing)).toBe('deferred/9/4jYTwm4GMPzJ9Lq');
  expect(queuePath('defer', 'A', { ...hashing, hashQueueDepth: 2 })).toBe('defer/A/_/A');
});
