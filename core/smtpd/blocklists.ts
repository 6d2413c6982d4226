/**
 * Lists of addresses and domains in the DNS, of those who are refused and of those who are let in.
 *
 * Differs: a list that fails is warned of each time; a pattern of addresses that is wrong is a mistake in the
 * configuration, not the end of the process; smtpd_expansion_filter is always that of the printable ones.
 *
 * postconf(5) reject_rbl_client, rbl_reply_maps, default_rbl_reply · Postfix: src/smtpd/smtpd_check.c
 */
import { addressBytes } from '../config/cidr.ts';
import { expand } from '../config/expand.ts';
import type { Profile } from '../config/profile.ts';
import { searchTables } from '../config/search.ts';
import { intOf, listOf, rawOf } from '../config/settings.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import { isHostName } from '../mail/valid-domain.ts';
import { lookUp } from './dns-questions.ts';
import { dsnFor } from './dsn-fit.ts';
import { listFilter } from './list-filter.ts';
import { lookupFailure, misconfigured } from './misconfigured.ts';
import type { Ask, Matter, Place, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };
const LONGEST_REASON = 500;

type Listing =
  | { readonly type: 'listed'; readonly reason: string }
  | { readonly type: 'unlisted' }
  | { readonly type: 'failed'; readonly warning: string }
  | { readonly type: 'broken'; readonly answer: RuleAnswer }
  | Ask;

/** `1.2.0.192` or, of IPv6, the digits backwards. RFC 5782 §2.1, §2.4 */
function reversed(address: string): string {
  const bytes = addressBytes(address) ?? [];
  if (bytes.length === 4) return [...bytes].reverse().join('.');
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [...digits].reverse().join('.');
}

/** What a list says of a name or a reversed address. @param list `zen.example` or `zen.example=127.0.0.2` */
function listingOf(matter: Matter, key: string, list: string, wantsReason: boolean): Listing {
  const [zone = '', ...rest] = list.split('=');
  const filter = rest.length === 0 ? undefined : listFilter(rest.join('='), matter.settings.profile);
  if (filter === 'invalid')
    return { type: 'broken', answer: misconfigured(`RBL reply error: bad pattern "${rest.join('=')}"`) };
  const query = `${key}.${zone}`;
  const found = lookUp(matter, query, 'A');
  if (found.type === 'ask') return found;
  if (found.status === 'nxdomain' || found.status === 'nodata') return { type: 'unlisted' };
  if (found.status !== 'ok') {
    const about = `Name service error for name=${query} type=A: `;
    const why =
      found.status === 'servfail'
        ? `Host or domain name not found. ${about}Host not found, try again`
        : `${about}Malformed or unexpected name server reply`;
    return { type: 'failed', warning: `${query}: RBL lookup error: ${why}` };
  }
  if (filter !== undefined && !found.records.some(({ data }) => filter(data))) return { type: 'unlisted' };
  const told = wantsReason ? lookUp(matter, query, 'TXT') : undefined;
  if (told?.type === 'ask') return told;
  const reason = (told?.records ?? []).map(({ data }) => data).join(' / ');
  return { type: 'listed', reason: reason.slice(0, LONGEST_REASON) };
}

/** The domain of a name or an address that lists of domains are asked about; undefined: nobody is asked. */
function domainOf(what: string): string | undefined {
  const domain = what.slice(what.lastIndexOf('@') + 1);
  if (domain.startsWith('[') || /(?:^|\.)\d+$/.test(domain) || !isHostName(domain)) return undefined;
  return domain;
}

/** Who is refused, and what its lists are asked. */
interface Suspect extends Place {
  readonly key: string | undefined;
}

function domainSuspect(what: string, name: string): Suspect {
  return { what, name, key: name === '' || name.toLowerCase() === 'unknown' ? undefined : domainOf(name) };
}

const SUSPECTS: Readonly<Record<string, (matter: Matter) => Suspect>> = {
  reject_rbl_client: ({ client }) => ({
    ...{ what: 'Client host', name: client.address, key: reversed(client.address) },
  }),
  reject_rhsbl_client: ({ client }) => domainSuspect('Client host', client.name),
  reject_rhsbl_reverse_client: ({ client }) => domainSuspect('Unverified Client host', client.reverseName),
  reject_rhsbl_helo: ({ helo }) => domainSuspect('Helo command', helo),
  reject_rhsbl_sender: ({ sender }) => domainSuspect('Sender address', sender?.given ?? ''),
  reject_rhsbl_recipient: ({ recipient }) => domainSuspect('Recipient address', recipient?.given ?? ''),
};

/** Names that a reply may contain, and what they stand for. Postfix: src/smtpd/smtpd_expand.c */
function namesFor(matter: Matter, suspect: Suspect, zone: string, reason: string): Map<string, string> {
  const { settings, client, helo, sender, recipient } = matter;
  const parts = (address = ''): readonly [string, string] => {
    const at = address.lastIndexOf('@');
    return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
  };
  const [senderName, senderDomain] = parts(sender?.given);
  const [recipientName, recipientDomain] = parts(recipient?.given);
  return new Map([
    ...([['rbl_code', String(intOf(settings, 'maps_rbl_reject_code'))]] as const),
    ...([
      ['rbl_domain', zone] as const,
      ['rbl_reason', reason] as const,
      ['rbl_txt', reason] as const,
    ] as const),
    ...([['rbl_what', suspect.name] as const, ['rbl_class', suspect.what] as const] as const),
    ...([
      ['client', `${client.name}[${client.address}]`] as const,
      ['client_name', client.name] as const,
    ] as const),
    ['client_address', client.address],
    ...([['reverse_client_name', client.reverseName] as const, ['helo_name', helo] as const] as const),
    ['sender', sender?.given === '' ? '<>' : (sender?.given ?? '')],
    ...([['sender_name', senderName] as const, ['sender_domain', senderDomain] as const] as const),
    ['recipient', recipient?.given ?? ''],
    ...([
      ['recipient_name', recipientName] as const,
      ['recipient_domain', recipientDomain] as const,
    ] as const),
  ]);
}

