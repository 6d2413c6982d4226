/**
 * own-address - which addresses and domains are this machine's own.
 *
 * postconf(5) inet_interfaces, proxy_interfaces, mydestination · Postfix: src/global/own_inet_addr.c,
 * resolve_local.c
 */
import { fold } from './fold.ts';
import { type MatchAnswer, matchDomain } from './match-list.ts';
import { listOf, type Settings } from './settings.ts';

/** Is this one of our interfaces (or of a proxy in front of us)? */
export function isOwnAddress(settings: Settings, address: string): boolean {
  const own = settings.computed.interfaces ?? [{ address: '127.0.0.1', prefixLength: 8 }];
  if (own.some((entry) => entry.address === address)) {
    const wanted = listOf(settings, 'inet_interfaces');
    const loopback = address.startsWith('127.') || address === '::1';
    if (wanted.includes('all') || wanted.includes(address)) return true;
    if (wanted.includes('loopback-only') || wanted.includes('localhost')) return loopback;
  }
  return listOf(settings, 'proxy_interfaces').includes(address);
}

/** Is mail for this domain final here by mydestination, or because it is `[our address]`? */
export function isLocalDomain(settings: Settings, domain: string): MatchAnswer {
  const name = fold(domain).replace(/\.$/, '');
  const literal = /^\[(?:ipv6:)?(.*)\]$/.exec(name);
  if (literal !== null) {
    return isOwnAddress(settings, literal[1] ?? '') ? { type: 'match', item: domain } : { type: 'mismatch' };
  }
  return matchDomain(settings, 'mydestination', name);
}
