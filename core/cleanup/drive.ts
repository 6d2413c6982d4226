/**
 * A cleanup process with a file in memory, for the tests beside it: notes in, what became of the file
 * out.
 */
import { type MainEntry, parseMainCf } from '../config/main-cf.ts';
import type { Profile } from '../config/profile.ts';
import { makeSettings, type Settings } from '../config/settings.ts';
import type { Effect, Explain } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { CleanupDone, CleanupOpen, CleanupRecipient, Note, RewriteRewrite } from '../kernel/notes.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { readRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { cleanupDaemon } from './daemon.ts';

/** Mon, 11 Feb 2008 09:05:12.345678 UTC. */
export const AT = 1202720712345.678;
export const BIRTH = {
  process: 'cleanup:1',
  pid: 77,
  service: 'cleanup',
  services: ['qmgr', 'rewrite'],
  seed: 1,
};
const STOCK = `myhostname = mail.gouv.bj
myorigin = gouv.bj
mydomain = gouv.bj
mydestination = gouv.bj
append_dot_mydomain = yes
recipient_delimiter = +
`;

/** Settings with a few lines of main.cf added. */
export function settingsWith(lines = '', profile: Profile = '3.x'): Settings {
  const entries: readonly MainEntry[] = parseMainCf(STOCK + lines, 'main.cf', profile).entries;
  return makeSettings({ mainCf: entries, profile });
}

export function open(more: Partial<CleanupOpen> = {}): Note {
  const dsn = { ret: 0, envid: '' };
  const basic = { origin: 'pickup', sender: 'ann@a.example', rewriteContext: 'local', dsn } as const;
  return { type: 'cleanup.open', ...basic, ...more };
}

export function recipient(address: string, more: Partial<CleanupRecipient> = {}): Note {
  return { type: 'cleanup.recipient', address, original: address, notify: 0, orcpt: '', ...more };
}

export function prepend(text: string): Note {
  return { type: 'cleanup.prepend', bytes: latin1ToBytes(text) };
}

export function chunk(text: string | Uint8Array): Note {
  return { type: 'cleanup.chunk', bytes: typeof text === 'string' ? latin1ToBytes(text) : text };
}

export const close: Note = { type: 'cleanup.close' };

/** What became of a message. */
export interface Outcome {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly mode: number;
  readonly removed: boolean;
  readonly synced: boolean;
  readonly logs: readonly string[];
  /** What the trace is told of tables and parameters. */
  readonly explained: readonly Explain[];
  readonly done: CleanupDone | undefined;
  readonly woken: boolean;
  readonly exited: boolean;
  /** Types of all effects, in order. */
  readonly order: readonly string[];
}

export interface Ways {
  /** What the disk says instead of doing it: `file.sync` → `EIO`. */
  readonly failing?: Readonly<Record<string, string>>;
  /** trivial-rewrite answers only after all other notes. */
  readonly lateRewrite?: boolean;
  readonly rewrite?: (address: string, note: RewriteRewrite) => string;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function complete(address: string): string {
  return address.includes('@') ? address : `${address}@gouv.bj`;
}

/** The answers of the world to one effect; changes `out`. */
function perform(out: Mutable<Outcome>, effect: Effect, ways: Ways): WorldEvent[] {
  const failure = ways.failing?.[effect.type];
  if (failure !== undefined) return [{ type: 'file.failed', operation: effect.type, code: failure, at: AT }];
  switch (effect.type) {
    case 'file.create':
      out.path = effect.path;
      return [
        { type: 'file.created', file: effect.file, path: effect.path, device: 1, inode: 0xac0b1, at: AT },
      ];
    case 'file.rename':
      out.path = effect.to;
      return [{ type: 'file.renamed', from: effect.from, to: effect.to, at: AT }];
    case 'file.append':
      out.bytes = concatBytes([out.bytes, effect.bytes]);
      return [];
    case 'file.write':
      out.bytes = out.bytes.slice();
      out.bytes.set(effect.bytes, effect.offset);
      return [];
    case 'file.mode':
      out.mode = effect.mode;
      return [];
    case 'file.sync':
      out.synced = true;
      return [{ type: 'file.synced', file: effect.file, at: AT }];
    case 'file.remove':
      out.removed = effect.path === out.path;
      return [];
    case 'log':
      out.logs = [...out.logs, effect.level === 'info' ? effect.text : `${effect.level}: ${effect.text}`];
      return [];
    case 'explain':
      out.explained = [...out.explained, effect];
      return [];
    case 'exit':
      out.exited = true;
      return [];
    case 'send':
      return answer(out, effect.note, ways);
    default:
      return [];
  }
}

function answer(out: Mutable<Outcome>, note: Note, ways: Ways): WorldEvent[] {
  if (note.type === 'cleanup.done') out.done = note;
  if (note.type === 'qmgr.wakeup') out.woken = true;
  if (note.type !== 'rewrite.rewrite') return [];
  const { rewrite = complete } = ways;
  const addresses = note.addresses.map((address) => rewrite(address, note));
  return [{ type: 'rewrite.rewritten', token: note.token, addresses, from: 'rewrite', at: AT }];
}

/** Runs one message through cleanup. */
export function drive(settings: Settings, notes: readonly Note[], ways: Ways = {}): Outcome {
  const zone = { offsetMinutes: 60, name: 'WAT' };
  let { state } = cleanupDaemon.start({ settings, ...BIRTH, zone, at: AT }, AT);
  const out: Mutable<Outcome> = {
    ...{ bytes: new Uint8Array(0), path: '', mode: 0o600, removed: false, synced: false, logs: [] },
    ...{ done: undefined, woken: false, exited: false, order: [], explained: [] },
  };
  const late: WorldEvent[] = [];
  const waiting: WorldEvent[] = notes.map((note) => ({ ...note, from: 'pickup', at: AT }));
  for (let event = waiting.shift() ?? late.shift(); event !== undefined && !out.exited; ) {
    const step = cleanupDaemon.step(state, event);
    state = step.state;
    const answers = step.effects.flatMap((effect) => {
      out.order = [...out.order, effect.type === 'send' ? effect.note.type : effect.type];
      return perform(out, effect, ways);
    });
    const isLate = ({ type }: WorldEvent) => ways.lateRewrite === true && type === 'rewrite.rewritten';
    late.push(...answers.filter(isLate));
    waiting.unshift(...answers.filter((one) => !isLate(one)));
    event = waiting.shift() ?? late.shift();
  }
  return out;
}

/** The Received: header of pickup, more or less. */
export const RECEIVED = 'Received: by mail.gouv.bj (Postfix, from userid 0)\n\tid X; then\n';

/** A message from pickup to one recipient, its text in one chunk. */
export function pick(text: string, settings: Settings = settingsWith(), ways: Ways = {}): Outcome {
  return drive(settings, [open(), recipient('bob@b.example'), prepend(RECEIVED), chunk(text), close], ways);
}

/** The text in the queue file, one character a byte. */
export function textOf({ bytes }: Outcome): string {
  return bytesToLatin1(contentOf(bytes, parseQueueFile(bytes)));
}

/** The records of the queue file, type and data joined. */
export function recordsOf({ bytes }: Outcome): string[] {
  return readRecords(bytes).records.map(({ type, start, end }) => type + bytesToLatin1(bytes, start, end));
}
