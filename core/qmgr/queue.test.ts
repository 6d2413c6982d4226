import { expect, test } from 'vitest';
import { startChart, stepChart } from '../kernel/process.ts';
import { feedbackOf } from './feedback.ts';
import { type QueueContext, type QueueEvent, queue } from './queue.ts';

const STEADY = feedbackOf('1');
const FAILED = { type: 'site.failed', dsn: '4.4.1', reason: 'refused' } as const;

type What = Omit<QueueEvent, 'at'>;

/** Runs one destination through some events. */
function after(profile: '2.3' | '3.x', events: readonly What[], rules: object = {}) {
  const steady = { positive: STEADY, negative: STEADY, delayMs: 0 };
  const input = { profile, limit: 20, initial: 5, cohortLimit: 1, ...steady };
  let { state } = startChart(queue, { ...input, ...rules });
  for (const event of events) state = stepChart(queue, state, { at: 0, ...event }).state;
  const { window, busy, reason } = state.context as QueueContext;
  return { is: String(state.value), window, busy, reason };
}

/** A delivery that starts and ends so. */
const ends = (end: What): readonly What[] => [{ type: 'entry.started' }, end];
const times = (count: number, events: readonly What[]) => Array.from({ length: count }, () => events).flat();

test('SCHEDULER_README, 2.3: a fresh destination dies at the fifth failure, not before', () => {
  expect(after('2.3', times(4, ends(FAILED)))).toMatchObject({ is: 'ready', window: 1 });
  expect(after('2.3', times(5, ends(FAILED)))).toMatchObject({ is: 'suspended', reason: 'refused' });
});

test('SCHEDULER_README, 2.3: local, with a limit of 2, dies at the second', () => {
  const rules = { limit: 2, initial: 2 };
  expect(after('2.3', times(1, ends(FAILED)), rules).is).toBe('ready');
  expect(after('2.3', times(2, ends(FAILED)), rules).is).toBe('suspended');
});

test('SCHEDULER_README, 3.x: one failed pseudo-cohort: 1/5 + 1/3 + 1/2 is more than 1', () => {
  expect(after('3.x', times(1, ends(FAILED)))).toMatchObject({ is: 'ready', window: 3 });
  expect(after('3.x', times(2, ends(FAILED)))).toMatchObject({ is: 'ready', window: 2 });
  expect(after('3.x', times(3, ends(FAILED)))).toMatchObject({ is: 'suspended' });
});

test('postconf(5) default_destination_concurrency_failed_cohort_limit: 0 = never dead', () => {
  const end = after('3.x', times(50, ends(FAILED)), { cohortLimit: 0 });
  expect(end).toMatchObject({ is: 'ready', window: 1 });
});

test('SCHEDULER_README, 3.x: one success and the failed cohorts are forgotten', () => {
  const events = [...times(2, ends(FAILED)), ...ends({ type: 'entry.done' }), ...ends(FAILED)];
  expect(after('3.x', events).is).toBe('ready');
});

test.for(['2.3', '3.x'] as const)(
  'SCHEDULER_README, %s: success opens the window while there is use for it',
  (profile) => {
    expect(after(profile, ends({ type: 'entry.done' })).window).toBe(6);
    // With one delivery at a time there is use for `initial` more, and that is all.
    expect(after(profile, times(30, ends({ type: 'entry.done' }))).window).toBe(6);
    const many = [...times(20, [{ type: 'entry.started' }]), ...times(20, [{ type: 'entry.done' }])];
    // After ten of them ten are left, and five more than those is all there is use for.
    expect(after(profile, many).window).toBe(15);
    expect(after(profile, many, { limit: 10 }).window).toBe(10);
  },
);

test.for(['2.3', '3.x'] as const)(
  'postconf(5) minimal_backoff_time, %s: after it the destination starts afresh',
  (profile) => {
    const dead = times(profile === '2.3' ? 5 : 3, ends(FAILED));
    expect(after(profile, [...dead, { type: 'suspension.ended' }])).toEqual({
      ...{ is: 'ready', window: 5, busy: 0, reason: '' },
    });
  },
);

test('SCHEDULER_README: a delivery that was under way and succeeds revives the destination', () => {
  const events = [...times(3, [{ type: 'entry.started' } as const]), ...times(3, ends(FAILED))];
  expect(after('3.x', events)).toMatchObject({ is: 'suspended', busy: 3 });
  expect(after('3.x', [...events, { type: 'entry.done' }])).toMatchObject({
    is: 'ready',
    busy: 2,
    window: 3,
  });
  expect(after('3.x', [...events, FAILED])).toMatchObject({ is: 'suspended', busy: 2 });
});

test('SCHEDULER_README: an agent that broke says nothing about the destination', () => {
  expect(after('3.x', ends({ type: 'entry.lost' }))).toMatchObject({ is: 'ready', window: 5, busy: 0 });
});

test('postconf(5) default_destination_rate_delay: after each delivery a pause, whatever came of it', () => {
  const paced = { delayMs: 1000, limit: 1, initial: 1, cohortLimit: 2 };
  const paused = { is: 'paused', window: 1, busy: 0 };
  for (const end of [{ type: 'entry.done' }, { type: 'entry.lost' }, FAILED] as const)
    expect(after('3.x', ends(end), paced)).toMatchObject(paused);
  const again = [...ends(FAILED), { type: 'pause.ended' }] as const;
  expect(after('3.x', again, paced)).toMatchObject({ is: 'ready', window: 1, busy: 0 });
  expect(after('3.x', [...again, ...ends(FAILED)], paced)).toMatchObject({ ...paused, reason: 'refused' });
});
