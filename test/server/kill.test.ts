/** `kill -9` of the real server while letters come in: what was promised arrives. RFC 5321 §6.1 */
import { expect, test } from 'vitest';
import { killRun } from '../support/kill-run.ts';

test('RFC 5321 §6.1: kill -9 at any moment loses no accepted letter and delivers no half one', async () => {
  const report = await killRun({ seed: 20080211, kills: 3, clients: 5, mostPromises: 30, mostLines: 120 });
  const { sent, promised, duplicates, unpromised } = report;
  console.log(
    `kill -9: ${sent} sent, ${promised} promised, ${duplicates} second copies, ${unpromised} unasked`,
  );
  expect(report.promised).toBeGreaterThanOrEqual(3);
  expect(report.lost).toEqual([]);
  expect(report.damaged).toEqual([]);
  expect(report.left).toEqual([]);
  // RFC 1047: a second copy is possible only of what was under way when the server died.
  expect(duplicates).toBeLessThan(promised);
});
