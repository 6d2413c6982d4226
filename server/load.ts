/**
 * Reads a configuration directory into Settings: main.cf, master.cf, the tables and files they name, the
 * accounts. postconf(5), master(5). The core gets data, never a file name to open.
 */
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  type Accounts,
  checkSettings,
  makeSettings,
  type Problem,
  parseAccounts,
  parseMainCf,
  parseMasterCf,
  type Settings,
  textOf,
  unknownRestrictions,
} from '#core';
import { errorCode } from './paths.ts';
import { latin1Of, type ReadFile, readFile } from './sources.ts';
import { readTables, strerror } from './table-files.ts';

/** A configuration that cannot be used; each problem names its file and line. */
export class ConfigurationError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ text }) => text).join('\n'));
    this.problems = problems;
  }
}

export interface Loaded {
  readonly settings: Settings;
  /** Warnings only: fatal problems are thrown. */
  readonly warnings: readonly Problem[];
}

function readText(path: string, read = readFile): string {
  try {
    return latin1Of(read(path));
  } catch (error) {
    throw new ConfigurationError([
      { severity: 'fatal', text: `open ${path}: ${strerror(errorCode(error))}` },
    ]);
  }
}

/** The machine's own addresses, IPv4 first, for mynetworks_style and inet_interfaces. */
function interfaces(): readonly { readonly address: string; readonly prefixLength: number }[] {
  const all = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address, cidr }) => ({ address, prefixLength: Number(cidr?.split('/')[1] ?? 32) })),
  );
  const isV6 = ({ address }: { readonly address: string }): number => (address.includes(':') ? 1 : 0);
  return all.sort((a, b) => isV6(a) - isV6(b));
}

/** What the machine supplies where main.cf is silent. */
export function machineOf(directory: string, read = readFile) {
  const names = { config_directory: directory, myhostname: hostname() };
  return { ...names, interfaces: interfaces(), nameServers: nameServers(read) };
}

/** Whom resolv.conf(5) names; nobody where it cannot be read. */
function nameServers(read: ReadFile): readonly string[] {
  try {
    const lines = latin1Of(read('/etc/resolv.conf')).split('\n');
    return lines.flatMap((line) => /^nameserver[ \t]+([^ \t]+)/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** passwd(5) of the system, or the file that passwd_file names. */
function readAccounts(settings: Settings, read: ReadFile): Accounts {
  const file = textOf(settings, 'passwd_file');
  const group = file === '' ? latin1Of(read('/etc/group')) : undefined;
  return parseAccounts(readText(file === '' ? '/etc/passwd' : file, read), group);
}

/**
 * main.cf alone, for commands that need no table and no account.
 *
 * @param warn takes each warning
 * @throws ConfigurationError when a problem is fatal
 */
export function loadMain(directory: string, warn: (text: string) => void): Settings {
  const path = join(directory, 'main.cf');
  const { entries, problems } = parseMainCf(readText(path), path);
  for (const { severity, text } of problems) if (severity === 'warning') warn(text);
  refuseFatal(problems.slice(0, 1 + problems.findIndex(({ severity }) => severity === 'fatal')));
  return makeSettings({ mainCf: entries, computed: machineOf(directory) });
}

/**
 * Reads `directory`/main.cf and master.cf and everything they name.
 *
 * @param read reads those files
 * @throws ConfigurationError when a problem is fatal
 */
export function loadConfiguration(directory: string, read = readFile): Loaded {
  const mainPath = join(directory, 'main.cf');
  const main = parseMainCf(readText(mainPath, read), mainPath);
  refuseFatal(main.problems);
  const computed = machineOf(directory, read);
  const first = makeSettings({ mainCf: main.entries, computed });
  const masterPath = join(directory, 'master.cf');
  const master = parseMasterCf(readText(masterPath, read), masterPath, first.profile);
  refuseFatal(master.problems);
  const bare = makeSettings({ mainCf: main.entries, masterCf: master.services, computed });
  const accounts = readAccounts(bare, read);
  const tables = readTables(bare, accounts, read);
  const settings = makeSettings({
    mainCf: main.entries,
    masterCf: master.services,
    computed,
    tables,
    accounts,
  });
  const inRules = [...tables.tables.values()].flatMap((table) =>
    table.type === 'rules' ? table.problems : [],
  );
  const problems = [...main.problems, ...master.problems, ...checkSettings(settings), ...inRules];
  problems.push(...unknownRestrictions(settings));
  refuseFatal(problems);
  return { settings, warnings: problems };
}

function refuseFatal(problems: readonly Problem[]): void {
  const fatal = problems.filter(({ severity }) => severity === 'fatal');
  if (fatal.length > 0) throw new ConfigurationError(fatal);
}
