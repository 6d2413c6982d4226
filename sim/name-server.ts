/**
 * name-server - what a name server with these zones answers. Of names in no zone it says that they do not
 * exist; and where it was told to fail, it fails. RFC 1034 §4.3.2, §4.3.3
 */
import { type DnsRecord, decodeMessage, encodeMessage } from '#core';

export interface NameServer {
  /** By name in small letters. */
  readonly records: ReadonlyMap<string, readonly DnsRecord[]>;
  /** Names that exist only because others stand below them, and all others. */
  readonly names: ReadonlySet<string>;
  /** Of these names, and of those below them, it cannot say anything. */
  readonly failing: readonly string[];
}

/** Builds the server's knowledge. */
export function nameServer(records: readonly DnsRecord[], failing: readonly string[] = []): NameServer {
  const byName = new Map<string, DnsRecord[]>();
  const names = new Set<string>();
  for (const record of records) {
    const name = record.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), record]);
    for (let above = name; ; above = parentOf(above)) {
      names.add(above);
      if (above === '') break;
    }
  }
  return { records: byName, names, failing: failing.map((name) => name.toLowerCase()) };
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** The records of a name, made of `*` where nothing stands; undefined: there is no such name. */
function recordsOf({ records, names }: NameServer, name: string): readonly DnsRecord[] | undefined {
  const folded = name.toLowerCase();
  if (names.has(folded)) return records.get(folded) ?? [];
  let above = parentOf(folded);
  while (above !== '' && !names.has(above)) above = parentOf(above);
  return records.get(above === '' ? '*' : `*.${above}`)?.map((record) => ({ ...record, name }));
}

/** The zone that a name is in, as its SOA record. */
function authorityOf({ records }: NameServer, name: string): readonly DnsRecord[] {
  for (let above = name.toLowerCase(); ; above = parentOf(above)) {
    const soa = records.get(above)?.find(({ rrtype }) => rrtype === 'SOA');
    if (soa !== undefined) return [soa];
    if (above === '') return [];
  }
}

/** A chain of CNAME records ends at the latest here. */
const LONGEST_CHAIN = 16;

/**
 * The reply to a message.
 *
 * @param longest a longer one is cut, as datagrams are. RFC 1035 §4.2.1
 * @returns undefined when it is no question
 */
export function answerQuestion(
  server: NameServer,
  bytes: Uint8Array,
  longest = Number.POSITIVE_INFINITY,
): Uint8Array | undefined {
  const message = decodeMessage(bytes);
  if (message === undefined || message.isReply || message.question === undefined) return undefined;
  const { id, question } = message;
  const base = { ...{ id, question, isReply: true, isTruncated: false }, isAuthoritative: true };
  const within = (name: string): boolean => `.${question.name.toLowerCase()}`.endsWith(`.${name}`);
  if (server.failing.some(within)) return encodeMessage({ ...base, rcode: 2, answers: [], authority: [] });
  const answers: DnsRecord[] = [];
  let [at, rcode] = [question.name, 0];
  for (let turn = 0; turn < LONGEST_CHAIN; turn += 1) {
    const here = recordsOf(server, at);
    if (here === undefined) rcode = 3;
    const wanted = (here ?? []).filter(({ rrtype }) => rrtype === question.rrtype);
    const alias = wanted.length > 0 ? undefined : here?.find(({ rrtype }) => rrtype === 'CNAME');
    answers.push(...(alias === undefined ? wanted : [alias]));
    if (alias === undefined) break;
    at = alias.data;
  }
  const authority = answers.some(({ rrtype }) => rrtype === question.rrtype) ? [] : authorityOf(server, at);
  const whole = encodeMessage({ ...base, rcode, answers, authority });
  if (whole === undefined || whole.length <= longest) return whole;
  return encodeMessage({ ...base, rcode, isTruncated: true, answers: [], authority: [] });
}
