/**
 * Random roads, relay hosts, address classes and checks, from a fixed range of seeds: the real Postfix says,
 * logs, keeps and delivers the same.
 */
import { expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { generateDelivery } from './generate-delivery.ts';
import { recordWhole } from './whole.ts';
import { wholeFailures } from './whole-postfix.ts';

const FIRST_SEED = 1;
const COUNT = 50;

test('transport(5): random roads lead to every service, some messages wait, some come back', () => {
  const wholes = Array.from(
    { length: COUNT },
    (_, at) => recordWhole(generateDelivery(FIRST_SEED + at)).whole,
  );
  const log = wholes.flatMap((whole) => whole.log).join('\n');
  for (const word of [
    'relay=smtp',
    'relay=far',
    'relay=relay',
    'relay=virtual',
    'relay=local',
    'status=bounced',
  ])
    expect(log.split(word).length, word).toBeGreaterThan(2);
  expect(wholes.flatMap(({ files }) => files).length).toBeGreaterThan(1);
});

testWithOracle('postfix')(
  'transport(5), relocated(5), header_checks(5): the real Postfix says, logs, keeps and delivers the same',
  async () => {
    expect(await wholeFailures(FIRST_SEED, COUNT)).toEqual([]);
  },
  240_000,
);
