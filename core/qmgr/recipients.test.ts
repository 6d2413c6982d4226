import { expect, test } from 'vitest';
import { delivered, putOff, tryOut } from './tryout.ts';

const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `u${index}@${name}.example`);

test('postconf(5) qmgr_message_recipient_limit: no more recipients in memory, but a few of each message', () => {
  const world = tryOut({ mainCf: 'qmgr_message_recipient_limit = 200' });
  world.arrive('A', { recipients: many('a', 1000) });
  expect(world.context().inMemory).toBe(200);
  world.arrive('B', { recipients: many('b', 1000) });
  expect(world.context().inMemory).toBe(250);
  const seen = new Map<string, number>();
  for (let next = 0; next < world.requests.length; next += 1) {
    const request = world.requests[next] ?? expect.fail();
    for (const { address } of request.recipients) seen.set(address, (seen.get(address) ?? 0) + 1);
    world.tell(
      { type: 'deliver.done', token: request.token, ...(delivered(request) ?? expect.fail()) },
      'smtp:1',
    );
    expect(world.context().inMemory).toBeLessThanOrEqual(250);
  }
  expect(seen.size).toBe(2000);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  expect(world.context().inMemory).toBe(0);
  expect([...world.disk.keys()]).toEqual([]);
});

test('postconf(5) qmgr_message_recipient_minimum: a message with that many waits for its turn', () => {
  const world = tryOut({ mainCf: 'qmgr_message_recipient_limit = 1\nqmgr_message_recipient_minimum = 60' });
  world.arrive('A', { recipients: many('a', 500) });
  expect(world.context().inMemory).toBe(100);
});

test.for(['2.3', '3.x'] as const)(
  'qmgr_message_recipient_limit, %s: what a dead site gives back makes room too',
  (profile) => {
    const world = tryOut({
      profile,
      mainCf: 'qmgr_message_recipient_limit = 100\ninitial_destination_concurrency = 1',
      agent: (request) => putOff(request, request.transport === 'smtp'),
    });
    world.arrive('A', { recipients: many('a', 500) });
    expect(world.context()).toMatchObject({ inMemory: 0, messages: { size: 0 } });
    expect(world.queue('deferred')).toEqual(['A']);
  },
);

test('qmgr_message_recipient_limit: the watchdog asks nothing about recipients that are held back', () => {
  const world = tryOut({ mainCf: 'qmgr_message_recipient_limit = 100' });
  world.arrive('A', { recipients: many('a', 500) });
  const asked = () => world.effects.filter((one) => one.type === 'send' && one.to === 'rewrite').length;
  const before = asked();
  world.pass(120_000);
  expect(asked()).toBe(before);
  expect(world.context().inMemory).toBe(100);
});

test('qmgr(8): recipients of one delivery stand by domain in any case, then by the whole address', () => {
  const world = tryOut({ resolve: () => ({ nexthop: 'hub.example' }) });
  world.arrive('A', {
    recipients: ['z@a.example', 'a@c.example', 'b@A.example', 'B@c.example', 'a@b.example'],
  });
  expect(world.requests.map((request) => request.recipients.map(({ address }) => address))).toEqual([
    ['b@A.example', 'z@a.example', 'a@b.example', 'B@c.example', 'a@c.example'],
  ]);
});
