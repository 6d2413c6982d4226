/**
 * Restriction lists: may this client do this? Data in, verdict out; every verdict names the rule that gave
 * it.
 *
 * SMTPD_ACCESS_README · postconf(5) smtpd_recipient_restrictions · Postfix: src/smtpd/smtpd_check.c
 */
import { matchAddress } from '../config/match-list.ts';
import { isOwnAddress } from '../config/own-address.ts';
import { searchAddress } from '../config/search.ts';
import { boolOf, intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { lookup } from '../config/tables/store.ts';
import type { Resolution } from '../kernel/notes.ts';
import type { Reply } from '../mail/reply.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import type { Client } from './types.ts';

/** What is being asked. */
export interface Matter {
  readonly settings: Settings;
  readonly client: Client;
  readonly helo: string;
  readonly sender: string;
  /** As the client gave it, for texts. */
  readonly recipient: string;
  readonly resolution: Resolution | undefined;
}

/** The answer of one rule or list. `by` is the rule's name, for logs and explanations. */
export type Verdict =
  | { readonly type: 'dunno' }
  | { readonly type: 'ok'; readonly by: string }
  | {
      readonly type: 'reject';
      readonly by: string;
      readonly reply: Reply;
      readonly warnings?: readonly string[];
    }
  | { readonly type: 'defer_if_permit'; readonly by: string; readonly reply: Reply };

const DUNNO: Verdict = { type: 'dunno' };

/** The lists in their order, with the class name of their texts. */
const LISTS = [
  { parameter: 'smtpd_client_restrictions', what: 'Client host' },
  { parameter: 'smtpd_helo_restrictions', what: 'Helo command' },
  { parameter: 'smtpd_sender_restrictions', what: 'Sender address' },
  { parameter: 'smtpd_relay_restrictions', what: 'Recipient address' },
  { parameter: 'smtpd_recipient_restrictions', what: 'Recipient address' },
] as const;

type ListName = (typeof LISTS)[number]['parameter'];

function subject(matter: Matter, what: string): string {
  if (what === 'Client host') return `${matter.client.name}[${matter.client.address}]`;
  if (what === 'Helo command') return matter.helo;
  return what === 'Sender address' ? matter.sender : matter.recipient;
}

function isAuthorised(resolution: Resolution | undefined): boolean {
  return resolution !== undefined && resolution.addressClass !== 'default' && !resolution.routed;
}

function relayDenied(matter: Matter, by: string, code: number): Verdict {
  const enhanced = code < 500 ? '4.7.1' : '5.7.1';
  return {
    type: 'reject',
    by,
    reply: { code, enhanced, text: `<${matter.recipient}>: Relay access denied` },
  };
}

function plainReject(
  matter: Matter,
  what: string,
  by: string,
  code: number,
  enhanced: string,
  text: string,
): Verdict {
  const reply = { code, enhanced, text: `<${subject(matter, what)}>: ${what} rejected: ${text}` };
  return { type: 'reject', by, reply };
}

/** One rule. */
function judge(matter: Matter, rule: string, what: string): Verdict {
  const { settings, client, resolution } = matter;
  switch (rule) {
    case 'permit':
      return { type: 'ok', by: rule };
    case 'reject':
      return plainReject(matter, what, rule, intOf(settings, 'reject_code'), '5.7.1', 'Access denied');
    case 'defer':
      return plainReject(matter, what, rule, intOf(settings, 'defer_code'), '4.3.2', 'Try again later');
    case 'permit_mynetworks':
      return matchAddress(settings, 'mynetworks', client.name, client.address).type === 'match'
        ? { type: 'ok', by: rule }
        : DUNNO;
    case 'permit_inet_interfaces':
      return isOwnAddress(settings, client.address) ? { type: 'ok', by: rule } : DUNNO;
    case 'permit_auth_destination':
      return isAuthorised(resolution) ? { type: 'ok', by: rule } : DUNNO;
    case 'reject_unauth_destination':
      return isAuthorised(resolution)
        ? DUNNO
        : relayDenied(matter, rule, intOf(settings, 'relay_domains_reject_code'));
    case 'defer_unauth_destination':
      return isAuthorised(resolution) ? DUNNO : relayDenied(matter, rule, 454);
    case 'reject_unlisted_recipient':
    case 'check_recipient_maps':
      return unlisted(matter);
    // Neither SASL nor client certificates exist here yet, so nobody is ever permitted by them.
    case 'permit_sasl_authenticated':
    case 'permit_tls_clientcerts':
      return DUNNO;
    default:
      return {
        ...{ type: 'reject', by: rule, warnings: [`unknown smtpd restriction: "${rule}"`] },
        reply: { code: 451, enhanced: '4.3.5', text: 'Server configuration error' },
      };
  }
}

function judgeList(matter: Matter, list: ListName, what: string): Verdict {
  let warnOnly = false;
  for (const rule of listOf(matter.settings, list)) {
    if (rule === 'warn_if_reject') {
      warnOnly = true;
      continue;
    }
    const verdict = judge(matter, rule, what);
    if (verdict.type === 'ok' || (verdict.type === 'reject' && !warnOnly)) return verdict;
    warnOnly = false;
  }
  return DUNNO;
}

const SAFE = ['reject', 'defer', 'reject_unauth_destination', 'check_relay_domains', 'defer_if_permit'];

/** Without one of these a server would relay for everybody: Postfix refuses to run. */
export function lacksRelayControl(settings: Settings): boolean {
  const lists = [
    'smtpd_recipient_restrictions',
    ...(settings.profile === '2.3' ? [] : ['smtpd_relay_restrictions']),
  ];
  const safe = [...SAFE, ...(settings.profile === '2.3' ? [] : ['defer_unauth_destination'])];
  return !lists.some((list) => listOf(settings, list).some((rule) => safe.includes(rule)));
}

/** All lists for a recipient (smtpd_delay_reject = yes), then unlisted recipients. Undefined = accepted. */
export function judgeRecipient(matter: Matter): (Verdict & { readonly type: 'reject' }) | undefined {
  const { settings, recipient } = matter;
  // Mail to the postmaster is never refused by a list. RFC 5321 §4.5.1
  if (recipient.toLowerCase() === 'postmaster') return undefined;
  for (const { parameter, what } of LISTS) {
    if (parameter === 'smtpd_relay_restrictions' && settings.profile === '2.3') continue;
    const verdict = judgeList(matter, parameter, what);
    if (verdict.type === 'reject') return verdict;
  }
  if (!boolOf(settings, 'smtpd_reject_unlisted_recipient')) return undefined;
  const last = unlisted(matter);
  return last.type === 'reject' ? last : undefined;
}

/** One list on its own (smtpd_delay_reject = no). */
export function judgeEarly(matter: Matter, list: 'client' | 'helo' | 'sender'): Verdict {
  const index = { client: 0, helo: 1, sender: 2 }[list];
  const entry = LISTS[index] ?? LISTS[0];
  return judgeList(matter, entry.parameter, entry.what);
}

interface Listing {
  readonly maps: string;
  readonly table: string;
  readonly code: string;
}

const LISTINGS: Readonly<Partial<Record<Resolution['addressClass'], Listing>>> = {
  local: {
    maps: 'local_recipient_maps',
    table: 'local recipient table',
    code: 'unknown_local_recipient_reject_code',
  },
  relay: {
    maps: 'relay_recipient_maps',
    table: 'relay recipient table',
    code: 'unknown_relay_recipient_reject_code',
  },
  'virtual-mailbox': {
    ...{ maps: 'virtual_mailbox_maps', table: 'virtual mailbox table' },
    code: 'unknown_virtual_mailbox_reject_code',
  },
  'virtual-alias': {
    ...{ maps: 'virtual_alias_maps', table: 'virtual alias table' },
    code: 'unknown_virtual_alias_reject_code',
  },
};

/** Is the local part or address in any of the tables? `error`: a table did not answer. */
function isListed(settings: Settings, maps: string, address: string, bare: boolean): boolean | 'error' {
  const { local } = splitLocalDomain(address);
  const { user } = splitExtension(local, textOf(settings, 'recipient_delimiter'));
  const names = bare ? [local, user].map((name) => name.toLowerCase()) : [];
  for (const table of listOf(settings, maps)) {
    for (const name of names) {
      const answer = lookup(settings.tables, table, name);
      if (answer.type === 'error') return 'error';
      if (answer.type === 'found') return true;
    }
  }
  const hit = searchAddress(settings, maps, address, 'address');
  return hit?.type === 'error' ? 'error' : hit !== undefined;
}

/** Nobody of that name. postconf(5) smtpd_reject_unlisted_recipient */
function unlisted({ settings, recipient, resolution }: Matter): Verdict {
  const by = 'reject_unlisted_recipient';
  const listing = resolution === undefined ? undefined : LISTINGS[resolution.addressClass];
  if (resolution === undefined || listing === undefined || listOf(settings, listing.maps).length === 0)
    return DUNNO;
  const aliases = [
    listing.maps,
    'virtual_alias_maps',
    'canonical_maps',
    'recipient_canonical_maps',
    'relocated_maps',
  ];
  for (const maps of aliases) {
    const bare = maps === 'local_recipient_maps';
    const answer = isListed(settings, maps, resolution.recipient, bare);
    const reply = { code: 451, enhanced: '4.3.0', text: `<${recipient}>: Temporary lookup failure` };
    if (answer === 'error') return { type: 'reject', by, reply };
    if (answer) return DUNNO;
  }
  const code = intOf(settings, listing.code);
  const inTable = boolOf(settings, 'show_user_unknown_table_name') ? ` in ${listing.table}` : '';
  const enhanced = code < 500 ? '4.1.1' : '5.1.1';
  const text = `<${recipient}>: Recipient address rejected: User unknown${inTable}`;
  return { type: 'reject', by, reply: { code, enhanced, text } };
}
