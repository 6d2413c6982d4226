/**
 * What a reply comes to: the records asked for at the end of a chain of CNAME records, or why there are none.
 *
 * RFC 1034 §3.6.2, §4.3.2 · RFC 2308 · Postfix: src/dns/dns_lookup.c dns_get_answer
 */
import type { DnsRecord, DnsStatus, DnsType } from '../kernel/dns.ts';
import { isHostName } from '../mail/valid-domain.ts';
import { type DnsMessage, decodeMessage } from './message.ts';
import { sameName } from './name.ts';

/** An answer, and how long it holds (seconds); `alias`: the chain leads on to a name that must be asked. */
export interface Reading {
  readonly status: DnsStatus;
  readonly records: readonly DnsRecord[];
  readonly ttl: number;
  readonly alias?: string;
}

/** Chains of CNAME records are followed so far. Postfix: dns_lookup_x */
export const MAX_ALIASES = 10;

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly rrtype: DnsType;
}

/** The reply to this question and no other; undefined for whatever else comes. RFC 5452 §9.1 */
export function replyTo({ id, name, rrtype }: Asked, bytes: Uint8Array): DnsMessage | undefined {
  const message = decodeMessage(bytes);
  if (message === undefined || !message.isReply || message.id !== id) return undefined;
  const { question } = message;
  return question?.rrtype === rrtype && sameName(question.name, name) ? message : undefined;
}

/** The server cannot say: another may. */
export function serverFailed({ rcode }: DnsMessage): boolean {
  return rcode !== 0 && rcode !== 3;
}

/** How long "there is none" holds: the SOA record says it. RFC 2308 §5 */
function negativeTtl({ authority }: DnsMessage): number {
  const soa = authority.find(({ rrtype }) => rrtype === 'SOA');
  return soa === undefined ? 0 : Math.min(soa.ttl, Number(soa.data.split(' ').at(-1)));
}

/** Names that no host can have are no answers; MX . and addresses are. RFC 7505 */
function isSound({ rrtype, data }: DnsRecord): boolean {
  if (rrtype === 'MX' && data === '') return true;
  return !['MX', 'NS', 'PTR', 'CNAME'].includes(rrtype) || isHostName(data);
}

/** Reads a reply that is none of failure. */
export function readReply(message: DnsMessage, { name, rrtype }: Asked): Reading {
  let [at, ttl] = [name, Number.POSITIVE_INFINITY];
  for (let count = 0; ; count += 1) {
    const here = message.answers.filter((record) => sameName(record.name, at));
    const wanted = here.filter((record) => record.rrtype === rrtype);
    const alias = rrtype === 'CNAME' ? undefined : here.find((record) => record.rrtype === 'CNAME');
    if (wanted.length > 0) {
      const records = wanted.filter(isSound);
      const life = Math.min(ttl, ...wanted.map((record) => record.ttl));
      return records.length > 0 ? { status: 'ok', records, ttl: life } : nothing('invalid', 0);
    }
    if (alias === undefined) break;
    if (count >= MAX_ALIASES) return nothing('nxdomain', 0);
    if (!isSound(alias)) return nothing('invalid', 0);
    at = alias.data;
    ttl = Math.min(ttl, alias.ttl);
  }
  if (message.isDamaged) return nothing('invalid', 0);
  if (message.rcode === 3) return nothing('nxdomain', Math.min(ttl, negativeTtl(message)));
  // Postfix asks on by itself where a server gives no more than a CNAME record.
  if (at !== name) return { ...nothing('nodata', ttl), alias: at };
  return nothing('nodata', Math.min(ttl, negativeTtl(message)));
}

function nothing(status: DnsStatus, ttl: number): Reading {
  return { status, records: [], ttl };
}
