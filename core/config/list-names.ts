/**
 * list-names - which parameters are lists to be matched, and which name lookup tables.
 *
 * postconf(5)
 */

/** Lists of domains, clients or users: literals, `!item`, `/file`, `type:table`. */
export const matchLists: readonly string[] = [
  ...['mydestination', 'mynetworks', 'relay_domains', 'virtual_alias_domains', 'virtual_mailbox_domains'],
  ...['fast_flush_domains', 'masquerade_exceptions', 'permit_mx_backup_networks', 'debug_peer_list'],
  ...['smtpd_client_event_limit_exceptions', 'smtpd_forbid_bare_newline_exclusions'],
  ...['smtpd_authorized_verp_clients', 'smtpd_authorized_xclient_hosts', 'smtpd_authorized_xforward_hosts'],
  ...['smtpd_sasl_exceptions_networks', 'qmqpd_authorized_clients', 'smtpd_forbidden_commands'],
  ...['authorized_submit_users', 'authorized_mailq_users', 'authorized_flush_users'],
  ...['smtp_connection_cache_destinations', 'lmtp_connection_cache_destinations'],
];

/** True for parameters whose items are all `type:table`. */
export function namesTables(name: string): boolean {
  return /_maps$/.test(name) && !/^proxy_(?:read|write)_maps$/.test(name);
}
