/** Whom to ask: resolver_address, else what resolv.conf(5) names. */
import { addressBytes } from '../config/cidr.ts';
import { type Settings, textOf } from '../config/settings.ts';

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

const PORT = 53;
/** resolv.conf(5) MAXNS */
const MOST = 3;

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; undefined: none of these. */
export function serverIn(text: string): NameServer | undefined {
  const [, bracketed, host = text, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? host;
  if (addressBytes(address) === undefined) return undefined;
  const number = port === undefined ? PORT : Number(port);
  return number > 0 && number < 65_536 ? { address, port: number } : undefined;
}

/** The servers in the order in which they are asked; the machine itself when nobody is named. */
export function serversOf(settings: Settings): readonly NameServer[] {
  const own = textOf(settings, 'resolver_address')
    .split(/[\s,]+/)
    .filter((item) => item !== '');
  const named = own.length > 0 ? own : (settings.computed.nameServers ?? []);
  const servers = named.flatMap((text) => serverIn(text) ?? []).slice(0, MOST);
  return servers.length > 0 ? servers : [{ address: '127.0.0.1', port: PORT }];
}
