/** vite.config - builds the page into web/dist: relative addresses, so that it works from any folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { atBuild } from './at-build.ts';

const TOP = join(import.meta.dirname, '..');
const { imports } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as {
  readonly imports: Readonly<Record<string, string>>;
};
/** Longest first: `#core` would also take `#core/words.fr`. */
const DOORS = Object.entries(imports).sort(([a], [b]) => b.length - a.length);
/** Folders whose modules do nothing by being imported: what the page does not use of them is left out. */
const PURE = /[\\/](?:core|sim|scenarios|web)[\\/](?!main\.ts|engine[\\/]worker\.ts).*\.(?:ts|json)$/;

/** What is always needed is one file; what a language adds is one more. */
const FIRST = new RegExp(
  `/web/(?:${[
    ...['App', 'engine/(?!live|letters|ledger|log-line|observed|chronicle|marks|worth|words)'],
    ...['narration', 'stage', 'terminal', 'timebar', 'shell/(?:Header|Task)'],
  ].join('|')})|preload-helper|/core/kernel/words|/node_modules/(?:svelte|esm-env|clsx)/`,
);
/** Sentences of the programs of core/rare.ts come when they do; those of all are for the drawer. */
const RARE = /[\\/]core[\\/](?:(?:anvil|bounce|dns|error|flush|milter|pipe|policy|verify)[\\/]|words\.)/;
const FRENCH = /[\\/](?:(?:first-)?words\.fr|i18n[\\/](?:panels\.)?fr)\.ts$/;
const ENGLISH = /[\\/](?:(?:first-)?words\.en|i18n[\\/](?:panels\.)?en)\.ts$/;
const groups = [
  { name: 'fr', test: (id: string) => FRENCH.test(id) && !RARE.test(id) },
  { name: 'en', test: (id: string) => ENGLISH.test(id) && !RARE.test(id) },
  { name: 'page', test: (id: string) => FIRST.test(id.replaceAll('\\', '/')) },
];
const treeshake = { moduleSideEffects: [{ test: PURE, sideEffects: false }] };

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [svelte({ configFile: false }), atBuild('page')],
  // Web has a package.json of its own, so Node's `imports` of the top one do not reach it.
  resolve: { alias: Object.fromEntries(DOORS.map(door)) },
  worker: { format: 'es', plugins: () => [atBuild('worker')], rolldownOptions: { treeshake } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake,
      output: { codeSplitting: { groups, includeDependenciesRecursively: false } },
    },
  },
});

/** `#core` → core/index.ts, as package.json says it to Node. */
function door([name, file]: readonly [string, string]): [string, string] {
  return [name, join(TOP, file)];
}
