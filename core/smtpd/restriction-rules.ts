/**
 * The restrictions by name, each a plain function of what is known.
 *
 * postconf(5) smtpd_recipient_restrictions · Postfix: src/smtpd/smtpd_check.c generic_checks
 */
import { matchAddress, matchDomain } from '../config/match-list.ts';
import { isOwnAddress } from '../config/own-address.ts';
import type { Profile } from '../config/profile.ts';
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { accessChecks, checkAccess } from './access.ts';
import { askLists, listRules } from './blocklists.ts';
import { unknownDomain, unknownHelo } from './dns-rules.ts';
import { lookupFailure, misconfigured } from './misconfigured.ts';
import {
  invalidHelo,
  multiRecipientBounce,
  nakedAddress,
  nonFqdnAddress,
  nonFqdnHelo,
  plaintextSession,
  unauthPipelining,
  unknownClient,
  unknownReverseClient,
} from './name-rules.ts';
import { checkPolicy } from './policy-rule.ts';
import { serverChecks } from './server-access.ts';
import type { Party } from './types.ts';
import { unlisted } from './unlisted.ts';
import type { Draft, Matter, Place, RuleAnswer } from './verdict.ts';
import { unverified } from './verify-rule.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };
const OK: RuleAnswer = { type: 'ok' };

/** XCLIENT may say who has logged in; nobody is asked about it while SASL is switched off. */
function isLoggedIn(settings: Settings, login = ''): boolean {
  return login !== '' && boolOf(settings, 'smtpd_sasl_auth_enable');
}

type Rule = (matter: Matter, place: Place, argument: string) => RuleAnswer;

function reject(code: number, enhanced: string, text: string): RuleAnswer {
  return { type: 'reject', draft: { code, enhanced, text } };
}

function aboutPlace({ what, name }: Place, code: number, enhanced: string, text: string): Draft {
  return { code, enhanced, text: `<${name}>: ${what} rejected: ${text}` };
}

function permitMynetworks({ settings, client }: Matter, { name }: Place): RuleAnswer {
  const answer = matchAddress(settings, 'mynetworks', client.name, client.address);
  if (answer.type === 'error') return lookupFailure(name);
  return answer.type === 'match' ? OK : DUNNO;
}

/** May mail for this recipient pass through here at all? undefined: a table failed. */
function isAuthorised({ settings }: Matter, { resolution }: Party): boolean | undefined {
  if (resolution === undefined) return false;
  if (resolution.failed === 'lookup') return undefined;
  if (splitLocalDomain(resolution.recipient).domain === undefined) return true;
  if (resolution.routed && !boolOf(settings, 'allow_untrusted_routing')) return false;
  return resolution.addressClass !== 'default';
}

function permitAuthDestination(matter: Matter): RuleAnswer {
  const { recipient } = matter;
  if (recipient === undefined) return DUNNO;
  const authorised = isAuthorised(matter, recipient);
  if (authorised === undefined) return lookupFailure(recipient.given);
  return authorised ? OK : DUNNO;
}

function unauthDestination(matter: Matter, lessCode: number, enhanced: string): RuleAnswer {
  const answer = permitAuthDestination(matter);
  if (answer.type === 'reject' || matter.recipient === undefined) return answer;
  if (answer.type === 'ok') return DUNNO;
  const code = intOf(matter.settings, 'relay_domains_reject_code') - lessCode;
  return reject(code, enhanced, `<${matter.recipient.given}>: Relay access denied`);
}

/** Obsolete: clients in relay_domains, and mail for us or for those we relay to. */
function checkRelayDomains(matter: Matter): RuleAnswer {
  const { settings, client, recipient } = matter;
  if (recipient === undefined) return DUNNO;
  const answer = matchDomain(settings, 'relay_domains', client.name);
  if (answer.type === 'error') return lookupFailure(recipient.given);
  if (answer.type === 'match') return OK;
  const authorised = permitAuthDestination(matter);
  if (authorised.type !== 'dunno') return authorised;
  const place = { what: 'Recipient address', name: recipient.given };
  const code = intOf(settings, 'relay_domains_reject_code');
  return { type: 'reject', draft: aboutPlace(place, code, '5.7.1', 'Relay access denied') };
}

