/**
 * Taking addresses apart: local part and domain, user and extension. postconf(5) recipient_delimiter
 */

/** Both sides of the right-most @; without @ there is no domain. RFC 5321 §2.3.11 */
export function splitLocalDomain(address: string): {
  readonly local: string;
  readonly domain: string | undefined;
} {
  const at = address.lastIndexOf('@');
  if (at < 0) return { local: address, domain: undefined };
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** Names that are never taken apart, and the two special list names. */
export interface ExtensionRules {
  /** postconf(5) owner_request_special: keep owner-list and list-request whole. Default: yes. */
  readonly ownreqSpecial?: boolean;
  /** postconf(5) double_bounce_sender. Default: double-bounce. */
  readonly doubleBounceSender?: string;
}

/**
 * `user+ext` as user and extension.
 * @param delimiters recipient_delimiter: each of its characters separates; '' for none
 * @returns no extension when there is none, or when the user would be empty
 */
export function splitExtension(
  local: string,
  delimiters: string,
  rules: ExtensionRules = {},
): { readonly user: string; readonly extension: string | undefined } {
  const whole = { user: local, extension: undefined };
  const name = local.toLowerCase();
  const doubleBounce = (rules.doubleBounceSender ?? 'double-bounce').toLowerCase();
  if (name === 'postmaster' || name === 'mailer-daemon' || name === doubleBounce) return whole;
  if (delimiters.includes('-') && (rules.ownreqSpecial ?? true)) {
    if (name.startsWith('owner-')) return whole;
    if (name.endsWith('-request') && name.length > '-request'.length) return whole;
  }
  for (let i = 0; i < local.length; i++) {
    if (!delimiters.includes(local.charAt(i))) continue;
    return i === 0 ? whole : { user: local.slice(0, i), extension: local.slice(i + 1) };
  }
  return whole;
}
