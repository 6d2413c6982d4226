/** What bounce does with a request. bounce(8) · RFC 3461 §6 · RFC 5321 §6.1 */
import { intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { BounceFlush } from '../kernel/notes.ts';
import { rfc822Date } from '../mail/date.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { queuePath } from '../mail/queue-id.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { logBlock, parseLogFile } from './log-file.ts';
import { noticeText } from './notice.ts';
import type { BounceContext, BounceEvent } from './types.ts';

type Args = RuleArgs<BounceContext, BounceEvent>;
type Decision = Outcome<BounceContext>;

function logPath(settings: Settings, log: string, queueId: string): string {
  const hashQueueNames = listOf(settings, 'hash_queue_names');
  return queuePath(log, queueId, { hashQueueNames, hashQueueDepth: intOf(settings, 'hash_queue_depth') });
}

function flushOf(context: BounceContext): BounceFlush & { readonly from: string } {
  const { request } = context;
  assert(request?.type === 'bounce.flush', 'a notice belongs to bounce.flush');
  return request;
}

/** Opens the log of the message; it is made when it is not there. */
export function openLog({ context, event }: Args): Decision {
  assert(event.type === 'bounce.append', 'openLog belongs to bounce.append');
  const path = logPath(context.settings, event.log, event.queueId);
  return { context: { request: event }, effects: [{ type: 'file.open', file: 'log', path, mode: 0o600 }] };
}

/** Writes the recipient's block; it must be on disk before qmgr goes on. */
export function writeBlock({ context }: Args): Decision {
  const { request } = context;
  assert(request?.type === 'bounce.append', 'a block belongs to bounce.append');
  return {
    effects: [
      { type: 'file.append', file: 'log', bytes: latin1ToBytes(logBlock(request.result)) },
      { type: 'file.sync', file: 'log' },
    ],
  };
}

function answerAppend(context: BounceContext, ok: boolean): readonly Effect[] {
  const { request } = context;
  assert(request?.type === 'bounce.append', 'the answer belongs to bounce.append');
  const note = { type: 'bounce.appended', token: request.token, ok } as const;
  return [{ type: 'file.close', file: 'log' }, { type: 'send', to: request.from, note }, { type: 'exit' }];
}

/** The failure is noted. */
export function tellAppended({ context }: Args): Decision {
  return { effects: answerAppend(context, true) };
}

/** The failure could not be noted: the recipient will be tried again. */
export function tellNotAppended({ context, event }: Args): Decision {
  const code = event.type === 'file.failed' ? event.code : '';
  const id = context.request?.queueId ?? '';
  const log: Effect = { type: 'log', level: 'warning', text: `${id}: cannot write the bounce log: ${code}` };
  return { effects: [log, ...answerAppend(context, false)] };
}

/** Reads what was noted. */
export function readLog({ context, event }: Args): Decision {
  assert(event.type === 'bounce.flush', 'readLog belongs to bounce.flush');
  const path = logPath(context.settings, event.log, event.queueId);
  return { context: { request: event }, effects: [{ type: 'file.read', file: 'log', path }] };
}

/**
 * The recipients whose senders want to hear of it. RFC 3461 §4.1: NOTIFY=NEVER, or without FAILURE (DELAY).
 */
export function takeLog({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'takeLog belongs to file.loaded');
  const wanted = flushOf(context).kind === 'delayed' ? NOTIFY.delay : NOTIFY.failure;
  const all = parseLogFile(bytesToLatin1(event.bytes));
  return { context: { failures: all.filter(({ notify }) => notify === 0 || (notify & wanted) !== 0) } };
}

/** Mail from `<>` is itself a notice: no notice about notices. RFC 5321 §6.1 */
export function senderIsNull({ context }: Args): boolean {
  return flushOf(context).sender === '';
}

/** A notice to the postmaster came back: that is the end of it. */
export function senderIsDoubleBounce({ context }: Args): boolean {
  const { settings } = context;
  const own = `${textOf(settings, 'double_bounce_sender')}@${textOf(settings, 'myorigin')}`;
  return flushOf(context).sender.toLowerCase() === own.toLowerCase();
}

/** Nobody wants to hear of it. */
export function nothingToTell({ context }: Args): boolean {
  return context.failures.length === 0;
}

/** Logs that a postmaster notice is thrown away. */
export function warnDiscarded({ context }: Args): Decision {
  const text = `${flushOf(context).queueId}: undeliverable postmaster notification discarded`;
  return { effects: [{ type: 'log', level: 'warning', text }] };
}

/** Begins a new message from `<>` to the sender. */
export function openNotice(): Decision {
  const dsn = { ret: 0, envid: '' };
  const note = { type: 'cleanup.open', origin: 'bounce', sender: '', rewriteContext: 'local', dsn } as const;
  return { effects: [{ type: 'send', to: 'cleanup', note }] };
}

/** The notice has an id; the message that it quotes is read. */
export function readOriginal({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'readOriginal belongs to cleanup.opened');
  return {
    context: { cleanup: event.from, noticeId: event.queueId },
    effects: [{ type: 'file.read', file: 'original', path: flushOf(context).path }],
  };
}

/** Gives the notice to cleanup. */
export function sendNotice({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'sendNotice belongs to file.loaded');
  const { settings, zone, cleanup, noticeId, failures } = context;
  const request = flushOf(context);
  const original = contentOf(event.bytes, parseQueueFile(event.bytes));
  const bytes = noticeText({ settings, zone, request, failures, noticeId, at: event.at, original });
  const host = textOf(settings, 'myhostname');
  const date = rfc822Date(event.at, zone);
  const received = `Received: by ${host} (${textOf(settings, 'mail_name')})\n\tid ${noticeId}; ${date}\n`;
  const sender = request.sender;
  const recipient = {
    type: 'cleanup.recipient',
    address: sender,
    original: sender,
    notify: NOTIFY.never,
    orcpt: '',
  } as const;
  return {
    effects: [
      { type: 'send', to: cleanup, note: recipient },
      { type: 'send', to: cleanup, note: { type: 'cleanup.prepend', bytes: latin1ToBytes(received) } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.chunk', bytes } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.close' } },
    ],
  };
}

