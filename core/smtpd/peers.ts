/**
 * Who may speak of another client: asked at every EHLO. What it then says is read in xclient.ts, xforward.ts.
 *
 * XCLIENT_README · XFORWARD_README
 */
import { matchAddress } from '../config/match-list.ts';
import type { SmtpdContext } from './types.ts';

/** What Postfix writes where a name, an address or a port is not known. */
export const UNKNOWN = 'unknown';

/**
 * May this client speak for another? Asked of whom it now is, so one that has become a stranger may not
 * change again.
 */
export function mayXclient({ settings, client }: SmtpdContext): boolean {
  return (
    matchAddress(settings, 'smtpd_authorized_xclient_hosts', client.name, client.address).type === 'match'
  );
}

/** May this client tell us of another? After XCLIENT the one that it has become is asked about. */
export function mayXforward({ settings, client }: SmtpdContext): boolean {
  return (
    matchAddress(settings, 'smtpd_authorized_xforward_hosts', client.name, client.address).type === 'match'
  );
}
