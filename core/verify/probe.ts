/** The message that asks for an address: a header and no text, from one that is always there. verify(8) */
import { type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Note } from '../kernel/notes.ts';
import { rfc822Date } from '../mail/date.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import type { Args, Decision } from './types.ts';

/**
 * The envelope sender of probes; '' = the null sender. postconf(5) address_verify_sender
 *
 * Differs: address_verify_sender_ttl is not obeyed, the address stays the same.
 */
export function probeSender(settings: Settings): string {
  const sender = textOf(settings, 'address_verify_sender');
  if (sender === '' || sender === '<>') return '';
  return sender.includes('@') ? sender : `${sender}@${textOf(settings, 'myorigin')}`;
}

/** cleanup(8) takes a probe: the one that has waited longest. All are alike but for their recipient. */
export function writeProbe({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'writeProbe belongs to cleanup.opened');
  const { settings, zone, waiting } = context;
  const [probe, ...rest] = waiting;
  assert(probe !== undefined, 'every probe that is opened was asked for');
  const host = textOf(settings, 'myhostname');
  const date = rfc822Date(event.at, zone);
  const received = `Received: by ${host} (${textOf(settings, 'mail_name')})\n\tid ${event.queueId}; ${date}\n`;
  const { address: original, standard: address } = probe;
  const notes: readonly Note[] = [
    { type: 'cleanup.recipient', address, original, notify: NOTIFY.never, orcpt: '' },
    { type: 'cleanup.prepend', bytes: latin1ToBytes(received) },
    { type: 'cleanup.chunk', bytes: latin1ToBytes('\n') },
    { type: 'cleanup.close' },
  ];
  const effects = notes.map((note): Effect => ({ type: 'send', to: event.from, note }));
  return { context: { waiting: rest }, effects };
}

/** cleanup(8) could not take one: nothing is known of its address until it is asked for again. */
export function probeFailed({ event }: Args): boolean {
  if (event.type === 'master.childDied') return event.request?.type === 'cleanup.open';
  return event.type === 'cleanup.done' && event.status !== 'ok' && event.queueId === '';
}

/** Gives the one up that has waited longest. */
export function giveUpProbe({ context }: Args): Decision {
  return { context: { waiting: context.waiting.slice(1) } };
}
