import { expect, test } from 'vitest';
import { delivered, putOff, START, tryOut } from './tryout.ts';
import { type FakeDisk, fakeFile, queueFile } from './tryout-files.ts';

const DEAD = 1000;
const SECOND = 1000;

/** Ten messages for each dead site, a day old: they come due one after the other over 4000 seconds. */
function backlog(): FakeDisk {
  const disk: FakeDisk = new Map();
  for (let message = 0; message < 10 * DEAD; message += 1) {
    const recipients = [`u@dead${message % DEAD}.example`];
    const bytes = queueFile({ recipients, arrivalAt: START - 86_400 * SECOND });
    disk.set(`deferred/D/D${message}`, fakeFile(bytes, START + ((message * 7919) % 4000) * SECOND));
  }
  return disk;
}

/** Five minutes with sixty fresh messages a second: how many events that took, and how many deliveries. */
function fiveMinutes(disk: FakeDisk) {
  const tried = { fresh: 0, dead: 0 };
  const world = tryOut(
    {
      agent: (request) => {
        if (request.transport === 'retry') return putOff(request);
        const isDead = request.nexthop.startsWith('dead');
        tried[isDead ? 'dead' : 'fresh'] += 1;
        return isDead ? putOff(request, true) : delivered(request);
      },
    },
    disk,
  );
  const before = world.steps();
  for (let second = 0; second < 300; second += 1) {
    for (let one = 0; one < 60; one += 1)
      world.arrive(`F${second}-${one}`, { recipients: [`u@site${one}.example`] });
    world.pass(SECOND);
  }
  return { steps: world.steps() - before, ...tried, left: world.queue('deferred').length };
}

test('QSHAPE_README: 10,000 messages for 1,000 dead sites make fresh mail a tenth more work at most', () => {
  const alone = fiveMinutes(new Map());
  const beside = fiveMinutes(backlog());
  expect(beside.fresh).toBe(18_000);
  expect(alone).toMatchObject({ fresh: 18_000, dead: 0 });
  expect(beside.dead).toBeGreaterThan(500);
  expect(beside.left).toBe(10_000);
  expect(beside.steps / alone.steps).toBeLessThan(1.1);
  expect(beside.dead / beside.fresh).toBeLessThan(0.1);
});
