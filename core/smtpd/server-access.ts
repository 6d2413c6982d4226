/**
 * check_…_mx_access and its kin: the servers behind a name, their names and addresses, in access(5) tables.
 *
 * Differs: addresses of servers are asked of the DNS only, not of hosts(5), and not sorted by gai.conf(5); a
 * list of restrictions that a table answers with decides nothing when it says OK; of several servers without
 * an address, the first is told in the log.
 *
 * postconf(5) check_helo_mx_access, check_sender_ns_access, check_client_a_access · Postfix:
 * src/smtpd/smtpd_check.c check_server_access
 */
import { addressBytes } from '../config/cidr.ts';
import type { Profile } from '../config/profile.ts';
import type { SearchAnswer } from '../config/search.ts';
import { searchName, searchNetwork } from '../config/search-access.ts';
import { listOf } from '../config/settings.ts';
import type { DnsStatus } from '../kernel/dns.ts';
import { type Found, lookUp } from './dns-questions.ts';
import { misconfigured } from './misconfigured.ts';
import type { Ask, Matter, Place, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };

type Kind = 'MX' | 'NS' | 'A';

/** What the DNS said, as strerror-like words. Postfix: src/dns/dns_strerror.c */
const WHY: Readonly<Record<DnsStatus, string>> = {
  ok: 'Unknown error',
  nxdomain: 'Host not found',
  nodata: 'Host found but no data record of requested type',
  servfail: 'Host not found, try again',
  invalid: 'Unknown error',
};

/** gai_strerror(3) */
const NO_ADDRESS: Readonly<Record<DnsStatus, string>> = {
  ok: 'No address associated with hostname',
  nxdomain: 'Name or service not known',
  nodata: 'No address associated with hostname',
  servfail: 'Temporary failure in name resolution',
  invalid: 'Name or service not known',
};

function warned(text: string): RuleAnswer {
  return { type: 'dunno', remark: { type: 'warning', text } };
}

/** Where the name stands that is looked at, and how it is called. */
interface Subject extends Place {
  /** The name or address whose domain is looked at; '' or `unknown`: nothing is. */
  readonly about: string;
}

function known(name: string): string {
  return name.toLowerCase() === 'unknown' ? '' : name;
}

const SUBJECTS: Readonly<Record<string, (matter: Matter) => Subject>> = {
  client: ({ client }) => ({
    ...{ what: 'Client host', name: `${client.name}[${client.address}]`, about: known(client.name) },
  }),
  reverse_client_hostname: ({ client }) => ({
    ...{ what: 'Unverified Client host', name: client.reverseName, about: known(client.reverseName) },
  }),
  helo: ({ helo }) => ({ what: 'Helo command', name: helo, about: helo }),
  sender: ({ sender }) => ({ what: 'Sender address', ...given(sender?.given) }),
  recipient: ({ recipient }) => ({ what: 'Recipient address', ...given(recipient?.given) }),
};

function given(address = '') {
  return { name: address, about: address };
}

/** Names of the servers; a name without MX records is its own, one without NS records has its parent's. */
function serversOf(matter: Matter, kind: Kind, name: string): readonly string[] | RuleAnswer {
  if (kind === 'A') return [name];
  let found = lookUp(matter, name, kind);
  if (found.type === 'ask') return found;
  if (kind === 'MX' && isMissing(found)) return [name];
  let domain = name;
  for (let dot = domain.indexOf('.'); isMissing(found) && dot >= 0; dot = domain.indexOf('.')) {
    if (dot + 1 === domain.length) break;
    domain = domain.slice(dot + 1);
    found = lookUp(matter, domain, kind);
    if (found.type === 'ask') return found;
  }
  if (found.status === 'ok' && found.records.some(({ data }) => data === '')) return DUNNO;
  if (found.status === 'ok') return found.records.map(({ data }) => data);
  const about = isMissing(found) ? name : domain;
  return warned(`Unable to look up ${kind} host for ${about}: ${WHY[found.status]}`);
}

