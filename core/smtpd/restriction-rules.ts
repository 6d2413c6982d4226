/**
 * The restrictions by name, each a plain function of what is known.
 *
 * postconf(5) smtpd_recipient_restrictions · Postfix: src/smtpd/smtpd_check.c generic_checks
 */
import { matchAddress } from '../config/match-list.ts';
import { isOwnAddress } from '../config/own-address.ts';
import { boolOf, intOf } from '../config/settings.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import type { Draft, Matter, Place, RuleAnswer } from './restrictions.ts';
import type { Party } from './types.ts';
import { unlisted } from './unlisted.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };
const OK: RuleAnswer = { type: 'ok' };

type Rule = (matter: Matter, place: Place, argument: string) => RuleAnswer;

function reject(code: number, enhanced: string, text: string): RuleAnswer {
  return { type: 'reject', draft: { code, enhanced, text } };
}

function aboutPlace({ what, name }: Place, code: number, enhanced: string, text: string): Draft {
  return { code, enhanced, text: `<${name}>: ${what} rejected: ${text}` };
}

/** A table that the list depends on did not answer: nobody is permitted or refused by it. */
export function lookupFailure(name: string): RuleAnswer {
  const text = `<${name}>: Temporary lookup failure`;
  return { type: 'reject', draft: { code: 451, enhanced: '4.3.0', text, trouble: true } };
}

function misconfigured(warning: string): RuleAnswer {
  const text = 'Server configuration error';
  return { type: 'reject', draft: { code: 451, enhanced: '4.3.5', text, trouble: true, warning } };
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

function sleep(_matter: Matter, _place: Place, argument: string): RuleAnswer {
  if (!/^\d+$/.test(argument)) return misconfigured('restriction sleep must be followed by number');
  return { type: 'pause', afterMs: Number(argument) * 1000 };
}

/**
 * Differs: access tables, DNS, RBL, policy servers, SASL logins and classes are not here; their names are
 * unknown.
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
  ['permit_sasl_authenticated', () => DUNNO],
  ['permit_tls_clientcerts', () => DUNNO],
  ['permit_tls_all_clientcerts', () => DUNNO],
  ['reject_unlisted_recipient', (matter) => unlisted(matter, 'recipient')],
  ['check_recipient_maps', (matter) => unlisted(matter, 'recipient')],
  ['reject_unlisted_sender', (matter) => unlisted(matter, 'sender')],
]);

/** Restrictions of later Postfix versions. */
const NEW_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['defer_unauth_destination', (matter) => unauthDestination(matter, 100, '4.7.1')],
]);

/**
 * One rule's answer, and how many items behind its name it used up.
 *
 * @param rule its name in small letters
 * @param next the item behind it, if any
 */
export function judgeRule(
  matter: Matter,
  rule: string,
  next: string | undefined,
  place: Place,
): { readonly answer: RuleAnswer; readonly taken: number } {
  const known = RULES.get(rule) ?? (matter.settings.profile === '2.3' ? undefined : NEW_RULES.get(rule));
  if (known === undefined) return { answer: misconfigured(`unknown smtpd restriction: "${rule}"`), taken: 0 };
  return { answer: known(matter, place, next ?? ''), taken: rule === 'sleep' ? 1 : 0 };
}
