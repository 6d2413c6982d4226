/**
 * Restrictions that want a name to exist in the DNS.
 *
 * postconf(5) reject_unknown_helo_hostname, reject_unknown_sender_domain · Postfix: src/smtpd/smtpd_check.c
 * reject_unknown_hostname, reject_unknown_mailhost
 */
import { intOf, textOf } from '../config/settings.ts';
import { lookUpFirst } from './dns-questions.ts';
import { invalidHeloAddress } from './name-rules.ts';
import type { Draft, Matter, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };

/** What unknown_hostname_tempfail_action and its kin say about a lookup that failed for now. */
export function deferral({ settings }: Matter, parameter: string, draft: Draft): RuleAnswer {
  const soft: Draft = { ...draft, code: 450 };
  if (settings.profile === '2.3') return { type: 'deferIfPermit', draft: soft };
  return { type: textOf(settings, parameter) === 'defer' ? 'reject' : 'deferIfPermit', draft: soft };
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
