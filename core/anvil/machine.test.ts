import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { AnvilCount } from '../kernel/anvil.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import { entriesIn } from '../kernel/persistent.ts';
import type { ChartState } from '../kernel/process.ts';
import { UTC } from '../mail/date.ts';
import { anvilDaemon } from './daemon.ts';
import type { AnvilContext } from './types.ts';

/** What an effect comes to, in a few words. */
function told(effect: Effect): string {
  if (effect.type === 'log') return effect.text;
  if (effect.type === 'timer.set') return `timer ${effect.timer} ${effect.afterMs}`;
  if (effect.type === 'timer.clear') return `clear ${effect.timer}`;
  if (effect.type !== 'send' || effect.note.type !== 'anvil.counted') return effect.type;
  return `${effect.note.token} ${effect.note.connections} ${effect.note.rate}`;
}

function counter() {
  const settings = makeSettings({ mainCf: parseMainCf('', 'main.cf', '3.x').entries });
  const birth = { process: 'anvil', pid: 1, service: 'anvil', services: [], seed: 1, zone: UTC };
  let at = Date.UTC(2026, 2, 2, 9, 0, 0);
  let state = anvilDaemon.start({ ...birth, settings, at }, at).state as ChartState;
  const step = (event: WorldEvent): readonly string[] => {
    const next = anvilDaemon.step(state, event);
    state = next.state;
    return next.effects.map(told);
  };
  return {
    later: (ms: number): void => {
      at += ms;
    },
    count: (what: AnvilCount['what'], address = 'a') =>
      step({ type: 'anvil.count', token: 't', what, service: 'smtp', address, from: 'smtpd:1', at }),
    leave: (address = 'a') =>
      step({ type: 'anvil.disconnect', service: 'smtp', address, from: 'smtpd:1', at }),
    context: () => state.context as AnvilContext,
    fire: (timer: string) => step({ type: 'timer.fired', timer, at }),
  };
}

test('anvil(8): connections are counted while they last, rates in a time unit from the first event on', () => {
  const one = counter();
  expect(one.count('connection')).toEqual(['timer status 600000', 't 1 1']);
  expect(one.count('connection', 'b')).toEqual(['t 1 1']);
  one.later(30_000);
  expect(one.count('connection')).toEqual(['t 2 2']);
  expect(one.count('message')).toEqual(['t 2 1']);
  expect(one.leave()).toEqual([]);
  one.later(30_000);
  expect(one.count('message')).toEqual(['t 1 2']);
  one.later(1);
  expect(one.count('message')).toEqual(['t 1 1']);
  expect(one.count('recipient')).toEqual(['t 1 1']);
  expect(one.count('connection')).toEqual(['t 2 1']);
});

test('postconf(5) anvil_rate_time_unit: a client that has gone is forgotten after it, unless it comes again', () => {
  const one = counter();
  one.count('connection');
  expect(one.leave()).toEqual(['timer smtp:a 60000']);
  expect(one.leave()).toEqual([]);
  expect(one.count('connection')).toEqual(['clear smtp:a', 't 1 2']);
  one.leave();
  one.fire('smtp:a');
  expect(one.count('connection')).toEqual(['t 1 1']);
});

test('postconf(5) anvil_status_update_time: the highest counts are logged once', () => {
  const one = counter();
  one.count('connection');
  one.later(1000);
  one.count('connection');
  one.count('message');
  one.count('recipient', 'b');
  one.count('recipient', 'b');
  expect(one.fire('status')).toEqual([
    'statistics: max connection rate 2/60s for (smtp:a) at Mar  2 09:00:01',
    'statistics: max connection count 2 for (smtp:a) at Mar  2 09:00:01',
    'statistics: max message rate 1/60s for (smtp:a) at Mar  2 09:00:01',
    'statistics: max recipient rate 2/60s for (smtp:b) at Mar  2 09:00:01',
    'statistics: max cache size 2 at Mar  2 09:00:01',
  ]);
  expect(one.count('message')).toEqual(['timer status 600000', 't 2 2']);
});

const deed = fc.record({
  address: fc.constantFrom('a', 'b', 'c'),
  what: fc.constantFrom('come', 'come', 'send', 'leave', 'leave'),
  ms: fc.nat(70_000),
});

test('anvil(8): whatever clients do, those who are inside are counted, and nothing is kept of the others', () => {
  const run = (deeds: readonly { address: string; what: string; ms: number }[]): void => {
    const one = counter();
    const inside = new Map<string, number>();
    const timers = new Set<string>();
    const note = (told: readonly string[]): void => {
      for (const text of told) {
        const [what = '', timer = ''] = text.split(' ');
        if (what === 'timer') timers.add(timer);
        if (what === 'clear') expect(timers.delete(timer)).toBe(true);
      }
    };
    for (const { address, what, ms } of deeds) {
      one.later(ms);
      const there = inside.get(address) ?? 0;
      if (what === 'come') {
        const told = one.count('connection', address);
        expect(told.at(-1)).toMatch(new RegExp(`^t ${there + 1} [1-9]`));
        inside.set(address, there + 1);
        note(told);
      } else if (there > 0) {
        note(what === 'send' ? one.count('message', address) : one.leave(address));
        if (what === 'leave') inside.set(address, there - 1);
      }
    }
    for (const timer of timers) if (timer !== 'status') one.fire(timer);
    const left = [...inside].filter(([, count]) => count > 0);
    const known = entriesIn(one.context().clients).map(([key, { connections }]) => [key, connections]);
    expect(new Map(known as [string, number][])).toEqual(
      new Map(left.map(([address, count]) => [`smtp:${address}`, count])),
    );
    expect(one.context().size).toBe(left.length);
  };
  fc.assert(fc.property(fc.array(deed, { maxLength: 40 }), run), { seed: 1, numRuns: 300 });
});
