/** Where our profile 3.x and Debian's Postfix 3.7.11 differ in `postconf -d`, and why. */

const NEWER = 'a parameter of 3.8 to 3.10; profile 3.x is 3.10.13';
const OURS = 'a parameter of Postscope';

/** Names that we list and Debian does not. */
export const NEWER_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['allow_srv_lookup_fallback', 'force_mime_input_conversion', 'full_name_encoding_charset'],
      ...['ignore_srv_lookup_error', 'lmtp_sasl_password_result_delimiter', 'lmtp_tls_enable_rpk'],
      ...['lmtp_tls_enforce_sts_mx_patterns', 'lmtp_tlsrpt_enable', 'lmtp_tlsrpt_skip_reused_handshakes'],
      ...['lmtp_tlsrpt_socket_name', 'maillog_file_permissions', 'smtp_sasl_password_result_delimiter'],
      ...['smtp_tls_enable_rpk', 'smtp_tls_enforce_sts_mx_patterns', 'smtp_tlsrpt_enable'],
      ...['smtp_tlsrpt_skip_reused_handshakes', 'smtp_tlsrpt_socket_name', 'smtpd_client_ipv4_prefix_length'],
      ...['smtpd_client_ipv6_prefix_length', 'smtpd_hide_client_session', 'smtpd_tls_enable_rpk'],
      ...['socketmap_max_reply_size', 'tls_ffdhe_auto_groups', 'tls_required_enable'],
      ...['tlsproxy_tls_enable_rpk', 'use_srv_lookup'],
    ].map((name) => [name, NEWER]),
  ),
  ...Object.fromEntries(
    [
      ...['lab_mode', 'page_listen', 'passwd_file', 'postfix_version_profile', 'resolver_address'],
      'trace_events_limit',
    ].map((name) => [name, OURS]),
  ),
};

const BUILD = 'a folder that Debian chose when it built the package';
const CIPHERS = 'cipher lists follow OpenSSL and changed in 3.8';
const SYNTAX = 'the same value, written with braces since 3.8';

/** Names whose default differs. */
export const DIFFERENT_DEFAULTS: Readonly<Record<string, string>> = {
  daemon_directory: BUILD,
  html_directory: BUILD,
  manpage_directory: BUILD,
  readme_directory: BUILD,
  mail_release_date: 'another release',
  mail_version: 'another release',
  process_id: 'the process itself',
  smtp_tls_dane_insecure_mx_policy: 'dane since 3.8',
  smtpd_forbid_bare_newline: 'normalize since 3.9',
  smtpd_forbid_unauth_pipelining: 'yes since 3.9',
  tls_eecdh_auto_curves: CIPHERS,
  tls_export_cipherlist: CIPHERS,
  tls_high_cipherlist: CIPHERS,
  tls_low_cipherlist: CIPHERS,
  tls_medium_cipherlist: CIPHERS,
  tls_null_cipherlist: CIPHERS,
  tlsproxy_client_policy_maps: SYNTAX,
  tlsproxy_client_security_level: SYNTAX,
};
