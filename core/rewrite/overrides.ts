/**
 * overrides - what transport(5) and relocated(5) say about a recipient, after its domain has said its part.
 *
 * Postfix: src/trivial-rewrite/transport.c, resolve.c
 */
import { searchAddress } from '../config/search.ts';
import { listOf, type Settings } from '../config/settings.ts';
import { type Destination, type Failure, lookupFailed } from './destination.ts';
import type { Classified } from './resolve.ts';

/**
 * transport(5): `transport:nexthop`, `:nexthop`, `transport:`, or `:` for "no change". Nobody in a virtual
 * alias domain gets mail under its own address, whatever the table says.
 */
export function byTransportMap(settings: Settings, to: Destination, route: Classified): Classified | Failure {
  if (route.addressClass === 'virtual-alias') return route;
  if (listOf(settings, 'transport_maps').length === 0) return route;
  const hit = searchAddress(settings, 'transport_maps', to.recipient, 'transport');
  if (hit === undefined) return route;
  if (hit.type === 'error') return lookupFailed('transport_maps');
  const colon = hit.value.indexOf(':');
  const transport = colon < 0 ? hit.value : hit.value.slice(0, colon);
  const nexthop = colon < 0 ? '' : hit.value.slice(colon + 1);
  const because = { parameter: 'transport_maps', table: hit.table, key: hit.key };
  if (transport === '') return nexthop === '' ? route : { ...route, nexthop, because };
  return { ...route, transport, nexthop: nexthop || initialNexthop(transport, to.domain), because };
}

/** A transport without next hop starts from the recipient's domain; error and retry need words instead. */
function initialNexthop(transport: string, domain: string): string {
  return transport === 'error' || transport === 'retry' ? 'Address is undeliverable' : domain;
}

/** relocated(5): last, whatever the domain's class. */
export function byRelocatedMap(settings: Settings, to: Destination, route: Classified): Classified | Failure {
  if (listOf(settings, 'relocated_maps').length === 0) return route;
  const moved = searchAddress(settings, 'relocated_maps', to.recipient, 'address');
  if (moved === undefined) return route;
  if (moved.type === 'error') return lookupFailed('relocated_maps');
  const because = { parameter: 'relocated_maps', table: moved.table, key: moved.key };
  return { ...route, transport: 'error', nexthop: `5.1.6 User has moved to ${moved.value}`, because };
}
