import { expect, test } from 'vitest';
import { bytesToLatin1, latin1ToBytes, type WorldEvent } from '#core';
import { performCall } from './calls.ts';
import { begin, checkpoint, happen, restore } from './run.ts';
import type { PeerSpec, Scenario } from './scenario.ts';

const PEER: PeerSpec = {
  ...{ endpoint: 'inet:127.0.0.1:10031', greeting: 'hi\n', until: '\n\n' },
  rules: [
    { contains: ['a=1', 'b=2'], answer: 'both\n\n' },
    { contains: ['slow'], answer: 'at last\n\n', afterMs: 500 },
    { contains: ['bye'], answer: 'gone', hangUp: true },
  ],
};

/** A machine whose process `p` notes what it hears. */
function place(peers: readonly PeerSpec[] = [PEER]) {
  const scenario: Scenario = {
    ...{ id: 'calls', title: { fr: '', en: '' }, intro: { fr: '', en: '' }, people: [], script: [] },
    ...{
      start: '2026-03-02T09:00:00+00:00',
      zone: { offsetMinutes: 0, name: 'UTC' },
      expectation: {},
      peers,
    },
    hosts: [
      {
        ...{ name: 'm.example', address: '127.0.0.1', mainCf: '', masterCf: '', tables: {}, passwd: '' },
      },
    ],
  };
  const universe = begin(scenario, 1, false, () => undefined);
  while (happen(universe));
  const [host] = universe.machines;
  if (host === undefined) throw new Error('no machine');
  const told: string[] = [];
  const note = (to: string, event: WorldEvent): boolean => {
    const what =
      event.type === 'net.heard' ? bytesToLatin1(event.bytes) : event.type === 'net.lost' ? event.reason : '';
    told.push(`${to} ${event.type} ${JSON.stringify(what)} +${Math.round(event.at - start)}`);
    return true;
  };
  host.mail = { ...host.mail, deliver: note };
  const start = universe.nowUs / 1000;
  const run = (): readonly string[] => {
    while (happen(universe));
    return told.splice(0);
  };
  const connect = (port: number, process = 'p'): void =>
    performCall(universe, host, process, {
      ...{ type: 'net.connect', connection: 'c', endpoint: { type: 'inet', host: '127.0.0.1', port } },
    });
  const send = (text: string): void =>
    performCall(universe, host, 'p', { type: 'net.send', connection: 'c', bytes: latin1ToBytes(text) });
  return { universe, host, run, connect, send };
}

test('a scripted peer greets, answers whole requests in order, and hangs up', () => {
  const { run, connect, send } = place();
  connect(10031);
  send('a=1\nb=');
  expect(run()).toEqual(['p net.connected "" +2', 'p net.heard "hi\\n" +2']);
  send('2\n\nslow\n\na=1\nb=2\n\n');
  expect(run()).toEqual([
    'p net.heard "both\\n\\n" +4',
    'p net.heard "at last\\n\\n" +504',
    'p net.heard "both\\n\\n" +504',
  ]);
  send('bye\n\na=1\nb=2\n\n');
  expect(run()).toEqual(['p net.heard "gone" +506', 'p net.lost "EOF" +506']);
});

test('a call to nobody is refused', () => {
  const { universe, host, run, connect } = place([]);
  connect(10031);
  const unix = { type: 'unix', path: 'private/none' } as const;
  performCall(universe, host, 'q', { type: 'net.connect', connection: 'c', endpoint: unix });
  expect(run()).toEqual(['p net.lost "ECONNREFUSED" +2', 'q net.lost "ENOENT" +2']);
});

test('what is dropped says nothing more, and its name is free', () => {
  const { universe, host, run, connect, send } = place();
  connect(10031);
  send('a=1\nb=2\n\n');
  performCall(universe, host, 'p', { type: 'net.drop', connection: 'c' });
  expect(run()).toEqual([]);
  connect(10031);
  expect(run()).toHaveLength(2);
});

test('a checkpoint remembers calls', () => {
  const { universe, host, run, connect, send } = place();
  connect(10031);
  run();
  const kept = checkpoint(universe);
  const { calls } = host;
  host.calls = new Map();
  send('bye\n\n');
  expect(run()).toEqual([]);
  restore(universe, kept);
  expect(host.calls).toEqual(calls);
});
