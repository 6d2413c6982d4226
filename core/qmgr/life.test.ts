import { expect, test } from 'vitest';
import { parseQueueFile } from '../mail/queue-file.ts';
import { delivered, putOff, queueFile, returned, START, tryOut } from './tryout.ts';

const ID = '7B345AC0B1';
const MINUTE = 60_000;
const PROFILES = ['2.3', '3.x'] as const;

test.for(PROFILES)('qmgr(8), %s: a delivered message leaves a log and nothing else', (profile) => {
  const world = tryOut({ profile, agent: delivered });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.logs).toEqual([
    `${ID}: from=<ann@a.example>, size=22, nrcpt=1 (queue active)`,
    `${ID}: removed`,
  ]);
  expect([...world.disk.keys()]).toEqual([]);
  expect(world.requests[0]).toMatchObject({
    queueId: ID,
    path: `active/${ID}`,
    transport: 'smtp',
    nexthop: 'b.example',
  });
  expect(world.effects.filter(({ type }) => type === 'file.write')).toEqual([]);
  expect(
    world.context().messages.size + world.context().destinations.size + world.context().running.size,
  ).toBe(0);
});

test('RFC 5321 §4.5.4.1, 2.3: tried after 1000, 2000, 4000, 8000 s and so on', () => {
  const tries: number[] = [];
  const world = tryOut({
    profile: '2.3',
    agent: (request) => {
      tries.push((world.now() - START) / 1000);
      return putOff(request);
    },
  });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  const path = `deferred/7/${ID}`;
  expect(world.disk.get(path)?.modifiedAt).toBe(START + 1000_000);
  world.pass(20_000_000);
  expect(tries).toEqual([0, 1000, 2000, 4000, 8000, 12_000, 16_000, 20_000]);
  expect(world.disk.get(path)?.modifiedAt).toBe(START + 24_000_000);
});

test('RFC 5321 §4.5.4.1, 3.x: 300 s at first, later as long as it is old, 4000 s at most', () => {
  const tries: number[] = [];
  const world = tryOut({
    agent: (request) => {
      tries.push((world.now() - START) / 1000);
      return putOff(request);
    },
  });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  world.pass(15_000_000);
  expect(tries).toEqual([0, 300, 600, 1200, 2400, 4800, 9000, 13_200]);
  expect(world.logs.filter((line) => line.includes('queue active'))).toHaveLength(tries.length);
});

test.for(PROFILES)('qmgr(8), %s: what is deferred once is delivered the second time', (profile) => {
  let tries = 0;
  const world = tryOut({
    profile,
    agent: (request) => {
      tries += 1;
      return tries === 1 ? putOff(request) : delivered(request);
    },
  });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.queue('deferred')).toEqual([ID]);
  world.pass(profile === '2.3' ? 1000_000 : 300_000);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
  expect([...world.disk.keys()]).toEqual([]);
});

test('qmgr(8): the reasons of an earlier try are void when the message is tried again', () => {
  const world = tryOut({ agent: (request) => putOff(request) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  const noted = { bytes: new Uint8Array(), mode: 0o100600, modifiedAt: 0 };
  world.disk.set(`defer/7/${ID}`, noted).set(`bounce/${ID}`, noted);
  world.pass(300_000);
  expect(world.queue('defer')).toEqual([]);
  expect(world.queue('bounce')).toEqual([]);
});

test('qmgr(8): of several recipients the served ones are marked, and only the others tried again', () => {
  const world = tryOut({
    agent: (request) => (request.nexthop === 'b.example' ? delivered(request) : putOff(request)),
  });
  world.arrive(ID, { recipients: ['bob@b.example', 'cat@c.example'] });
  const file = parseQueueFile(world.disk.get(`deferred/7/${ID}`)?.bytes ?? new Uint8Array());
  expect(file.recipients.map(({ address, done }) => [address, done])).toEqual([
    ['bob@b.example', true],
    ['cat@c.example', false],
  ]);
  world.pass(300_000);
  expect(world.requests.map(({ nexthop }) => nexthop)).toEqual(['b.example', 'c.example', 'c.example']);
  expect(world.logs).toContain(`${ID}: from=<ann@a.example>, size=22, nrcpt=2 (queue active)`);
});

test('RFC 5321 §6.1: a bounced recipient: the sender is told, then the message goes', () => {
  const world = tryOut({ agent: returned });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.flushes).toMatchObject([
    { log: 'bounce', kind: 'failed', sender: 'ann@a.example', path: `active/${ID}` },
  ]);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});

test('bounce(8): the sender could not be told: nothing is given up', () => {
  const world = tryOut({ agent: returned, flush: () => false });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.queue('deferred')).toEqual([ID]);
  const file = parseQueueFile(world.disk.get(`deferred/7/${ID}`)?.bytes ?? new Uint8Array());
  expect(file.recipients.map(({ done }) => done)).toEqual([false]);
});

