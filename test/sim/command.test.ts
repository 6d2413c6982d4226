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

test('npm run sim: an unknown scenario gives the list, in French by default, and ends with 1', async () => {
  const { code, text } = await sim('rien');
  expect(code).toBe(1);
  expect(text).toMatch(/Scénarios :\n {2}gouv-bj/);
});
