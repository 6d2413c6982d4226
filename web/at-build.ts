/**
 * at-build - what is worked out once, when the page is built, so that the page need not load what it takes.
 *
 * The charts' models: the drawer would need the whole core for them, which is in the worker already.
 * The parameters' defaults: only of the profiles that the scenarios play, and only those that somebody may
 * ask for. The invariants: left out, as only tests and the command line have them looked at. XState: as far
 * as it defines a chart. In the worker, the rules of engine/late-rules.ts: functions that have them loaded.
 * docs/decisions/0014-first-load.md
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { LATE_RULES } from './engine/late-rules.ts';

const WEB = import.meta.dirname;
const TOP = join(WEB, '..');
const MODELS = '/web/drawer/chart-models.ts';
const CHECK = '/sim/check.ts';
const NO_CHECK = `const none = () => { throw new Error('panic: the page looks at no invariants'); };
export { none as lookAt, none as queueIdOf, none as startCheck };`;
const LATE_CODE = '/web/engine/late-code.ts';
/** Begins the name of a module that stands for a late one. */
const STAND_IN = '\0late:';
const DEFAULTS = '/core/config/parameters/defaults.json';
/** The column of defaults.json that holds a profile. */
const COLUMNS: Readonly<Record<string, string>> = { '2.3': 'v2', '3.x': 'v3' };

/** `smtp_destination_rate_delay` unknown would be `$default_destination_rate_delay`. core/config/settings.ts */
const TRANSPORTS_OWN = /_(?:destination|recipient|delivery_slot|minimum_delivery)_/;

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Only for a build: a server of single modules and the tests take the sources as they are.
 *
 * @param part the page plays no world, so only the worker has late rules
 */
export function atBuild(part: 'page' | 'worker'): Plugin {
  return {
    name: 'postscope:at-build',
    apply: 'build',
    enforce: 'pre',
    // A page steps no chart by XState; the drawer and the tests have all of it. web/charts-only.ts
    // What an ordinary letter does not need is loaded when it is needed. web/engine/late.ts
    resolveId: (source, importer) => {
      if (source === 'xstate') return join(WEB, 'charts-only.ts');
      if (source === './rare.ts') return join(WEB, 'engine/late.ts');
      return part === 'worker' && importer !== undefined ? standInFor(source, importer) : undefined;
    },
    load: async (id) => {
      const path = id.replaceAll('\\', '/');
      if (id.startsWith(STAND_IN)) return standInCode(id.slice(STAND_IN.length));
      if (part === 'worker' && path.endsWith(LATE_CODE)) return lateCode();
      if (path.endsWith(MODELS)) return chartModelsCode();
      if (path.endsWith(CHECK)) return NO_CHECK;
      return path.endsWith(DEFAULTS) ? defaultsPlayed(id) : undefined;
    },
  };
}

function placeOf(path: string): string {
  return relative(TOP, path).replaceAll('\\', '/');
}

/** Late modules know each other as they are; everybody else knows what stands for them. */
function standInFor(source: string, importer: string): string | undefined {
  if (!source.startsWith('.') || importer.startsWith('\0')) return undefined;
  const wanted = placeOf(join(dirname(importer), source));
  return LATE_RULES.includes(wanted) && !LATE_RULES.includes(placeOf(importer))
    ? `${STAND_IN}${wanted}`
    : undefined;
}

async function standInCode(module: string) {
  const functions = Object.entries(await import(urlOf(module))).filter(([, it]) => typeof it === 'function');
  const rules = functions.map(([name]) => `export const ${name} = /* @__PURE__ */ rule('${name}');`);
  const late = JSON.stringify(join(WEB, 'engine/late.ts'));
  const head = `import { lateRules } from ${late};\nconst rule = /* @__PURE__ */ lateRules('${module}');`;
  return { code: [head, ...rules].join('\n'), moduleSideEffects: false };
}

