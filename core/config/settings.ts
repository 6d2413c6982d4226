/**
 * settings - the one immutable value that every daemon is born with: parameters, services, tables, accounts.
 *
 * postconf(5) · master(5). Values are expanded when they are read, as in Postfix; reads are remembered per
 * settings.
 */
import type { Accounts } from './accounts.ts';
import {
  type Computed,
  domainFrom,
  hostNameFrom,
  loopbackOnly,
  networksFrom,
  type OwnInterface,
  ownInterfaces,
} from './computed.ts';
import { type Expansion, expand } from './expand.ts';
import { isBraced, splitItems, unbrace } from './items.ts';
import { effectiveEntries, type MainEntry } from './main-cf.ts';
import type { ServiceEntry } from './master-cf.ts';
import { type Profile, profileOf } from './profile.ts';
import { defaultOf, type ParameterEntry, parameterOf } from './registry.ts';
import { emptyTables, type TableStore } from './tables/store.ts';
import { type Reading, readBool, readInt, readLong, readTimeMs } from './values.ts';

export interface Settings {
  readonly profile: Profile;
  /** Effective main.cf entries: the last of each name. */
  readonly main: ReadonlyMap<string, MainEntry>;
  /** `-o` of the service in master.cf. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly master: readonly ServiceEntry[];
  readonly computed: Computed;
  readonly tables: TableStore;
  /** Set by forService. */
  readonly service?: ServiceEntry;
}

export interface SettingsParts {
  readonly mainCf: readonly MainEntry[];
  readonly masterCf?: readonly ServiceEntry[] | undefined;
  /** Wins over postfix_version_profile of main.cf. */
  readonly profile?: Profile | undefined;
  readonly computed?: Computed | undefined;
  readonly tables?: TableStore | undefined;
  /** Win over the accounts of `tables`. */
  readonly accounts?: Accounts | undefined;
}

/** Joins the parts. A wrong postfix_version_profile counts as 3.x here and is reported by checkSettings. */
export function makeSettings(parts: SettingsParts): Settings {
  const main = effectiveEntries(parts.mainCf);
  const stated = profileOf(main.get('postfix_version_profile')?.value ?? '');
  const tables = parts.tables ?? emptyTables;
  return {
    profile: parts.profile ?? stated ?? '3.x',
    main,
    overrides: new Map(),
    master: parts.masterCf ?? [],
    computed: parts.computed ?? {},
    tables: parts.accounts === undefined ? tables : { ...tables, accounts: parts.accounts },
  };
}

/**
 * The settings as one service sees them: its `-o name=value` win over main.cf; `$service_name` and
 * `$process_name` are its own. The same service gives the same object again.
 */
export function forService(settings: Settings, service: ServiceEntry): Settings {
  const byService = remembered(settings).services;
  const known = byService.get(service);
  if (known !== undefined) return known;
  const overrides = new Map([...settings.overrides, ...service.overrides]);
  const made: Settings = { ...settings, overrides, service };
  byService.set(service, made);
  return made;
}

interface Remembered {
  readonly texts: Map<string, string>;
  readonly times: Map<string, number>;
  readonly numbers: Map<string, number>;
  readonly flags: Map<string, boolean>;
  readonly lists: Map<string, readonly string[]>;
  readonly services: Map<ServiceEntry, Settings>;
  interfaces: readonly OwnInterface[] | undefined;
  /** Defaults that are being worked out: one that asks for itself gets nothing. */
  readonly open: Set<string>;
}

const memory = new WeakMap<Settings, Remembered>();
/** What was asked about last is mostly asked about again. */
let last: { readonly settings: Settings; readonly known: Remembered } | undefined;

function remembered(settings: Settings): Remembered {
  if (last?.settings === settings) return last.known;
  let known = memory.get(settings);
  if (known === undefined) {
    known = {
      ...{ texts: new Map(), times: new Map(), numbers: new Map(), flags: new Map() },
      ...{ lists: new Map(), services: new Map(), interfaces: undefined, open: new Set() },
    };
    memory.set(settings, known);
  }
  last = { settings, known };
  return known;
}

/** The machine's interfaces that inet_interfaces and inet_protocols leave. */
export function interfacesOf(settings: Settings): readonly OwnInterface[] {
  const known = remembered(settings);
  if (known.interfaces !== undefined) return known.interfaces;
  const all = settings.computed.interfaces ?? loopbackOnly;
  const own = ownInterfaces(all, listOf(settings, 'inet_interfaces'), listOf(settings, 'inet_protocols'));
  // As with texts: only what is whole is remembered.
  if (known.open.size === 0) known.interfaces = own;
  return own;
}

function computedValue(settings: Settings, name: string): string | undefined {
  const { computed, service } = settings;
  switch (name) {
    case 'myhostname': {
      const domain = written(settings, 'mydomain');
      return hostNameFrom(computed.myhostname, domain && expandWith(settings, domain));
    }
    case 'mydomain':
      return domainFrom(textOf(settings, 'myhostname'));
    case 'mynetworks':
      return networksFrom(textOf(settings, 'mynetworks_style'), interfacesOf(settings));
    case 'config_directory':
    case 'mail_version':
      return computed[name];
    case 'process_name':
      return service?.command;
    case 'service_name':
      return service?.name;
    default:
      return undefined;
  }
}

