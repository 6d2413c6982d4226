import { expect, test } from 'vitest';
import { gouvBj } from '#scenarios';
import { createWorld } from '#sim';
import { partsOfQueueFile } from './queue-records.ts';

test('postcat(1): a queue file of the simulator is cut into envelope, message and end', () => {
  const world = createWorld(gouvBj, 1);
  world.run({ when: () => world.queue().some(({ queue, isComplete }) => queue === 'active' && isComplete) });
  const [entry] = world.queue();
  const parts = partsOfQueueFile(world.file(entry?.path ?? '') ?? '');
  const envelope = parts?.envelope.map(({ type, text }) => `${type} ${text}`);
  expect(envelope).toContain('S espera@gouv.bj');
  expect(envelope).toContain('R alexandre@gouv.bj');
  expect(envelope?.[0]).toMatch(/^C +\d+ +\d+/);
  expect(parts?.content.map(({ text }) => text)).toContain(
    'Felicitacion mon frere on vient de reussir notre config',
  );
  expect(parts?.rest.map(({ type }) => type)).toEqual(['X', 'E']);
});

test('postcat(1): a record longer than 127 bytes, a file cut off, and what is no queue file', () => {
  const long = `T\x011N\x81\x01${'x'.repeat(129)}`;
  expect(partsOfQueueFile(`T\x011M\0N\x81\x01${'x'.repeat(129)}E\0`)?.content).toEqual([
    { type: 'N', text: 'x'.repeat(129) },
  ]);
  expect(partsOfQueueFile(long.slice(0, -1))).toEqual({
    envelope: [{ type: 'T', text: '1' }],
    content: [],
    rest: [],
  });
  expect(partsOfQueueFile('*** ENVELOPE RECORDS ***\n')).toBeUndefined();
  expect(partsOfQueueFile('')).toBeUndefined();
});
