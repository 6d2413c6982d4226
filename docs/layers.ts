/**
 * layers - who may import whom, and which packages: one table, tested by test/tidy and drawn in the docs.
 *
 *   web ─► scenarios ─► sim ─► core ◄─ server          docs and test stand outside and may look at everything
 */

/** What the files under one path may import. The longest matching path counts. */
export interface Territory {
  /** A folder or a file, seen from the top of the repository. */
  readonly path: string;
  /** Top folders that may be entered, each by its one door: `#core`, `#sim`, `#scenarios`. */
  readonly doors: readonly string[];
  /** Packages by name; `node:` stands for all of Node's own. */
  readonly packages: readonly string[];
  /** True where deep relative imports and every package are allowed. */
  readonly outside?: boolean;
}

export const territories: readonly Territory[] = [
  { path: 'core', doors: [], packages: ['xstate', 're2js'] },
  { path: 'sim', doors: ['core'], packages: [] },
  { path: 'scenarios', doors: ['sim'], packages: [] },
  { path: 'web', doors: ['core', 'sim', 'scenarios'], packages: ['svelte', 'd3'] },
  { path: 'server', doors: ['core'], packages: ['node:', 'hono', '@hono/node-server'] },
  // The command line plays scenarios in the simulator; no other part of the server knows that there is one.
  { path: 'server/cli/sim.ts', doors: ['core', 'sim', 'scenarios'], packages: ['node:'] },
  // Node programs that make the page; they are not part of it.
  { path: 'web/build-if-stale.ts', doors: [], packages: ['node:', 'vite'] },
  { path: 'web/bench-page.ts', doors: [], packages: ['node:', 'vite', 'playwright'] },
  { path: 'web/at-build.ts', doors: [], packages: ['node:', 'vite'] },
  { path: 'web/vite.config.ts', doors: [], packages: ['node:', 'vite', '@sveltejs/vite-plugin-svelte'] },
  { path: 'docs', doors: [], packages: [], outside: true },
  { path: 'test', doors: [], packages: [], outside: true },
  { path: 'vitest.config.ts', doors: [], packages: [], outside: true },
];

/**
 * Inside core, bottom to top: a file may import from its own folder and from lower layers only.
 * Folders of one layer do not import each other, so daemons meet in kernel/notes.ts and nowhere else.
 */
export const coreLayers: readonly (readonly string[])[] = [
  ['wire'],
  ['mail'],
  ['config'],
  ['kernel'],
  [
    'smtpd',
    'pickup',
    'cleanup',
    'rewrite',
    'qmgr',
    'local',
    'pipe',
    'bounce',
    'error',
    'anvil',
    'flush',
    'showq',
    'policy',
    'milter',
    'verify',
    'dns',
    'master',
  ],
  ['rare.ts', 'first-words.en.ts', 'first-words.fr.ts', 'rare-words.en.ts', 'rare-words.fr.ts'],
  ['words.en.ts', 'words.fr.ts'],
  ['index.ts'],
];
