/**
 * needed - which table files and list files a configuration stands on, so that a world can load them
 * beforehand.
 *
 * postconf(5) · DATABASE_README
 */
import { parameterNames } from '../registry.ts';
import { listOf, type Settings } from '../settings.ts';
import { COMPILED_TYPES, isTableName, splitTableName } from './store.ts';

export interface NeededTable {
  /** As the store knows it, proxies removed: `hash:/etc/aliases`. */
  readonly ref: string;
  readonly type: string;
  readonly path: string;
  /** Made by postalias rather than postmap. */
  readonly isAlias: boolean;
}

/** Parameters whose value is text for people or a template, where a colon means nothing. */
const TEXTS =
  /(_banner|_template|_header|_message|_reply|_text|_filter|_command|_directory|_path|_transport)$/;

function namesToSearch(settings: Settings): readonly string[] {
  const names = new Set(parameterNames(settings.profile));
  for (const name of settings.main.keys()) names.add(name);
  return [...names].filter((name) => !TEXTS.test(name) && name !== 'alias_database');
}

/** Every table with a file behind it that any parameter names, each once. */
export function tablesNeeded(settings: Settings): readonly NeededTable[] {
  const needed = new Map<string, NeededTable>();
  for (const name of namesToSearch(settings)) {
    for (const item of listOf(settings, name)) {
      const bare = item.startsWith('!') ? item.slice(1) : item;
      const parts = isTableName(bare) ? splitTableName(bare) : undefined;
      if (parts === undefined || !parts.name.startsWith('/')) continue;
      const { type, name: path } = parts;
      if (type !== 'texthash' && !COMPILED_TYPES.includes(type)) continue;
      const ref = `${type}:${path}`;
      const isAlias = name === 'alias_maps' || needed.get(ref)?.isAlias === true;
      needed.set(ref, { ref, type, path, isAlias });
    }
  }
  return [...needed.values()];
}

/** List parameters in which an absolute path means "the items in that file". */
const FILE_LISTS: readonly string[] = [
  ...['mydestination', 'mynetworks', 'relay_domains', 'virtual_alias_domains', 'virtual_mailbox_domains'],
  ...['inet_interfaces', 'proxy_interfaces', 'fast_flush_domains', 'smtpd_forbid_bare_newline_exclusions'],
];

/** Every `/file` item of list parameters, each once. */
export function filesNeeded(settings: Settings): readonly string[] {
  const items = FILE_LISTS.flatMap((name) => listOf(settings, name));
  const paths = items.map((item) => item.replace(/^!/, '')).filter((item) => item.startsWith('/'));
  return [...new Set(paths)];
}
