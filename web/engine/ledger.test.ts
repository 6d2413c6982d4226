import { expect, test } from 'vitest';
import { gouvBj, scenarioOf } from '#scenarios';
import { play } from '#sim';
import { createChronicle } from './chronicle.ts';
import { countsOf, processesIn } from './ledger.ts';

const { world } = play(gouvBj, 1);
const { zone } = gouvBj;
const differe = scenarioOf('differe') ?? gouvBj;

test('ledger: events tell of the queues what lies on the disk', () => {
  const chronicle = createChronicle((n) => world.event(n), zone);
  const told: string[] = [];
  for (let n = 0; n <= world.length(); n += 1) {
    const counts = JSON.stringify(countsOf(chronicle.at(n).queues.values()));
    if (told.at(-1) !== counts) told.push(counts);
  }
  expect(told).toEqual(['{}', '{"incoming":1}', '{"active":1}', '{}']);
  const deferred = play(differe, 1, { until: 80 }).world;
  const [entry] = createChronicle((n) => deferred.event(n), zone)
    .at(deferred.n())
    .queues.values();
  const [file] = deferred.queue();
  expect(file?.recipients).toEqual(['ada@benin.example']);
  expect(entry).toMatchObject({
    queue: 'deferred',
    id: file?.id,
    sender: file?.sender,
    recipients: file?.recipients,
  });
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
