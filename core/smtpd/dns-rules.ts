/**
 * Restrictions that want a name to exist in the DNS.
 *
 * postconf(5) reject_unknown_helo_hostname, reject_unknown_sender_domain · Postfix: src/smtpd/smtpd_check.c
 * reject_unknown_hostname, reject_unknown_mailhost
 */
import { intOf, textOf } from '../config/settings.ts';
import { type Found, lookUp, lookUpFirst } from './dns-questions.ts';
import { lookupFailure } from './misconfigured.ts';
import { invalidHeloAddress } from './name-rules.ts';
import type { Ask, Draft, Matter, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };

/** What unknown_hostname_tempfail_action and its kin say about a lookup that failed for now. */
export function deferral({ settings }: Matter, parameter: string, draft: Draft): RuleAnswer {
  const soft: Draft = { ...draft, code: 450 };
  if (settings.profile === '2.3') return { type: 'deferIfPermit', draft: soft };
  return { type: textOf(settings, parameter) === 'defer' ? 'reject' : 'deferIfPermit', draft: soft };
}

/** A domain that takes no mail: its only MX record names the root. RFC 7505 §3 */
function nullMx({ given, domain }: Mailhost, isSender: boolean): RuleAnswer {
  const what = isSender ? 'Sender address' : 'Recipient address';
  const text = `<${given}>: ${what} rejected: Domain ${domain} does not accept mail (nullMX)`;
  const [code, enhanced] = isSender ? [550, '5.7.27'] : [556, '5.1.10'];
  return { type: 'reject', draft: { code, enhanced, text } };
}

interface Mailhost {
  readonly given: string;
  readonly domain: string;
}

/** Classes whose mail ends here: their domains need not be in the DNS. */
const FINAL: readonly string[] = ['local', 'virtual-alias', 'virtual-mailbox'];

/** Nobody takes mail for the domain of this address. */
export function unknownDomain(matter: Matter, who: 'sender' | 'recipient'): RuleAnswer {
  const { settings, [who]: party } = matter;
  const { given = '', resolution } = party ?? {};
  if (given === '' || resolution === undefined) return DUNNO;
  if (resolution.failed === 'lookup') return lookupFailure(given);
  const at = resolution.recipient.lastIndexOf('@');
  const domain = resolution.recipient.slice(at + 1);
  if (at < 0 || FINAL.includes(resolution.addressClass) || /^\[.*\]$/s.test(domain)) return DUNNO;
  const found = mailhostOf(matter, domain);
  if (found.type === 'ask') return found;
  const isSender = who === 'sender';
  const isNull =
    found.status === 'ok' && found.records.some(({ rrtype, data }) => rrtype === 'MX' && data === '');
  if (isNull && settings.profile !== '2.3') return nullMx({ given, domain }, isSender);
  if (found.status === 'ok') return DUNNO;
  const what = isSender ? 'Sender address' : 'Recipient address';
  const about = found.status === 'invalid' ? 'Malformed DNS server reply' : 'Domain not found';
  const text = `<${given}>: ${what} rejected: ${about}`;
  const enhanced = isSender ? '4.1.8' : '4.1.2';
  const draft = { code: intOf(settings, 'unknown_address_reject_code'), enhanced, text };
  if (found.status === 'servfail') return deferral(matter, 'unknown_address_tempfail_action', draft);
  return { type: 'reject', draft };
}

/** The MX records or an address; a reply that cannot be right ends the search. */
function mailhostOf(matter: Matter, domain: string): Found | Ask {
  const exchangers = lookUp(matter, domain, 'MX');
  if (exchangers.type === 'ask' || exchangers.status === 'invalid') return exchangers;
  return lookUpFirst(matter, domain, ['MX', 'A', 'AAAA']);
}

/** The name that the client goes by has no address and nobody who takes its mail. */
export function unknownHelo(matter: Matter): RuleAnswer {
  const { helo: name, settings } = matter;
  if (name === '') return DUNNO;
  if (name.startsWith('[')) return invalidHeloAddress(matter);
  const found = lookUpFirst(matter, name, ['A', 'AAAA', 'MX']);
  if (found.type === 'ask') return found;
  if (found.status === 'ok') return DUNNO;
  const about = found.status === 'invalid' ? 'Malformed DNS server reply' : 'Host not found';
  const text = `<${name}>: Helo command rejected: ${about}`;
  const draft = { code: intOf(settings, 'unknown_hostname_reject_code'), enhanced: '4.7.1', text };
  if (found.status === 'servfail') return deferral(matter, 'unknown_helo_hostname_tempfail_action', draft);
  return { type: 'reject', draft };
}
