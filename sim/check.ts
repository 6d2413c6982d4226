/**
 * check - the invariants of the house, looked at after every trace event: no letter is lost, nothing is
 * half done, every command has its one answer. RFC 5321 §4.2, §6.1
 */
import {
  bytesToLatin1,
  emptyMap,
  entriesIn,
  type Note,
  type PersistentMap,
  parseQueueFile,
  type StepRecord,
  valueIn,
  withEntry,
} from '#core';
import { bytesOf } from './content.ts';
import type { Moment, SimHost, Universe } from './universe.ts';
import { inodesBelow } from './views.ts';

/** A violated invariant. */
export interface Finding {
  /** Number of the trace event at which it was seen. */
  readonly n: number;
  readonly invariant: Invariant;
  readonly text: string;
}

export type Invariant =
  | 'accepted mail is durable'
  | 'accepted mail is somewhere'
  | 'a queue id is in one queue'
  | 'no second copy without a crash'
  | 'one reply a command'
  | 'nothing half-written in new/'
  | 'no panic'
  | 'every event has a row';

/** A message that somebody was told is kept. */
interface Promised {
  readonly host: string;
  readonly queueId: string;
  /** Original recipients. */
  readonly recipients: readonly string[];
}

/** What the checks remember, as data. */
export interface CheckState {
  readonly findings: readonly Finding[];
  readonly crashes: number;
  readonly promised: PersistentMap<Promised>;
  /** Token of a delivery request → queue id. */
  readonly requests: PersistentMap<string>;
  /** `queueId original` → how delivery ended. */
  readonly results: PersistentMap<Pick<DeliveryResult, 'status' | 'text'>>;
  /** SMTP server process → commands read and replies given. */
  readonly sessions: PersistentMap<readonly [commands: number, replies: number]>;
  /** Path in a Maildir's new/ → size when it was first seen there. */
  readonly mail: PersistentMap<number>;
  /** Host → names on its disk when they were last looked at. */
  readonly seen: PersistentMap<object>;
}

/** Nothing has happened yet. */
export function startCheck(): CheckState {
  return {
    ...{ findings: [], crashes: 0, promised: emptyMap(), requests: emptyMap(), results: emptyMap() },
    ...{ sessions: emptyMap(), mail: emptyMap(), seen: emptyMap() },
  };
}

type DeliveryResult = Extract<Note, { readonly type: 'deliver.done' }>['results'][number];

type Say = (invariant: Invariant, text: string) => void;

/** Looks at the world as it is after event `n`. Effects of that event's own step are seen at the next. */
export function lookAt(state: CheckState, universe: Universe, n: number, moment: Moment): CheckState {
  const found: Finding[] = [];
  const say: Say = (invariant, text) => found.push({ n, invariant, text });
  let next = state;
  if (moment.type === 'world') {
    if (moment.event.event.type === 'power.cut') next = { ...next, crashes: next.crashes + 1 };
  } else {
    const host = universe.hosts.get(moment.host);
    if (host !== undefined) next = lookAtStep(next, host, moment.record, say);
  }
  for (const host of universe.hosts.values()) next = lookAtDisk(next, host, say);
  return found.length === 0 ? next : { ...next, findings: [...next.findings, ...found] };
}

function lookAtStep(state: CheckState, host: SimHost, record: StepRecord, say: Say): CheckState {
  if (record.panic !== undefined) say('no panic', `${record.process}: ${record.panic}`);
  if (hasNoRow(record))
    say('every event has a row', `${record.process} in ${record.before}: ${record.event?.type}`);
  let next = record.service === 'smtpd' ? lookAtSession(state, host, record, say) : state;
  for (const effect of record.effects) {
    if (effect.type === 'log' && (effect.level === 'panic' || effect.level === 'fatal'))
      say('no panic', `${record.process}: ${effect.level}: ${effect.text}`);
    if (effect.type === 'send') next = lookAtNote(next, host, effect.note, say);
  }
  return next;
}

