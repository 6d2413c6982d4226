import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { AnvilCount } from '../kernel/anvil.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { ChartState } from '../kernel/process.ts';
import { UTC } from '../mail/date.ts';
import { anvilDaemon } from './daemon.ts';

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
