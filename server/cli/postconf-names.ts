/**
 * Which parameter names a configuration knows: built-in ones, those of its transports, and those that a
 * value of its own refers to; and the warnings that come of looking for them.
 *
 * postconf(1) -n, "unused parameter" · Postfix: src/postconf/postconf_user.c, postconf_service.c
 */
import {
  parameterIn,
  parameterNames,
  type ServiceEntry,
  type Settings,
  scan,
  splitItems,
  unbrace,
} from '#core';
import {
  defaultValue,
  evaluated,
  expanded,
  isBuiltIn,
  isLegacy,
  isRaw,
  type Known,
  mainEvaluated,
  mainValue,
  READ_ONLY,
} from './postconf-values.ts';

/** Programs whose services are transports, with parameters named after them. transport(5) */
const TRANSPORTS = ['error', 'lmtp', 'local', 'pipe', 'smtp', 'virtual'];

/** What follows the transport's name, and the parameter that supplies the default. */
const SUFFIXES = new Map([
  ['_initial_destination_concurrency', 'initial_destination_concurrency'],
  ...[
    ...['_delivery_slot_cost', '_delivery_slot_discount', '_delivery_slot_loan', '_minimum_delivery_slots'],
    ...['_destination_concurrency_failed_cohort_limit', '_destination_concurrency_limit'],
    ...['_destination_concurrency_negative_feedback', '_destination_concurrency_positive_feedback'],
    ...['_destination_rate_delay', '_destination_recipient_limit', '_extra_recipient_limit'],
    ...['_recipient_limit', '_recipient_refill_delay', '_recipient_refill_limit', '_transport_rate_delay'],
  ].map((suffix) => [suffix, `default${suffix}`] as const),
]);

/** Where 2.3 has no such parameter at all. */
const SINCE_3 = /_(rate_delay|feedback|refill_(delay|limit)|failed_cohort_limit)$/;

/** `smtp_destination_recipient_limit` and its kin, for each transport of master.cf; name → default. */
export function transportDefaults(settings: Settings): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, command } of settings.master) {
    if (!TRANSPORTS.includes(command) && command !== 'spawn') continue;
    const add = (suffix: string, other: string): void => {
      if (settings.profile === '2.3' && SINCE_3.test(suffix)) return;
      if (parameterIn(name + suffix, settings.profile)?.listed === true) return;
      found.set(name + suffix, `$${other}`);
    };
    if (command === 'pipe' || command === 'spawn') add('_time_limit', 'command_time_limit');
    if (command !== 'spawn') for (const [suffix, other] of SUFFIXES) add(suffix, other);
  }
  return found;
}

/** The search for names under way: those of main.cf, and those of each service, that something refers to. */
interface Search {
  readonly known: Known;
  readonly directory: string;
  readonly used: Set<string>;
  readonly usedBy: Map<ServiceEntry, Set<string>>;
  /** smtpd_restriction_classes of main.cf: a service may define them too. */
  readonly classes: Set<string>;
}

const defines = (service: ServiceEntry, name: string): boolean =>
  service.overrides.some(([own]) => own === name);

/** A value refers to `name`: what defines it is used, and where nothing does that is said. */
function refer(search: Search, name: string, service: ServiceEntry | undefined): void {
  const { known, used, usedBy } = search;
  let defined = true;
  if (service !== undefined && defines(service, name)) usedBy.get(service)?.add(name);
  else if (mainValue(known, name) !== undefined) used.add(name);
  else defined = false;
  const others = service === undefined ? [...usedBy].filter(([other]) => defines(other, name)) : [];
  for (const [, names] of others) names.add(name);
  if (defined || others.length > 0) return;
  if (isBuiltIn(known, name) || known.services.has(name) || isLegacy(known, name) || used.has(name)) return;
  const file = service === undefined ? 'main.cf' : 'master.cf';
  known.warn(`${search.directory}/${file}: undefined parameter: ${name}`);
}

/** Names in a value. One that is malformed is warned of, and read as far as it goes. */
function scanValue(search: Search, value: string, service: ServiceEntry | undefined): void {
  const { names, warnings } = scan(value, search.known.settings.profile);
  for (const name of names) refer(search, name, service);
  for (const warning of warnings) search.known.warn(warning);
}

