/**
 * settings - the one immutable value that every daemon is born with: parameters, services, tables, accounts.
 *
 * postconf(5) · master(5). Values are expanded when they are read, as in Postfix; reads are remembered per settings.
 */
import { expand } from './expand.ts';
import { isBraced, splitItems, unbrace } from './items.ts';
import { effectiveEntries, type MainEntry } from './main-cf.ts';
import type { ServiceEntry } from './master-cf.ts';
import { type Profile, profileOf } from './profile.ts';
import { defaultOf, parameterOf } from './registry.ts';
import { emptyTables, type TableStore } from './tables/store.ts';
import { type Reading, readBool, readInt, readLong, readTimeMs } from './values.ts';

/** An address of the machine itself. */
export interface OwnInterface {
  readonly address: string;
  readonly prefixLength: number;
}

/** What the machine supplies where main.cf is silent. */
export interface Computed {
  readonly config_directory?: string;
  readonly myhostname?: string;
  readonly mail_version?: string;
  readonly interfaces?: readonly OwnInterface[];
}

export interface Settings {
  readonly profile: Profile;
  /** Effective main.cf entries: the last of each name. */
  readonly main: ReadonlyMap<string, MainEntry>;
  /** `-o` of the service in master.cf. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly master: readonly ServiceEntry[];
  readonly computed: Computed;
  readonly tables: TableStore;
}

export interface SettingsParts {
  readonly mainCf: readonly MainEntry[];
  readonly masterCf?: readonly ServiceEntry[];
  /** Wins over postfix_version_profile of main.cf. */
  readonly profile?: Profile;
  readonly computed?: Computed;
  readonly tables?: TableStore;
}

/** Joins the parts. A wrong postfix_version_profile counts as 3.x here and is reported by checkSettings. */
export function makeSettings(parts: SettingsParts): Settings {
  const main = effectiveEntries(parts.mainCf);
  const stated = profileOf(main.get('postfix_version_profile')?.value ?? '');
  return {
    profile: parts.profile ?? stated ?? '3.x',
    main,
    overrides: new Map(),
    master: parts.masterCf ?? [],
    computed: parts.computed ?? {},
    tables: parts.tables ?? emptyTables,
  };
}

/** The settings as one service sees them: its `-o name=value` win over main.cf. */
export function forService(settings: Settings, service: ServiceEntry): Settings {
  if (service.overrides.length === 0) return settings;
  const byService = remembered(settings).services;
  const known = byService.get(service);
  if (known !== undefined) return known;
  const made = { ...settings, overrides: new Map([...settings.overrides, ...service.overrides]) };
  byService.set(service, made);
  return made;
}

interface Remembered {
  readonly texts: Map<string, string>;
  readonly times: Map<string, number>;
  readonly numbers: Map<string, number>;
  readonly lists: Map<string, readonly string[]>;
  readonly services: Map<ServiceEntry, Settings>;
}

const memory = new WeakMap<Settings, Remembered>();

function remembered(settings: Settings): Remembered {
  let known = memory.get(settings);
  if (known === undefined) {
    known = { texts: new Map(), times: new Map(), numbers: new Map(), lists: new Map(), services: new Map() };
    memory.set(settings, known);
  }
  return known;
}

/** myhostname without its first label; Postfix says `localdomain` when there is no dot. */
function parentDomain(hostName: string): string {
  const dot = hostName.indexOf('.');
  return dot < 0 ? 'localdomain' : hostName.slice(dot + 1);
}