/** The notice did not come about. */
export function noticeFailed({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status !== 'ok';
}

/** The notice is in the queue, durable: the log may go. */
export function noteSent({ context }: Args): Decision {
  const { queueId, kind } = flushOf(context);
  const what = kind === 'delayed' ? 'sender delay notification' : 'sender non-delivery notification';
  return { effects: [{ type: 'log', level: 'info', text: `${queueId}: ${what}: ${context.noticeId}` }] };
}

/** Done: the log goes (that of a delay stays, the mail is still being tried). */
export function tellFlushed({ context }: Args): Decision {
  const { log, queueId, token, from, kind } = flushOf(context);
  const path = logPath(context.settings, log, queueId);
  return {
    effects: [
      ...(kind === 'delayed' ? [] : [{ type: 'file.remove', path } as const]),
      { type: 'send', to: from, note: { type: 'bounce.flushed', token, ok: true } },
      { type: 'exit' },
    ],
  };
}

/** No notice: qmgr keeps the message and comes again. */
export function tellNotFlushed({ context }: Args): Decision {
  const { queueId, token, from } = flushOf(context);
  const text = `${queueId}: could not queue the notification; will try again`;
  return {
    effects: [
      { type: 'log', level: 'warning', text },
      { type: 'send', to: from, note: { type: 'bounce.flushed', token, ok: false } },
      { type: 'exit' },
    ],
  };
}

/** Gives up a notice that was begun. */
export function abortNotice({ context }: Args): Decision {
  return { effects: [{ type: 'send', to: context.cleanup, note: { type: 'cleanup.abort' } }] };
}

/** Removes a log that is no longer needed. */
export function removeLog({ context, event }: Args): Decision {
  assert(event.type === 'bounce.forget', 'removeLog belongs to bounce.forget');
  const path = logPath(context.settings, event.log, event.queueId);
  return { effects: [{ type: 'file.remove', path }, { type: 'exit' }] };
}
