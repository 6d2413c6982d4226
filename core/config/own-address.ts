/**
 * own-address - which addresses and domains are this machine's own.
 *
 * postconf(5) inet_interfaces, proxy_interfaces, mydestination · Postfix: src/global/own_inet_addr.c,
 * resolve_local.c
 */
import { sameAddress } from './cidr.ts';
import { fold } from './fold.ts';
import { type MatchAnswer, matchString } from './match-list.ts';
import { interfacesOf, listOf, type Settings } from './settings.ts';

/** Is this one of our interfaces (as inet_interfaces leaves them), or of a proxy in front of us? */
export function isOwnAddress(settings: Settings, address: string): boolean {
  if (interfacesOf(settings).some((own) => sameAddress(own.address, address))) return true;
  return listOf(settings, 'proxy_interfaces').some((proxy) =>
    sameAddress(/^\[(.*)\]$/.exec(proxy)?.[1] ?? proxy, address),
  );
}

/**
 * Is mail for this domain final here by mydestination, or because it is `[our address]`? One dot at the end
 * is ignored. mydestination is a list of words: `.example.com` in it means nothing, and no subdomain is
 * implied.
 */
export function isLocalDomain(settings: Settings, domain: string): MatchAnswer {
  const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  if (name === '' || name.endsWith('.')) return { type: 'mismatch' };
  const listed = matchString(settings, 'mydestination', name);
  if (listed.type !== 'mismatch' || listed.item !== undefined) return listed;
  const literal = /^\[(?:ipv6:)?(.*)\]$/.exec(fold(name))?.[1];
  if (literal === undefined || !isOwnAddress(settings, literal)) return { type: 'mismatch' };
  return { type: 'match', item: domain };
}
