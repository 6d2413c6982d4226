/**
 * resolve - where does an address go: transport, next hop, recipient.
 *
 * trivial-rewrite(8) · ADDRESS_CLASS_README · Postfix: src/trivial-rewrite/resolve.c
 */
import { matchDomain, matchString } from '../config/match-list.ts';
import { isLocalDomain } from '../config/own-address.ts';
import { searchAddress } from '../config/search.ts';
import { boolOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { Resolution } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import { isDottedQuad, isHostName, isIpv6, isLiteral } from '../mail/valid-domain.ts';
import { type Destination, destinationOf, type Failure, lookupFailed } from './destination.ts';
import { byRelocatedMap, byTransportMap } from './overrides.ts';

/** The way that an address class gives, before tables change it. */
export type Classified = Pick<Resolution, 'transport' | 'nexthop' | 'because' | 'addressClass'>;

/** `transport:nexthop` of a *_transport parameter; without next hop the given one stays. */
function byParameter(
  value: string,
  nexthop: string,
  addressClass: Resolution['addressClass'],
  because: Because,
): Classified {
  const colon = value.indexOf(':');
  if (colon < 0) return { transport: value, nexthop, addressClass, because };
  const ownHop = value.slice(colon + 1);
  return { transport: value.slice(0, colon), nexthop: ownHop || nexthop, addressClass, because };
}

/** A next hop and the parameter that named it. */
interface Relay {
  readonly nexthop: string;
  readonly because: Because | undefined;
}

/** sender_dependent_relayhost_maps > relayhost > the domain. Brackets and ports stay: `[host]:587`. */
function relayFor(settings: Settings, sender: string, domain: string): Relay | Failure {
  const hit = bySender(
    settings,
    'sender_dependent_relayhost_maps',
    'empty_address_relayhost_maps_lookup_key',
    sender,
  );
  if (hit?.type === 'error') return lookupFailed('sender_dependent_relayhost_maps');
  if (hit?.type === 'found' && hit.value !== 'DUNNO') {
    const because = { parameter: 'sender_dependent_relayhost_maps', table: hit.table, key: hit.key };
    return { nexthop: hit.value, because };
  }
  const relayhost = textOf(settings, 'relayhost');
  if (relayhost === '') return { nexthop: domain, because: undefined };
  return { nexthop: relayhost, because: { parameter: 'relayhost' } };
}

function bySender(settings: Settings, maps: string, emptyKeyParameter: string, sender: string) {
  if (listOf(settings, maps).length === 0) return undefined;
  const key = sender === '' ? textOf(settings, emptyKeyParameter) || '<>' : sender;
  return searchAddress(settings, maps, key, 'address');
}

/** default_transport, or what sender_dependent_default_transport_maps says of the sender (3.x). */
function defaultTransport(
  settings: Settings,
  sender: string,
): { readonly value: string; readonly because: Because } | Failure {
  const maps = 'sender_dependent_default_transport_maps';
  const hit = bySender(settings, maps, 'empty_address_default_transport_maps_lookup_key', sender);
  if (hit?.type === 'error') return lookupFailed(maps);
  if (hit?.type === 'found' && hit.value !== 'DUNNO')
    return { value: hit.value, because: { parameter: maps, table: hit.table, key: hit.key } };
  return { value: textOf(settings, 'default_transport'), because: { parameter: 'default_transport' } };
}

/** The class of a domain that is not local: virtual alias, virtual mailbox, relay, or anything else. */
function classifyRemote(settings: Settings, sender: string, domain: string): Classified | Failure {
  const alias = matchString(settings, 'virtual_alias_domains', domain);
  if (alias.type === 'error') return lookupFailed('virtual_alias_domains');
  if (alias.type === 'match') {
    const table = boolOf(settings, 'show_user_unknown_table_name') ? ' in virtual alias table' : '';
    const because = { parameter: 'virtual_alias_domains', key: alias.item };
    return {
      transport: 'error',
      nexthop: `5.1.1 User unknown${table}`,
      addressClass: 'virtual-alias',
      because,
    };
  }
  const mailbox = matchString(settings, 'virtual_mailbox_domains', domain);
  if (mailbox.type === 'error') return lookupFailed('virtual_mailbox_domains');
  if (mailbox.type === 'match') {
    const because = { parameter: 'virtual_mailbox_domains', key: mailbox.item };
    return byParameter(textOf(settings, 'virtual_transport'), domain, 'virtual-mailbox', because);
  }
  const relay = matchDomain(settings, 'relay_domains', domain);
  if (relay.type === 'error') return lookupFailed('relay_domains');
  const hop = relayFor(settings, sender, domain);
  if ('failed' in hop) return hop;
  if (relay.type === 'match') {
    const because = hop.because ?? { parameter: 'relay_domains', key: relay.item };
    return byParameter(textOf(settings, 'relay_transport'), hop.nexthop, 'relay', because);
  }
  const chosen = defaultTransport(settings, sender);
  if ('failed' in chosen) return chosen;
  return byParameter(chosen.value, hop.nexthop, 'default', hop.because ?? chosen.because);
}

/** postconf(5) mydestination: ours by name or by `[address]`; else by class. */
function classify(settings: Settings, sender: string, to: Destination): Classified | Failure {
  if (!to.isLocal) return classifyRemote(settings, sender, to.domain);
  const because = { parameter: 'mydestination', key: to.domain };
  return byParameter(textOf(settings, 'local_transport'), to.domain, 'local', because);
}

/** A bare number counts as `[address]` where resolve_numeric_domain says so; undefined: bad syntax. */
function validDestination(settings: Settings, to: Destination): Destination | Failure | undefined {
  const { domain, recipient } = to;
  if (recipient.startsWith('-') && !boolOf(settings, 'allow_min_user')) return undefined;
  if (domain.startsWith('[')) return isLiteral(domain) ? to : undefined;
  const isNumeric = isDottedQuad(domain) || isIpv6(domain);
  if (!isNumeric) return isHostName(domain) ? to : undefined;
  if (!boolOf(settings, 'resolve_numeric_domain')) return undefined;
  const literal = `[${domain}]`;
  const answer = isLocalDomain(settings, literal);
  if (answer.type === 'error') return lookupFailed('mydestination');
  const whole = recipient.slice(0, recipient.length - domain.length) + literal;
  return { recipient: whole, domain: literal, isLocal: to.isLocal || answer.type === 'match' };
}

/** Operators in the local part that some machine further on might follow: our own settings do not matter. */
function isRouted({ recipient, domain }: Destination): boolean {
  return recipient.slice(recipient.search(/[@!%]/) + 1) !== domain;
}

/** What makes an address one that nobody can route: a setting that forbids it, or RFC 5321 §4.1.2. */
function syntaxCause({ recipient, domain }: Destination): Because {
  if (recipient.startsWith('-')) return { rule: 'address syntax', parameter: 'allow_min_user' };
  const isNumeric = isDottedQuad(domain) || isIpv6(domain);
  return isNumeric
    ? { rule: 'address syntax', parameter: 'resolve_numeric_domain' }
    : { rule: 'address syntax' };
}

const UNRESOLVED = { transport: '', nexthop: '', addressClass: 'default', routed: false } as const;

function unknown({ parameter }: Failure, recipient: string): Resolution {
  return { ...UNRESOLVED, recipient, failed: 'lookup', because: { parameter } };
}

function resolveNow(settings: Settings, sender: string, address: string): Resolution {
  const found = destinationOf(settings, address);
  if ('failed' in found) return unknown(found, address);
  const to = validDestination(settings, found);
  if (to === undefined)
    return { ...UNRESOLVED, recipient: found.recipient, failed: 'syntax', because: syntaxCause(found) };
  if ('failed' in to) return unknown(to, found.recipient);
  const { recipient } = to;
  const classified = classify(settings, sender, to);
  if ('failed' in classified) return unknown(classified, recipient);
  const routed = byTransportMap(settings, to, classified);
  if ('failed' in routed) return unknown(routed, recipient);
  const final = byRelocatedMap(settings, to, routed);
  if ('failed' in final) return unknown(final, recipient);
  if (final.transport === '') return unknown(lookupFailed(final.because?.parameter ?? ''), recipient);
  return { ...final, recipient, routed: isRouted(to) };
}

const MEMORY_LIMIT = 2000;
const memory = new WeakMap<Settings, Map<string, Resolution>>();

/**
 * Resolves an address in standard form. Pure; answers are remembered per settings.
 *
 * @param sender envelope sender, for sender_dependent_relayhost_maps
 */
export function resolveAddress(settings: Settings, sender: string, address: string): Resolution {
  let mine = memory.get(settings);
  if (mine === undefined) {
    mine = new Map();
    memory.set(settings, mine);
  }
  const key = `${sender}\0${address}`;
  const known = mine.get(key);
  if (known !== undefined) return known;
  if (mine.size >= MEMORY_LIMIT) mine.clear();
  const resolution = resolveNow(settings, sender, address);
  mine.set(key, resolution);
  return resolution;
}