test('bounce(8): one bounced and one deferred: told at once, marked, and the rest tried again', () => {
  const world = tryOut({
    agent: (request) => (request.nexthop === 'b.example' ? returned(request) : putOff(request)),
  });
  world.arrive(ID, { recipients: ['bob@b.example', 'cat@c.example'] });
  expect(world.flushes).toHaveLength(1);
  const file = parseQueueFile(world.disk.get(`deferred/7/${ID}`)?.bytes ?? new Uint8Array());
  expect(file.recipients.map(({ done }) => done)).toEqual([true, false]);
  world.pass(300_000);
  expect(world.flushes).toHaveLength(1);
});

test.for(PROFILES)(
  'postconf(5) maximal_queue_lifetime, %s: after five days of tries the sender gets it back',
  (profile) => {
    const world = tryOut({ profile, agent: (request) => putOff(request) });
    world.arrive(ID, { recipients: ['bob@b.example'] });
    world.pass(5 * 86_400_000 - MINUTE);
    expect(world.flushes).toEqual([]);
    world.pass(4000_000);
    expect(world.logs.slice(-2)).toEqual([
      `${ID}: from=<ann@a.example>, status=expired, returned to sender`,
      `${ID}: removed`,
    ]);
    expect(world.flushes).toMatchObject([{ log: 'defer', kind: 'failed' }]);
  },
);

test('postconf(5) bounce_queue_lifetime: notices have their own lifetime, 0 = one try', () => {
  const world = tryOut({ mainCf: 'bounce_queue_lifetime = 0', agent: (request) => putOff(request) });
  world.arrive(ID, { sender: '', recipients: ['bob@b.example'] });
  world.arrive('7B345AC0B2', { recipients: ['bob@b.example'] });
  expect(world.logs).toContain(`${ID}: from=<>, status=expired, returned to sender`);
  expect(world.queue('deferred')).toEqual(['7B345AC0B2']);
});

test('postconf(5) maximal_queue_lifetime: an expired message that could not be returned is kept', () => {
  const world = tryOut({
    mainCf: 'maximal_queue_lifetime = 0',
    agent: (request) => putOff(request),
    flush: () => false,
  });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.queue('deferred')).toEqual([ID]);
});

test('postconf(5) delay_warning_time: the sender is warned once, and the file remembers it', () => {
  const world = tryOut({ agent: (request) => putOff(request) });
  world.arrive(ID, { recipients: ['bob@b.example'], warnTimeSec: START / 1000 + 600 });
  world.pass(300_000);
  expect(world.flushes).toEqual([]);
  world.pass(300_000);
  expect(world.flushes).toMatchObject([{ log: 'defer', kind: 'delayed' }]);
  const path = `deferred/7/${ID}`;
  expect(parseQueueFile(world.disk.get(path)?.bytes ?? new Uint8Array()).warnTimeSec).toBeUndefined();
  world.pass(10_000_000);
  expect(world.flushes).toHaveLength(1);
});

test('RFC 3461 §4.1: NOTIFY=SUCCESS: the success is noted and reported before the message goes', () => {
  const world = tryOut({ agent: delivered });
  world.arrive(ID, { recipients: [{ address: 'bob@b.example', notify: 2 }] });
  const notes = world.effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  expect(notes.find(({ type }) => type === 'bounce.append')).toMatchObject({
    log: 'trace',
    result: { text: 'delivery via smtp: delivered' },
  });
  expect(world.flushes).toMatchObject([{ log: 'trace', kind: 'success' }]);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});

test('qmgr(8): what an earlier qmgr left in active is delivered after a restart', () => {
  const bytes = queueFile({ recipients: ['bob@b.example', { address: 'old@b.example', done: true }] });
  const disk = new Map([[`active/${ID}`, { bytes, mode: 0o100700, modifiedAt: START }]]);
  disk.set(`bounce/${ID}`, { bytes: new Uint8Array(), mode: 0o100600, modifiedAt: START });
  const world = tryOut({ agent: delivered }, disk);
  const moves = world.effects.flatMap((effect) =>
    effect.type === 'file.rename' ? [`${effect.from} ${effect.to}`] : [],
  );
  expect(moves).toEqual([`active/${ID} incoming/${ID}`, `incoming/${ID} active/${ID}`]);
  expect(world.requests[0]?.recipients.map(({ address }) => address)).toEqual(['bob@b.example']);
  expect([...disk.keys()]).toEqual([]);
});

test('QSHAPE_README: a damaged file goes to corrupt, with Postfix’s words', () => {
  const world = tryOut({ agent: delivered });
  const whole = queueFile({ recipients: ['bob@b.example'] });
  world.disk.set(`incoming/${ID}`, { bytes: whole.subarray(0, -2), mode: 0o100700, modifiedAt: START });
  world.tell({ type: 'qmgr.wakeup', requests: 'W', queueId: ID });
  expect(world.logs).toEqual([
    `warning: ${ID}: message rejected: missing end record`,
    `warning: saving corrupt file "${ID}" from queue "active" to queue "corrupt"`,
  ]);
  expect(world.queue('corrupt')).toEqual([ID]);
  expect(world.context().messages.size).toBe(0);
});

test('qmgr(8): a message without recipients left is removed', () => {
  const world = tryOut({ agent: delivered });
  world.arrive(ID, { recipients: [{ address: 'bob@b.example', done: true }] });
  expect(world.requests).toEqual([]);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});
