/**
 * What a name stands for when postconf(1) shows or expands it: what is set, else the default of that name.
 *
 * Postfix: src/postconf/postconf_lookup.c, postconf_builtin.c
 */
import {
  defaultOf,
  domainFrom,
  expand,
  hostNameFrom,
  parameterIn,
  rawOf,
  type ServiceEntry,
  type Settings,
} from '#core';
import { Fatal } from './program.ts';

/** A configuration with the names that postconf(1) knows of it. */
export interface Known {
  readonly settings: Settings;
  /** Names of transports' parameters, and what they have when main.cf is silent. */
  readonly services: ReadonlyMap<string, string>;
  /** Called with each warning. */
  readonly warn: (text: string) => void;
}

/** Names whose value belongs to the process that reads it: main.cf cannot set them. */
export const READ_ONLY: readonly string[] = ['process_id', 'process_name', 'service_name'];

/** Old names that defaults still look at. They are empty, and not listed unless they are set. */
const LEGACY: ReadonlySet<string> = new Set([
  ...['virtual_maps', 'fallback_relay', 'authorized_verp_clients', 'postscreen_dnsbl_ttl'],
  ...['smtpd_client_connection_limit_exceptions', 'postscreen_blacklist_action'],
  ...['postscreen_dnsbl_whitelist_threshold', 'postscreen_whitelist_interfaces', 'lmtp_per_record_deadline'],
  ...['smtp_per_record_deadline', 'smtpd_per_record_deadline', 'tlsproxy_client_level'],
  'tlsproxy_client_policy',
]);

/** True for a parameter that postconf(1) lists whatever the files say. */
export function isBuiltIn({ settings }: Known, name: string): boolean {
  return parameterIn(name, settings.profile)?.listed === true;
}

/** True for an old name. Only today's postconf(1) knows them. */
export function isLegacy({ settings }: Known, name: string): boolean {
  return settings.profile === '3.x' && LEGACY.has(name);
}

/** A template such as forward_path names things that are no parameters. */
export function isRaw(known: Known, name: string): boolean {
  return isBuiltIn(known, name) && parameterIn(name, known.settings.profile)?.type === 'raw';
}

/** What main.cf says, unexpanded. */
export function mainValue({ settings }: Known, name: string): string | undefined {
  return READ_ONLY.includes(name) ? undefined : settings.main.get(name)?.value;
}

/**
 * A value with only what the same dictionary defines. Postfix: src/util/dict.c dict_eval
 *
 * @throws Fatal when it is malformed
 */
export function evaluated(
  known: Known,
  dictionary: string,
  text: string,
  lookup: (name: string) => string | undefined,
): string {
  const expansion = expand(text, lookup, known.settings.profile);
  if (expansion.ok) return expansion.text;
  for (const warning of expansion.warnings) known.warn(warning);
  throw new Fatal(`dictionary ${dictionary}: macro processing error`);
}

/**
 * A parameter of main.cf with only what main.cf defines; undefined where it is silent. Postfix asks for these
 * before it forgets what main.cf says of the names that it cannot set.
 */
export function mainEvaluated(known: Known, name: string): string | undefined {
  const lookup = (inner: string): string | undefined => known.settings.main.get(inner)?.value;
  const text = lookup(name);
  return text === undefined ? undefined : evaluated(known, 'mail_dict', text, lookup);
}

/** The machine's name, completed with mydomain where main.cf sets that. */
function machineName(known: Known): string {
  const { myhostname } = known.settings.computed;
  // A name with a dot needs no domain, so a mydomain that is malformed goes unseen.
  return hostNameFrom(myhostname, myhostname?.includes('.') ? undefined : mainEvaluated(known, 'mydomain'));
}

/** The machine's networks. Postfix writes a blank behind each. */
function networks(known: Known): string {
  for (const used of ['inet_interfaces', 'mynetworks_style', 'inet_protocols']) mainEvaluated(known, used);
  const { settings } = known;
  const silent = { ...settings, main: new Map(settings.main) };
  silent.main.delete('mynetworks');
  return rawOf(silent, 'mynetworks').replace(/.$/, '$& ');
}

/** The default of a name, unexpanded; undefined where postconf(1) does not know it. */
export function defaultValue(known: Known, name: string): string | undefined {
  const { settings, services } = known;
  if (!isBuiltIn(known, name)) return services.get(name) ?? (isLegacy(known, name) ? '' : undefined);
  switch (name) {
    case 'process_name':
      return 'postconf';
    case 'process_id':
      return String(process.pid);
    case 'service_name':
      return '';
    case 'myhostname':
      return machineName(known);
    case 'mydomain':
      return domainFrom(mainEvaluated(known, 'myhostname') ?? machineName(known));
    case 'mynetworks':
      return networks(known);
    case 'config_directory':
    case 'mail_version':
      return settings.computed[name] ?? defaultOf(name, settings.profile);
    default:
      return defaultOf(name, settings.profile);
  }
}

/** Name and value of a service's own parameters: `-o`, and what the service is called. */
function serviceValue(service: ServiceEntry, name: string): string | undefined {
  if (name === 'process_name') return service.command.split('/').at(-1);
  if (name === 'service_name') return service.name;
  return service.overrides.findLast(([own]) => own === name)?.[1];
}

/**
 * A value with every name expanded, as `service` sees it.
 *
 * @throws Fatal when it is malformed
 */
export function expanded(known: Known, text: string, service?: ServiceEntry): string {
  const lookup = (name: string): string | undefined =>
    (service && serviceValue(service, name)) ?? mainValue(known, name) ?? defaultValue(known, name);
  const expansion = expand(text, lookup, known.settings.profile);
  if (expansion.ok) return expansion.text;
  for (const warning of expansion.warnings) known.warn(warning);
  throw new Fatal('macro processing error');
}
