/** The power goes after every event, and nothing that was promised is lost. RFC 5321 §6.1 */
import { expect, test } from 'vitest';
import { gouvBj, scenarioOf } from '../../scenarios/index.ts';
import { crashAfterEvery, createWorld } from '../../sim/index.ts';
import { firstSeed, isLong, seeds } from '../support/search.ts';

test('RFC 5321 §6.1: a power cut after any event of the memoir’s session loses no accepted message', () => {
  let duplicates = 0;
  for (const seed of seeds(2)) {
    const run = crashAfterEvery(gouvBj, seed);
    expect(run.findings, `seed ${seed}`).toEqual([]);
    expect(run.crashes).toBeGreaterThan(60);
    duplicates += run.duplicates;
  }
  // RFC 1047: the one thing that may happen is a second copy, between delivery and the removal of the queue
  // file.
  expect(duplicates).toBeGreaterThan(0);
}, 120_000);

test('qmgr(8): a power cut while a message is deferred leaves it there', () => {
  const scenario = scenarioOf('differe') ?? gouvBj;
  const options = isLong ? {} : { from: 70, to: 90 };
  const run = crashAfterEvery(scenario, firstSeed, options);
  expect(run.findings, `seed ${firstSeed}`).toEqual([]);
});

test('RFC 5321 §6.1: what was promised before the power cut is delivered after it', () => {
  const world = createWorld(gouvBj, 1, { check: true });
  world.run({ when: ({ event }) => /^250 2\.0\.0 Ok: queued/.test(String(event.text)) });
  const crashed = world.n();
  world.crash();
  world.run({ idle: true });
  expect(world.terminals()[0]?.lines.at(-1)).toMatchObject({ from: 'note', text: 'reset' });
  expect(world.processes()).toEqual([]);
  world.boot();
  world.run({ idle: true });
  expect(world.mailbox('alexandre').length).toBeGreaterThan(0);
  expect(world.findings()).toEqual([]);
  expect(world.n()).toBeGreaterThan(crashed);
});

test('fsync(2): a power cut forgets what was not synced, as the dice say', () => {
  const left = Array.from({ length: 20 }, (_, index) => {
    const world = createWorld(gouvBj, index + 1);
    // The text is in the file, the file is not on disk yet.
    world.run({ when: ({ effects }) => effects.some(({ type }) => type === 'file.sync') });
    const sizes = () => world.files('/var/spool/postfix/incoming').map(({ sizeBytes }) => sizeBytes);
    const [before = 0] = sizes();
    world.crash();
    world.step();
    // Its name and first lines are older than five seconds: the kernel has written them back by itself.
    const [after = -1] = sizes();
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThanOrEqual(before);
    return after === before ? 'whole' : 'torn';
  });
  expect(new Set(left)).toEqual(new Set(['whole', 'torn']));
});
