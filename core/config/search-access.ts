/**
 * search-access - in which order a client, a name or an address is looked up in access(5) tables.
 *
 * access(5) "HOST NAME/ADDRESS PATTERNS" · Postfix: src/smtpd/smtpd_check.c
 */
import { addressBytes } from './cidr.ts';
import { parentsMatch, parentsOf } from './match-list.ts';
import { type SearchAnswer, searchTables } from './search.ts';
import type { Settings } from './settings.ts';

function firstOf(
  settings: Settings,
  tables: readonly string[],
  keys: readonly string[],
): SearchAnswer | undefined {
  for (const [at, key] of keys.entries()) {
    const answer = searchTables(settings, tables, key, at > 0);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** A host name or HELO name and its parents; a name that is an address has none. check_helo_access */
export function searchName(
  settings: Settings,
  tables: readonly string[],
  name: string,
): SearchAnswer | undefined {
  const parents =
    addressBytes(name) === undefined ? parentsOf(name, !parentsMatch(settings, 'smtpd_access_maps')) : [];
  return firstOf(settings, tables, [name, ...parents]);
}

/** An address, then shorter and shorter: 192.0.2.1, 192.0.2, 192.0, 192; IPv6 at each colon. */
export function searchNetwork(
  settings: Settings,
  tables: readonly string[],
  address: string,
): SearchAnswer | undefined {
  const delimiter = address.includes(':') ? ':' : '.';
  const keys = [address];
  for (let at = address.lastIndexOf(delimiter); at >= 0; at = address.lastIndexOf(delimiter, at - 1)) {
    keys.push(address.slice(0, at));
    if (at === 0) break;
  }
  return firstOf(settings, tables, keys);
}

/**
 * A client: its name (`unknown` counts as a name) and parents, then its address and networks.
 * check_client_access
 */
export function searchClient(
  settings: Settings,
  tables: readonly string[],
  client: { readonly name: string; readonly address: string },
): SearchAnswer | undefined {
  return searchName(settings, tables, client.name) ?? searchNetwork(settings, tables, client.address);
}
