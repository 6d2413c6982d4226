/** What is asked of the name service, and what it answers: names, types and records. RFC 1035 §3.2 */

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'PTR' | 'SOA' | 'TXT';

/** One resource record; names without their last dot. */
export interface DnsRecord {
  readonly name: string;
  readonly rrtype: DnsType;
  /** How long it may be kept, in seconds. */
  readonly ttl: number;
  /** Of MX, the preference; 0 elsewhere. */
  readonly preference: number;
  /** An address, a name, or a text; of SOA its seven fields. The root is ''. */
  readonly data: string;
}

/**
 * `nodata`: the name exists, but has no such record. `servfail`: nobody could say, try later. `invalid`: the
 * answer, or the name asked about, cannot be right.
 */
export type DnsStatus = 'ok' | 'nxdomain' | 'nodata' | 'servfail' | 'invalid';

/** Look up the records of one type. Answered by dns.answer with the same `token`. */
export interface DnsQuery {
  readonly type: 'dns.query';
  readonly token: string;
  readonly name: string;
  readonly rrtype: DnsType;
}
/** Records of the type that was asked for, in the server's order; CNAME records are followed already. */
export interface DnsAnswer {
  readonly type: 'dns.answer';
  readonly token: string;
  readonly status: DnsStatus;
  readonly records: readonly DnsRecord[];
}
