/** Storing a message: Maildir or mbox, with the rights of the recipient. local(8) · maildir(5) · RFC 4155 */
import { boolOf, intOf, listOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { maildirName, maildirTmpName } from '../mail/maildir-name.ts';
import { endMbox, fromLine, quoteFromLines, startMbox } from '../mail/mbox.ts';
import { textIn } from '../mail/queue-file.ts';
import { quote822 } from '../mail/quote.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { type Failure, verdictOf, warningsOf } from './failure.ts';
import {
  type Args,
  type Decision,
  handle,
  nextWork,
  recipientOf,
  requestOf,
  type Verdict,
} from './shared.ts';
import { conclude, placeCause, targetOf } from './target.ts';
import type { LocalContext, Target } from './types.ts';

/** Begins a file in tmp/. */
export function createInTmp({ context, event }: Args): Decision {
  const target = targetOf(context);
  const host = textOf(context.settings, 'myhostname');
  const name = maildirTmpName({ sec: Math.floor(event.at / 1000), pid: context.pid, host });
  const path = `${target.directory}/tmp/${name}.${Math.floor((event.at % 1000) * 1000)}`;
  return {
    context: { target: { ...target, path } },
    effects: [
      { type: 'dir.make', path: `${target.directory}/cur`, as: target.as },
      { type: 'dir.make', path: `${target.directory}/new`, as: target.as },
      { type: 'file.create', file: target.file, path, mode: 0o600, as: target.as },
    ],
  };
}

/** Opens the mbox file, locked. */
export function openMbox({ context }: Args): Decision {
  const target = targetOf(context);
  return {
    context: { target },
    effects: [
      { type: 'file.open', file: target.file, path: target.path, mode: 0o600, lock: true, as: target.as },
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
    effects: [{ type: 'file.read', file: handle(context, 'message'), path: requestOf(context).path }],
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
  return `${from}${lines.join('\n')}\n`;
}

/** Writes headers and message, then to the disk. */
export function storeMessage({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'storeMessage belongs to file.loaded');
  const target = targetNow(context);
  const text = textIn(event.bytes);
  const isMbox = target.format === 'mbox';
  const head = latin1ToBytes(envelopeHeaders(context, event.at, isMbox));
  const body = isMbox ? mboxBody(text) : text;
  return {
    effects: [
      { type: 'file.append', file: target.file, bytes: concatBytes([head, body]) },
      // The name in tmp/ need not survive: the one in new/ will, before "sent" is said.
      { type: 'file.sync', file: target.file, ...(isMbox ? {} : { contentOnly: true }) },
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
  const room = limit - targetNow(context).startBytes;
  // The queue file is larger than its text: only when it does not fit is the text looked at.
  return event.bytes.length > room && textIn(event.bytes).length > room;
}

/** Refuses what does not fit. */
export function refuseFull({ context, event }: Args): Decision {
  return giveUp(context, { doing: 'write', code: 'EFBIG' }, event.at);
}

/** From tmp/ to new/, durable before "sent" is said. */
export function moveToNew({ context }: Args): Decision {
  const target = targetNow(context);
  const to = `${target.directory}/new/${target.newName}`;
  return {
    effects: [
      { type: 'file.close', file: target.file },
      { type: 'file.rename', from: target.path, to, durable: true, as: target.as },
    ],
  };
}

/** Delivered. */
export function noteSent({ context, event }: Args): Decision {
  const target = targetNow(context);
  const work = nextWork(context);
  const isFile = work?.type === 'file' && target.format === 'mbox';
  const place = target.format === 'maildir' ? 'maildir' : 'mailbox';
  const text = isFile ? `delivered to file: ${work.path}` : `delivered to ${place}`;
  const done = conclude(
    context,
    { status: 'sent', dsn: '2.0.0', text, because: placeCause(context) },
    event.at,
  );
  const close: Effect = { type: 'file.close', file: target.file };
  return { ...done, effects: [...(target.format === 'mbox' ? [close] : []), ...(done.effects ?? [])] };
}

/** Takes back what was written: a half message must never be seen. */
function undo(target: Target): readonly Effect[] {
  if (target.format === 'maildir')
    return [
      { type: 'file.close', file: target.file },
      { type: 'file.remove', path: target.path, as: target.as },
    ];
  return [
    { type: 'file.truncate', file: target.file, sizeBytes: target.startBytes },
    { type: 'file.close', file: target.file },
  ];
}

function codeOf({ event }: Args): string {
  assert(event.type === 'file.failed', 'a failure has a code');
  return event.code;
}

/** The verdict with its reason: a limit of ours, or the place, which the configuration has named. */
function blamed(context: LocalContext, target: Target, failure: Failure): Verdict {
  const full = failure.code === 'EFBIG' && intOf(context.settings, 'mailbox_size_limit') > 0;
  const because = full ? { parameter: 'mailbox_size_limit' } : placeCause(context);
  return { ...verdictOf(target, failure), because };
}

/** The file could not be made or opened: nothing to take back. */
export function noteNotOpened(args: Args): Decision {
  const { context, event } = args;
  const failure: Failure = { doing: 'open', code: codeOf(args) };
  const target = targetNow(context);
  const done = conclude(context, blamed(context, target, failure), event.at);
  return { ...done, effects: [...warningsOf(target, failure), ...(done.effects ?? [])] };
}

function giveUp(context: LocalContext, failure: Failure, at: number): Decision {
  const target = targetNow(context);
  const done = conclude(context, blamed(context, target, failure), at);
  return { ...done, effects: [...undo(target), ...(done.effects ?? [])] };
}

/** The disk failed while the message was written or moved. */
export function noteBroken(args: Args): Decision {
  return giveUp(args.context, { doing: 'write', code: codeOf(args) }, args.event.at);
}

/** The queue file could not be read: nothing was written yet. */
export function noteUnread(args: Args): Decision {
  return giveUp(args.context, { doing: 'read', code: codeOf(args) }, args.event.at);
}
