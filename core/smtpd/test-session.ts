/** A session for tests: smtpd with a clock, a trivial-rewrite and a cleanup that answer from a few lines. */
import { fold } from '../config/fold.ts';
import { parseMainCf } from '../config/main-cf.ts';
import { parseMasterCf } from '../config/master-cf.ts';
import { matchDomain } from '../config/match-list.ts';
import type { Profile } from '../config/profile.ts';
import { forService, makeSettings, type Settings, textOf } from '../config/settings.ts';
import { emptyTables, type TableStore } from '../config/tables/store.ts';
import type { Table } from '../config/tables/table.ts';
import type { AnvilCounted } from '../kernel/anvil.ts';
import type { DnsAnswer, DnsQuery, DnsRecord } from '../kernel/dns.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { CleanupDone, Note, Resolution } from '../kernel/notes.ts';
import type { Row } from '../kernel/process.ts';
import { UTC } from '../mail/date.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { smtpdDaemon } from './daemon.ts';
import type { SmtpdContext, SmtpdInput } from './types.ts';

/** Enough of a configuration: one local domain with ann, bob and postmaster. */
const BASE = `
compatibility_level = 3.6
myhostname = mail.gouv.bj
mydestination = gouv.bj, mail.gouv.bj
myorigin = gouv.bj
mynetworks = 192.168.0.0/24
relay_domains = relay.example
local_recipient_maps = texthash:/users
`;

const USERS = ['ann', 'bob', 'espera', 'alexandre', 'postmaster'];

/** Settings for a test: BASE, then `mainCf`. */
export function testSettings(
  mainCf = '',
  profile: Profile = '3.x',
  tables: Readonly<Record<string, string>> = {},
  flush = 'flush unix n - n 1000? 0 flush\n',
) {
  const users: Table = { type: 'table', entries: new Map(USERS.map((name) => [name, name])), folded: true };
  const stored = Object.entries(tables).map(([name, keys]): [string, Table] => [
    name,
    { type: 'table', entries: new Map(keys.split(' ').map((key) => [key, 'x'])), folded: true },
  ]);
  const store: TableStore = { ...emptyTables, tables: new Map([['texthash:/users', users], ...stored]) };
  const { entries } = parseMainCf(`${BASE}\n${mainCf}\n`, 'main.cf', profile);
  const masterCf = parseMasterCf(`smtp inet n - n - - smtpd\n${flush}`, 'master.cf').services;
  return makeSettings({ mainCf: entries, profile, tables: store, masterCf });
}

export interface SessionOptions {
  readonly mainCf?: string;
  readonly profile?: Profile;
  readonly tables?: Readonly<Record<string, string>>;
  readonly client?: Partial<SmtpdInput['client']>;
  readonly stdin?: boolean;
  /** What cleanup says after the dot; `silent`: nothing at all. */
  readonly verdict?: Partial<CleanupDone> | 'silent';
  /** cleanup cannot make a queue file. */
  readonly notOpened?: boolean;
  /** What the name service knows, `name TYPE data` each; at `broken…` it fails, at `silent…` it is silent. */
  readonly dns?: readonly string[];
  /** What the policy server says; undefined: it cannot be asked. */
  readonly policy?: () => string | undefined;
  /** How much the client has done already, as anvil(8) knows; `dead`: it does not answer. */
  readonly done?: Pick<AnvilCounted, 'connections' | 'rate'> | 'dead' | undefined;
  /** trivial-rewrite says nothing. */
  readonly rewriteIsSilent?: boolean;
}

export interface TestSession {
  /** Sends a line; gives everything that was answered since the last call. */
  readonly say: (line: string) => string;
  /** Sends bytes as they are. */
  readonly send: (text: string) => string;
  /** Lets time pass. */
  readonly wait: (ms: number) => string;
  readonly leave: () => string;
  /** Gives an event of the world. */
  readonly happen: (event: WorldEvent) => string;
  readonly logs: string[];
  /** Notes to cleanup and qmgr, in order. */
  readonly notes: Note[];
  readonly rows: Row[];
  readonly state: () => string;
  readonly context: () => SmtpdContext;
  readonly closed: () => boolean;
  readonly at: () => number;
}

