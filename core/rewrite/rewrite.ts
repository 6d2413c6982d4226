/**
 * rewrite - puts one address into standard form, user@domain.
 *
 * trivial-rewrite(8) "ADDRESS REWRITING CONTROLS" · Postfix: src/trivial-rewrite/rewrite.c
 */
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import { splitLocalDomain } from '../mail/split-address.ts';

/** `@a,@b:user@dom` → `user@dom`. RFC 5321 §4.1.1.3: source routes are to be ignored. */
function withoutRoute(address: string): string {
  if (!address.startsWith('@')) return address;
  const colon = address.indexOf(':');
  return colon < 0 ? address : address.slice(colon + 1);
}

/** `site!user` → `user@site`, else `user%dom` → `user@dom` (the right-most %); undefined when neither applies. */
export function undoHacks(settings: Settings, local: string): string | undefined {
  const bang = local.indexOf('!');
  if (bang > 0 && boolOf(settings, 'swap_bangpath')) return `${local.slice(bang + 1)}@${local.slice(0, bang)}`;
  const percent = local.lastIndexOf('%');
  if (percent > 0 && boolOf(settings, 'allow_percent_hack'))
    return `${local.slice(0, percent)}@${local.slice(percent + 1)}`;
  return undefined;
}

function withDomain(settings: Settings, address: string, remoteDomain: string | undefined): string {
  if (address.includes('@')) return address;
  const swapped = undoHacks(settings, address);
  if (swapped !== undefined) return swapped;
  if (remoteDomain !== undefined) return remoteDomain === '' ? address : `${address}@${remoteDomain}`;
  return boolOf(settings, 'append_at_myorigin') ? `${address}@${textOf(settings, 'myorigin')}` : address;
}

function withDots(settings: Settings, address: string, remoteDomain: string | undefined): string {
  const { local, domain } = splitLocalDomain(address);
  if (domain === undefined || domain === '' || domain.startsWith('[')) return address;
  if (domain.endsWith('.')) return `${local}@${domain.slice(0, -1)}`;
  if (domain.includes('.')) return address;
  const parent = remoteDomain ?? (boolOf(settings, 'append_dot_mydomain') ? textOf(settings, 'mydomain') : '');
  return parent === '' ? address : `${local}@${domain}.${parent}`;
}

/**
 * The standard form of an address in internal (unquoted) form.
 *
 * @param context `remote`: headers of strangers, completed with remote_header_rewrite_domain or not at all
 */
export function rewriteAddress(settings: Settings, context: 'local' | 'remote', address: string): string {
  if (address === '' || address === '@') return '';
  const remoteDomain = context === 'remote' ? textOf(settings, 'remote_header_rewrite_domain') : undefined;
  const complete = withDomain(settings, withoutRoute(address), remoteDomain);
  return withDots(settings, complete, remoteDomain);
}
