/**
 * imports - finds every import of a source and says which of them docs/layers.ts does not allow.
 */
import { posix } from 'node:path';
import { coreLayers, type Territory, territories } from '../../docs/layers.ts';
import { placeOf, type Source, withoutComments } from './sources.ts';

const CLAUSE = /^\s*(?:import|export)\b[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^\s*import\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;
const DOOR = /^#(core|sim|scenarios)(?:\/(?:rare|(?:first-|rare-)?words\.(?:en|fr)))?$/;

/** One sentence per forbidden import, with its place; empty when all is well. */
export function forbiddenImports(source: Source): readonly string[] {
  const territory = territoryOf(source.path);
  if (territory === undefined) return [`${source.path}: stands in no territory of docs/layers.ts`];
  if (territory.outside === true) return [];
  return importsOf(source).flatMap(({ name, index }) => {
    const trouble = judge(source.path, territory, name);
    return trouble === undefined ? [] : [`${placeOf(source, index)}: ${trouble}`];
  });
}

/** What a source imports, statically, by `import()`, or as a type. */
export function importsOf(source: Source): readonly { readonly name: string; readonly index: number }[] {
  const code = withoutComments(source.text);
  return [CLAUSE, BARE, DYNAMIC].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((found) => ({
      name: found[1] ?? '',
      index: found.index + found[0].length,
    })),
  );
}

function territoryOf(path: string): Territory | undefined {
  return territories
    .filter((each) => path === each.path || path.startsWith(`${each.path}/`))
    .reduce<Territory | undefined>(
      (best, each) => (each.path.length > (best?.path.length ?? 0) ? each : best),
      undefined,
    );
}

function judge(path: string, territory: Territory, name: string): string | undefined {
  if (name.startsWith('.')) return judgeRelative(path, posix.join(posix.dirname(path), name));
  const door = DOOR.exec(name)?.[1];
  if (door !== undefined || name.startsWith('#')) return judgeDoor(path, territory, name, door);
  const isTest = path.endsWith('.test.ts');
  if (isTest || territory.packages.some((allowed) => isFrom(name, allowed))) return undefined;
  return `${territory.path} must not use the package '${name}'`;
}

function judgeDoor(path: string, territory: Territory, name: string, door = ''): string | undefined {
  if (territory.doors.includes(door)) return undefined;
  return path.startsWith(`${door}/`)
    ? `inside ${door} use a relative path, not '${name}'`
    : `${territory.path} must not import '${name}'`;
}

function judgeRelative(path: string, target: string): string | undefined {
  const from = path.split('/')[0];
  const to = target.split('/')[0];
  if (from !== to) return `enter ${to} by its door '#${to}', not by '${target}'`;
  return from === 'core' ? judgeLayer(path.split('/')[1] ?? '', target.split('/')[1] ?? '') : undefined;
}

function judgeLayer(from: string, to: string): string | undefined {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer < 0 || toLayer < 0)
    return `core/${fromLayer < 0 ? from : to} is in no layer of docs/layers.ts`;
  if (from === to || toLayer < fromLayer) return undefined;
  return `core/${from} must not import core/${to}: imports point down, daemons never meet`;
}

function layerOf(name: string): number {
  const folder = name.replace(/^index\.test\.ts$/, 'index.ts');
  return coreLayers.findIndex((layer) => layer.includes(folder));
}

/** `svelte` allows 'svelte' and 'svelte/store'; `node:` allows every 'node:…'. */
function isFrom(name: string, allowed: string): boolean {
  return name === allowed || name.startsWith(allowed.endsWith(':') ? allowed : `${allowed}/`);
}