function isMissing({ status }: Found): boolean {
  return status === 'nxdomain' || status === 'nodata';
}

function addressesOf(matter: Matter, host: string): Found | Ask {
  const protocols = listOf(matter.settings, 'inet_protocols');
  const wants = (family: string): boolean => protocols.includes('all') || protocols.includes(family);
  const types = [...(wants('ipv4') ? (['A'] as const) : []), ...(wants('ipv6') ? (['AAAA'] as const) : [])];
  let all: Found = { type: 'found', status: 'nxdomain', records: [] };
  for (const rrtype of types) {
    const found = lookUp(matter, host, rrtype);
    if (found.type === 'ask') return found;
    const records = [...all.records, ...found.records];
    all = { ...found, status: records.length > 0 ? 'ok' : found.status, records };
  }
  return all;
}

/** What becomes of an entry that was found. */
export type Judge = (place: Place, found: SearchAnswer) => RuleAnswer;

function checkServers(matter: Matter, kind: Kind, subject: Subject, table: string, judge: Judge): RuleAnswer {
  const { settings } = matter;
  const { about, what, name } = subject;
  const domain = about.slice(about.lastIndexOf('@') + 1);
  if (domain === '') return DUNNO;
  if (domain.startsWith('[')) {
    const address = /^\[(?:ipv6:)?(.*)\]$/i.exec(domain)?.[1] ?? '';
    if (kind === 'NS' || addressBytes(address) === undefined) return DUNNO;
    const found = searchNetwork(settings, [table], address);
    return found === undefined ? DUNNO : judge(subject, found);
  }
  const servers = serversOf(matter, kind, domain);
  if ('type' in servers) return servers;
  let last: RuleAnswer = DUNNO;
  for (const host of servers) {
    const named = kind === 'A' ? undefined : searchName(settings, [table], host);
    if (named !== undefined) return judge(subject, named);
    const addresses = addressesOf(matter, host);
    if (addresses.type === 'ask') return addresses;
    if (addresses.status !== 'ok' && kind !== 'A' && last === DUNNO) {
      const why = NO_ADDRESS[addresses.status];
      last = warned(`Unable to look up ${kind} host ${host} for ${what} ${name}: ${why}`);
    }
    for (const { data } of addresses.records) {
      const found = searchNetwork(settings, [table], data);
      if (found !== undefined) return judge(subject, found);
    }
  }
  return last;
}

/** Names of others are no reason to let anybody in. */
function forbidOk(answer: RuleAnswer, rule: string, about: string): RuleAnswer {
  if (answer.type !== 'ok') return answer;
  return misconfigured(
    `restriction ${rule} returns OK for ${about}`,
    'this is not allowed for security reasons',
    'use DUNNO instead of OK if you want to make an exception',
  );
}

/** Those of 2.3; the others came with 2.8 and 3.0. */
const OLD = /^check_(helo|sender|recipient)_(mx|ns)_access$/;

/** Their names. */
export function serverChecks(profile: Profile): readonly string[] {
  const all = Object.keys(SUBJECTS).flatMap((who) =>
    ['mx', 'ns', 'a'].map((kind) => `check_${who}_${kind}_access`),
  );
  return profile === '2.3' ? all.filter((name) => OLD.test(name)) : all;
}

/**
 * The check of this name; undefined when it is none.
 *
 * @param rule in small letters
 */
export function serverCheck(
  matter: Matter,
  rule: string,
): ((table: string, judge: Judge) => RuleAnswer) | undefined {
  const [, who = '', kind = ''] = /^check_([a-z_]+)_(mx|ns|a)_access$/.exec(rule) ?? [];
  const subjectOf = SUBJECTS[who];
  if (subjectOf === undefined || (matter.settings.profile === '2.3' && !OLD.test(rule))) return undefined;
  const subject = subjectOf(matter);
  return (table, judge) =>
    forbidOk(checkServers(matter, kind.toUpperCase() as Kind, subject, table, judge), rule, subject.about);
}
