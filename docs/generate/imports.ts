/** imports - who may import whom (docs/layers.ts) and who really does, as two diagrams. */
import { posix } from 'node:path';
import { importsOf } from '../../test/tidy/imports.ts';
import type { Source } from '../../test/tidy/sources.ts';
import { coreLayers, territories } from '../layers.ts';
import { page } from './markdown.ts';

/** Text of imports.md. */
export function importsPage(sources: readonly Source[]): string {
  const own = sources.filter(({ path }) => !path.includes('.test.'));
  const doors = territories
    .filter(({ path, outside }) => outside !== true && !path.includes('.'))
    .flatMap(({ path, doors: list }) => list.map((door) => `  ${path} --> ${door}`));
  const folders = coreLayers.flat().filter((name) => !name.includes('.'));
  const inside = [...new Set(own.flatMap((source) => coreImports(source)))].sort();
  const layers = coreLayers.map((layer) => layer.join(', ')).reverse();
  return page('Imports', '`docs/layers.ts` and the imports of the sources', [
    '## Folders and their doors',
    diagram(doors),
    '## Inside core: what may stand on what',
    layers.map((layer, level) => `${level + 1}. ${layer}`).join('\n'),
    '## Inside core: what really imports what',
    diagram(inside.filter((line) => folders.some((folder) => line.startsWith(`  ${folder} `)))),
  ]);
}

function coreImports({ path, text }: Source): readonly string[] {
  if (!path.startsWith('core/') || path.split('/').length < 3) return [];
  const from = path.split('/')[1] ?? '';
  return importsOf({ path, text })
    .filter(({ name }) => name.startsWith('.'))
    .map(({ name }) => posix.join(posix.dirname(path), name).split('/')[1] ?? '')
    .filter((to) => to !== from && to !== '')
    .map((to) => `  ${from} --> ${to}`);
}

function diagram(lines: readonly string[]): string {
  return `\`\`\`mermaid\ngraph TD\n${[...new Set(lines)].join('\n')}\n\`\`\``;
}
