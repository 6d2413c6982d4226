/**
 * settings - a scenario's configuration texts as the core's Settings, tables compiled in memory. postmap(1),
 * postalias(1)
 */
import {
  bytesToLatin1,
  cidrTable,
  filesNeeded,
  inlineRules,
  makeSettings,
  type NeededTable,
  type Problem,
  parseAccounts,
  parseAliasSource,
  parseMainCf,
  parseMapSource,
  parseMasterCf,
  RULE_TYPES,
  type Settings,
  type Table,
  type TableStore,
  tablesNeeded,
  utf8Encode,
} from '#core';
import type { HostSpec } from './scenario.ts';

/** The folder that `$config_directory` names in the simulator. */
export const CONFIG_DIRECTORY = '/etc/postfix';

interface Configured {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** Configuration files are bytes to Postfix: one character a byte, as the server reads them. */
function asRead(text: string): string {
  return bytesToLatin1(utf8Encode(text));
}

/** Undefined for a file that is not there: the store says so, in Postfix's words. */
function tableOf(spec: HostSpec, { type, path, isAlias }: NeededTable): Table | undefined {
  const inline = RULE_TYPES.includes(type) ? inlineRules(type, path) : undefined;
  if (inline !== undefined && 'error' in inline) return { type: 'error', text: inline.error };
  const source = inline?.text ?? spec.tables[path];
  if (source === undefined) return undefined;
  if (type === 'cidr') return cidrTable(asRead(source), path);
  if (type === 'regexp' || type === 'pcre')
    return spec.patterns?.(type, asRead(source), path) ?? noEngine(type);
  const { entries } = (isAlias ? parseAliasSource : parseMapSource)(asRead(source), path);
  return { type: 'table', entries, folded: true };
}

/** Differs: the engine of regexp and pcre is a third of what the page may load, so only servers have it. */
function noEngine(type: string): Table {
  return {
    type: 'error',
    text: `unsupported dictionary type: ${type}`,
    remedy: {
      en: `The simulator has no ${type} tables; use hash, inline or cidr, or run the server.`,
      fr: `Le simulateur n'a pas de tables ${type} ; prenez hash, inline ou cidr, ou lancez le serveur.`,
    },
  };
}

function tablesOf(spec: HostSpec, bare: Settings): TableStore {
  const tables = new Map<string, Table>();
  for (const needed of tablesNeeded(bare)) {
    const table = tableOf(spec, needed);
    if (table !== undefined) tables.set(needed.ref, table);
  }
  const files = filesNeeded(bare).map((path) => {
    const text = spec.tables[path];
    const failed = { type: 'error', text: `open file ${path}: No such file or directory` } as const;
    return [path, text === undefined ? failed : asRead(text)] as const;
  });
  return { tables, files: new Map(files), accounts: parseAccounts(asRead(spec.passwd)) };
}

/** Reads a host's configuration. Problems are what `postfix check` would say of the two files. */
export function settingsOf(spec: HostSpec): Configured {
  const main = parseMainCf(asRead(spec.mainCf), `${CONFIG_DIRECTORY}/main.cf`);
  const computed = {
    config_directory: CONFIG_DIRECTORY,
    myhostname: spec.name,
    interfaces: [
      { address: '127.0.0.1', prefixLength: 8 },
      { address: spec.address, prefixLength: 24 },
    ],
  };
  const { profile } = makeSettings({ mainCf: main.entries, computed });
  const master = parseMasterCf(asRead(spec.masterCf), `${CONFIG_DIRECTORY}/master.cf`, profile);
  const parts = { mainCf: main.entries, masterCf: master.services, computed };
  const tables = tablesOf(spec, makeSettings(parts));
  return { settings: makeSettings({ ...parts, tables }), problems: [...main.problems, ...master.problems] };
}