/**
 * A default of the machine. One that leads back to itself is empty: `myhostname = mail.$mydomain` without a
 * mydomain gives `mail.`, as in Postfix.
 */
function computedOnce(settings: Settings, name: string): string | undefined {
  if (parameterOf(name)?.computed !== true && name !== 'config_directory') return undefined;
  const { open } = remembered(settings);
  if (open.has(name)) return '';
  open.add(name);
  const value = computedValue(settings, name);
  open.delete(name);
  return value;
}

/** What main.cf or `-o` says, unexpanded. */
function written(settings: Settings, name: string): string | undefined {
  return settings.overrides.get(name) ?? settings.main.get(name)?.value;
}

function unexpanded(settings: Settings, name: string): string | undefined {
  return written(settings, name) ?? computedOnce(settings, name) ?? builtIn(settings, name);
}

/** What may follow a transport's name in main.cf. */
const TRANSPORT_SUFFIX =
  /_(destination_[a-z_]+|(?:extra_)?recipient_[a-z_]+|delivery_slot_[a-z]+|minimum_delivery_slots)$/;

/**
 * The parameter whose type and range rule a name: its own entry, or for
 * `TRANSPORT_destination_concurrency_limit` and its kin the `default_` one. postconf(5)
 * transport_destination_concurrency_limit
 */
export function ruleOf(name: string): ParameterEntry | undefined {
  const own = parameterOf(name);
  if (own !== undefined) return own;
  const suffix = TRANSPORT_SUFFIX.exec(name)?.[1];
  return suffix === undefined ? undefined : parameterOf(`default_${suffix}`);
}

/** The built-in default, which for a transport's own parameter is the `default_` one. */
function builtIn(settings: Settings, name: string): string | undefined {
  if (parameterOf(name) !== undefined) return defaultOf(name, settings.profile);
  const rule = ruleOf(name);
  return rule === undefined ? undefined : `$${rule.name}`;
}

/** The value as written or by default, `$name` not expanded; `''` when there is none. */
export function rawOf(settings: Settings, name: string): string {
  return unexpanded(settings, name) ?? '';
}

/**
 * The expanded value; `''` when the name is unknown or the expansion fails (checkSettings reports that).
 * Text of type raw (forward_path, mailbox_command) comes as it stands: its reader knows names that only
 * exist there.
 */
export function textOf(settings: Settings, name: string): string {
  const { texts, open } = remembered(settings);
  const known = texts.get(name);
  if (known !== undefined) return known;
  const raw = rawOf(settings, name);
  const expansion = parameterOf(name)?.type === 'raw' ? undefined : expansionOf(settings, raw);
  const text = expansion === undefined ? raw : expansion.ok ? expansion.text : '';
  // A default that is being worked out may be read half-done; only what is whole is remembered.
  if (open.size === 0) texts.set(name, text);
  return text;
}

/** The expansion of any text (`$name` forms) with these settings, or why it fails. */
export function expansionOf(settings: Settings, text: string): Expansion {
  return expand(text, (inner) => unexpanded(settings, inner), settings.profile);
}

/** Expands any text (`$name` forms) with these settings; `''` when that fails. */
export function expandWith(settings: Settings, text: string): string {
  const expansion = expansionOf(settings, text);
  return expansion.ok ? expansion.text : '';
}

/** Reads a parameter by its type; what is malformed falls back to the default (checkSettings reports it). */
function numberOf(
  settings: Settings,
  name: string,
  read: (text: string) => Reading<number>,
  cache: Map<string, number>,
): number {
  const reading = read(textOf(settings, name));
  const fallback = reading.ok ? reading : read(expandWith(settings, builtIn(settings, name) ?? ''));
  const value = fallback.ok ? fallback.value : 0;
  cache.set(name, value);
  return value;
}

/** A number (bytes, counts, codes). */
export function intOf(settings: Settings, name: string): number {
  const { numbers } = remembered(settings);
  const known = numbers.get(name);
  if (known !== undefined) return known;
  const rule = ruleOf(name);
  const read = rule?.type === 'long' ? readLong : readInt;
  return numberOf(settings, name, (text) => read(name, text, rule), numbers);
}

/** A time in milliseconds. */
export function timeMsOf(settings: Settings, name: string): number {
  const { times } = remembered(settings);
  const known = times.get(name);
  if (known !== undefined) return known;
  const rule = ruleOf(name);
  const read = (text: string) => readTimeMs(name, text, rule?.unit, rule, settings.profile);
  return numberOf(settings, name, read, times);
}

/** A yes/no parameter. */
export function boolOf(settings: Settings, name: string): boolean {
  const { flags } = remembered(settings);
  const known = flags.get(name);
  if (known !== undefined) return known;
  const reading = readBool(name, textOf(settings, name));
  const fallback = reading.ok
    ? reading
    : readBool(name, expandWith(settings, defaultOf(name, settings.profile) ?? 'no'));
  const value = fallback.ok && fallback.value;
  flags.set(name, value);
  return value;
}

/** A list split at commas and white space; braces around an item are removed. */
export function listOf(settings: Settings, name: string): readonly string[] {
  const { lists } = remembered(settings);
  const known = lists.get(name);
  if (known !== undefined) return known;
  const items = splitItems(textOf(settings, name), settings.profile);
  const list = items.map((item) => (isBraced(item) ? unbrace(item).text : item));
  lists.set(name, list);
  return list;
}
