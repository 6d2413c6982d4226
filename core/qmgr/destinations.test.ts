import { expect, test } from 'vitest';
import type { ServiceEntry } from '../config/master-cf.ts';
import { putOff, type Tryout, type TryoutOptions, tryOut } from './tryout.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `A${index}`);

/** Answers the first requests that smtp has, as from a site that refuses connections. */
function refuse(world: Tryout, count: number): void {
  const asked = world.requests.filter(({ transport }) => transport === 'smtp').slice(0, count);
  for (const request of asked) {
    const done = {
      type: 'deliver.done',
      token: request.token,
      results: [],
      ...putOff(request, true),
    } as const;
    world.tell(done, 'smtp:1');
  }
}

const retryOnly: TryoutOptions['agent'] = (request) =>
  request.transport === 'retry' ? putOff(request) : undefined;

test('qmgr(8), 3.x: a dead destination: what waits and what comes goes to retry(8)', () => {
  const world = tryOut({ agent: retryOnly });
  for (const id of ids(7)) world.arrive(id, { recipients: ['bob@dead.example'] });
  expect(world.requests).toHaveLength(5);
  refuse(world, 3);
  world.arrive('B1', { recipients: ['bob@dead.example'] });
  const places = world.requests.map(
    ({ queueId, transport, nexthop }) => `${queueId} ${transport} ${nexthop}`,
  );
  const suspended = 'retry 4.4.1 delivery temporarily suspended: connect: Connection refused';
  expect(places.slice(5)).toEqual([`A5 ${suspended}`, `A6 ${suspended}`, `B1 ${suspended}`]);
  expect(world.queue('deferred').toSorted()).toEqual(['A0', 'A1', 'A2', 'A5', 'A6', 'B1']);
});

test('qmgr(8), 2.3: it dies at the fifth failure, and qmgr logs and has it noted itself', () => {
  const world = tryOut({ profile: '2.3' });
  for (const id of ids(6)) world.arrive(id, { recipients: ['bob@dead.example'] });
  refuse(world, 4);
  expect(world.queue('active')).toEqual(['A4', 'A5']);
  refuse(world, 5);
  expect(world.requests).toHaveLength(5);
  expect(world.logs.at(-1)).toBe(
    'A5: to=<bob@dead.example>, relay=none, delay=0, delays=0/0/0/0, dsn=4.4.1, ' +
      'status=deferred (delivery temporarily suspended: connect: Connection refused)',
  );
  const notes = world.effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  expect(notes.filter(({ type }) => type === 'bounce.append')).toMatchObject([
    { log: 'defer', queueId: 'A5' },
  ]);
});

test('postconf(5) minimal_backoff_time: after it a dead destination is tried again', () => {
  const world = tryOut({ agent: retryOnly, mainCf: 'queue_run_delay = 10000' });
  for (const id of ids(3)) world.arrive(id, { recipients: ['bob@dead.example'] });
  refuse(world, 3);
  world.pass(299_000);
  world.arrive('B1', { recipients: ['bob@dead.example'] });
  expect(world.requests.at(-1)?.transport).toBe('retry');
  world.pass(1000);
  world.arrive('B2', { recipients: ['bob@dead.example'] });
  expect(world.requests.at(-1)?.transport).toBe('smtp');
});

test('postqueue(1) -f: request F does not wait for it', () => {
  const world = tryOut({ agent: retryOnly });
  for (const id of ids(3)) world.arrive(id, { recipients: ['bob@dead.example'] });
  refuse(world, 3);
  expect([...world.timers.keys()]).toContain('suspended:smtp:dead.example');
  world.tell({ type: 'qmgr.wakeup', requests: 'DFA' }, 'postqueue');
  expect([...world.timers.keys()]).not.toContain('suspended:smtp:dead.example');
  expect(world.requests.slice(3).map(({ transport }) => transport)).toEqual(['smtp', 'smtp', 'smtp']);
});