function sleep(_matter: Matter, _place: Place, argument: string): RuleAnswer {
  if (!/^\d+$/.test(argument)) return misconfigured('restriction sleep must be followed by number');
  return { type: 'pause', afterMs: Number(argument) * 1000 };
}

/**
 * Differs: SASL logins are not here; their names are unknown.
 */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['permit', () => OK],
  [
    'reject',
    ({ settings }, place) => ({
      type: 'reject',
      draft: aboutPlace(place, intOf(settings, 'reject_code'), '5.7.1', 'Access denied'),
    }),
  ],
  [
    'defer',
    ({ settings }, place) => ({
      type: 'reject',
      draft: aboutPlace(place, intOf(settings, 'defer_code'), '4.3.2', 'Try again later'),
    }),
  ],
  [
    'defer_if_permit',
    (_matter, place) => ({
      type: 'deferIfPermit',
      draft: aboutPlace(place, 450, '4.7.0', 'defer_if_permit requested'),
    }),
  ],
  [
    'defer_if_reject',
    (_matter, place) => ({
      type: 'deferIfReject',
      draft: aboutPlace(place, 450, '4.7.0', 'defer_if_reject requested'),
    }),
  ],
  ['sleep', sleep],
  ['permit_mynetworks', permitMynetworks],
  ['permit_inet_interfaces', ({ settings, client }) => (isOwnAddress(settings, client.address) ? OK : DUNNO)],
  ['permit_auth_destination', permitAuthDestination],
  ['reject_unauth_destination', (matter) => unauthDestination(matter, 0, '5.7.1')],
  // Neither SASL nor client certificates are configured, so nobody is permitted by them.
  ['permit_sasl_authenticated', ({ settings, client }) => (isLoggedIn(settings, client.login) ? OK : DUNNO)],
  ['permit_tls_clientcerts', () => DUNNO],
  ['permit_tls_all_clientcerts', () => DUNNO],
  ['reject_unlisted_recipient', (matter) => unlisted(matter, 'recipient')],
  ['check_recipient_maps', (matter) => unlisted(matter, 'recipient')],
  ['reject_unlisted_sender', (matter) => unlisted(matter, 'sender')],
  ['check_relay_domains', checkRelayDomains],
  ['permit_naked_ip_address', nakedAddress],
  ['reject_invalid_helo_hostname', invalidHelo],
  ['reject_non_fqdn_helo_hostname', nonFqdnHelo],
  ['reject_non_fqdn_sender', (matter) => nonFqdnAddress(matter, 'sender')],
  ['reject_non_fqdn_recipient', (matter) => nonFqdnAddress(matter, 'recipient')],
  ['reject_unknown_client_hostname', unknownClient],
  ['reject_unknown_reverse_client_hostname', unknownReverseClient],
  ['reject_unknown_helo_hostname', unknownHelo],
  ['reject_unknown_sender_domain', (matter) => unknownDomain(matter, 'sender')],
  ['reject_unknown_recipient_domain', (matter) => unknownDomain(matter, 'recipient')],
  ['reject_unverified_sender', (matter) => unverified(matter, 'sender')],
  ['reject_unverified_recipient', (matter) => unverified(matter, 'recipient')],
  ['reject_unauth_pipelining', unauthPipelining],
  ['reject_multi_recipient_bounce', multiRecipientBounce],
  ['reject_plaintext_session', plaintextSession],
]);

