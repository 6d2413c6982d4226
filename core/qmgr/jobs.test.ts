import { expect, test } from 'vitest';
import type { ServiceEntry } from '../config/master-cf.ts';
import { valueIn } from '../kernel/persistent.ts';
import { comparePositions, jobOf, popped, retired, withJob } from './jobs.ts';
import { decide } from './preempt.ts';
import { transportOf } from './transport.ts';
import { type Tryout, tryOut } from './tryout.ts';
import type { ActiveMessage, Job, Transport } from './types.ts';

const smtp = { name: 'smtp', type: 'unix', processLimit: 1 } as ServiceEntry;

/** A world with one smtp process, which the test itself answers. */
const oneProcess = (mainCf = '') => tryOut({ masterCf: [smtp], mainCf });

/** So many recipients, each at a domain of its own. */
const spread = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `u@${name.toLowerCase()}${index}.example`);

/** Answers the oldest request that is under way, so many times. */
function answer(world: Tryout, times: number): void {
  for (let time = 0; time < times; time += 1) {
    const request = world.requests.find(({ token }) => valueIn(world.context().running, token) !== undefined);
    if (request === undefined) return;
    world.tell({ type: 'deliver.done', token: request.token, results: [] }, 'smtp:1');
  }
}

const order = (world: Tryout) => world.requests.map(({ queueId }) => queueId[0]).join('');

test('SCHEDULER_README: the oldest message first, whatever its destinations', () => {
  const world = oneProcess();
  world.arrive('A', { recipients: spread('a', 3) });
  world.arrive('B', { recipients: ['u@a0.example', 'u@b.example'] });
  answer(world, 9);
  expect(order(world)).toBe('AAABB');
});

test('SCHEDULER_README: within one message its destinations take turns', () => {
  const world = oneProcess('default_destination_recipient_limit = 2');
  const recipients = ['a', 'b'].flatMap((site) =>
    Array.from({ length: 4 }, (_, user) => `u${user}@${site}.example`),
  );
  world.arrive('A', { recipients });
  answer(world, 9);
  expect(world.requests.map(({ nexthop }) => nexthop[0]).join('')).toBe('abab');
});

test('postconf(5) default_delivery_slot_cost: small messages overtake a large one, one for five', () => {
  const world = oneProcess();
  world.arrive('L', { recipients: spread('l', 40) });
  for (const id of ['S1', 'S2', 'S3']) world.arrive(id, { recipients: ['u@s.example'] });
  answer(world, 60);
  expect(order(world)).toBe(`LSLLLLLSLLLLLS${'L'.repeat(29)}`);
  expect(world.context().transports.get('smtp')?.lastPreemption).toEqual({
    ...{ preempted: 'L', by: 'S3', neededSlots: 1, availableParts: 1 },
  });
  expect(world.context().transports.get('smtp')?.jobs.size).toBe(0);
});

test.for(['default_delivery_slot_cost = 0', 'smtp_delivery_slot_cost = 1'])(
  'postconf(5) default_delivery_slot_cost: below 2 nobody is overtaken (%s)',
  (mainCf) => {
    const world = oneProcess(mainCf);
    world.arrive('L', { recipients: spread('l', 40) });
    world.arrive('S', { recipients: ['u@s.example'] });
    answer(world, 60);
    expect(order(world)).toBe(`${'L'.repeat(40)}S`);
  },
);

test('postconf(5) default_minimum_delivery_slots: fourteen deliveries are too few to be overtaken', () => {
  for (const [count, expected] of [
    [14, `${'L'.repeat(14)}S`],
    [15, `LS${'L'.repeat(14)}`],
  ] as const) {
    const world = oneProcess();
    world.arrive('L', { recipients: spread('l', count) });
    world.arrive('S', { recipients: ['u@s.example'] });
    answer(world, 60);
    expect(order(world)).toBe(expected);
  }
});

test.for([
  ['smtp_delivery_slot_loan = 0\nsmtp_delivery_slot_discount = 0', 10],
  ['smtp_delivery_slot_loan = 0', 5],
  ['smtp_delivery_slot_loan = 1\nsmtp_delivery_slot_discount = 0', 5],
  ['', 1],
  ['smtp_delivery_slot_cost = 2\nsmtp_delivery_slot_loan = 0\nsmtp_delivery_slot_discount = 0', 4],
] as const)('postconf(5) default_delivery_slot_loan, _discount: %s', ([mainCf, before]) => {
  const world = oneProcess(mainCf);
  world.arrive('L', { recipients: spread('l', 50) });
  world.arrive('S', { recipients: spread('s', 2) });
  answer(world, 60);
  expect(order(world).slice(0, before + 3)).toBe(`${'L'.repeat(before)}SSL`);
});

test('SCHEDULER_README: who overtook may be overtaken, and each resumes when the other is done', () => {
  const world = oneProcess('smtp_delivery_slot_loan = 20');
  world.arrive('L', { recipients: spread('l', 200) });
  world.arrive('M', { recipients: spread('m', 15) });
  answer(world, 3);
  world.arrive('S', { recipients: ['u@s.example'] });
  const jobs = () => world.context().transports.get('smtp')?.jobs;
  expect(valueIn(jobs() ?? expect.fail(), 'M')).toMatchObject({ level: 1, parent: 'L' });
  answer(world, 1);
  expect(order(world)).toBe('LMMMS');
  answer(world, 14);
  expect(order(world)).toBe(`LMMMS${'M'.repeat(12)}LL`);
  expect(valueIn(jobs() ?? expect.fail(), 'L')).toMatchObject({
    level: 0,
    available: 3 - 15 * 5,
    children: [],
  });
});