test('SCHEDULER_README: a delivery that was under way and succeeds revives it, timer and all', () => {
  const world = tryOut({ agent: retryOnly });
  for (const id of ids(4)) world.arrive(id, { recipients: ['bob@dead.example'] });
  refuse(world, 3);
  const last = world.requests[3];
  world.tell({ type: 'deliver.done', token: last?.token ?? '', results: [] }, 'smtp:1');
  expect([...world.timers.keys()]).not.toContain('suspended:smtp:dead.example');
  world.arrive('B1', { recipients: ['bob@dead.example'] });
  expect(world.requests.at(-1)?.transport).toBe('smtp');
});

test('qmgr(8): failures one at a time never add up: with nothing left a destination is forgotten', () => {
  const world = tryOut({ agent: (request) => putOff(request, true) });
  for (const id of ids(9)) world.arrive(id, { recipients: ['bob@dead.example'] });
  expect(world.requests.map(({ transport }) => transport)).toEqual(Array(9).fill('smtp'));
  expect(world.context().destinations.size).toBe(0);
});

test('postconf(5) initial_destination_concurrency: so many deliveries at first, more with success', () => {
  const world = tryOut({ mainCf: 'initial_destination_concurrency = 2' });
  for (const id of ids(9)) world.arrive(id, { recipients: ['bob@b.example'] });
  expect(world.requests).toHaveLength(2);
  const [first] = world.requests;
  world.tell({ type: 'deliver.done', token: first?.token ?? '', results: [] }, 'smtp:1');
  expect(world.requests).toHaveLength(4);
});

test('postconf(5) local_destination_concurrency_limit: two at once for one mailbox, with extensions', () => {
  const resolve = (recipient: string) => ({
    ...{ transport: 'local', nexthop: 'a.example', recipient, addressClass: 'local' as const },
  });
  const world = tryOut({ resolve, mainCf: 'recipient_delimiter = +' });
  const recipients = ['ann@a.example', 'ann+x@a.example', 'Ann@a.example', 'bob@a.example'];
  world.arrive('A1', { recipients });
  expect(world.requests.map((request) => request.recipients.map(({ address }) => address))).toEqual([
    ['Ann@a.example'],
    ['bob@a.example'],
    ['ann+x@a.example'],
  ]);
});

test('postconf(5) default_destination_recipient_limit: fifty recipients a delivery', () => {
  const world = tryOut();
  const recipients = Array.from({ length: 120 }, (_, index) => `user${index}@b.example`);
  world.arrive('A1', { recipients });
  const counts = world.requests.map((request) => request.recipients.length);
  expect(counts).toEqual([50, 50, 20]);
  const told = world.requests.flatMap((request) => request.recipients.map(({ address }) => address));
  expect([...told].sort()).toEqual([...recipients].sort());
});

test('qmgr(8): recipients of one destination stand by address, as strcmp(3) orders them', () => {
  const world = tryOut();
  world.arrive('A1', { recipients: ['d@b.example', 'c@c.example', 'd2@b.example'] });
  expect(world.requests.map(({ recipients }) => recipients.map(({ address }) => address))).toEqual([
    ['d2@b.example', 'd@b.example'],
    ['c@c.example'],
  ]);
});

test('master(5) maxproc: so many processes of an agent, the oldest message first', () => {
  const smtp = { name: 'smtp', type: 'unix', processLimit: 2 } as ServiceEntry;
  const world = tryOut({ masterCf: [smtp] });
  for (const id of ids(3)) world.arrive(id, { recipients: ['bob@b.example'] });
  world.arrive('C1', { recipients: ['cat@c.example'] });
  expect(world.requests).toHaveLength(2);
  for (const index of [0, 1]) {
    const request = world.requests[index];
    world.tell({ type: 'deliver.done', token: request?.token ?? '', results: [] }, 'smtp:1');
  }
  expect(world.requests.map(({ nexthop }) => nexthop)).toEqual([
    'b.example',
    'b.example',
    'b.example',
    'c.example',
  ]);
});
