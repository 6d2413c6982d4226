/**
 * skips - a vitest reporter that ends a run by naming what was skipped and why, so green means whole.
 *
 * Under CI a run with a skipped test fails.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { canMount, ORACLES, oracle, oraclesRequired } from './oracles.ts';

export default class Skips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const missing = ORACLES.filter((name) => oracle(name) === undefined);
    if (missing.length > 0) print(`NOT INSTALLED, so not compared with: ${missing.join(', ')}`);
    if (!canMount) print('NO MOUNTS HERE, so Postfix was not asked what it makes of our name server');
    for (const test of skipped) print(`SKIPPED ${test.fullName}: ${reason(test)}`);
    if (skipped.length > 0) print(`${skipped.length} skipped: this run did not prove everything.`);
    if (oraclesRequired && skipped.length > 0) process.exitCode = 1;
  }
}

function reason(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
