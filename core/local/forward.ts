/**
 * Sending a message on: a new message with the same text, Delivered-To: in front. local(8) · Postfix:
 * src/local/forward.c
 */
import { textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { rfc822Date } from '../mail/date.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { quote822 } from '../mail/quote.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { type Args, concluded, type Decision, nextWork, recipientOf, requestOf, restOf } from './shared.ts';

/** Begins the new message. */
export function openForward({ context }: Args): Decision {
  const work = nextWork(context);
  assert(work?.type === 'forward', 'openForward needs addresses');
  const { sender, dsn } = requestOf(context);
  const rewriteContext =
    requestOf(context).attributes.get('rewrite_context') === 'local' ? 'local' : 'remote';
  const note = {
    type: 'cleanup.open',
    origin: 'local',
    sender: work.sender || sender,
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
    effects: [{ type: 'file.read', file: 'message', path: requestOf(context).path }],
  };
}

/** Gives the text to cleanup, with the marks that end loops. RFC 5321 §6.3 */
export function sendForward({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'sendForward belongs to file.loaded');
  const work = nextWork(context);
  assert(work?.type === 'forward', 'sendForward needs addresses');
  const { settings, cleanup, forwardId, zone } = context;
  const recipient = recipientOf(context, work.for);
  const host = textOf(settings, 'myhostname');
  const date = rfc822Date(event.at, zone);
  const head =
    `Received: by ${host} (${textOf(settings, 'mail_name')})\n\tid ${forwardId}; ${date}\n` +
    `Delivered-To: ${quote822(recipient.address)}\n`;
  const bytes = contentOf(event.bytes, parseQueueFile(event.bytes));
  const { notify, orcpt } = recipient;
  const recipients = work.addresses.map((address): Effect => {
    const note = { type: 'cleanup.recipient', address, original: recipient.original, notify, orcpt } as const;
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
  const work = nextWork(context);
  assert(work !== undefined, 'a forward is under way');
  const { address } = recipientOf(context, work.for);
  const verdict = { status: 'sent', dsn: '2.0.0', text: `forwarded as ${context.forwardId}` } as const;
  const done = concluded(context, work.for, address, verdict, event.at);
  return { context: { ...done.context, work: restOf(context) }, effects: done.effects };
}

/** Not sent on: too many hops is final, everything else may pass. */
export function noteNotForwarded({ context, event }: Args): Decision {
  const work = nextWork(context);
  assert(work !== undefined, 'a forward is under way');
  const { address } = recipientOf(context, work.for);
  const hops = event.type === 'cleanup.done' && event.status === 'hops';
  const verdict = hops
    ? ({ status: 'bounced', dsn: '5.4.6', text: 'too many hops' } as const)
    : ({ status: 'deferred', dsn: '4.3.0', text: 'unable to forward message' } as const);
  const done = concluded(context, work.for, address, verdict, event.at);
  return { context: { ...done.context, work: restOf(context) }, effects: done.effects };
}