/** What a session hears while it is not reading, or half a line, waits in its buffer: no row is needed. */
const KEPT_BY_SESSION = ['net.received', 'net.closed', 'session.resume'];

function hasNoRow({ event, rows, service, panic }: StepRecord): boolean {
  if (event === undefined || rows.length > 0 || panic !== undefined) return false;
  return !(service === 'smtpd' && KEPT_BY_SESSION.includes(event.type));
}

function lookAtSession(state: CheckState, host: SimHost, record: StepRecord, say: Say): CheckState {
  const key = `${host.spec.name} ${host.life} ${record.process}`;
  const [commands, replies] = valueIn(state.sessions, key) ?? [0, 0];
  const read = record.rows.filter(({ event }) => /^[A-Z]+$/.test(event) || event === 'data.end').length;
  // The greeting is the one reply that nobody asked for.
  if (read > 0 && replies !== commands + 1)
    say(
      'one reply a command',
      `${record.process}: ${replies} replies, the greeting too, to ${commands} commands`,
    );
  let given = 0;
  for (const effect of record.effects) {
    if (effect.type !== 'net.write') continue;
    const text = bytesToLatin1(effect.bytes);
    given += text.match(/^\d{3} /gm)?.length ?? 0;
    const queueId = /^250 2\.0\.0 Ok: queued as (\w+)/m.exec(text)?.[1];
    if (queueId !== undefined && valueIn(state.promised, `${host.spec.name} ${queueId}`) === undefined)
      say('accepted mail is durable', `${queueId} was promised to the client before cleanup was done`);
  }
  const counts = [commands + read, replies + given] as const;
  return { ...state, sessions: withEntry(state.sessions, key, counts) };
}

function lookAtNote(state: CheckState, host: SimHost, note: Note, say: Say): CheckState {
  switch (note.type) {
    case 'cleanup.done':
      return note.status === 'ok' ? lookAtPromise(state, host, note.queueId, say) : state;
    case 'deliver.request':
      return { ...state, requests: withEntry(state.requests, note.token, note.queueId) };
    case 'deliver.done': {
      const queueId = valueIn(state.requests, note.token) ?? '';
      let { results } = state;
      for (const { recipient, status, text } of note.results)
        results = withEntry(results, `${queueId} ${recipient.address}`, { status, text });
      return { ...state, results };
    }
    case 'bounce.append': {
      const { queueId, result } = note;
      return {
        ...state,
        results: withEntry(state.results, `${queueId} ${result.recipient.address}`, result),
      };
    }
    default:
      return state;
  }
}

/** cleanup says that a message is kept: then a power cut now must leave it whole. */
function lookAtPromise(state: CheckState, host: SimHost, queueId: string, say: Say): CheckState {
  const places = placesOf(host, queueId);
  const [place] = places;
  const inode = place?.[1];
  if (inode === undefined) {
    say('accepted mail is somewhere', `${queueId} is promised, but in no queue`);
    return state;
  }
  const isSafe = inode.durable?.content === inode.content && (inode.durable.mode & 0o700) === 0o700;
  if (!isSafe || inode.durablePath === undefined)
    say('accepted mail is durable', `${queueId} is not on disk yet`);
  const file = parseQueueFile(bytesOf(inode.content));
  if (!file.complete || file.problems.length > 0)
    say('accepted mail is durable', `${queueId} is not whole: ${file.problems.join('; ')}`);
  const recipients = file.recipients.map(({ address }) => address);
  const promised = { host: host.spec.name, queueId, recipients };
  return { ...state, promised: withEntry(state.promised, `${host.spec.name} ${queueId}`, promised) };
}

const QUEUES = ['incoming', 'active', 'deferred', 'hold', 'corrupt'];

function placesOf(host: SimHost, queueId: string) {
  return queueFiles(host).filter(([path]) => path.endsWith(`/${queueId}`));
}

