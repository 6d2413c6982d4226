/** Queue files, settings and a disk for the tests of qmgr. */
import { parseMainCf } from '../config/main-cf.ts';
import type { ServiceEntry } from '../config/master-cf.ts';
import type { Profile } from '../config/profile.ts';
import { makeSettings, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { encodeContent, startContent } from '../mail/queue-content.ts';
import { buildEnvelope, buildRecipient, sizeRecord } from '../mail/queue-envelope.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';

/** When every test begins. */
export const START = Date.UTC(2026, 10, 24, 6, 0, 0);

export interface FakeFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly modifiedAt: number;
}
export type FakeDisk = Map<string, FakeFile>;

interface FakeRecipient {
  readonly address: string;
  readonly notify?: number;
  readonly done?: boolean;
}

export interface FakeMessage {
  readonly sender?: string;
  readonly recipients: readonly (string | FakeRecipient)[];
  readonly arrivalAt?: number;
  readonly warnTimeSec?: number;
  readonly contentFilter?: string;
  readonly redirect?: string;
}

function recipientBytes(one: string | FakeRecipient): Uint8Array {
  const { address, notify = 0, done = false } = typeof one === 'string' ? { address: one } : one;
  const built = buildRecipient({ address, origAddress: address, notify });
  const at = built.length - address.length - 2;
  return done ? Uint8Array.from(built, (byte, index) => (index === at ? 0x44 : byte)) : built;
}

/** A queue file as cleanup(8) leaves it. */
export function queueFile(message: FakeMessage): Uint8Array {
  const { sender = 'ann@a.example', arrivalAt = START, warnTimeSec, contentFilter, recipients } = message;
  const sec = Math.floor(arrivalAt / 1000);
  const envelope = concatBytes([
    buildEnvelope({
      ...{ arrivalTime: { sec, usec: 0 }, createTimeSec: sec, rewriteContext: 'local', sender },
      ...(warnTimeSec === undefined ? {} : { warnTimeSec }),
      ...(contentFilter === undefined ? {} : { contentFilter }),
    }),
    ...recipients.map(recipientBytes),
    encodeRecord('M', ''),
  ]);
  const { records } = encodeContent(startContent, latin1ToBytes('Subject: hi\n\nhello\n'));
  const dataOffset = 97 + envelope.length;
  const fields = { contentSize: records.length, contentLength: records.length, dataOffset, qmgrFlags: 0 };
  const size = sizeRecord({ ...fields, recipientCount: recipients.length, sendOptions: 0 });
  const redirect = message.redirect === undefined ? [] : [encodeRecord('>', message.redirect)];
  return concatBytes([size, envelope, records, encodeRecord('X', ''), ...redirect, encodeRecord('E', '')]);
}

/** A file on the fake disk. */
export function fakeFile(bytes: Uint8Array, modifiedAt = START, mode = 0o100700): FakeFile {
  return { bytes, mode, modifiedAt };
}

/** Settings of a test, from main.cf text. */
export function settingsOf(profile: Profile, mainCf = '', masterCf: readonly ServiceEntry[] = []): Settings {
  const text = `myhostname = mx.a.example\nmyorigin = a.example\n${mainCf}\n`;
  const { entries } = parseMainCf(text, 'main.cf', profile);
  return makeSettings({ mainCf: entries, profile, masterCf });
}

function pathOf(effect: Effect): string {
  if (effect.type === 'file.rename') return effect.from;
  return 'path' in effect ? (effect.path ?? '') : '';
}

function listed(disk: FakeDisk, path: string): object {
  const names = [...disk.keys()].filter((one) => one.startsWith(`${path}/`)).sort();
  const entries = names.map((name) => {
    const { mode = 0, modifiedAt = 0, bytes } = disk.get(name) ?? {};
    return { name: name.slice(path.length + 1), mode, modifiedAt, sizeBytes: bytes?.length ?? 0 };
  });
  return { type: 'dir.listed', path, entries };
}

/**
 * Performs a file effect; gives the event that answers it, if there is one. `failing`: `file.read active/X`
 * → errno.
 */
export function perform(
  disk: FakeDisk,
  effect: Effect,
  failing: ReadonlyMap<string, string>,
): object | undefined {
  const path = pathOf(effect);
  const file = disk.get(path);
  const code = failing.get(`${effect.type} ${path}`) ?? (file === undefined ? 'ENOENT' : undefined);
  if (effect.type === 'dir.list' && (code === undefined || code === 'ENOENT')) return listed(disk, path);
  const named = 'file' in effect ? { file: effect.file } : {};
  if (code !== undefined || file === undefined)
    return { type: 'file.failed', operation: effect.type, path, code, ...named };
  return change(disk, effect, path, file);
}

function change(disk: FakeDisk, effect: Effect, path: string, file: FakeFile): object | undefined {
  if (effect.type === 'file.touch') disk.set(path, { ...file, modifiedAt: effect.modifiedAt });
  else if (effect.type === 'file.write') {
    const bytes = Uint8Array.from(file.bytes);
    bytes.set(effect.bytes, effect.offset);
    disk.set(path, { ...file, bytes });
  } else if (effect.type === 'file.read')
    return { type: 'file.loaded', file: effect.file, path, ...file, uid: 0 };
  else {
    assert(effect.type === 'file.rename' || effect.type === 'file.remove', `unknown effect ${effect.type}`);
    disk.delete(path);
    if (effect.type === 'file.remove') return { type: 'file.removed', path };
    disk.set(effect.to, file);
    return { type: 'file.renamed', from: path, to: effect.to };
  }
  return undefined;
}
