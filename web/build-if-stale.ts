/**
 * build-if-stale - builds the page into web/dist when a source is newer; `npm start` runs it first.
 *
 * The page holds the core, the simulator and the scenarios as well, so all four folders count as its sources.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const WEB = import.meta.dirname;
const TOP = join(WEB, '..');
const BUILT = join(WEB, 'dist', 'index.html');
const SOURCES = [
  '{core,sim,scenarios}/**/*',
  'web/*.{html,ts}',
  'web/!(dist|node_modules)/**/*',
  'package-lock.json',
];

/** Time of the newest source in milliseconds, tests left out; 0 when there is none. */
function newestSourceMs(): number {
  const names = globSync(SOURCES, { cwd: TOP }).filter((name) => !name.endsWith('.test.ts'));
  const times = names
    .map((name) => statSync(join(TOP, name)))
    .map((found) => (found.isFile() ? found.mtimeMs : 0));
  return Math.max(0, ...times);
}

const builtMs = existsSync(BUILT) ? statSync(BUILT).mtimeMs : -1;
// A tree without the page's sources has nothing to build.
if (existsSync(join(WEB, 'index.html')) && builtMs < newestSourceMs()) {
  const { build } = await import('vite');
  await build({ root: WEB, logLevel: 'warn' });
}