function queueFiles(host: SimHost) {
  return QUEUES.flatMap((queue) => inodesBelow(host.disk, `${host.queueDirectory}/${queue}`));
}

/** Everything that can be seen on a disk; only when its names have changed. */
function lookAtDisk(state: CheckState, host: SimHost, say: Say): CheckState {
  const { name } = host.spec;
  if (valueIn(state.seen, name) === host.disk.directories) return state;
  const next = { ...state, seen: withEntry<object>(state.seen, name, host.disk.directories) };
  const ids = new Map<string, string>();
  for (const [path] of queueFiles(host)) {
    const id = path.slice(path.lastIndexOf('/') + 1);
    const other = ids.get(id);
    if (other !== undefined) say('a queue id is in one queue', `${id}: ${other} and ${path}`);
    ids.set(id, path);
  }
  const delivered = deliveredIds(host);
  for (const [, promised] of entriesIn(next.promised)) {
    if (promised.host !== name || ids.has(promised.queueId)) continue;
    for (const recipient of promised.recipients) lookAtEnd(next, promised.queueId, recipient, delivered, say);
  }
  return lookAtMailboxes(next, host, say);
}

/** The queue file is gone: then the recipient was served, and what went into a Maildir is still there. */
function lookAtEnd(
  state: CheckState,
  queueId: string,
  recipient: string,
  delivered: ReadonlySet<string>,
  say: Say,
): void {
  const result = valueIn(state.results, `${queueId} ${recipient}`);
  const invariant = 'accepted mail is somewhere';
  if (result?.status !== 'sent' && result?.status !== 'bounced')
    say(invariant, `${queueId} is in no queue; ${recipient}: ${result?.status ?? 'no word'}`);
  else if (result.text === 'delivered to maildir' && !delivered.has(queueId))
    say(invariant, `${queueId} is in no queue and in no Maildir; ${recipient}: ${result.text}`);
}

/** Queue ids of the messages in Maildirs. */
function deliveredIds(host: SimHost): ReadonlySet<string> {
  const texts = homesOf(host)
    .filter(([path]) => /\/(new|cur)\/[^/]+$/.test(path))
    .map(([, inode]) => bytesToLatin1(bytesOf(inode.content)));
  return new Set(texts.map(queueIdOf));
}

/** The queue id in the first Received: line, ours. */
export function queueIdOf(text: string): string {
  return /^Received: [\s\S]*?\bid (\w+)/m.exec(text)?.[1] ?? '';
}

function lookAtMailboxes(state: CheckState, host: SimHost, say: Say): CheckState {
  let { mail } = state;
  const copies = new Map<string, string>();
  for (const [path, inode] of homesOf(host)) {
    if (!/\/new\/[^/]+$/.test(path)) continue;
    const key = `${host.spec.name} ${path}`;
    const known = valueIn(mail, key);
    const isSafe = inode.durable?.content === inode.content;
    if ((known === undefined && !isSafe) || (known !== undefined && known !== inode.content.sizeBytes))
      say('nothing half-written in new/', path);
    mail = withEntry(mail, key, inode.content.sizeBytes);
    const copy = copyKey(bytesToLatin1(bytesOf(inode.content)));
    if (copies.has(copy) && state.crashes === 0)
      say('no second copy without a crash', `${path} is ${copies.get(copy)}`);
    copies.set(copy, path);
  }
  return { ...state, mail };
}

function homesOf(host: SimHost) {
  const homes = new Set([...host.settings.tables.accounts.byName.values()].map(({ home }) => home));
  return [...homes].flatMap((home) => inodesBelow(host.disk, home));
}

/** Two files with this in common are copies of one delivery. */
function copyKey(text: string): string {
  const id = queueIdOf(text);
  const to = /^Delivered-To: (.*)$/m.exec(text)?.[1] ?? '';
  return `${id} ${to} ${/^X-Original-To: (.*)$/m.exec(text)?.[1] ?? ''}`;
}
