/**
 * Sending a message on: a new message with the same text, Delivered-To: in front.
 *
 * local(8) · RFC 5321 §3.9 · Postfix: src/local/forward.c
 */
import { listOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { rfc822Date } from '../mail/date.ts';
import { textIn } from '../mail/queue-file.ts';
import { quote822 } from '../mail/quote.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { type Args, type Decision, finished, handle, recipientOf, requestOf, workOf } from './shared.ts';

const SENT_ON = { rule: 'sent on' } as const;

/** Begins the new message. */
export function openForward({ context }: Args): Decision {
  const work = workOf(context, 'forward');
  const { sender, dsn } = requestOf(context);
  const rewriteContext =
    requestOf(context).attributes.get('rewrite_context') === 'local' ? 'local' : 'remote';
  const note = {
    type: 'cleanup.open',
    origin: 'local',
    sender: work.owner ?? sender,
    rewriteContext,
    dsn,
  } as const;
  return { effects: [{ type: 'send', to: 'cleanup', note }] };
}

/** It has an id: read the text. */
export function readToForward({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'readToForward belongs to cleanup.opened');
  return {
    context: { cleanup: event.from, forwardId: event.queueId },
    effects: [{ type: 'file.read', file: handle(context, 'message'), path: requestOf(context).path }],
  };
}

/** Gives the text to cleanup, with the marks that end loops. RFC 5321 §6.3 */
export function sendForward({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'sendForward belongs to file.loaded');
  const work = workOf(context, 'forward');
  const { settings, cleanup, forwardId, zone } = context;
  const recipient = recipientOf(context, work.for);
  const host = textOf(settings, 'myhostname');
  const date = rfc822Date(event.at, zone);
  const received = `Received: by ${host} (${textOf(settings, 'mail_name')})\n\tid ${forwardId}; ${date}\n`;
  const marks = listOf(settings, 'prepend_delivered_header').includes('forward');
  const head = received + (marks ? `Delivered-To: ${quote822(recipient.address)}\n` : '');
  const bytes = textIn(event.bytes);
  // A list with an owner is a new beginning: its members do not see who wrote to the list. RFC 5321 §3.9.2
  const own = work.owner === undefined ? recipient : { original: '', notify: 0, orcpt: '' };
  const { notify, orcpt } = own;
  const recipients = work.addresses.map((address): Effect => {
    const original = own.original || address;
    const note = { type: 'cleanup.recipient', address, original, notify, orcpt } as const;
    return { type: 'send', to: cleanup, note };
  });
  return {
    effects: [
      ...recipients,
      { type: 'send', to: cleanup, note: { type: 'cleanup.prepend', bytes: latin1ToBytes(head) } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.chunk', bytes } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.close' } },
    ],
  };
}

/** The new message was not accepted. */
export function forwardFailed({ event }: Args): boolean {
  return event.type === 'master.childDied' || (event.type === 'cleanup.done' && event.status !== 'ok');
}

/** Sent on, durable. */
export function noteForwarded({ context, event }: Args): Decision {
  const text = `forwarded as ${context.forwardId}`;
  return finished(
    context,
    { status: 'sent', dsn: '2.0.0', text, action: 'relayed', because: SENT_ON },
    event.at,
  );
}

/** Not sent on: too many hops is final, everything else may pass. */
export function noteNotForwarded({ context, event }: Args): Decision {
  const hops = event.type === 'cleanup.done' && event.status === 'hops';
  if (hops)
    return finished(
      context,
      { status: 'bounced', dsn: '5.4.6', text: 'too many hops', because: { parameter: 'hopcount_limit' } },
      event.at,
    );
  const done = finished(
    context,
    { status: 'deferred', dsn: '4.3.0', text: 'unable to forward message', because: { rule: 'cleanup' } },
    event.at,
  );
  const isOpen = event.type === 'file.failed' && context.cleanup !== '';
  const abort: Effect = { type: 'send', to: context.cleanup, note: { type: 'cleanup.abort' } };
  return {
    context: { ...done.context, cleanup: '' },
    effects: [...(isOpen ? [abort] : []), ...(done.effects ?? [])],
  };
}
