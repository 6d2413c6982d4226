import { expect, test } from 'vitest';
import { makeSettings } from '../config/settings.ts';
import type { Effect } from './effects.ts';
import type { WorldEvent } from './events.ts';
import { arrived, createMailHost, type StepRecord } from './host.ts';
import type { Note } from './notes.ts';
import type { Daemon, Step } from './process.ts';

type Kept = readonly string[];

const sent = (to: string, note: Note): Effect => ({ type: 'send', to, note });

/** Keeps questions until it is told to answer the first, and dies of the address `poison`. */
const slow: Daemon<unknown, Kept> = {
  name: 'slow',
  chart: {} as never,
  start: () => ({ state: [], effects: [], rows: [] }),
  step: (kept, event): Step<Kept> => {
    if (event.type === 'rewrite.rewrite') {
      if (event.addresses.includes('poison')) throw new Error('panic: eaten');
      return { state: [...kept, `${event.from} ${event.token}`], effects: [], rows: [] };
    }
    const [to = '', token = ''] = kept[0]?.split(' ') ?? [];
    const note = { type: 'rewrite.rewritten', token, addresses: [] } as const;
    return { state: kept.slice(1), effects: [sent(to, note)], rows: [] };
  },
  stateOf: () => 'waiting',
};

/** Dies at birth. */
const stillborn: Daemon<unknown, Kept> = {
  ...slow,
  start: () => {
    throw new Error('panic: never lived');
  },
};

function hostOf(daemon: Daemon<unknown, Kept>) {
  const performed: (Effect & { readonly by: string })[] = [];
  const records: StepRecord[] = [];
  const service = { name: 'rewrite', daemon: daemon as unknown as Daemon<never, unknown>, single: true };
  const host = createMailHost({
    settings: makeSettings({
      mainCf: [],
      computed: { config_directory: '/', myhostname: 'a.example', interfaces: [] },
    }),
    services: [service],
    zone: { offsetMinutes: 0, name: 'UTC' },
    ...{ seed: 1, firstPid: 100 },
    perform: (by, effect) => performed.push({ ...effect, by }),
    watch: (record) => records.push(record),
  });
  const ask = (from: string, token: string, address: string): boolean =>
    host.deliver(
      'rewrite',
      arrived({ type: 'rewrite.rewrite', token, context: 'local', addresses: [address] }, from, 1),
      7,
    );
  const told = (): readonly string[] =>
    performed.flatMap((effect) => {
      if (effect.type !== 'send' || effect.note.type !== 'master.childDied') return [];
      const { request } = effect.note;
      return [`${effect.to} ${request !== undefined && 'token' in request ? request.token : '-'}`];
    });
  return { host, ask, told, records };
}

const tick: WorldEvent = { type: 'timer.fired', timer: 'answer', at: 2 };

test('master(8): when a process dies, everyone whose question is open hears of it, once for each', () => {
  const { host, ask, told } = hostOf(slow);
  ask('smtpd:1', 'a', 'x');
  ask('cleanup:2', 'b', 'x');
  ask('smtpd:1', 'c', 'x');
  ask('qmgr', 'd', 'poison');
  expect(told()).toEqual(['master -', 'smtpd:1 a', 'cleanup:2 b', 'smtpd:1 c', 'qmgr d']);
  expect(host.has('rewrite')).toBe(false);
});

test('master(8): whoever has had an answer hears nothing of the death', () => {
  const { host, ask, told } = hostOf(slow);
  ask('smtpd:1', 'a', 'x');
  ask('smtpd:1', 'b', 'x');
  host.deliver('rewrite', tick, 0);
  ask('qmgr', 'd', 'poison');
  expect(told()).toEqual(['master -', 'smtpd:1 b', 'qmgr d']);
});

test('master(8): the next process starts with no debts', () => {
  const { ask, told } = hostOf(slow);
  ask('smtpd:1', 'a', 'x');
  ask('qmgr', 'b', 'poison');
  ask('smtpd:3', 'c', 'poison');
  expect(told().slice(3)).toEqual(['master -', 'smtpd:3 c']);
});

test('master(8): a process that dies at birth tells who wanted it, and the trace keeps the cause', () => {
  const { ask, told, records } = hostOf(stillborn);
  expect(ask('smtpd:1', 'a', 'x')).toBe(false);
  expect(told()).toEqual(['master -', 'smtpd:1 a']);
  expect(records.map(({ panic, cause }) => [panic, cause])).toEqual([['panic: never lived', 7]]);
});

test('master(8): a checkpoint keeps the open questions', () => {
  const { host, ask, told } = hostOf(slow);
  ask('smtpd:1', 'a', 'x');
  const saved = host.save();
  host.deliver('rewrite', tick, 0);
  host.load(saved);
  ask('qmgr', 'b', 'poison');
  expect(told()).toEqual(['master -', 'smtpd:1 a', 'qmgr b']);
});
