/**
 * resolve - where does an address go: transport, next hop, recipient.
 *
 * trivial-rewrite(8) "ADDRESS ROUTING CONTROLS" · ADDRESS_CLASS_README · Postfix: src/trivial-rewrite/resolve.c
 */
import { matchDomain } from '../config/match-list.ts';
import { isLocalDomain } from '../config/own-address.ts';
import { searchAddress } from '../config/search.ts';
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import type { Resolution } from '../kernel/notes.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { undoHacks } from './rewrite.ts';

type Route = Pick<Resolution, 'transport' | 'nexthop' | 'because'>;

/** A table that failed, somewhere on the way. */
interface Failure {
  readonly failed: 'lookup';
}

/** `transport:nexthop`; an empty next hop takes the fallback. */
function splitTransport(text: string, fallbackNexthop: string): { readonly transport: string; readonly nexthop: string } {
  const colon = text.indexOf(':');
  if (colon < 0) return { transport: text, nexthop: fallbackNexthop };
  return { transport: text.slice(0, colon), nexthop: text.slice(colon + 1) || fallbackNexthop };
}

interface Destination {
  readonly local: string;
  /** Undefined: the address is ours, whatever was said behind the @. */
  readonly domain: string;
  readonly isLocal: boolean;
}

/** Takes local domains off the right end and follows the source route that remains. 100 hops are enough. */
function destinationOf(settings: Settings, address: string): Destination | Failure {
  let rest = address;
  let lastDomain = '';
  for (let hop = 0; hop < 100; hop += 1) {
    const { local, domain } = splitLocalDomain(rest);
    if (domain === undefined) {
      const swapped = undoHacks(settings, rest);
      if (swapped === undefined) return { local: rest, domain: lastDomain, isLocal: true };
      rest = swapped;
      continue;
    }
    const plain = domain.replace(/\.$/, '');
    if (plain !== '') {
      const answer = isLocalDomain(settings, plain);
      if (answer.type === 'error') return { failed: 'lookup' };
      if (answer.type === 'mismatch') return { local, domain: plain, isLocal: false };
    }
    lastDomain = plain;
    rest = local;
  }
  return { local: rest, domain: lastDomain, isLocal: true };
}

/** Operators that would make us route further for the sender. permit_auth_destination looks at this. */
function isRouted(settings: Settings, local: string): boolean {
  if (local.includes('@')) return true;
  if (local.includes('!') && boolOf(settings, 'swap_bangpath')) return true;
  return local.includes('%') && boolOf(settings, 'allow_percent_hack');
}

interface Classified extends Route {
  readonly addressClass: Resolution['addressClass'];
}

const CLASSES = [
  { list: 'virtual_alias_domains', addressClass: 'virtual-alias', transport: '' },
  { list: 'virtual_mailbox_domains', addressClass: 'virtual-mailbox', transport: 'virtual_transport' },
  { list: 'relay_domains', addressClass: 'relay', transport: 'relay_transport' },
] as const;

function relayhost(settings: Settings, sender: string): string | Failure {
  const key = sender === '' ? '<>' : sender;
  const found = searchAddress(settings, 'sender_dependent_relayhost_maps', key, 'address');
  if (found?.type === 'error') return { failed: 'lookup' };
  return found?.value ?? textOf(settings, 'relayhost');
}

function classify(settings: Settings, sender: string, to: Destination): Classified | Failure {
  if (to.isLocal) {
    const { transport, nexthop } = splitTransport(textOf(settings, 'local_transport'), textOf(settings, 'myhostname'));
    return { transport, nexthop, addressClass: 'local', because: { parameter: 'mydestination' } };
  }
  for (const { list, addressClass, transport } of CLASSES) {
    const answer = matchDomain(settings, list, to.domain);
    if (answer.type === 'error') return { failed: 'lookup' };
    if (answer.type === 'mismatch') continue;
    const because = { parameter: list, key: answer.item };
    if (transport === '')
      return {
        ...{ transport: 'error', addressClass, because },
        nexthop: '5.1.1 User unknown in virtual alias table',
      };
    const route = splitTransport(textOf(settings, transport), to.domain);
    if (addressClass !== 'relay') return { ...route, addressClass, because };
    const relay = relayhost(settings, sender);
    if (typeof relay !== 'string') return relay;
    return { ...route, nexthop: relay || route.nexthop, addressClass, because };
  }
  const relay = relayhost(settings, sender);
  if (typeof relay !== 'string') return relay;
  const route = splitTransport(textOf(settings, 'default_transport'), to.domain);
  return {
    ...{ transport: route.transport, nexthop: relay || route.nexthop, addressClass: 'default' },
    because: { parameter: relay === '' ? 'default_transport' : 'relayhost' },
  };
}

