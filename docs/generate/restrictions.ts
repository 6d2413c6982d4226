/** restrictions - every name that may stand in a restriction list, and what it asks. SMTPD_ACCESS_README */
import { presentName, restrictionNames } from '../../core/smtpd/restriction-rules.ts';
import { code, page, table } from './markdown.ts';

/** Whom it asks, in which lists it has something to look at, and the parameter that gives its code. */
type Facts = readonly [asks: string, lists: string, reply?: string];

const ALL = 'all';
const RCPT = 'recipient, relay; data with one recipient';
const FROM_MAIL = 'sender and later';
const TEXT = 'data, end_of_data';

const WHERE: Readonly<Record<string, string>> = {
  ...{ client: ALL, reverse_client_hostname: ALL, helo: 'helo and later' },
  ...{ sender: FROM_MAIL, recipient: RCPT },
};

/** check_…_mx_access and its kin. */
function ofServers(): Readonly<Record<string, Facts>> {
  const facts: Record<string, Facts> = {};
  for (const [who, lists] of Object.entries(WHERE))
    for (const kind of ['mx', 'ns', 'a'])
      facts[`check_${who}_${kind}_access`] = ['DNS and table', lists, 'access_map_reject_code'];
  return facts;
}

const FACTS: Readonly<Record<string, Facts>> = {
  ...ofServers(),
  permit_dnswl_client: ['DNS', ALL],
  permit_rhswl_client: ['DNS', ALL],
  reject_rbl_client: ['DNS', ALL, 'maps_rbl_reject_code'],
  reject_rhsbl_client: ['DNS', ALL, 'maps_rbl_reject_code'],
  reject_rhsbl_helo: ['DNS', 'helo and later', 'maps_rbl_reject_code'],
  reject_rhsbl_recipient: ['DNS', RCPT, 'maps_rbl_reject_code'],
  reject_rhsbl_reverse_client: ['DNS', ALL, 'maps_rbl_reject_code'],
  reject_rhsbl_sender: ['DNS', FROM_MAIL, 'maps_rbl_reject_code'],
  reject_unknown_recipient_domain: ['DNS', RCPT, 'unknown_address_reject_code'],
  reject_unknown_sender_domain: ['DNS', FROM_MAIL, 'unknown_address_reject_code'],
  check_client_access: ['table', ALL, 'access_map_reject_code'],
  check_etrn_access: ['table', 'etrn', 'access_map_reject_code'],
  check_helo_access: ['table', 'helo and later', 'access_map_reject_code'],
  check_policy_service: ['policy server', ALL],
  check_recipient_access: ['table', RCPT, 'access_map_reject_code'],
  check_recipient_maps: ['tables of the address class', RCPT, 'unknown_local_recipient_reject_code'],
  check_relay_domains: ['nothing', RCPT, 'relay_domains_reject_code'],
  check_reverse_client_hostname_access: ['table', ALL, 'access_map_reject_code'],
  check_sender_access: ['table', FROM_MAIL, 'access_map_reject_code'],
  defer: ['nothing', ALL, 'defer_code'],
  defer_if_permit: ['nothing', ALL],
  defer_if_reject: ['nothing', ALL],
  defer_unauth_destination: ['nothing', RCPT, 'relay_domains_reject_code'],
  permit: ['nothing', ALL],
  permit_auth_destination: ['nothing', RCPT],
  permit_inet_interfaces: ['nothing', ALL],
  permit_mynetworks: ['nothing', ALL],
  permit_naked_ip_address: ['nothing', 'helo and later'],
  permit_sasl_authenticated: ['nothing', ALL],
  permit_tls_all_clientcerts: ['nothing', ALL],
  permit_tls_clientcerts: ['nothing', ALL],
  reject: ['nothing', ALL, 'reject_code'],
  reject_invalid_helo_hostname: ['nothing', 'helo and later', 'invalid_hostname_reject_code'],
  reject_multi_recipient_bounce: ['nothing', TEXT, 'multi_recipient_bounce_reject_code'],
  reject_non_fqdn_helo_hostname: ['nothing', 'helo and later', 'non_fqdn_reject_code'],
  reject_non_fqdn_recipient: ['nothing', RCPT, 'non_fqdn_reject_code'],
  reject_non_fqdn_sender: ['nothing', FROM_MAIL, 'non_fqdn_reject_code'],
  reject_plaintext_session: ['nothing', ALL, 'plaintext_reject_code'],
  reject_unauth_destination: ['nothing', RCPT, 'relay_domains_reject_code'],
  reject_unauth_pipelining: ['nothing', TEXT],
  reject_unknown_client_hostname: ['DNS, when the client connects', ALL, 'unknown_client_reject_code'],
  reject_unknown_helo_hostname: ['DNS', 'helo and later', 'unknown_hostname_reject_code'],
  reject_unknown_reverse_client_hostname: [
    ...(['DNS, when the client connects', ALL, 'unknown_client_reject_code'] as const),
  ],
  reject_unlisted_recipient: ['tables of the address class', RCPT, 'unknown_local_recipient_reject_code'],
  reject_unlisted_sender: ['tables of the address class', FROM_MAIL, 'unknown_local_recipient_reject_code'],
  reject_unverified_recipient: ['verify(8)', RCPT, 'unverified_recipient_reject_code'],
  reject_unverified_sender: ['verify(8)', FROM_MAIL, 'unverified_sender_reject_code'],
  sleep: ['nothing', ALL],
  warn_if_reject: ['nothing', ALL],
};

/** Text of restrictions.md. Throws for a restriction of which nothing is said above. */
export function restrictionsPage(): string {
  const old = restrictionNames('2.3');
  const rows = restrictionNames('3.x').map((name) => {
    const present = presentName(name);
    const facts = FACTS[present];
    if (facts === undefined) throw new Error(`docs/generate/restrictions.ts: nothing is said of ${name}`);
    const [asks, lists, reply] = facts;
    const profiles = old.includes(name) ? '2.3, 3.x' : '3.x';
    const also = present === name ? '' : code(present);
    return [code(name), also, lists, asks, profiles, reply === undefined ? '' : code(reply)];
  });
  return page('Restrictions', '`core/smtpd/restriction-rules.ts`, `core/smtpd/access.ts`', [
    'What may stand in smtpd_client_restrictions and its kin, beside the names of smtpd_restriction_classes ' +
      'and bare tables. Each is described in postconf(5); access(5) says what tables may answer. A reply ' +
      'without a parameter has a code of its own.',
    table(['name', 'today', 'lists', 'asks', 'profiles', 'code of its reply'], rows),
  ]);
}
