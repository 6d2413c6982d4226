/**
 * A notice to the postmaster: the transcript of a session in which something went wrong.
 *
 * postconf(5) notify_classes, error_notice_recipient · Postfix: src/smtpd/smtpd_chat.c
 */
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Note } from '../kernel/notes.ts';
import { rfc822Date } from '../mail/date.ts';
import { printable } from '../mail/log-format.ts';
import { encodeReply } from '../mail/reply.ts';
import { wrapLines } from '../mail/wrap.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { allSaid, type Chat, newChat, type Said } from './chat.ts';
import { forgetTransaction } from './connection.ts';
import { type Args, clientName, type Decision, hostOf, idle, logLine, utter } from './say.ts';
import type { SmtpdContext } from './types.ts';

const WIDTH = 79;
const INDENT = 5;

/** Gives up a message that was being sent, and asks cleanup for a file for the notice. */
export function openNotice(args: Args): Decision {
  const { settings, chat } = args.context;
  const forgotten = forgetTransaction(args);
  const sender = `${textOf(settings, 'double_bounce_sender')}@${textOf(settings, 'myhostname')}`;
  const dsn = { ret: 0, envid: '' };
  const note = { type: 'cleanup.open', origin: 'bounce', sender, rewriteContext: 'local', dsn } as const;
  const effects: readonly Effect[] = [{ type: 'send', to: 'cleanup', note }, idle(args.context)];
  const told = chat === undefined || chat.due !== undefined ? chat : newChat(chat, { chat });
  return {
    context: { ...forgotten.context, chat: told },
    effects: [...(forgotten.effects ?? []), ...effects],
  };
}

/** One exchange as lines; a long one is folded, a line ends at its first NUL. */
function transcript({ line, reply }: Said, utf8: boolean): readonly string[] {
  const shown = (prefix: string, text: string): readonly string[] =>
    wrapLines(` ${prefix}${printable(text, utf8)}`, WIDTH, INDENT);
  const replies = reply === undefined ? [] : encodeReply(reply).trimEnd().split('\r\n');
  return [
    ...(line === undefined ? [] : shown('In:  ', line.replace(/\0.*$/s, ''))),
    ...replies.flatMap((text) => shown('Out: ', text)),
  ];
}

function bodyOf({ settings }: SmtpdContext, chat: Chat): readonly string[] {
  const utf8 = settings.profile !== '2.3' && boolOf(settings, 'smtputf8_enable');
  return [
    ...['Transcript of session follows.', ''],
    ...allSaid(chat).flatMap((said) => transcript(said, utf8)),
    '',
    ...(chat.reason === '' ? [] : [`Session aborted, reason: ${chat.reason}`]),
    ...(settings.profile === '2.3' ? [] : ['', 'For other details, see the local mail logfile']),
  ];
}

/** An address of this host gets its domain, as cleanup(8) would give it. */
function ourOwn(settings: Settings, address: string): string {
  return address.includes('@') ? address : `${address}@${textOf(settings, 'myorigin')}`;
}

/**
 * Header and body; To: is the same for every class. 2.3 leaves Date: to cleanup(8). postconf(5)
 * header_from_format
 */
function textOfNotice(context: SmtpdContext, chat: Chat, at: number): string {
  const { settings, zone } = context;
  const to = ourOwn(settings, textOf(settings, 'error_notice_recipient'));
  const old = settings.profile === '2.3' || textOf(settings, 'header_from_format') === 'obsolete';
  const daemon = `MAILER-DAEMON@${textOf(settings, 'myhostname')}`;
  return [
    ...(settings.profile === '2.3' ? [] : [`Date: ${rfc822Date(at, zone)}`]),
    `From: ${old ? `${daemon} (Mail Delivery System)` : `Mail Delivery System <${daemon}>`}`,
    `To: ${old ? `${to} (Postmaster)` : `Postmaster <${to}>`}`,
    `Subject: ${textOf(settings, 'mail_name')} SMTP server: errors from ${clientName(context)}`,
    ...['', ...bodyOf(context, chat), ''],
  ].join('\n');
}

/**
 * The notice has an id: cleanup gets it. Mail that could not be taken concerns whoever hears of bounces.
 */
export function postNotice({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'postNotice belongs to cleanup.opened');
  const { settings, zone } = context;
  const chat = context.chat?.due?.chat;
  assert(chat !== undefined, 'a notice has a transcript');
  const isBounce = chat.errors.includes('bounce');
  const original = textOf(settings, isBounce ? 'bounce_notice_recipient' : 'error_notice_recipient');
  const address = ourOwn(settings, original);
  const mark = `(${textOf(settings, 'mail_name')})\n\tid ${event.queueId}; ${rfc822Date(event.at, zone)}`;
  const notes: readonly Note[] = [
    { type: 'cleanup.recipient', address, original, notify: 0, orcpt: '' },
    { type: 'cleanup.prepend', bytes: latin1ToBytes(`Received: by ${hostOf(context)} ${mark}\n`) },
    { type: 'cleanup.chunk', bytes: latin1ToBytes(textOfNotice(context, chat, event.at)) },
    { type: 'cleanup.close' },
  ];
  return { effects: notes.map((note): Effect => ({ type: 'send', to: event.from, note })) };
}

/** The notice is in the queue. */
export function noticeIsQueued({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status === 'ok';
}

/** It did not come about: the log has to do. */
export function warnNoNotice(_: Args): Decision {
  return { effects: [logLine('postmaster notify: cannot queue the transcript', 'warning')] };
}

/** The notice is written, or will not be: the client hears what it still waits for. */
export function goOn({ context }: Args): Decision {
  const due = context.chat?.due;
  if (context.chat === undefined || due === undefined) return {};
  const chat: Chat = { ...context.chat, due: undefined };
  if (due.reply === undefined) return { context: { chat }, effects: [idle(context)] };
  const uttered = utter(context, due.reply, due.sleepMs ?? 0);
  return { ...uttered, context: { ...uttered.context, chat } };
}
