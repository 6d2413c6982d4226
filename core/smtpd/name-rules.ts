/**
 * Restrictions that look at the form of a name or an address, and at what is known of the client's name.
 *
 * postconf(5) reject_invalid_helo_hostname, reject_non_fqdn_sender, reject_unknown_client_hostname · Postfix:
 * src/smtpd/smtpd_check.c
 */
import { intOf } from '../config/settings.ts';
import { isDottedQuad, isHostName, isIpv6 } from '../mail/valid-domain.ts';
import { dsnFor } from './dsn-fit.ts';
import type { Matter, Place, Verdict } from './verdict.ts';

const DUNNO: Verdict = { type: 'dunno' };

function refused(place: Place, code: number, enhanced: string, text: string): Verdict {
  const { what, name } = place;
  return {
    type: 'reject',
    draft: { code, enhanced: dsnFor(what, enhanced), text: `<${name}>: ${what} rejected: ${text}` },
  };
}

/** A name may end in a dot, but not in two. */
function withoutDot(name: string): string {
  return /[^.]\.$/.test(name) ? name.slice(0, -1) : name;
}

/** Four numbers; the first is 0 only in 0.0.0.0. */
function isIpv4(text: string): boolean {
  return isDottedQuad(text) && (!/^0+\./.test(text) || /^[0.]+$/.test(text));
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]`; without brackets too, because some ask without looking. */
function isAddress(text: string): boolean {
  const inner = /^\[(.+)\]$/s.exec(text)?.[1] ?? text;
  return /^ipv6:/i.test(inner) ? isIpv6(inner.slice(5)) : isIpv4(inner);
}

function helo({ helo: name }: Matter): Place {
  return { what: 'Helo command', name };
}

/** What stands in [] as the name of the client is no address. */
export function invalidHeloAddress(matter: Matter): Verdict {
  if (isAddress(matter.helo)) return DUNNO;
  const code = intOf(matter.settings, 'invalid_hostname_reject_code');
  return refused(helo(matter), code, '5.5.2', 'invalid ip address');
}

/** Neither a name nor an address. */
export function invalidHelo(matter: Matter): Verdict {
  const { settings, helo: name } = matter;
  if (name === '') return DUNNO;
  if (name.startsWith('[')) return invalidHeloAddress(matter);
  const bare = withoutDot(name);
  if (isHostName(bare) || isIpv4(bare) || isIpv6(bare)) return DUNNO;
  return refused(helo(matter), intOf(settings, 'invalid_hostname_reject_code'), '5.5.2', 'Invalid name');
}

function isFull(name: string): boolean {
  return isHostName(name) && name.includes('.');
}

/** No name in the DNS could be so short. */
export function nonFqdnHelo(matter: Matter): Verdict {
  const { settings, helo: name } = matter;
  if (name === '') return DUNNO;
  if (name.startsWith('[')) return invalidHeloAddress(matter);
  if (isFull(withoutDot(name))) return DUNNO;
  const code = intOf(settings, 'non_fqdn_reject_code');
  return refused(helo(matter), code, '5.5.2', 'need fully-qualified hostname');
}

/** An address as the client gave it, without a domain or with half of one; an address in [] is left alone. */
export function nonFqdnAddress(matter: Matter, who: 'sender' | 'recipient'): Verdict {
  const given = matter[who]?.given ?? '';
  if (given === '') return DUNNO;
  const domain = given.includes('@') ? given.slice(given.lastIndexOf('@') + 1) : '';
  if (/^\[.*\]$/s.test(domain) || isFull(withoutDot(domain))) return DUNNO;
  const place = { what: who === 'sender' ? 'Sender address' : 'Recipient address', name: given };
  const code = intOf(matter.settings, 'non_fqdn_reject_code');
  return refused(place, code, '5.5.2', 'need fully-qualified address');
}

/** The obsolete permission for clients that say their bare address. */
export function nakedAddress(matter: Matter): Verdict {
  const { helo: name } = matter;
  if (name === '' || /[^0-9.:]/.test(name)) return DUNNO;
  const verdict = invalidHeloAddress(matter);
  return verdict.type === 'dunno' ? { type: 'ok' } : verdict;
}

/** Come back later, when the name may be known. */
const LATER = 450;

/**
 * The client's address has no name that leads back to it. Differs: a lookup of ours that failed for now
 * counts as a name that does not exist; XCLIENT can say which it was.
 */
export function unknownClient({ settings, client }: Matter): Verdict {
  if (client.name !== 'unknown') return DUNNO;
  const code = client.nameIsPending ? LATER : intOf(settings, 'unknown_client_reject_code');
  const text = `Client host rejected: cannot find your hostname, [${client.address}]`;
  const enhanced = settings.profile === '2.3' ? '4.7.1' : '4.7.25';
  return { type: 'reject', draft: { code, enhanced, text } };
}

/** The client's address has no name at all. */
export function unknownReverseClient({ settings, client }: Matter): Verdict {
  if (client.reverseName !== 'unknown') return DUNNO;
  const code = client.reverseNameIsPending ? LATER : intOf(settings, 'unknown_client_reject_code');
  const text = `Client host rejected: cannot find your reverse hostname, [${client.address}]`;
  return { type: 'reject', draft: { code, enhanced: '4.7.1', text } };
}

/** Input came where the client had to wait. RFC 2920 §3.1 */
export function unauthPipelining({ pipelined }: Matter, place: Place): Verdict {
  if (!pipelined) return DUNNO;
  return refused(place, 503, '5.5.0', 'Improper use of SMTP command pipelining');
}

/** Bounces have one recipient. At RCPT those before this one are counted. */
export function multiRecipientBounce({ settings, stage, sender, accepted }: Matter, place: Place): Verdict {
  const few = stage === 'rcpt' ? 0 : 1;
  if (sender?.given !== '' || accepted <= few) return DUNNO;
  const code = intOf(settings, 'multi_recipient_bounce_reject_code');
  return refused(place, code, '5.5.3', 'Multi-recipient bounce');
}

/** Differs: nobody can speak TLS here, so every session is refused. */
export function plaintextSession({ settings }: Matter): Verdict {
  const code = intOf(settings, 'plaintext_reject_code');
  return { type: 'reject', draft: { code, enhanced: '4.7.1', text: 'Session encryption is required' } };
}