/**
 * Braces in a value of Postfix's own, `type:{braces}` among them.
 * Differs: Postfix also looks for names that a table `ldap:prefix` or `mysql:prefix` reads.
 */
function checkBraces(search: Search, text: string, where: string): void {
  for (let item of splitItems(text, '3.x')) {
    if (!item.startsWith('{')) {
      item = item.replace(/^(proxy:)+(?=[^:]*:)/, '');
      item = item.slice(item.indexOf(':') + 1);
    }
    if (!item.startsWith('{')) continue;
    const { text: inner, error } = unbrace(item, false);
    if (error !== undefined) search.known.warn(`${where}: ${error}`);
    checkBraces(search, inner, where);
  }
}

/** All `name = value` of main.cf, or all `-o` of a service. */
function scanEntries(
  search: Search,
  entries: Iterable<readonly [name: string, value: string]>,
  service: ServiceEntry | undefined,
): void {
  const { known, directory, classes } = search;
  const [file, where] =
    service === undefined
      ? ['main.cf', 'main.cf']
      : ['master.cf', `master.cf:${service.name}/${service.type}`];
  for (const [name, value] of entries) {
    if (service !== undefined && classes.has(name)) search.usedBy.get(service)?.add(name);
    if (READ_ONLY.includes(name)) {
      known.warn(`${directory}/${file}: read-only parameter assignment: ${name}=${value}`);
      continue;
    }
    if (isRaw(known, name)) continue;
    scanValue(search, value, service);
    if (isBuiltIn(known, name) || known.services.has(name))
      checkBraces(search, expanded(known, value, service), where);
  }
}

function scanClasses(search: Search, text: string | undefined, service: ServiceEntry | undefined): void {
  for (const name of (text ?? '').split(/[, \t\r\n]+/)) {
    if (name === '') continue;
    if (service === undefined) search.classes.add(name);
    refer(search, name, service);
  }
}

function scanService(search: Search, service: ServiceEntry): void {
  const own = new Map(service.overrides);
  const classes = own.get('smtpd_restriction_classes');
  const dictionary = `${service.name}/${service.type}`;
  if (classes !== undefined)
    scanClasses(
      search,
      evaluated(search.known, dictionary, classes, (name) => own.get(name)),
      service,
    );
  scanEntries(search, own, service);
}

/** The defaults that hold: an old name in one of them is used. */
function scanDefaults(search: Search): void {
  const { known } = search;
  const names = [...parameterNames(known.settings.profile).filter((name) => isBuiltIn(known, name))];
  for (const name of [...names, ...known.services.keys()])
    if (mainValue(known, name) === undefined && !isRaw(known, name))
      scanValue(search, defaultValue(known, name) ?? '', undefined);
}

/** Names that main.cf defines and some value or default refers to, and what nothing refers to. */
export interface UserNames {
  readonly used: ReadonlySet<string>;
  readonly unusedMain: readonly (readonly [name: string, value: string])[];
  readonly unusedMaster: readonly (readonly [name: string, value: string])[];
}

/**
 * Looks for user-defined names in every value, and warns of what it meets on the way.
 * Differs: Postfix goes through main.cf in the order of a hash table, here it is that of the file.
 *
 * @throws Fatal when a value of a parameter of Postfix's own is malformed
 */
export function userNames(known: Known, directory: string): UserNames {
  const { settings } = known;
  const withOwn = settings.master.filter(({ overrides }) => overrides.length > 0);
  const usedBy = new Map(withOwn.map((service) => [service, new Set<string>()] as const));
  const search: Search = { known, directory, used: new Set(), usedBy, classes: new Set() };
  for (const service of withOwn) scanService(search, service);
  scanDefaults(search);
  scanClasses(search, mainEvaluated(known, 'smtpd_restriction_classes'), undefined);
  const main = [...settings.main].map(([name, { value }]) => [name, value] as const);
  scanEntries(search, main, undefined);
  const isUsed = (name: string): boolean =>
    isBuiltIn(known, name) || known.services.has(name) || isLegacy(known, name) || search.used.has(name);
  return {
    used: search.used,
    unusedMain: main.filter(([name]) => !isUsed(name) && name !== 'config_directory'),
    unusedMaster: withOwn.flatMap((service) =>
      [...new Map(service.overrides)].filter(([name]) => !isUsed(name) && !usedBy.get(service)?.has(name)),
    ),
  };
}
