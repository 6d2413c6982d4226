/**
 * computed - the defaults that Postfix works out from the machine: its name, its domain, its networks.
 *
 * postconf(5) myhostname, mydomain, mynetworks_style · Postfix: src/global/mail_params.c, mynetworks.c
 */
import { addressBytes, addressText, networkBytes, sameAddress } from './cidr.ts';

/** An address of the machine itself. */
export interface OwnInterface {
  readonly address: string;
  readonly prefixLength: number;
}

/** What the machine supplies where main.cf is silent. */
export interface Computed {
  readonly config_directory?: string | undefined;
  /** The machine's name, as hostname(1) says it. */
  readonly myhostname?: string | undefined;
  readonly mail_version?: string | undefined;
  /** Whom resolv.conf(5) names: addresses, asked in this order. */
  readonly nameServers?: readonly string[] | undefined;
  readonly interfaces?: readonly OwnInterface[] | undefined;
}

/** A machine of which nothing is known talks to itself. */
export const loopbackOnly: readonly OwnInterface[] = [{ address: '127.0.0.1', prefixLength: 8 }];

/** The default of myhostname: a name without a dot gets mydomain (as main.cf sets it), else `localdomain`. */
export function hostNameFrom(hostName: string | undefined, domain: string | undefined): string {
  const name = hostName === undefined || hostName === '' ? 'localhost' : hostName;
  return name.includes('.') ? name : `${name}.${domain ?? 'localdomain'}`;
}

/** The default of mydomain: myhostname without its first label; `localdomain` when it has no dot. */
export function domainFrom(hostName: string): string {
  const dot = hostName.indexOf('.');
  return dot < 0 ? 'localdomain' : hostName.slice(dot + 1);
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || sameAddress(address, '::1');
}

function isWanted(address: string, wanted: readonly string[]): boolean {
  return wanted.some((item) => {
    const bare = /^\[(.*)\]$/.exec(item)?.[1] ?? item;
    switch (item.toLowerCase()) {
      case 'all':
        return true;
      case 'loopback-only':
      case 'localhost':
      case 'localhost.localdomain':
        return isLoopback(address);
      default:
        return addressBytes(bare) === undefined ? !isLoopback(address) : sameAddress(bare, address);
    }
  });
}

/**
 * The interfaces that inet_interfaces and inet_protocols leave.
 * Differs: Postfix looks names in inet_interfaces up; here `localhost` is the loopback and any other name
 * stands for all addresses that are not loopback, because no lookup happens while settings are read.
 */
export function ownInterfaces(
  interfaces: readonly OwnInterface[],
  inetInterfaces: readonly string[],
  inetProtocols: readonly string[],
): readonly OwnInterface[] {
  const family = (address: string): string => (address.includes(':') ? 'ipv6' : 'ipv4');
  return interfaces.filter(
    ({ address }) =>
      (inetProtocols.includes('all') || inetProtocols.includes(family(address))) &&
      isWanted(address, inetInterfaces),
  );
}

const styles = ['class', 'subnet', 'host'];

/** What Postfix dies of when mynetworks_style is none of its three words. */
export function styleProblem(style: string): string | undefined {
  return styles.includes(style) ? undefined : `unknown mynetworks mask style value "${style}" in "${style}"`;
}

function classLength(first: number): number {
  if (first < 128) return 8;
  if (first < 192) return 16;
  return first < 224 ? 24 : 4;
}

/** The default of mynetworks: one network an interface, in their order, none twice. */
export function networksFrom(style: string, interfaces: readonly OwnInterface[]): string {
  const networks = interfaces.flatMap(({ address, prefixLength }) => {
    const bytes = addressBytes(address);
    if (bytes === undefined) return [];
    const isV4 = bytes.length === 4;
    let length = prefixLength;
    if (style === 'host') length = bytes.length * 8;
    else if (style === 'class' && isV4) length = classLength(bytes[0] ?? 0);
    const network = addressText(networkBytes(bytes, length));
    return [isV4 ? `${network}/${length}` : `[${network}]/${length}`];
  });
  return [...new Set(networks)].join(' ');
}
