/**
 * Which Host header is ours: a page from elsewhere whose name was pointed at this machine (DNS rebinding)
 * must not read the queue. RFC 9110 §7.2
 */
import { isIP } from 'node:net';

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The name in a Host header, without port and brackets; undefined when it is no host. */
function nameOf(header: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9A-Za-z.-]+))(?::\d{1,5})?$/.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/**
 * Whether a request was meant for us.
 *
 * @param configured host of page_listen
 * @param local address that the connection came to: an address cannot be rebound, only a name can
 */
export function isOurs(header: string | undefined, configured: string, local: string): boolean {
  const name = nameOf(header ?? '');
  if (name === undefined) return false;
  return isLoopback(name) || name === configured.toLowerCase() || (isIP(name) !== 0 && name === local);
}
