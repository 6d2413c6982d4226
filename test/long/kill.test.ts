/** `kill -9` of the real server, by the hour: other seeds, larger letters, more clients. RFC 5321 §6.1 */
import { expect, test } from 'vitest';
import { killRun } from '../support/kill-run.ts';

const RUNS = [
  { seed: 1, kills: 40, clients: 5, mostPromises: 60, mostLines: 120 },
  { seed: 2, kills: 40, clients: 20, mostPromises: 120, mostLines: 60 },
  // Letters of several chunks, so that many a kill falls into the middle of one.
  { seed: 3, kills: 40, clients: 8, mostPromises: 25, mostLines: 20_000 },
];

for (const plan of RUNS) {
  test(`RFC 5321 §6.1: ${plan.kills} times kill -9, ${plan.clients} clients, seed ${plan.seed}`, async () => {
    const report = await killRun(plan);
    const { sent, promised, duplicates, unpromised } = report;
    console.log(`${sent} sent, ${promised} promised, ${duplicates} second copies, ${unpromised} unasked`);
    expect(report.lost).toEqual([]);
    expect(report.damaged).toEqual([]);
    expect(report.left).toEqual([]);
    expect(promised).toBeGreaterThan(plan.kills);
  });
}