function networkOf(address: string, bits: number): string {
  const parts = address.split('.').map(Number);
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - bits);
  const base = Math.floor(number / size) * size;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${bytes.join('.')}/${bits}`;
}

/** mynetworks from mynetworks_style and the machine's interfaces. postconf(5) mynetworks_style */
function computedNetworks(settings: Settings): string {
  const style = textOf(settings, 'mynetworks_style');
  const interfaces = settings.computed.interfaces ?? [{ address: '127.0.0.1', prefixLength: 8 }];
  const classBits = (first: number): number => (first < 128 ? 8 : first < 192 ? 16 : 24);
  const networks = interfaces.map(({ address, prefixLength }) => {
    if (address.includes(':')) return `[${address}]/${style === 'host' ? 128 : prefixLength}`;
    if (address.startsWith('127.')) return '127.0.0.0/8';
    const bits =
      style === 'host' ? 32 : style === 'class' ? classBits(Number.parseInt(address, 10)) : prefixLength;
    return networkOf(address, bits);
  });
  return [...new Set(networks)].join(' ');
}

function computedValue(settings: Settings, name: string): string | undefined {
  const { computed } = settings;
  switch (name) {
    case 'myhostname': {
      const host = computed.myhostname ?? 'localhost';
      if (host.includes('.')) return host;
      const domain = settings.overrides.get('mydomain') ?? settings.main.get('mydomain')?.value;
      return `${host}.${domain ?? 'localdomain'}`;
    }
    case 'mydomain':
      return parentDomain(textOf(settings, 'myhostname'));
    case 'mynetworks':
      return computedNetworks(settings);
    case 'config_directory':
      return computed.config_directory;
    case 'mail_version':
      return computed.mail_version;
    default:
      return undefined;
  }
}

/** Names that Postfix 2.x still reads inside defaults. */
const LEGACY: readonly string[] = [
  'virtual_maps',
  'fallback_relay',
  'smtpd_client_connection_limit_exceptions',
];

function unexpanded(settings: Settings, name: string): string | undefined {
  const set = settings.overrides.get(name) ?? settings.main.get(name)?.value;
  if (set !== undefined) return set;
  if (LEGACY.includes(name)) return '';
  return computedValue(settings, name) ?? transportDefault(name) ?? defaultOf(name, settings.profile);
}

/** `smtp_destination_concurrency_limit` and its kin follow the `default_` parameter. postconf(5) transport_… */
function transportDefault(name: string): string | undefined {
  if (parameterOf(name) !== undefined) return undefined;
  const match =
    /_(destination_[a-z_]+|recipient_limit|extra_recipient_limit|delivery_slot_[a-z]+|minimum_delivery_slots)$/;
  const suffix = match.exec(name)?.[1];
  return suffix === undefined || parameterOf(`default_${suffix}`) === undefined
    ? undefined
    : `$default_${suffix}`;
}

/** The value as written or by default, `$name` not expanded; `''` when there is none. */
export function rawOf(settings: Settings, name: string): string {
  return unexpanded(settings, name) ?? '';
}

/** The expanded value; `''` when the name is unknown or the expansion fails (checkSettings reports that). */
export function textOf(settings: Settings, name: string): string {
  const { texts } = remembered(settings);
  const known = texts.get(name);
  if (known !== undefined) return known;
  const expansion = expand(rawOf(settings, name), (inner) => unexpanded(settings, inner), settings.profile);
  const text = expansion.ok ? expansion.text : '';
  texts.set(name, text);
  return text;
}

/** Expands any text (`$name` forms) with these settings. */
export function expandWith(settings: Settings, text: string): string {
  const expansion = expand(text, (inner) => unexpanded(settings, inner), settings.profile);
  return expansion.ok ? expansion.text : '';
}

/** Reads a parameter by its type; what is malformed falls back to the default (checkSettings reports it). */
function numberOf(
  settings: Settings,
  name: string,
  read: (text: string) => Reading<number>,
  cache: Map<string, number>,
): number {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const reading = read(textOf(settings, name));
  const fallback = reading.ok ? reading : read(expandWith(settings, defaultOf(name, settings.profile) ?? ''));
  const value = fallback.ok ? fallback.value : 0;
  cache.set(name, value);
  return value;
}

/** A number (bytes, counts, codes). */
export function intOf(settings: Settings, name: string): number {
  const range = parameterOf(name) ?? {};
  const read = parameterOf(name)?.type === 'long' ? readLong : readInt;
  return numberOf(settings, name, (text) => read(name, text, range), remembered(settings).numbers);
}

/** A time in milliseconds. */
export function timeMsOf(settings: Settings, name: string): number {
  const entry = parameterOf(name);
  const read = (text: string) => readTimeMs(name, text, entry?.unit ?? 's', entry ?? {}, settings.profile);
  return numberOf(settings, name, read, remembered(settings).times);
}

/** A yes/no parameter. */
export function boolOf(settings: Settings, name: string): boolean {
  const reading = readBool(name, textOf(settings, name));
  if (reading.ok) return reading.value;
  const fallback = readBool(name, expandWith(settings, defaultOf(name, settings.profile) ?? 'no'));
  return fallback.ok && fallback.value;
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
