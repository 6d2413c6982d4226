/** verify(8): what is known of an address, for how long, and when it is asked again. */
import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import type { Profile } from '../config/profile.ts';
import { makeSettings } from '../config/settings.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { Note } from '../kernel/notes.ts';
import { UTC } from '../mail/date.ts';
import { verifyDaemon } from './daemon.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ANN = 'ann@a.example';

/** A verify(8) with a clock; `ask` gives what it answers, and whether a probe went out. */
function start(mainCf = '', profile: Profile = '3.x') {
  const { entries } = parseMainCf(`myorigin = gouv.bj\n${mainCf}\n`, 'main.cf', profile);
  const settings = makeSettings({ mainCf: entries, profile });
  let at = Date.UTC(2026, 2, 2);
  const birth = { process: 'verify', pid: 1, service: 'verify', services: [], zone: UTC, seed: 1 };
  let { state } = verifyDaemon.start({ settings, ...birth, at }, at);
  const logs: string[] = [];
  const timers: number[] = [];
  const happen = (event: object): readonly Note[] => {
    const step = verifyDaemon.step(state, { ...event, at } as WorldEvent);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'log') logs.push(effect.text);
      if (effect.type === 'timer.set') timers.push(effect.afterMs);
    }
    return step.effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  };
  return {
    ...{ happen, logs, timers },
    ask: (address = ANN): string => {
      const notes = happen({ type: 'verify.query', token: 't', address, standard: address, from: 'smtpd:1' });
      const probe = notes.some(({ type }) => type === 'cleanup.open') ? ' + probe' : '';
      return notes.flatMap((note) => (note.type === 'verify.answer' ? [note.status] : [])).join() + probe;
    },
    answer: (status: 'ok' | 'deferred' | 'bounced', address = ANN) =>
      happen({ type: 'verify.update', address, status, text: 'x', from: 'local' }),
    pass: (ms: number) => {
      at += ms;
    },
  };
}

test('verify(8): one probe at a time; after 1000 s without an answer there is another', () => {
  const one = start();
  expect(one.ask()).toBe('unknown + probe');
  one.pass(1_000_000);
  expect(one.ask()).toBe('unknown');
  one.pass(1);
  expect(one.ask()).toBe('unknown + probe');
});

test('postconf(5) address_verify_positive_refresh_time: what is old is told, and asked again', () => {
  const one = start();
  one.ask();
  one.answer('ok');
  one.pass(7 * DAY);
  expect(one.ask()).toBe('ok');
  one.pass(1);
  expect(one.ask()).toBe('ok + probe');
  one.answer('bounced');
  expect(one.ask()).toBe('ok');
  one.pass(24 * DAY);
  expect(one.ask()).toBe('unknown + probe');
  one.answer('bounced');
  expect(one.ask()).toBe('bounced');
});

test('postconf(5) address_verify_negative_expire_time, address_verify_negative_refresh_time', () => {
  const one = start();
  one.answer('bounced');
  one.pass(3 * HOUR);
  expect(one.ask()).toBe('bounced');
  one.pass(1);
  expect(one.ask()).toBe('bounced + probe');
  one.answer('deferred');
  one.pass(3 * DAY + 1);
  expect(one.ask()).toBe('unknown + probe');
  one.answer('ok');
  expect(one.ask()).toBe('ok');
});

test('postconf(5) address_verify_negative_cache: failures are not kept, and each question is a probe', () => {
  const one = start('address_verify_negative_cache = no');
  expect(one.ask()).toBe('unknown + probe');
  one.answer('bounced');
  expect(one.ask()).toBe('unknown + probe');
  one.answer('ok');
  expect(one.ask()).toBe('ok');
});

test('postconf(5) address_verify_cache_cleanup_interval: the expired is dropped', () => {
  const one = start();
  one.answer('bounced');
  one.answer('ok', 'bob@a.example');
  expect(one.timers).toEqual([12 * HOUR]);
  one.pass(4 * DAY);
  one.happen({ type: 'timer.fired', timer: 'cleanup' });
  expect(one.logs).toEqual(['cache full cleanup: retained=1 dropped=1 entries']);
  expect(one.timers).toEqual([12 * HOUR, 12 * HOUR]);
  expect(start('', '2.3').answer('ok')).toEqual([]);
});

test('postconf(5) address_verify_sender: who asks; that address is always there', () => {
  const senderOf = (mainCf: string, profile?: Profile): string => {
    const query = { type: 'verify.query', token: 't', address: ANN, standard: ANN, from: 'smtpd:1' };
    const notes = start(mainCf, profile).happen(query);
    return notes.flatMap((note) => (note.type === 'cleanup.open' ? [`<${note.sender}>`] : [])).join();
  };
  expect(senderOf('')).toBe('<double-bounce@gouv.bj>');
  expect(senderOf('', '2.3')).toBe('<postmaster@gouv.bj>');
  expect(senderOf('address_verify_sender = <>')).toBe('<>');
  expect(start().ask('Double-Bounce@gouv.bj')).toBe('ok');
});

test('cleanup(8): every probe has its recipient; one that is not taken is given up', () => {
  const one = start();
  one.ask('a@a.example');
  one.ask('b@a.example');
  one.happen({ type: 'cleanup.done', status: 'write', queueId: '', from: 'cleanup:1' });
  const notes = one.happen({ type: 'cleanup.opened', queueId: 'A0001B1', from: 'cleanup:2' });
  const [recipient] = notes;
  expect(recipient).toMatchObject({ type: 'cleanup.recipient', address: 'b@a.example', notify: 1 });
  expect(notes.map(({ type }) => type)).toContain('cleanup.close');
});
