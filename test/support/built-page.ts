/** built-page - builds the page, unless it is fresh, before the tests that open it as people get it. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const BUILD = resolve(import.meta.dirname, '../../web/build-if-stale.ts');

/** A process of its own: in ours NODE_ENV is `test`, which would pack the packages' development files. */
export function setup(): void {
  const { NODE_ENV: _ours, VITEST: _too, ...env } = process.env;
  execFileSync(process.execPath, [BUILD], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
