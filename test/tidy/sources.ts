/**
 * sources - reads the repository's own source files, for the tests that judge their form.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

export interface Source {
  /** Seen from the top of the repository, with forward slashes: `core/smtpd/machine.ts`. */
  readonly path: string;
  readonly text: string;
}

export const TOP = join(import.meta.dirname, '..', '..');
const FOLDERS = ['core', 'sim', 'server', 'web', 'scenarios', 'docs', 'test'];

/** Every TypeScript and Svelte source; what programs wrote is left out. */
export function readSources(): readonly Source[] {
  return [...FOLDERS.map((folder) => `${folder}/**/*.{ts,svelte}`), '*.ts']
    .flatMap((pattern) => globSync(pattern, { cwd: TOP, exclude: isGenerated }))
    .map((name) => name.split(sep).join('/'))
    .map((path) => ({ path, text: readFileSync(join(TOP, path), 'utf8') }));
}

/** The text without its comments, line numbers kept; a comment opener inside a string is taken for one. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** `core/qmgr/queue.ts:12`, as an editor opens it. */
export function placeOf(source: Source, index: number): string {
  return `${source.path}:${source.text.slice(0, index).split('\n').length}`;
}

function isGenerated(name: string): boolean {
  return /(^|[\\/])(node_modules|dist|generated|\.svelte-check)([\\/]|$)/.test(name);
}
