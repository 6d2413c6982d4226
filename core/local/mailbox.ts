/** Delivery into a mailbox: Maildir or mbox, as the recipient. local(8) · maildir(5) · mbox(5) */
import { boolOf, intOf, listOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { maildirName, maildirTmpName } from '../mail/maildir-name.ts';
import { endMbox, fromLine, quoteFromLines, startMbox } from '../mail/mbox.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { quote822 } from '../mail/quote.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { accountOf } from './account.ts';
import {
  type Args,
  concluded,
  type Decision,
  nextWork,
  recipientOf,
  requestOf,
  restOf,
  type Verdict,
} from './shared.ts';
import type { LocalContext, Target } from './types.ts';

/** Parameters that send mail elsewhere than to a mailbox of ours; they come in a later version. */
const ELSEWHERE = ['mailbox_transport_maps', 'mailbox_transport', 'mailbox_command_maps', 'mailbox_command'];

/** The configuration wants another way of delivery that this version does not have. */
export function wantsOtherDelivery({ context }: Args): boolean {
  return (
    nextWork(context)?.type === 'mailbox' && ELSEWHERE.some((name) => textOf(context.settings, name) !== '')
  );
}

/** Puts the mail off rather than deliver it to another place than the administrator said. */
export function deferOtherDelivery({ context, event }: Args): Decision {
  const name = ELSEWHERE.find((parameter) => textOf(context.settings, parameter) !== '') ?? '';
  return conclude(
    context,
    { status: 'deferred', dsn: '4.3.5', text: `${name} is not available in this version` },
    event.at,
  );
}

function conclude(context: LocalContext, verdict: Verdict, at: number): Decision {
  const work = nextWork(context);
  assert(work !== undefined, 'a verdict is about work');
  const { address } = recipientOf(context, work.for);
  const done = concluded(context, work.for, address, verdict, at);
  const served = work.type === 'mailbox' ? new Set(context.served).add(work.user) : context.served;
  return {
    context: { ...done.context, served, work: restOf(context), target: undefined },
    effects: done.effects,
  };
}

/** Where the next delivery goes. postconf(5) home_mailbox, mail_spool_directory */
function targetOf(context: LocalContext): Target {
  const work = nextWork(context);
  assert(work?.type === 'mailbox' || work?.type === 'file', 'a target belongs to a mailbox or a file');
  const { settings } = context;
  const base = { startBytes: 0, newName: '' };
  if (work.type === 'file') {
    const format = work.path.endsWith('/') ? 'maildir' : 'mbox';
    const directory = work.path.replace(/\/$/, '');
    return { ...base, format, directory, path: directory, account: undefined };
  }
  const account = accountOf(settings, work.user);
  assert(account !== undefined, 'a mailbox has an account');
  const home = textOf(settings, 'home_mailbox');
  const spool = textOf(settings, 'mail_spool_directory');
  const place = home !== '' ? `${account.home}/${home}` : `${spool.replace(/\/$/, '')}/${account.name}`;
  const isMaildir = home !== '' ? home.endsWith('/') : spool.endsWith('/');
  const path = place.replace(/\/$/, '');
  return { ...base, format: isMaildir ? 'maildir' : 'mbox', directory: path, path, account };
}

/** The next delivery is a directory with a file for each message. */
export function nextIsMaildir({ context }: Args): boolean {
  return targetOf(context).format === 'maildir';
}

function owner({ account }: Target) {
  return account === undefined ? {} : { as: { uid: account.uid, gid: account.gid } };
}

/** Begins a file in tmp/. */
export function createInTmp({ context, event }: Args): Decision {
  const target = targetOf(context);
  const host = textOf(context.settings, 'myhostname');
  const name = maildirTmpName({ sec: Math.floor(event.at / 1000), pid: context.pid, host });
  const path = `${target.directory}/tmp/${name}.${Math.floor((event.at % 1000) * 1000)}`;
  return {
    context: { target: { ...target, path } },
    effects: [
      { type: 'dir.make', path: `${target.directory}/cur`, ...owner(target) },
      { type: 'dir.make', path: `${target.directory}/new`, ...owner(target) },
      { type: 'file.create', file: 'mailbox', path, mode: 0o600, ...owner(target) },
    ],
  };
}

/** Opens the mbox file, locked. */
export function openMbox({ context }: Args): Decision {
  const target = targetOf(context);
  return {
    context: { target },
    effects: [
      { type: 'file.open', file: 'mailbox', path: target.path, mode: 0o600, lock: true, ...owner(target) },
    ],
  };
}

function targetNow(context: LocalContext): Target {
  assert(context.target !== undefined, 'a delivery is under way');
  return context.target;
}

/** The file is there: its name in new/ is known, and the message is read. */
export function readToStore({ context, event }: Args): Decision {
  assert(event.type === 'file.created' || event.type === 'file.opened', 'readToStore belongs to a new file');
  const target = targetNow(context);
  const sec = Math.floor(event.at / 1000);
  const usec = Math.floor((event.at - sec * 1000) * 1000);
  const host = textOf(context.settings, 'myhostname');
  const newName =
    event.type === 'file.created'
      ? maildirName({ sec, usec, dev: event.device, inode: event.inode, host })
      : '';
  const startBytes = event.type === 'file.opened' ? event.sizeBytes : 0;
  return {
    context: { target: { ...target, newName, startBytes } },
    effects: [{ type: 'file.read', file: 'message', path: requestOf(context).path }],
  };
}

/** Return-Path:, X-Original-To: and Delivered-To:, as local(8) puts them before the message. */
function envelopeHeaders(context: LocalContext, at: number, isMbox: boolean): string {
  const { settings } = context;
  const { sender } = requestOf(context);
  const work = nextWork(context);
  const recipient = recipientOf(context, work?.for ?? 0);
  const lines = [`Return-Path: <${sender === '' ? '' : quote822(sender)}>`];
  const original = recipient.original === '' ? recipient.address : recipient.original;
  if (boolOf(settings, 'enable_original_recipient')) lines.push(`X-Original-To: ${quote822(original)}`);
  const kind = work?.type === 'file' ? 'file' : 'mailbox';
  if (kind === 'mailbox' || listOf(settings, 'prepend_delivered_header').includes('file'))
    lines.push(`Delivered-To: ${quote822(recipient.address)}`);
  const from = isMbox ? fromLine(sender, at, context.zone) : '';
  return `${from.replace(/\n$/, '')}${isMbox ? '\n' : ''}${lines.join('\n')}\n`;
}

/** Writes headers and message, then to the disk. */
export function storeMessage({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'storeMessage belongs to file.loaded');
  const target = targetNow(context);
  const text = contentOf(event.bytes, parseQueueFile(event.bytes));
  const isMbox = target.format === 'mbox';
  const head = latin1ToBytes(envelopeHeaders(context, event.at, isMbox));
  const body = isMbox ? mboxBody(text) : text;
  return {
    effects: [
      { type: 'file.append', file: 'mailbox', bytes: concatBytes([head, body]) },
      { type: 'file.sync', file: 'mailbox' },
    ],
  };
}

function mboxBody(text: Uint8Array): Uint8Array {
  const quoted = quoteFromLines(startMbox, text);
  return concatBytes([quoted.text, endMbox(quoted.state)]);
}

/** The mailbox would grow beyond its limit. postconf(5) mailbox_size_limit */
export function mailboxIsFull({ context, event }: Args): boolean {
  const limit = intOf(context.settings, 'mailbox_size_limit');
  if (event.type !== 'file.loaded' || limit === 0) return false;
  return (context.target?.startBytes ?? 0) + event.bytes.length > limit;
}

/** Refuses what does not fit. */
export function refuseFull({ context, event }: Args): Decision {
  const done = conclude(context, failure(context, 'EFBIG'), event.at);
  return { ...done, effects: [...undo(targetNow(context)), ...(done.effects ?? [])] };
}

/** From tmp/ to new/, durable before "sent" is said. */
export function moveToNew({ context }: Args): Decision {
  const target = targetNow(context);
  const to = `${target.directory}/new/${target.newName}`;
  return {
    effects: [
      { type: 'file.close', file: 'mailbox' },
      { type: 'file.rename', from: target.path, to, durable: true, ...owner(target) },
    ],
  };
}

/** Delivered. */
export function noteSent({ context, event }: Args): Decision {
  const target = targetNow(context);
  const work = nextWork(context);
  const place = target.format === 'maildir' ? 'maildir' : 'mailbox';
  const text = work?.type === 'file' ? `delivered to file: ${work.path}` : `delivered to ${place}`;
  const done = conclude(context, { status: 'sent', dsn: '2.0.0', text }, event.at);
  return { ...done, effects: [{ type: 'file.close', file: 'mailbox' }, ...(done.effects ?? [])] };
}

const WORDS: Readonly<Record<string, string>> = {
  ...{ ENOSPC: 'No space left on device', EACCES: 'Permission denied', EIO: 'Input/output error' },
  ...{ EDQUOT: 'Disk quota exceeded', ENOTDIR: 'Not a directory', EROFS: 'Read-only file system' },
  ...{ EFBIG: 'File too large', EMFILE: 'Too many open files', EAGAIN: 'Resource temporarily unavailable' },
};

/** Status for a disk error: full disks and busy locks pass, quotas and foreign files do not. local(8) */
function failure(context: LocalContext, code: string): Verdict {
  const target = targetNow(context);
  const reason = WORDS[code] ?? code;
  const permanent = code === 'EDQUOT' || code === 'EFBIG';
  const dsn = permanent ? '5.2.2' : code === 'EAGAIN' ? '4.2.0' : code === 'ENOSPC' ? '4.3.0' : '4.2.0';
  const status = permanent ? 'bounced' : 'deferred';
  if (target.format === 'maildir')
    return { status, dsn, text: `maildir delivery failed: create maildir file ${target.path}: ${reason}` };
  const user = target.account?.name ?? '';
  return { status, dsn, text: `cannot update mailbox ${target.path} for user ${user}. ${reason}` };
}

/** Takes back what was written: a half message must never be seen. */
function undo(target: Target): readonly Effect[] {
  if (target.format === 'maildir')
    return [
      { type: 'file.close', file: 'mailbox' },
      { type: 'file.remove', path: target.path, ...owner(target) },
    ];
  return [
    { type: 'file.truncate', file: 'mailbox', sizeBytes: target.startBytes },
    { type: 'file.close', file: 'mailbox' },
  ];
}

/** The file could not be made or opened: nothing to take back. */
export function noteNotOpened({ context, event }: Args): Decision {
  const code = event.type === 'file.failed' ? event.code : 'EIO';
  return conclude(context, failure(context, code), event.at);
}

/** The delivery broke off half-way. */
export function noteBroken({ context, event }: Args): Decision {
  const code = event.type === 'file.failed' ? event.code : 'EIO';
  const done = conclude(context, failure(context, code), event.at);
  return { ...done, effects: [...undo(targetNow(context)), ...(done.effects ?? [])] };
}