function lateCode(): string {
  const modules = LATE_RULES.map((module) => [module, JSON.stringify(join(TOP, module))] as const);
  const imports = modules.map(([, path], index) => `import * as rules${index} from ${path};`);
  const rules = modules.map(([module], index) => `'${module}': rules${index}`).join(', ');
  return `export { rare } from '#core/rare';\n${imports.join('\n')}\nexport const rules = { ${rules} };`;
}

async function chartModelsCode(): Promise<string> {
  const { charts } = await import(urlOf('core/index.ts'));
  const { modelOf } = await import(urlOf('web/drawer/chart-model.ts'));
  const models = Object.entries(charts).map(([name, machine]) => [name, modelOf(name, machine)]);
  return `export const chartModels = ${JSON.stringify(Object.fromEntries(models))};`;
}

/** defaults.json as far as the scenarios' profiles have it. */
async function defaultsPlayed(file: string): Promise<string> {
  const profiles = await profilesPlayed();
  const unplayed = Object.keys(COLUMNS).filter((profile) => !profiles.has(profile));
  const entries = JSON.parse(await readFile(file, 'utf8')) as Entries;
  const left = Object.entries(entries).flatMap(([name, entry]) => {
    const kept = { ...entry };
    for (const profile of unplayed) delete kept[COLUMNS[profile] ?? ''];
    return isMissed(name, kept) ? [[name, kept] as const] : [];
  });
  return JSON.stringify(namesAsked(Object.fromEntries(left), await sourcesPlayed()));
}

/** All that could name a parameter: the code of the worker, and the scenarios' files. */
async function sourcesPlayed(): Promise<string> {
  const files = globSync('{core,sim,scenarios}/**/*.ts', { cwd: TOP });
  const played = files.filter((file) => !/\.test\.ts$|words\.[a-z]+\.ts$/.test(file));
  return (await Promise.all(played.map((file) => readFile(join(TOP, file), 'utf8')))).join('\n');
}

/**
 * The parameters whose name stands in the sources, or fits a name that is put together there
 * (`default_${suffix}`), and those that their defaults refer to.
 */
function namesAsked(entries: Entries, sources: string): Entries {
  const words = new Set(sources.match(/\w+/g));
  const parts = sources.match(/`\w*(?:\$\{\w+(?:\.\w+)*\}\w*)+`/g) ?? [];
  // Without two letters of its own a pattern would fit everything; those are transports', see above.
  const telling = parts.filter((part) => /[a-z]{2}/.test(part.replace(/\$\{[^}]*\}/g, '')));
  const patterns = telling.map((part) => part.slice(1, -1).replace(/\$\{[^}]*\}/g, '\\w+'));
  const fits = new RegExp(`^(?:${patterns.join('|')})$`);
  const asked = Object.keys(entries).filter(
    (name) => words.has(name) || fits.test(name) || TRANSPORTS_OWN.test(name),
  );
  // Grows while it is walked.
  for (const name of asked) {
    for (const value of Object.values(entries[name] ?? {})) {
      for (const other of String(value).match(/\w+/g) ?? []) {
        if (other in entries && !asked.includes(other)) asked.push(other);
      }
    }
  }
  return Object.fromEntries(Object.entries(entries).filter(([name]) => asked.includes(name)));
}

/** A name without a value counts as long as its type, or that it is known at all, says something. */
function isMissed(name: string, entry: Entries[string]): boolean {
  const hasValue = Object.values(COLUMNS).some((column) => column in entry);
  return hasValue || entry.computed === true || entry.type === 'raw' || TRANSPORTS_OWN.test(name);
}

async function profilesPlayed(): Promise<ReadonlySet<string>> {
  const { scenarios } = await import(urlOf('scenarios/index.ts'));
  const { settingsOf } = await import(urlOf('sim/index.ts'));
  const hosts = scenarios.flatMap(({ hosts }: { readonly hosts: readonly unknown[] }) => hosts);
  return new Set(hosts.map((host: unknown) => settingsOf(host).settings.profile));
}

/** Not a path in the source: Node reads these files itself, they are not packed into the configuration. */
function urlOf(path: string): string {
  return pathToFileURL(join(TOP, path)).href;
}
