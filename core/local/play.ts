/** A little world for the tests of local: a disk in a map, and neighbours that answer at once. */
import { parseAccounts } from '../config/accounts.ts';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { DeliverDone, DeliveryRecipient, Note } from '../kernel/notes.ts';
import type { Row } from '../kernel/process.ts';
import { encodeContent, endContent, startContent } from '../mail/queue-content.ts';
import { buildEnvelope, buildRecipient } from '../mail/queue-envelope.ts';
import { encodeRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { localDaemon } from './daemon.ts';

export const AT = Date.UTC(2008, 1, 11, 9, 5, 12, 250);
const ZONE = { offsetMinutes: 60, name: 'WAT' };
const PASSWD = `root:x:0:0::/root:/bin/sh
nobody:x:65534:65534::/nonexistent:/bin/false
espera:x:1001:1001::/home/espera:/bin/sh
alexandre:x:1002:1002::/home/alexandre:/bin/sh
`;
const MAIN = `myhostname = mail.gouv.bj
myorigin = gouv.bj
mydestination = gouv.bj
home_mailbox = Maildir/
recipient_delimiter = +
`;

export interface Play {
  readonly mainCf?: string;
  /** name → right-hand side. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly recipients: readonly string[];
  readonly sender?: string;
  readonly message?: string;
  readonly files?: Readonly<
    Record<string, { readonly text: string; readonly uid: number; readonly mode?: number }>
  >;
  /** errno for an effect: `file.sync`, or `file.open /path`. */
  readonly failures?: Readonly<Record<string, string>>;
  /** A neighbour that does not do its work. */
  readonly broken?: 'bounce' | 'cleanup' | 'rewrite';
}

export interface Played {
  readonly effects: readonly Effect[];
  readonly rows: readonly Row[];
  readonly steps: number;
  /** Texts of log lines, without times. */
  readonly log: readonly string[];
  readonly results: DeliverDone['results'] | undefined;
  readonly files: ReadonlyMap<string, string>;
  readonly exited: boolean;
}

function settingsOf(play: Play) {
  const aliases = new Map(Object.entries(play.aliases ?? {}));
  const table = { type: 'table', entries: aliases, folded: true } as const;
  const mainCf = `${MAIN}alias_maps = hash:/etc/aliases\n${play.mainCf ?? ''}`;
  const tables = {
    ...{ tables: new Map([['hash:/etc/aliases', table]]), files: new Map() },
    accounts: parseAccounts(PASSWD),
  };
  return makeSettings({ mainCf: parseMainCf(mainCf, 'main.cf', '2.3').entries, profile: '2.3', tables });
}

/** The queue file that the request names. */
function queueFile(play: Play, sender: string): Uint8Array {
  const first = encodeContent(startContent, latin1ToBytes(play.message ?? 'Subject: x\n\nFrom here\n'));
  const text = concatBytes([first.records, endContent(first.state)]);
  return concatBytes([
    buildEnvelope({ arrivalTime: { sec: AT / 1000, usec: 0 }, sender, attributes: [] } as never),
    ...play.recipients.map((address) => buildRecipient({ address, origAddress: address })),
    ...[encodeRecords([['M', '']]), text, encodeRecords([['X', '']]), encodeRecords([['E', '']])],
  ]);
}

/** Runs one delivery to its end. */
export function play(story: Play): Played {
  const sender = story.sender ?? 'ann@far.example';
  const disk = new Map<string, string>();
  for (const [path, { text }] of Object.entries(story.files ?? {})) disk.set(path, text);
  const open = new Map<string, string>();
  const message = queueFile(story, sender);
  const queue: WorldEvent[] = [];
  const effects: Effect[] = [];
  const rows: Row[] = [];
  let done: DeliverDone | undefined;
  let exited = false;
  let inode = 100;
  let steps = 0;

  const answer = (event: object) => queue.push({ at: AT, ...event } as WorldEvent);
  const note = (from: string, body: Note) => answer({ ...body, from });

  function read(effect: Effect & { type: 'file.read' }): void {
    const facts = { file: effect.file, path: effect.path, modifiedAt: AT };
    const known = story.files?.[effect.path];
    if (effect.path === 'active/A')
      answer({ type: 'file.loaded', bytes: message, mode: 0o700, uid: 1, ...facts });
    else if (known === undefined)
      answer({ type: 'file.failed', operation: effect.type, code: 'ENOENT', ...facts });
    else {
      const { uid, mode = 0o600, text } = known;
      answer({ type: 'file.loaded', bytes: latin1ToBytes(text), mode, uid, ...facts });
    }
  }

  function disk_(effect: Effect): void {
    const path = 'path' in effect ? effect.path : 'from' in effect ? effect.from : undefined;
    const code = story.failures?.[`${effect.type} ${path ?? ''}`] ?? story.failures?.[effect.type];
    if (code !== undefined) {
      const file = 'file' in effect ? { file: effect.file } : {};
      answer({ type: 'file.failed', operation: effect.type, code, path, ...file });
    } else if (effect.type === 'file.create' || effect.type === 'file.open') {
      inode += 1;
      open.set(effect.file, effect.path);
      const sizeBytes = disk.get(effect.path)?.length ?? 0;
      if (sizeBytes === 0) disk.set(effect.path, '');
      const { file } = effect;
      const type = effect.type === 'file.create' ? 'file.created' : 'file.opened';
      answer({ type, file, path, device: 8, inode, sizeBytes });
    } else if (effect.type === 'file.append') {
      const at = open.get(effect.file) ?? '';
      disk.set(at, (disk.get(at) ?? '') + bytesToLatin1(effect.bytes));
    } else if (effect.type === 'file.truncate') {
      const at = open.get(effect.file) ?? '';
      disk.set(at, (disk.get(at) ?? '').slice(0, effect.sizeBytes));
    } else if (effect.type === 'file.sync') answer({ type: 'file.synced', file: effect.file });
    else if (effect.type === 'file.rename') {
      disk.set(effect.to, disk.get(effect.from) ?? '');
      disk.delete(effect.from);
      answer({ type: 'file.renamed', from: effect.from, to: effect.to });
    } else if (effect.type === 'file.remove') {
      disk.delete(effect.path);
      answer({ type: 'file.removed', path: effect.path });
    } else if (effect.type === 'file.read') read(effect);
  }

  function resolve(address: string, token: string): void {
    const ours = address.endsWith('@gouv.bj');
    const way = ours
      ? { transport: 'local', addressClass: 'local' }
      : { transport: 'smtp', addressClass: 'default' };
    const facts = { nexthop: 'x', recipient: address, routed: false, ...way } as const;
    const failed = address.includes('@bad') ? ({ failed: 'syntax' } as const) : {};
    note('rewrite', { type: 'rewrite.resolved', token, ...facts, ...failed } as Note);
  }

  function neighbour(to: string, body: Note): void {
    if (body.type === 'deliver.done') done = body;
    else if (body.type === 'bounce.append')
      note('bounce:1', { type: 'bounce.appended', token: body.token, ok: story.broken !== 'bounce' });
    else if (body.type === 'rewrite.rewrite') {
      const died = {
        type: 'master.childDied',
        service: to,
        process: to,
        reason: 'x',
        request: body,
      } as const;
      if (story.broken === 'rewrite') return void note(to, died as unknown as Note);
      const addresses = body.addresses.map((text) => (text.includes('@') ? text : `${text}@gouv.bj`));
      note('rewrite', { type: 'rewrite.rewritten', token: body.token, addresses });
    } else if (body.type === 'rewrite.resolve') resolve(body.address, body.token);
    else if (body.type === 'cleanup.open') note('cleanup:9', { type: 'cleanup.opened', queueId: 'B' });
    else if (body.type === 'cleanup.close') {
      const status = story.broken === 'cleanup' ? 'write' : 'ok';
      note('cleanup:9', { type: 'cleanup.done', status, queueId: 'B' });
    }
  }

  function perform(effect: Effect): void {
    effects.push(effect);
    if (effect.type === 'exit') exited = true;
    else if (effect.type === 'send') neighbour(effect.to, effect.note);
    else disk_(effect);
  }

  const recipients = story.recipients.map(
    (address): DeliveryRecipient => ({ address, original: address, notify: 0, orcpt: '', offset: 0 }),
  );
  note('qmgr', {
    ...{ type: 'deliver.request', token: 't', queueId: 'A', path: 'active/A', transport: 'local' },
    ...{ nexthop: 'mail.gouv.bj', sender, attributes: new Map(), dsn: { ret: 0, envid: '' }, recipients },
    ...{ sizeBytes: message.length, arrivalAt: AT, activeAt: AT },
  } as Note);
  const birth = { process: 'local:4', pid: 4711, service: 'local', services: ['local'], seed: 1 };
  let { state } = localDaemon.start({ settings: settingsOf(story), zone: ZONE, ...birth, at: AT }, AT);
  for (let event = queue.shift(); event !== undefined && steps < 5000; event = queue.shift()) {
    const step = localDaemon.step(state, event);
    steps += 1;
    if (step.rows.length === 0 && !exited)
      throw new Error(`no row for ${event.type} in ${localDaemon.stateOf(state)}`);
    state = step.state;
    rows.push(...step.rows);
    for (const effect of step.effects) perform(effect);
    if (exited) break;
  }
  const log = effects.flatMap((effect) =>
    effect.type === 'log' ? [effect.text.replace(/delay=.*dsn/, 'dsn').replace('A: ', '')] : [],
  );
  return { effects, rows, steps, log, results: done?.results, files: disk, exited };
}
