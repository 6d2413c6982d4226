/**
 * Every program that tests are compared with is here; a run without one says so, and fails under CI.
 */
import { test } from 'vitest';
import { ORACLES, testWithOracle } from '../support/oracles.ts';

for (const name of ORACLES) testWithOracle(name)(`oracle: ${name} is installed`, () => undefined);

test('node: the sources run as written by Node 24 or newer', ({ expect }) => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
});
