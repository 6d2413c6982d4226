import { expect, test } from 'vitest';
import { gouvBj } from '#scenarios';
import { play } from '#sim';
import { createChronicle } from './chronicle.ts';
import { countsOf, processesIn } from './ledger.ts';

const { world } = play(gouvBj, 1);
const { zone } = gouvBj;

test('ledger: what events tell of queues is what lies on the disk, at every event', () => {
  const chronicle = createChronicle((n) => world.event(n), zone);
  for (let n = 0; n <= world.length(); n += 1) {
    world.seek(n);
    const counts = countsOf(world.queue());
    const told = countsOf(chronicle.at(n).queues.values());
    // A file is told of when it is asked for; on the disk it is there one event later, gone one event later.
    if (JSON.stringify(counts) !== JSON.stringify(told)) {
      world.seek(n + 1);
      expect(told, `event ${n}`).toEqual(countsOf(world.queue()));
    }
  }
});

test('maillog: the lines made of events are the lines of the server', () => {
  world.seek(world.length());
  const chronicle = createChronicle((n) => world.event(n), zone);
  expect(chronicle.at(world.length()).log).toEqual(world.log());
});

test('ledger: processes are those of the host, with the last that has ended', () => {
  world.seek(60);
  const told = processesIn(createChronicle((n) => world.event(n), zone).at(60));
  for (const { process, state } of world.processes()) {
    expect(told).toContainEqual(expect.objectContaining({ process, state }));
  }
  expect(told.map(({ service }) => service)).toContain('cleanup');
});

test('chronicle: going back gives what was there on the way, also after a fork', () => {
  const chronicle = createChronicle((n) => world.event(n), zone);
  world.seek(world.length());
  const there = JSON.stringify([...chronicle.at(40).queues, chronicle.at(40).log]);
  chronicle.at(world.length());
  expect(JSON.stringify([...chronicle.at(40).queues, chronicle.at(40).log])).toBe(there);
  chronicle.forget(20);
  expect(JSON.stringify([...chronicle.at(40).queues, chronicle.at(40).log])).toBe(there);
});