test('SCHEDULER_README: old and small first: seconds of waiting for each delivery', () => {
  const world = oneProcess('queue_run_delay = 1000');
  world.arrive('L', { recipients: spread('l', 60) });
  world.arrive('A', { recipients: spread('a', 4) });
  world.pass(9000);
  world.arrive('B', { recipients: spread('b', 2) });
  world.arrive('C', { recipients: ['u@c.example'] });
  answer(world, 1);
  expect(order(world)).toBe('LA');
  const other = oneProcess('queue_run_delay = 1000');
  other.arrive('L', { recipients: spread('l', 60) });
  other.arrive('A', { recipients: spread('a', 4) });
  other.pass(1000);
  other.arrive('B', { recipients: spread('b', 2) });
  other.arrive('C', { recipients: ['u@c.example'] });
  answer(other, 1);
  expect(order(other)).toBe('LC');
});

test('SCHEDULER_README: what cannot go on blocks nobody and overtakes nobody', () => {
  const world = tryOut({ mainCf: 'smtp_destination_concurrency_limit = 1' });
  world.arrive('A', { recipients: ['u@full.example'] });
  world.arrive('B', { recipients: ['u@full.example'] });
  world.arrive('C', { recipients: ['u@free.example'] });
  expect(order(world)).toBe('AC');
  answer(world, 1);
  expect(order(world)).toBe('ACB');

  const large = tryOut({
    mainCf: 'smtp_destination_concurrency_limit = 1',
    masterCf: [{ ...smtp, processLimit: 2 }],
  });
  large.arrive('F', { recipients: ['u@full.example'] });
  large.arrive('L', { recipients: spread('l', 30) });
  large.arrive('S', { recipients: ['u@full.example'] });
  const list = large.requests[1]?.token ?? '';
  large.tell({ type: 'deliver.done', token: list, results: [] }, 'smtp:1');
  expect(order(large)).toBe('FLL');
  answer(large, 1);
  expect(order(large)).toBe('FLLS');
});

test('SCHEDULER_README: a message for the very destinations of a large one overtakes it too', () => {
  const world = oneProcess();
  const recipients = Array.from({ length: 1000 }, (_, user) => `u${user}@b.example`);
  world.arrive('L', { recipients });
  world.arrive('S', { recipients: ['u@b.example'] });
  answer(world, 2);
  expect(order(world)).toBe('LSL');
});

test('SCHEDULER_README: what dies with its destination leaves no job behind', () => {
  const world = oneProcess('initial_destination_concurrency = 1');
  world.arrive('A', { recipients: ['u@dead.example'] });
  world.arrive('B', { recipients: ['u@dead.example', 'u@b.example'] });
  const [first] = world.requests;
  const why = { dsn: '4.4.1', text: 'refused' };
  const done = { type: 'deliver.done', results: [], siteFailure: why } as const;
  world.tell({ ...done, token: first?.token ?? '' }, 'smtp:1');
  expect(world.requests[1]).toMatchObject({ queueId: 'B', transport: 'retry' });
  expect(world.requests[2]).toMatchObject({ queueId: 'B', nexthop: 'b.example' });
  expect(world.context().transports.get('smtp')).toMatchObject({ jobs: { size: 0 }, line: undefined });
});

test('decisions have names', () => {
  const world = oneProcess();
  world.arrive('L', { recipients: spread('l', 40) });
  world.arrive('S', { recipients: spread('s', 9) });
  const why = (over: Partial<Job>) => {
    const transport = transportOf(world.context(), 'smtp');
    const job = valueIn(transport.jobs, 'L') ?? expect.fail();
    return decide(world.context(), transport, { ...job, ...over }, world.now()).why;
  };
  expect(why({ available: 0 })).toBe('nothing earned');
  expect(why({ entries: 14 })).toBe('too small');
  expect(why({ entries: 15, selected: 14 })).toBe('no candidate');
  expect(why({ available: 9 })).toBe('not enough slots');
  expect(why({ available: 10 })).toBe('enough slots');
});

/** A transport with jobs made by hand. */
function transportWith(...all: readonly (Partial<Job> & { readonly messageId: string })[]): Transport {
  const empty = transportOf(tryOut().context(), 'smtp');
  return all.reduce((transport, job) => {
    const message = { id: job.messageId, number: 1, activeAt: 0 } as ActiveMessage;
    return withJob(transport, { ...jobOf(transport, message), ...job });
  }, empty);
}

test('SCHEDULER_README: the one who was overtaken pays for what was used, no more', () => {
  const child: Job = { ...jobOf(transportWith(), { id: 'S', number: 2, activeAt: 0 } as ActiveMessage) };
  const above = { ...child, level: 1, parent: 'L', used: -2, children: ['T'] };
  const transport = transportWith({ messageId: 'L', available: -20, children: ['S'] }, above, {
    messageId: 'T',
    level: 2,
    parent: 'S',
    used: -3,
  });
  const after = retired(transport, above, 5, false);
  expect(valueIn(after.jobs, 'L')).toMatchObject({ available: -10, children: ['T'] });
  expect(valueIn(after.jobs, 'T')).toMatchObject({ parent: 'L', level: 2 });
  const adopted = valueIn(after.jobs, 'T') ?? expect.fail();
  expect(valueIn(popped(after, adopted, 5).jobs, 'L')).toMatchObject({ available: -10, children: [] });
});

test('a job that preempts stands in front of the other, behind those who did so earlier', () => {
  const inOrder = [[1], [2, 1, 1], [2, 1], [2, 2], [2], [3]];
  const sorted = inOrder.toReversed().sort(comparePositions);
  expect(sorted).toEqual(inOrder);
  expect(comparePositions([2, 1], [2, 1])).toBe(0);
});
