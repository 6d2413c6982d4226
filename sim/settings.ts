/**
 * settings - a scenario's configuration texts as the core's Settings, tables compiled in memory. postmap(1),
 * postalias(1)
 */
import {
  bytesToLatin1,
  filesNeeded,
  makeSettings,
  type Problem,
  parseAccounts,
  parseAliasSource,
  parseMainCf,
  parseMapSource,
  parseMasterCf,
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

function tablesOf(spec: HostSpec, bare: Settings): TableStore {
  const missing = (path: string) =>
    ({ type: 'error', text: `open database ${path}.db: No such file or directory` }) as const;
  const tables = new Map<string, Table>();
  for (const { ref, path, isAlias } of tablesNeeded(bare)) {
    const source = spec.tables[path];
    const parsed =
      source === undefined ? undefined : (isAlias ? parseAliasSource : parseMapSource)(asRead(source), path);
    const table: Table =
      parsed === undefined ? missing(path) : { type: 'table', entries: parsed.entries, folded: true };
    tables.set(ref, table);
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