const CLIENT = { name: 'unknown', reverseName: 'unknown', address: '10.0.0.7', port: 40_000 };
/** 2008-02-11 09:05:12 UTC. */
const START = 1_202_720_712_000;

/** Where the fake trivial-rewrite thinks that an address goes. */
export function fakeResolution(settings: Settings, address: string): Resolution {
  const { local, domain = '' } = splitLocalDomain(address);
  const is = (list: string): boolean => matchDomain(settings, list, fold(domain)).type === 'match';
  const base = { nexthop: domain, recipient: address, routed: /[%!@]/.test(local) && !is('mydestination') };
  if (local === '' || /^[\d.]+$/.test(domain)) {
    return { ...base, transport: '', addressClass: 'default', failed: 'syntax' };
  }
  if (domain === 'lookup.example')
    return { ...base, transport: '', addressClass: 'default', failed: 'lookup' };
  if (is('mydestination')) return { ...base, transport: 'local', addressClass: 'local' };
  if (is('virtual_alias_domains')) {
    const nexthop = '5.1.1 User unknown in virtual alias table';
    return { ...base, transport: 'error', nexthop, addressClass: 'virtual-alias' };
  }
  if (is('virtual_mailbox_domains'))
    return { ...base, transport: 'virtual', addressClass: 'virtual-mailbox' };
  if (is('relay_domains')) return { ...base, transport: 'relay', addressClass: 'relay' };
  return { ...base, transport: 'smtp', addressClass: 'default' };
}

function rewritten(settings: Settings, address: string): string {
  return address === '' || address.includes('@') ? address : `${address}@${textOf(settings, 'myorigin')}`;
}

/** `example.org MX 10 mail.example.org` as a record. */
function recordOf(line: string): DnsRecord {
  const [name = '', rrtype = '', ...rest] = line.split(' ');
  const preference = rrtype === 'MX' ? Number(rest.shift()) : 0;
  return { name, rrtype: rrtype as DnsRecord['rrtype'], ttl: 60, preference, data: rest.join(' ') };
}

function dnsAnswer(zone: readonly string[], { token, name, rrtype }: DnsQuery): DnsAnswer {
  const known = zone.map(recordOf).filter((record) => record.name === name);
  const records = known.filter((record) => record.rrtype === rrtype);
  const missing = known.length > 0 ? 'nodata' : 'nxdomain';
  const status = name.startsWith('broken') ? 'servfail' : records.length > 0 ? 'ok' : missing;
  return { type: 'dns.answer', token, status, records };
}

type Reply = readonly [note: Note, from: string];

/** What the helpers answer to a note. */
function answers(settings: Settings, options: SessionOptions, note: Note): readonly Reply[] {
  const queueId = '5F40790ADB';
  switch (note.type) {
    case 'rewrite.rewrite': {
      if (options.rewriteIsSilent === true) return [];
      const addresses = note.addresses.map((address) => rewritten(settings, address));
      return [[{ type: 'rewrite.rewritten', token: note.token, addresses }, 'rewrite']];
    }
    case 'rewrite.resolve': {
      const resolution = fakeResolution(settings, note.address);
      return [[{ type: 'rewrite.resolved', token: note.token, ...resolution }, 'rewrite']];
    }
    case 'dns.query':
      return note.name.startsWith('silent') ? [] : [[dnsAnswer(options.dns ?? [], note), 'dns']];
    case 'policy.ask':
      return [[{ type: 'policy.answer', token: note.token, action: options.policy?.() }, 'policy']];
    case 'anvil.count': {
      if (options.done === 'dead' || options.done === undefined) return [[deathAt(note), 'master']];
      return [[{ type: 'anvil.counted', token: note.token, ...options.done }, 'anvil']];
    }
    case 'cleanup.open':
      if (options.notOpened === true)
        return [[{ type: 'cleanup.done', status: 'write', queueId: '' }, 'cleanup:9']];
      return [[{ type: 'cleanup.opened', queueId }, 'cleanup:9']];
    case 'cleanup.close':
      if (options.verdict === 'silent') return [];
      return [[{ type: 'cleanup.done', status: 'ok', queueId, ...options.verdict }, 'cleanup:9']];
    default:
      return [];
  }
}