/** The reply in the words of rbl_reply_maps or default_rbl_reply. */
function refusal(matter: Matter, suspect: Suspect, list: string, reason: string): RuleAnswer {
  const { settings } = matter;
  const [zone = ''] = list.split('=');
  const maps = listOf(settings, 'rbl_reply_maps');
  const own = searchTables(settings, maps, list, false) ?? searchTables(settings, maps, zone, false);
  if (own?.type === 'error') return misconfigured();
  const names = namesFor(matter, suspect, zone, reason);
  // What a list says is text: a $ in it refers to nothing.
  const wordFor = (name: string): string | undefined =>
    names
      .get(name)
      ?.replace(/[^\t\x20-\x7e]/g, '_')
      .replaceAll('$', '$$$$');
  const standard = rawOf(settings, 'default_rbl_reply');
  const expanded = expand(own?.value ?? standard, wordFor, settings.profile);
  const bad = `bad rbl reply template for domain ${list}: ${own?.value ?? standard}`;
  const fallback = expanded.ok ? expanded : expand(standard, wordFor, settings.profile);
  const warnings = expanded.ok ? [] : [bad];
  const said = fallback.ok ? fallback.text : '';
  const [, code = '', text = ''] = /^([45]\d\d) (.*)$/s.exec(said) ?? [];
  if (code === '') {
    const warning = `rbl response code configuration error: ${said}`;
    const draft = { code: 450, enhanced: '4.7.1', text: 'Service unavailable' };
    return { type: 'reject', draft: { ...draft, warnings: [...warnings, warning] } };
  }
  const { dsn, text: rest } = splitDsnOr(text, '4.7.1');
  const enhanced = dsnFor(suspect.what, dsn);
  const words = rest === '' ? 'Service unavailable' : rest;
  return { type: 'reject', draft: { code: Number(code), enhanced, text: words, warnings } };
}

function withoutList(rule: string): RuleAnswer {
  return warned(`restriction ${rule} requires domain name argument`);
}

function warned(text: string): RuleAnswer {
  return { type: 'dunno', remark: { type: 'warning', text } };
}

function refuseListed(matter: Matter, suspect: Suspect, list: string): RuleAnswer {
  if (suspect.key === undefined) return DUNNO;
  const listing = listingOf(matter, suspect.key, list, true);
  switch (listing.type) {
    case 'ask':
      return listing;
    case 'listed':
      return refusal(matter, suspect, list, listing.reason);
    case 'failed':
      return warned(listing.warning);
    case 'broken':
      return listing.answer;
    case 'unlisted':
      return DUNNO;
    default:
      return listing satisfies never;
  }
}

/** @param isOurs what permit_auth_destination says of the recipient: nobody may relay because of a list */
function permitListed(matter: Matter, suspect: Suspect, list: string, isOurs: () => RuleAnswer): RuleAnswer {
  if (matter.stage === 'rcpt' && matter.recipient !== undefined) {
    const ours = isOurs();
    if (ours.type === 'reject') return lookupFailure(matter.recipient.given);
    if (ours.type !== 'ok') return DUNNO;
  }
  if (suspect.key === undefined) return DUNNO;
  const listing = listingOf(matter, suspect.key, list, false);
  switch (listing.type) {
    case 'ask':
      return listing;
    case 'listed':
      return { type: 'ok' };
    case 'failed': {
      const text = `<${suspect.name}>: ${suspect.what} rejected: Service unavailable`;
      const draft = { code: 450, enhanced: '4.7.1', text, warnings: [listing.warning] };
      return { type: 'deferIfReject', draft };
    }
    case 'broken':
      return listing.answer;
    case 'unlisted':
      return DUNNO;
    default:
      return listing satisfies never;
  }
}

/** Rules that later versions have. postconf(5) permit_dnswl_client, reject_rhsbl_reverse_client */
const NEW: ReadonlyMap<string, string> = new Map([
  ['reject_rhsbl_reverse_client', 'reject_rhsbl_reverse_client'],
  ['permit_dnswl_client', 'reject_rbl_client'],
  ['permit_rhswl_client', 'reject_rhsbl_client'],
]);

/** Names of the rules that ask a list. */
export function listRules(profile: Profile): readonly string[] {
  const all = [...new Set([...Object.keys(SUSPECTS), ...NEW.keys()])];
  return profile === '2.3' ? all.filter((name) => !NEW.has(name)) : all;
}

/**
 * The answer of a rule that asks a list; undefined when it is none.
 *
 * @param rule in small letters
 * @param list the item behind it
 */
export function askLists(
  matter: Matter,
  rule: string,
  list: string | undefined,
  isOurs: () => RuleAnswer,
): { readonly answer: RuleAnswer; readonly taken: number } | undefined {
  const isNew = NEW.has(rule);
  if (isNew && matter.settings.profile === '2.3') return undefined;
  const suspectOf = SUSPECTS[NEW.get(rule) ?? rule];
  if (suspectOf === undefined) return undefined;
  if (list === undefined) return { answer: withoutList(rule), taken: 0 };
  const suspect = suspectOf(matter);
  if (rule.startsWith('permit_')) return { answer: permitListed(matter, suspect, list, isOurs), taken: 1 };
  return { answer: refuseListed(matter, suspect, list), taken: 1 };
}