/** transport(5) overrides, then relocated(5). */
function overrides(settings: Settings, recipient: string, route: Classified, domain: string): Classified | Failure {
  const hit = searchAddress(settings, 'transport_maps', recipient, 'transport');
  if (hit?.type === 'error') return { failed: 'lookup' };
  let chosen = route;
  if (hit?.type === 'found') {
    const colon = hit.value.indexOf(':');
    const transport = colon < 0 ? hit.value : hit.value.slice(0, colon);
    const nexthop = colon < 0 ? '' : hit.value.slice(colon + 1);
    const because = { parameter: 'transport_maps', table: hit.table, key: hit.key };
    const fallback = transport === '' ? route.nexthop : domain || textOf(settings, 'myhostname');
    if (transport !== '' || nexthop !== '')
      chosen = { ...route, transport: transport || route.transport, nexthop: nexthop || fallback, because };
  }
  const moved = searchAddress(settings, 'relocated_maps', recipient, 'address');
  if (moved?.type === 'error') return { failed: 'lookup' };
  if (moved === undefined) return chosen;
  const because = { parameter: 'relocated_maps', table: moved.table, key: moved.key };
  return { ...chosen, transport: 'error', nexthop: `5.1.6 User has moved to ${moved.value}`, because };
}

const UNRESOLVED = { transport: '', nexthop: '', addressClass: 'default', routed: false } as const;

function resolveNow(settings: Settings, sender: string, address: string): Resolution {
  const destination = destinationOf(settings, address);
  if ('failed' in destination) return { ...UNRESOLVED, recipient: address, failed: 'lookup' };
  const { local, domain, isLocal } = destination;
  const name = local === '' && isLocal ? textOf(settings, 'empty_address_recipient') : local;
  const home = domain === '' ? textOf(settings, 'myhostname') : domain;
  const recipient = isLocal && domain === '' ? `${name}@${textOf(settings, 'myorigin')}` : `${name}@${home}`;
  if (isBadSyntax(settings, name, domain, isLocal)) return { ...UNRESOLVED, recipient, failed: 'syntax' };
  const route = classify(settings, sender, destination);
  if ('failed' in route) return { ...UNRESOLVED, recipient, failed: 'lookup' };
  const final = overrides(settings, recipient, route, isLocal ? '' : domain);
  if ('failed' in final) return { ...UNRESOLVED, recipient, failed: 'lookup' };
  return { ...final, recipient, routed: !isLocal && isRouted(settings, local) };
}

/** A bare numeric domain, an empty or option-like local part, an unclosed literal: nowhere to go. */
function isBadSyntax(settings: Settings, local: string, domain: string, isLocal: boolean): boolean {
  if (local === '') return true;
  if (local.startsWith('-') && !boolOf(settings, 'allow_min_user')) return true;
  if (isLocal) return false;
  if (/^\d+(\.\d+){3}$/.test(domain)) return !boolOf(settings, 'resolve_numeric_domain');
  if (domain.startsWith('[')) return !/^\[(ipv6:)?[0-9a-f.:]+\]$/i.test(domain);
  return !/^[^\s.@<>()[\]]+(\.[^\s.@<>()[\]]+)*$/.test(domain);
}

const MEMORY_LIMIT = 2000;
const memory = new WeakMap<Settings, Map<string, Resolution>>();

/**
 * Resolves an address in standard form. Pure: equal settings, equal answer; answers are remembered per settings.
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
