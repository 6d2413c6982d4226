/** What rules ask the name service, one query after the other until one of them says enough. RFC 1035 §3.2 */
import type { DnsRecord, DnsStatus, DnsType } from '../kernel/dns.ts';
import type { Ask, Matter } from './verdict.ts';

/** All that is known of a name: the records found, or the least hopeless reason why there are none. */
export interface Found {
  readonly type: 'found';
  readonly status: DnsStatus;
  readonly records: readonly DnsRecord[];
}

/** The answer to one query, or the question. A service that died or was silent counts as servfail. */
export function lookUp({ answers }: Matter, name: string, rrtype: DnsType): Found | Ask {
  const asked = name.toLowerCase();
  const key = `dns ${rrtype} ${asked}`;
  const answer = answers.get(key);
  if (answer === undefined) {
    const note = { type: 'dns.query', token: key, name: asked, rrtype } as const;
    return { type: 'ask', question: { key, to: 'dns', note } };
  }
  if (answer.type !== 'dns.answer') return { type: 'found', status: 'servfail', records: [] };
  return { type: 'found', status: answer.status, records: answer.records };
}

/**
 * Asks for one type after the other, and stops at the first that is there. A server that failed once may have
 * hidden something, so `servfail` outlasts "not there". Postfix: src/dns/dns_lookup.c dns_lookup_lv
 */
export function lookUpFirst(matter: Matter, name: string, types: readonly DnsType[]): Found | Ask {
  let worst: Found = { type: 'found', status: 'nxdomain', records: [] };
  for (const rrtype of types) {
    const found = lookUp(matter, name, rrtype);
    if (found.type === 'ask' || found.status === 'ok') return found;
    const kept = worst.status === 'servfail' || worst.status === 'invalid';
    if (!kept || found.status === 'servfail') worst = found;
  }
  return worst;
}
