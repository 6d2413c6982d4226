/**
 * Who is this client? Reverse name, then forward confirmation: only a name that has this very address counts.
 * postconf(5) smtpd_peername_lookup; answers are kept for a minute.
 */
import { promises as dns } from 'node:dns';

export interface PeerName {
  /** Verified name, or `unknown`. */
  readonly name: string;
  /** Whatever the PTR says, or `unknown`. */
  readonly reverseName: string;
}

const UNKNOWN: PeerName = { name: 'unknown', reverseName: 'unknown' };
const KEEP_MS = 60_000;
const LIMIT = 10_000;
const known = new Map<string, { readonly until: number; readonly answer: Promise<PeerName> }>();

/** `::ffff:127.0.0.1` is an IPv4 client: Postfix logs and compares it as such. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Looks a client's name up; never rejects. */
export function peerName(address: string): Promise<PeerName> {
  const cached = known.get(address);
  if (cached !== undefined && cached.until > Date.now()) return cached.answer;
  if (known.size >= LIMIT) known.clear();
  const answer = lookUp(address);
  known.set(address, { until: Date.now() + KEEP_MS, answer });
  return answer;
}

async function lookUp(address: string): Promise<PeerName> {
  let reverseName: string;
  try {
    reverseName = (await dns.lookupService(address, 25)).hostname;
  } catch {
    return UNKNOWN;
  }
  if (reverseName === address || !/^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/.test(reverseName))
    return UNKNOWN;
  try {
    const addresses = await dns.lookup(reverseName, { all: true });
    const confirmed = addresses.some((entry) => plainAddress(entry.address) === address);
    return { name: confirmed ? reverseName : 'unknown', reverseName };
  } catch {
    return { name: 'unknown', reverseName };
  }
}
