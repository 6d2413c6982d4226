/**
 * From a log to notices: read, decide, send one after another through cleanup(8). bounce(8) · RFC 3464 · RFC
 * 5321 §6.1
 */
import { textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { BounceFlush, Note } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import { rfc822Date } from '../mail/date.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { parseQueueFile, textIn } from '../mail/queue-file.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { logPath } from './append.ts';
import { parseDeferLog } from './log-file.ts';
import { noticeText } from './notice.ts';
import { isDoubleBounce, planOf } from './plan.ts';
import type { Args, BounceContext, Decision, Notice } from './types.ts';

function flushOf({ request }: BounceContext): BounceFlush & { readonly from: string } {
  assert(request?.type === 'bounce.flush', 'a notice belongs to bounce.flush');
  return request;
}

function noticeOf({ plan }: BounceContext): Notice {
  const [notice] = plan;
  assert(notice !== undefined, 'a notice is being sent');
  return notice;
}

/** Reads what was noted. */
export function readLog({ context, event }: Args): Decision {
  assert(event.type === 'bounce.flush', 'readLog belongs to bounce.flush');
  const path = logPath(context.settings, event.log, event.queueId);
  return { context: { request: event }, effects: [{ type: 'file.read', file: 'log', path }] };
}

/** Nothing was noted, or what was noted is lost: the sender is told all the same. */
export function logIsMissing({ event }: Args): boolean {
  return event.type === 'file.failed' && event.code === 'ENOENT';
}

/** Takes what was noted, or that it is lost. */
export function takeLog({ event }: Args): Decision {
  if (event.type !== 'file.loaded') return { context: { logMissing: true } };
  return { context: { failures: parseDeferLog(bytesToLatin1(event.bytes)) } };
}

/** Reads the message that the notice is about. */
export function readOriginal({ context }: Args): Decision {
  return { effects: [{ type: 'file.read', file: 'original', path: flushOf(context).path }] };
}

/** Decides who is told. */
export function makePlan({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'makePlan belongs to file.loaded');
  const { sizeFields, attributes } = parseQueueFile(event.bytes);
  const sizeBytes = sizeFields?.contentLength || sizeFields?.contentSize || event.bytes.length;
  const { settings, failures, logMissing } = context;
  const plan = planOf({ settings, request: flushOf(context), failures, logMissing, sizeBytes });
  return { context: { plan, encoding: attributes.get('encoding') ?? '' } };
}

/** A notice to the postmaster came back: that is the end of it. */
export function senderIsDoubleBounce({ context }: Args): boolean {
  return isDoubleBounce(context.settings, flushOf(context).sender);
}

/** Every notice of the plan has gone. */
export function allAreTold({ context }: Args): boolean {
  return context.told > 0 && context.plan.length === 0;
}

/** Mail from `<>` is itself a notice: no notice about notices. RFC 5321 §6.1 */
export function senderIsNull({ context }: Args): boolean {
  return context.plan.length === 0 && flushOf(context).sender === '';
}

/** Nobody wants to hear of it. */
export function nobodyToTell({ context }: Args): boolean {
  return context.plan.length === 0;
}

/** Logs that a postmaster notice is thrown away. */
export function warnDiscarded({ context }: Args): Decision {
  const text = `${flushOf(context).queueId}: undeliverable postmaster notification discarded`;
  const because = { parameter: 'double_bounce_sender' };
  return { effects: [{ type: 'log', level: 'warning', text, because }] };
}

/** Begins the notice as a new message. */
export function openNotice({ context }: Args): Decision {
  const { sender } = noticeOf(context);
  const dsn = { ret: 0, envid: '' };
  const note = { type: 'cleanup.open', origin: 'bounce', sender, rewriteContext: 'local', dsn } as const;
  const encoding = context.encoding === '8bit' ? ({ encoding: '8bit' } as const) : {};
  return { effects: [{ type: 'send', to: 'cleanup', note: { ...note, ...encoding } }] };
}

/** The notice has an id. */
export function takeNoticeId({ event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'takeNoticeId belongs to cleanup.opened');
  return { context: { cleanup: event.from, noticeId: event.queueId } };
}

/** Gives the notice to cleanup. A notice is never to be answered with another. RFC 3461 §6.2 */
export function sendNotice({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'sendNotice belongs to file.loaded');
  const { settings, zone, cleanup, noticeId, encoding } = context;
  const notice = noticeOf(context);
  const { recipient: address, original } = notice;
  const quoted = textIn(event.bytes);
  const request = flushOf(context);
  const bytes = noticeText({ settings, zone, request, notice, encoding, at: event.at, original: quoted });
  const host = textOf(settings, 'myhostname');
  const date = rfc822Date(event.at, zone);
  const received = `Received: by ${host} (${textOf(settings, 'mail_name')})\n\tid ${noticeId}; ${date}\n`;
  const notes: readonly Note[] = [
    { type: 'cleanup.recipient', address, original, notify: NOTIFY.never, orcpt: '' },
    { type: 'cleanup.prepend', bytes: latin1ToBytes(received) },
    { type: 'cleanup.chunk', bytes },
    { type: 'cleanup.close' },
  ];
  return { effects: notes.map((note): Effect => ({ type: 'send', to: cleanup, note })) };
}

/** What could not be sent is a mere copy. */
export function copyFailed(args: Args): boolean {
  return noticeFailed(args) && noticeOf(args.context).copy;
}

/** The notice did not come about. */
export function noticeFailed({ event }: Args): boolean {
  return event.type !== 'cleanup.done' || event.status !== 'ok' || event.queueId === '';
}

/** The postmaster gets no copy; the sender has been told. */
export function warnNoCopy({ context }: Args): Decision {
  const { queueId, sender } = flushOf(context);
  const text = `${queueId}: postmaster notice failed while bouncing to ${sender}`;
  const { plan, told } = context;
  const rest = { plan: plan.slice(1), told: told + 1 };
  const { because } = noticeOf(context);
  return { context: rest, effects: [{ type: 'log', level: 'warning', text, because }] };
}

const WHAT = { failed: 'non-delivery', delayed: 'delay', success: 'delivery status' } as const;

/** The notice is in the queue, durable. */
export function noteSent({ context }: Args): Decision {
  const { queueId, kind } = flushOf(context);
  const { plan, told, noticeId } = context;
  const { to, because } = noticeOf(context);
  const text = `${queueId}: ${to} ${WHAT[kind]} notification: ${noticeId}`;
  const rest = { plan: plan.slice(1), told: told + 1 };
  return { context: rest, effects: [{ type: 'log', level: 'info', text, because }] };
}

/** Why nobody was told, where nobody was. RFC 3461 §4.1 · RFC 5321 §6.1 */
function silence(context: BounceContext): readonly Effect[] {
  const { queueId, sender, kind } = flushOf(context);
  if (context.told > 0) return [];
  const rule = sender === '' ? 'sender is <>' : 'NOTIFY';
  const because: Because = isDoubleBounce(context.settings, sender)
    ? { parameter: 'double_bounce_sender' }
    : { rule, ...(sender === '' ? { parameter: 'notify_classes' } : {}) };
  return [{ type: 'explain', queueId, what: `no notice: ${kind}`, because: [because] }];
}

/** Done: the log goes (that of a delay stays, the mail is still being tried). */
export function tellFlushed({ context }: Args): Decision {
  const { log, queueId, token, from, kind } = flushOf(context);
  const path = logPath(context.settings, log, queueId);
  const keep = kind === 'delayed' || context.logMissing;
  return {
    effects: [
      ...silence(context),
      ...(keep ? [] : [{ type: 'file.remove', path } as const]),
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
