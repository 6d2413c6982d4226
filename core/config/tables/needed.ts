/**
 * needed - which table files and list files a configuration stands on, so that a world can load them
 * beforehand.
 *
 * postconf(5) · DATABASE_README
 */
import { matchLists } from '../list-names.ts';
import { patternsOf } from '../list-patterns.ts';
import { parameterNames } from '../registry.ts';
import { forService, listOf, type Settings } from '../settings.ts';
import { membersOf } from './composite.ts';
import { RULE_TYPES } from './rules.ts';
import { COMPILED_TYPES, isTableName, splitTableName } from './store.ts';

export interface NeededTable {
  /** As the store knows it, proxies removed: `hash:/etc/aliases`. */
  readonly ref: string;
  readonly type: string;
  /** The file it is made of, or the rules themselves in braces: `{{192.0.2.0/24 OK}}`. */
  readonly path: string;
  /** Made by postalias rather than postmap. */
  readonly isAlias: boolean;
}

/** Parameters whose value is text for people or a template, where a colon means nothing. */
const TEXTS =
  /(_banner|_template|_header|_message|_reply|_text|_filter|_command|_directory|_path|_transport)$/;

/**
 * What newaliases builds (alias_maps says what is looked up), caches that daemons make for themselves, and
 * what proxymap may open.
 */
const NOT_SEARCHED: readonly string[] = [
  ...['alias_database', 'address_verify_map', 'postscreen_cache_map', 'proxy_read_maps', 'proxy_write_maps'],
];

function isSearched(name: string): boolean {
  return !TEXTS.test(name) && !NOT_SEARCHED.includes(name);
}

/** The tables behind an item of a list: itself, or those that a unionmap or pipemap is made of. */
export function tablesBehind(item: string, isAlias = false): readonly NeededTable[] {
  const bare = item.replace(/^!+/, '');
  const parts = isTableName(bare) ? splitTableName(bare) : undefined;
  if (parts === undefined) return [];
  if (parts.type === 'unionmap' || parts.type === 'pipemap') {
    const members = membersOf(parts.type, parts.name);
    return 'error' in members ? [] : members.flatMap((member) => tablesBehind(member, isAlias));
  }
  const table = tableOf(parts.type, parts.name, isAlias);
  return table === undefined ? [] : [table];
}

function tableOf(type: string, path: string, isAlias: boolean): NeededTable | undefined {
  const hasRules = RULE_TYPES.includes(type);
  if (!path.startsWith('/') && !(hasRules && path.startsWith('{'))) return undefined;
  if (type !== 'texthash' && type !== 'sqlite' && !hasRules && !COMPILED_TYPES.includes(type))
    return undefined;
  return { ref: `${type}:${path}`, type, path, isAlias };
}

/** The items of a parameter, and the tables that files of items name (as far as they are loaded). */
function itemsOf(settings: Settings, name: string): readonly string[] {
  const items = listOf(settings, name);
  if (!matchLists.includes(name) || !items.some((item) => /^!*\//.test(item))) return items;
  return [...items, ...patternsOf(settings, name).patterns.map(({ written }) => written)];
}

/** main.cf as the server at large sees it, then as every service with a `-o` sees it. */
function views(settings: Settings): readonly Settings[] {
  const services = settings.master.filter(({ overrides }) => overrides.length > 0);
  return [settings, ...services.map((service) => forService(settings, service))];
}

const known = new WeakMap<Settings, readonly NeededTable[]>();

/** Every table with a file behind it that any parameter names, each once. */
export function tablesNeeded(settings: Settings): readonly NeededTable[] {
  const before = known.get(settings);
  if (before !== undefined) return before;
  const names = new Set([...parameterNames(settings.profile), ...settings.main.keys()].filter(isSearched));
  const needed = new Map<string, NeededTable>();
  for (const view of views(settings))
    for (const name of names)
      for (const table of itemsOf(view, name).flatMap((item) => tablesBehind(item, name === 'alias_maps'))) {
        const isAlias = table.isAlias || needed.get(table.ref)?.isAlias === true;
        needed.set(table.ref, { ...table, isAlias });
      }
  const tables = [...needed.values()];
  known.set(settings, tables);
  return tables;
}

/** Every `/file` item of list parameters, each once. */
export function filesNeeded(settings: Settings): readonly string[] {
  const paths = views(settings).flatMap((view) =>
    matchLists.flatMap((name) => listOf(view, name)).map((item) => item.replace(/^!+/, '')),
  );
  return [...new Set(paths.filter((path) => path.startsWith('/')))];
}
