/**
 * Which parameter names a configuration knows: built-in ones, those of its transports, and those that a
 * value of its own refers to. postconf(1) -n, "unused parameter"
 */
import {
  defaultOf,
  listOf,
  namesIn,
  parameterIn,
  parameterNames,
  type ServiceEntry,
  type Settings,
} from '#core';

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

/** Names of a configuration, and what each has when main.cf is silent. */
export interface KnownNames {
  /** Name → default value, unexpanded; of a user-defined name ''. */
  readonly defaults: ReadonlyMap<string, string>;
  /** Names that main.cf sets and nothing reads; the same for `-o` of master.cf. */
  readonly unusedMain: readonly string[];
  readonly unusedMaster: readonly (readonly [name: string, value: string])[];
  /** Names that values refer to and nothing defines; the smtpd_restriction_classes among them. */
  readonly undefinedMain: readonly string[];
  readonly undefinedMaster: readonly string[];
  /** Old names that defaults refer to: known when asked for, not listed. */
  readonly legacy: ReadonlySet<string>;
}

function isBuiltIn(settings: Settings, name: string): boolean {
  return parameterIn(name, settings.profile)?.listed === true;
}

/** A template such as forward_path names things that are no parameters. */
function isRaw(settings: Settings, name: string): boolean {
  return parameterIn(name, settings.profile)?.type === 'raw';
}

/** `smtp_destination_recipient_limit` and its kin, for each transport of master.cf. */
function transportDefaults(settings: Settings): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, type, command } of settings.master) {
    if (type !== 'unix' || !(TRANSPORTS.includes(command) || command === 'spawn')) continue;
    const add = (suffix: string, other: string): void => {
      if (settings.profile === '2.3' && SINCE_3.test(suffix)) return;
      if (!isBuiltIn(settings, name + suffix)) found.set(name + suffix, `$${other}`);
    };
    if (command === 'pipe' || command === 'spawn') add('_time_limit', 'command_time_limit');
    if (command !== 'spawn') for (const [suffix, other] of SUFFIXES) add(suffix, other);
  }
  return found;
}

/** Names that values of main.cf refer to. */
function namesInMain(settings: Settings): readonly string[] {
  return [...settings.main].flatMap(([name, { value }]) => (isRaw(settings, name) ? [] : namesIn(value)));
}

/** Names that a service's `-o` refer to. */
function namesInOverrides(settings: Settings, { overrides }: ServiceEntry): readonly string[] {
  return overrides.flatMap(([name, value]) => (isRaw(settings, name) ? [] : namesIn(value)));
}

/** Names that the defaults which hold refer to. */
function namesInDefaults(settings: Settings): readonly string[] {
  const { main, profile } = settings;
  return parameterNames(profile).flatMap((name) =>
    isBuiltIn(settings, name) && !main.has(name) && !isRaw(settings, name)
      ? namesIn(defaultOf(name, profile) ?? '')
      : [],
  );
}

type Names = { has(name: string): boolean };

/** A service's `-o` that neither Postfix nor a value of that service reads. */
function unusedOverrides(settings: Settings, service: ServiceEntry, known: Names) {
  const referred = namesInOverrides(settings, service);
  return service.overrides.filter(([name]) => !known.has(name) && !referred.includes(name));
}

/** Names in a service's `-o` that nothing defines. */
function undefinedInOverrides(settings: Settings, service: ServiceEntry, known: Names): readonly string[] {
  const own = new Map(service.overrides);
  return namesInOverrides(settings, service).filter(
    (name) => !own.has(name) && !known.has(name) && !settings.main.has(name),
  );
}

const once = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** All names of these settings. `defaultsOnly` (-d) leaves out what main.cf defines. */
export function knownNames(settings: Settings, defaultsOnly: boolean): KnownNames {
  const { main, profile } = settings;
  const defaults = new Map<string, string>();
  for (const name of parameterNames(profile))
    if (isBuiltIn(settings, name)) defaults.set(name, defaultOf(name, profile) ?? '');
  for (const [name, value] of transportDefaults(settings)) defaults.set(name, value);
  const nothing: readonly string[] = [];
  if (defaultsOnly)
    return {
      ...{ defaults, unusedMain: nothing, unusedMaster: [] },
      ...{ undefinedMain: nothing, undefinedMaster: nothing, legacy: new Set<string>() },
    };
  const classes = listOf(settings, 'smtpd_restriction_classes');
  const inMain = [...namesInMain(settings), ...classes];
  const inMaster = settings.master.flatMap((service) => namesInOverrides(settings, service));
  const builtIn = new Map(defaults);
  // Old names stand in the defaults of new ones: virtual_alias_maps = $virtual_maps.
  const inDefaults = new Set(namesInDefaults(settings));
  for (const name of [...inMain, ...inMaster, ...inDefaults])
    if (!defaults.has(name) && main.has(name)) defaults.set(name, '');
  return {
    ...{ defaults, legacy: inDefaults },
    unusedMain: [...main.keys()].filter((name) => !defaults.has(name) && name !== 'config_directory'),
    unusedMaster: settings.master.flatMap((service) => unusedOverrides(settings, service, defaults)),
    undefinedMain: once(
      inMain.filter((name) => !builtIn.has(name) && !main.has(name) && !inDefaults.has(name)),
    ),
    undefinedMaster: once(
      settings.master.flatMap((service) => undefinedInOverrides(settings, service, builtIn)),
    ),
  };
}