function deathAt(request: Note): Note {
  return { type: 'master.childDied', service: 'anvil', process: 'anvil', reason: '', request };
}

/** Only a session that is asked for by name has an anvil(8). */
function settingsFor({ mainCf, profile, tables, done }: SessionOptions): Settings {
  if (done === undefined) return testSettings(mainCf, profile, tables);
  const settings = testSettings(mainCf, profile, tables, 'anvil unix - - n - 1 anvil\n');
  const [service] = settings.master;
  return service === undefined ? settings : forService(settings, service);
}

/** Opens a session; its greeting comes with the first call. */
export function openSession(options: SessionOptions = {}): TestSession {
  const settings = settingsFor(options);
  const [logs, notes, rows]: [string[], Note[], Row[]] = [[], [], []];
  const timers = new Map<string, number>();
  const waiting: WorldEvent[] = [];
  let [out, at, closed] = ['', START, false];

  function perform(effect: Effect): void {
    if (effect.type === 'net.write') out += bytesToLatin1(effect.bytes);
    else if (effect.type === 'net.close') closed = true;
    else if (effect.type === 'log')
      logs.push(effect.level === 'info' ? effect.text : `${effect.level}: ${effect.text}`);
    else if (effect.type === 'timer.set') timers.set(effect.timer, at + effect.afterMs);
    else if (effect.type === 'send') {
      if (effect.to === '') waiting.push({ ...effect.note, from: 'smtpd:1', at });
      else if (!effect.note.type.startsWith('rewrite.')) notes.push(effect.note);
      for (const [note, from] of answers(settings, options, effect.note)) waiting.push({ ...note, from, at });
    }
  }

  const birth = { settings, process: 'smtpd:1', pid: 1, service: 'smtpd', services: [], zone: UTC, seed: 1 };
  const extra = { client: { ...CLIENT, ...options.client }, stdin: options.stdin === true };
  const first = smtpdDaemon.start({ ...birth, at, ...extra }, at);
  let { state } = first;
  rows.push(...first.rows);
  for (const effect of first.effects) perform(effect);
  answerAll();

  function happen(event: WorldEvent): string {
    waiting.push(event);
    answerAll();
    const said = out;
    out = '';
    return said;
  }

  function answerAll(): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (closed) break;
      const step = smtpdDaemon.step(state, next);
      state = step.state;
      rows.push(...step.rows);
      for (const effect of step.effects) perform(effect);
    }
  }

  function wait(ms: number): string {
    const until = at + ms;
    let said = '';
    for (;;) {
      const due = [...timers].sort((a, b) => a[1] - b[1])[0];
      if (due === undefined || due[1] > until || closed) break;
      timers.delete(due[0]);
      at = due[1];
      said += happen({ type: 'timer.fired', timer: due[0], at });
    }
    at = until;
    return said;
  }

  const send = (text: string): string => happen({ type: 'net.received', bytes: latin1ToBytes(text), at });
  return {
    ...{ send, wait, happen, logs, notes, rows },
    say: (line) => send(`${line}\r\n`),
    leave: () => happen({ type: 'net.closed', reason: 'eof', at }),
    state: () => smtpdDaemon.stateOf(state),
    context: () => state.chart.context as SmtpdContext,
    closed: () => closed,
    at: () => at,
  };
}

/** Says lines one after the other; gives only the last answer. */
export function talk(session: TestSession, ...lines: readonly string[]): string {
  return lines.map((line) => session.say(line)).at(-1) ?? '';
}
