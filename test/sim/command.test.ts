/** `npm run sim`: what it prints and how it ends. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const COMMAND = join(import.meta.dirname, '../../server/cli/sim.ts');

async function sim(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args]);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout } = error as { readonly code: number; readonly stdout: string };
    return { code, text: stdout };
  }
}

test('npm run sim: prints screen, log, sentences and digest; ends with 0', async () => {
  const { code, text } = await sim('gouv-bj', '--check', '--lang', 'en');
  expect(code).toBe(0);
  expect(text).toContain('\n250 2.1.5 Ok\n');
  expect(text).toMatch(/postfix\/local\[\d+\]: .*status=sent \(delivered to maildir\)/);
  expect(text).toContain('cleanup(8)');
  expect(text).toContain('all hold');
  expect(text).toMatch(/digest [0-9a-f]{32}/);
});

test('npm run sim --why: under each log line stands what led to it', async () => {
  const { text } = await sim('differe', '--why', '--lang', 'en');
  const after = (line: RegExp) =>
    text.split('\n').slice(text.split('\n').findIndex((one) => line.test(one)) + 1);
  expect(after(/status=deferred \(mail transport unavailable\)/)[0]).toMatch(
    /← .*transport_retry_time, entry "smtp"/,
  );
  expect(after(/^\(deferred\)$/).slice(0, 2)).toEqual([
    expect.stringMatching(/← minimal_backoff_time, age [\d.]+ s, at least 1000 s, at most 4000 s$/),
    expect.stringMatching(/← until 2008-02-11T/),
  ]);
  expect((await sim('differe', '--why')).text).toContain('chaque message laisse cette ligne');
});

test('npm run sim: an unknown scenario gives the list, in French by default, and ends with 1', async () => {
  const { code, text } = await sim('rien');
  expect(code).toBe(1);
  expect(text).toMatch(/Scénarios :\n {2}gouv-bj/);
});
