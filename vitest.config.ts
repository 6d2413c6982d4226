/**
 * vitest.config - which tests there are: `node`, `browser`, `page` at every commit, `long` by the hour.
 */
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import ownPackage from './package.json' with { type: 'json' };
import { chromiumLaunch } from './test/support/chromium.ts';

const top = import.meta.dirname;
const reportFile = process.env.POSTSCOPE_TEST_REPORT;
/** Longest first: `#core` would also take `#core/words.fr`. */
const DOORS = Object.entries(ownPackage.imports).sort(([a], [b]) => b.length - a.length);
const generous = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  // Web has a package.json of its own, so Node's `imports` of the top one do not reach it.
  resolve: { alias: Object.fromEntries(DOORS.map(door)) },
  test: {
    // Many tests start processes of their own; more workers make them slow, not fast.
    maxWorkers: 2,
    reporters: [
      'default',
      join(top, 'test/support/skips.ts'),
      ...(reportFile === undefined ? [] : [json(reportFile)]),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          ...generous,
          include: ['{core,sim,server,scenarios,web,docs,test}/**/*.test.ts'],
          exclude: ['**/*.{browser,page}.test.ts', 'test/long/**', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        plugins: [svelte({ configFile: false })],
        optimizeDeps: { include: ['axe-core', 'd3', 'svelte', 'xstate'] },
        test: {
          name: 'browser',
          ...generous,
          include: ['test/web/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { nodeDigest },
            provider: playwright({ launchOptions: await chromiumLaunch() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          // They wait for a browser and for a server, on whatever machine; what hangs ends sooner.
          ...{ testTimeout: 120_000, hookTimeout: 60_000 },
          include: ['test/web/**/*.page.test.ts'],
          globalSetup: 'test/support/built-page.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [
            'test/long/**/*.test.ts',
            'test/property/**/*.test.ts',
            'test/sim/{crash,walk,digest}.test.ts',
          ],
          env: { POSTSCOPE_LONG: '1' },
          testTimeout: 0,
          hookTimeout: 0,
        },
      },
    ],
  },
});

/** A scenario played by Node, to hold against what the browser plays. */
async function nodeDigest(_context: unknown, id: string, seed: number): Promise<string> {
  const { digestOf } = await import('#scenarios');
  return digestOf(id, seed);
}

/** Results for a program to read, as `.ci/run` does. */
function json(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }];
}

/** `#core` → core/index.ts, as package.json says it to Node. */
function door([name, file]: readonly [string, string]): [string, string] {
  return [name, join(top, file)];
}