/** Names of Postfix before 2.3, which all later versions know as well. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['reject_unknown_client', 'reject_unknown_client_hostname'],
  ['reject_unknown_hostname', 'reject_unknown_helo_hostname'],
  ['reject_unknown_address', 'reject_unknown_sender_domain'],
  ['reject_rbl', 'reject_rbl_client'],
  ['reject_invalid_hostname', 'reject_invalid_helo_hostname'],
  ['reject_non_fqdn_hostname', 'reject_non_fqdn_helo_hostname'],
]);

/** Restrictions of later Postfix versions. */
const NEW_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['defer_unauth_destination', (matter) => unauthDestination(matter, 100, '4.7.1')],
]);

/** Those that judge nothing themselves. */
const OTHERS = ['warn_if_reject', 'check_policy_service'];

/** Every name that may stand in a list, older ones too; small letters, in the order of the alphabet. */
export function restrictionNames(profile: Profile): readonly string[] {
  const since = profile === '2.3' ? [] : [...NEW_RULES.keys(), ...accessChecks('later')];
  const named = [...RULES.keys(), ...ALIASES.keys(), ...since, ...OTHERS, ...accessChecks('first')];
  return [...named, ...listRules(profile), ...serverChecks(profile)].sort();
}

/** The present name of a restriction. */
export function presentName(name: string): string {
  return ALIASES.get(name) ?? name;
}

/** Whether the item behind this name belongs to it. */
export function takesArgument(name: string): boolean {
  const rule = presentName(name.toLowerCase());
  if (rule === 'sleep' || rule === 'check_policy_service') return true;
  if (accessChecks('first').includes(rule) || accessChecks('later').includes(rule)) return true;
  return listRules('3.x').includes(rule) || serverChecks('3.x').includes(rule);
}

function unknown(name: string): RuleAnswer {
  return misconfigured(`unknown smtpd restriction: "${name}"`);
}

/** Lists within lists go no deeper. */
const DEEPEST = 100;

/**
 * A class of smtpd_restriction_classes is a parameter whose value is a list. Case matters. Differs: a class
 * that leads back to itself is told from one that does not by its depth; Postfix goes on until it crashes.
 */
function classOf(
  settings: Settings,
  name: string,
  { what, name: about, depth }: Standing,
): RuleAnswer | undefined {
  if (!listOf(settings, 'smtpd_restriction_classes').includes(name)) return undefined;
  if (depth > DEEPEST) return misconfigured(`restriction class ${name} causes unreasonable recursion`);
  return { type: 'list', what, name: about, className: name, items: listOf(settings, name) };
}

/** Where a rule stands. */
interface Standing extends Place {
  /** The list of the session that is being read. */
  readonly list: string;
  /** How many lists deep, from 1. */
  readonly depth: number;
}

/**
 * One rule's answer, and how many items behind its name it used up.
 *
 * @param name as it is written; case does not matter, except in names of classes
 * @param next the item behind it, if any
 */
export function judgeRule(
  matter: Matter,
  name: string,
  next: string | undefined,
  standing: Standing,
): { readonly answer: RuleAnswer; readonly taken: number } {
  const { settings } = matter;
  const written = name.toLowerCase();
  const rule = ALIASES.get(written) ?? written;
  const place = { what: standing.what, name: standing.name };
  const known = RULES.get(rule) ?? (settings.profile === '2.3' ? undefined : NEW_RULES.get(rule));
  if (known !== undefined)
    return { answer: known(matter, place, next ?? ''), taken: rule === 'sleep' ? 1 : 0 };
  if (rule === 'check_policy_service')
    return { answer: checkPolicy(matter, place, next, standing.depth), taken: next === undefined ? 0 : 1 };
  const listed = askLists(matter, rule, next, () => permitAuthDestination(matter));
  if (listed !== undefined) return listed;
  const checked = checkAccess(matter, name, next, standing);
  if (checked !== undefined) return checked;
  return { answer: classOf(settings, name, standing) ?? unknown(name), taken: 0 };
}
