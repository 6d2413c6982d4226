/**
 * postdrop - puts one message into maildrop for pickup(8): reads its records from standard input, checks
 * them, answers with the file's name. postdrop(1) · docs/decisions/0020-local-submission.md
 *
 * Differs: it has its caller's rights alone, because the kernel gives a script no others; the file belongs
 * to the caller, and pickup(8) believes nothing in it. The file is made when all records are there, and so
 * is the answer; Postfix makes it first and must remove it when the caller goes away.
 */

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { intOf, makeShortId, type Settings, takeRecords, textOf } from '#core';
import { now } from '../clock.ts';
import { trigger } from '../control.ts';
import { loadMain } from '../load.ts';
import { errorCode } from '../paths.ts';
import { strerror } from '../table-files.ts';
import { refusedBy } from './callers.ts';
import { lastOf, readOptions } from './options.ts';
import { configDirectory, Fatal, type Io, runMain, usageError, warn } from './program.ts';

const NAME = 'postdrop';

/** What is said to the caller. Postfix: src/global/cleanup_user.h */
export const DROPPED = { ok: 0, bad: 1, write: 2, tooBig: 4 } as const;

export interface Dropped {
  /** One of DROPPED. */
  readonly status: number;
  /** The file's name in maildrop; '' = there is none. */
  readonly queueId: string;
  readonly reason: string;
}

const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const;

/** Names in a directory that others may write into cannot be guessed, so nobody links to them. */
const SECRET_BYTES = 8;
const SHARED = 0o002;
/** Others cannot get at it by the directory; pickup(8) can, as the owner of the group that files get. */
const SET_GROUP = 0o2000;

const usecOf = (at: number): number => Math.floor((at - Math.floor(at / 1000) * 1000) * 1000);
const secret = (): string => randomBytes(SECRET_BYTES).toString('hex').toUpperCase();

/** A name for a file that is not there yet. */
export const newQueueId = (at: number): string => makeShortId(usecOf(at), 0) + secret();

/** Writes the file, under a name made of its inode if none is given; it is whole and on disk on return. */
function makeFile(queueDirectory: string, bytes: Uint8Array, at: number, given?: string): string {
  const folder = join(queueDirectory, 'maildrop');
  const { mode } = fs.statSync(folder);
  const usec = usecOf(at);
  const young = join(folder, `${usec}.${process.pid}`);
  const fd = fs.openSync(young, 'wx', 0o600);
  let path = young;
  try {
    const own = makeShortId(usec, fs.fstatSync(fd).ino) + ((mode & SHARED) === 0 ? '' : secret());
    const queueId = given ?? own;
    fs.renameSync(young, join(folder, queueId));
    path = join(folder, queueId);
    fs.writeFileSync(fd, bytes);
    fs.fchmodSync(fd, (mode & SET_GROUP) === 0 ? 0o744 : 0o740);
    fs.fsyncSync(fd);
    return queueId;
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** Does something that a signal must not leave half done: it waits, and is then without effect. */
function undisturbed<Result>(run: () => Result): Result {
  const later = (): void => undefined;
  for (const name of SIGNALS) process.on(name, later);
  try {
    return run();
  } finally {
    for (const name of SIGNALS) process.off(name, later);
  }
}

/** The new name is durable too, where the caller may read the directory. */
function syncDirectory(path: string): void {
  try {
    const fd = fs.openSync(path, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error;
  }
}

/** Wakes pickup(8) up. Mail for a system that is down waits. Postfix: src/global/mail_trigger.c */
async function wakePickup(io: Io, queueDirectory: string): Promise<void> {
  try {
    fs.statSync(join(queueDirectory, 'public', 'pickup'));
  } catch (error) {
    return warn(io, NAME, `unable to look up public/pickup: ${strerror(errorCode(error))}`);
  }
  await trigger(queueDirectory, 'pickup', 'W');
}

/**
 * Checks records and leaves them in maildrop. Undefined: the caller took them back. Throws Fatal.
 *
 * @param name the file's, from newQueueId
 */
export async function dropRecords(
  io: Io,
  settings: Settings,
  records: Uint8Array,
  name?: string,
): Promise<Dropped | undefined> {
  const uid = process.getuid?.() ?? 0;
  const refused = refusedBy(settings, 'authorized_submit_users', uid);
  if (refused !== undefined) throw new Fatal(`User ${refused}(${uid}) is not allowed to submit mail`);
  const at = now();
  const taken = takeRecords(records, uid, at, intOf(settings, 'line_length_limit'));
  for (const text of taken.warnings) warn(io, NAME, text);
  if (taken.type === 'cancelled') return undefined;
  if (taken.type === 'strange') throw new Fatal(taken.problem);
  if (taken.type === 'bad') return { status: DROPPED.bad, queueId: '', reason: taken.reason };
  const limit = intOf(settings, 'message_size_limit');
  if (limit > 0 && taken.bytes.length > limit) {
    warn(io, NAME, `uid=${uid}: ${strerror('EFBIG')}`);
    return { status: DROPPED.tooBig, queueId: '', reason: '' };
  }
  const queueDirectory = textOf(settings, 'queue_directory');
  let queueId: string;
  try {
    queueId = undisturbed(() => makeFile(queueDirectory, taken.bytes, at, name));
    syncDirectory(join(queueDirectory, 'maildrop'));
  } catch (error) {
    warn(io, NAME, `uid=${uid}: ${strerror(errorCode(error))}`);
    return { status: errorCode(error) === 'EFBIG' ? DROPPED.tooBig : DROPPED.write, queueId: '', reason: '' };
  }
  await wakePickup(io, queueDirectory);
  return { status: DROPPED.ok, queueId, reason: '' };
}

function attributes(...pairs: readonly (readonly [name: string, value: string])[]): string {
  return `${pairs.map(([name, value]) => `${name}\0${value}\0`).join('')}\0`;
}

/** postdrop(1): 0 and the file's name in maildrop, or why there is none. */
export async function postdrop(args: readonly string[], io: Io): Promise<number> {
  const line = readOptions(args, 'c:rv');
  if (!line.ok) throw usageError(io, NAME, line.complaint, `usage: ${NAME} [-c config_dir] [-v]`);
  const settings = loadMain(configDirectory(lastOf(line.options, 'c')), (text) => warn(io, NAME, text));
  const dropped = await dropRecords(io, settings, io.stdin());
  if (dropped === undefined) return 0;
  const { status, queueId, reason } = dropped;
  io.out(attributes(['protocol', 'postdrop_protocol'], ['queue_id', queueId]));
  io.out(attributes(['status', String(status)], ['reason', reason]));
  return status;
}

if (import.meta.main) await runMain(NAME, postdrop);
