/**
 * Recipients of the envelope: canonical(5), virtual(5), duplicates.
 *
 * RFC 3461 §4 · Postfix: src/cleanup/cleanup_addr.c, cleanup_out_recipient.c
 */
import { assert } from '../kernel/assert.ts';
import type { CleanupRecipient } from '../kernel/notes.ts';
import { qmgrFlagsFor } from '../mail/queue-envelope.ts';
import { copyOfRecipient, listedAfter } from './bcc.ts';
import { namedRecipient, writeRecipients } from './envelope.ts';
import { type Listed, listed, type Meant, meant } from './listed.ts';
import { type Args, type Decision, explained, inTurn, logLine, reasonOf, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** Everyone the recipient of an event stands for. */
function meantBy({ context, event }: Args): Meant {
  assert(event.type === 'cleanup.recipient', 'only a recipient stands for somebody');
  return meant(context, namedRecipient(context, event.address));
}

/** A table that this recipient needs did not answer, or has no end. */
export function aliasLookupFails(args: Args): boolean {
  return meantBy(args).failed !== undefined;
}

/** The whole message must wait: nobody can say who is meant. */
export function noteMapError(args: Args): Decision {
  const { context } = args;
  // As Postfix: what comes behind an error is not even looked at.
  if (context.status !== 'ok') return {};
  const who = meantBy(args);
  const text = `${context.queueId}: ${who.warning ?? ''}`;
  return {
    context: { status: worse('map', context.status), ...reasonOf(context, who) },
    effects: [logLine('warning', text, who.causes?.[0])],
  };
}

/**
 * The original recipient for notifications: ORCPT, or what Postfix 3 makes up for it. smtpd(8) takes the
 * address as the client said it, other sources have the complete one.
 */
function originalFor(
  { settings, message }: CleanupContext,
  event: CleanupRecipient,
  complete: string,
): string {
  if (event.orcpt !== '' || settings.profile === '2.3') return event.orcpt;
  const address = message.origin === 'smtpd' && event.original !== '' ? event.original : complete;
  return `rfc822;${address}`;
}

/** The records of those who are meant, and of those who get a copy. */
function recordsFor(args: Args): Listed {
  const { context, event } = args;
  if (context.status !== 'ok') return { records: [], changes: {}, effects: [] };
  assert(event.type === 'cleanup.recipient', 'recipient records belong to cleanup.recipient');
  const who = meantBy(args);
  const named = {
    ...{ original: event.original, notify: event.notify },
    dsnOrcpt: originalFor(context, event, who.canonical),
  };
  const told = explained(context, event.address, who);
  const said = `${context.queueId}: ${who.warning ?? ''}`;
  const effects = who.warning === undefined ? told : [...told, logLine('warning', said, who.causes?.[0])];
  const theirs = listed(context, named, who.addresses);
  // What a copy asks for (never) is no news to qmgr.
  const asked = {
    hasRecipient: true,
    lastRecipient: who.canonical,
    qmgrFlags: context.qmgrFlags | qmgrFlagsFor([event]),
  };
  const first = { ...theirs, changes: { ...theirs.changes, ...asked }, effects };
  return listedAfter(context, first, (next) => copyOfRecipient(next, who.canonical));
}

/** Adds the recipients that an address stands for. */
export function addRecipient(args: Args): Decision {
  const { records, changes, effects } = recordsFor(args);
  const waiting = records.length === 0 ? args.context.waiting : [...args.context.waiting, ...records];
  return inTurn(
    args.context,
    () => ({ context: { ...changes, waiting }, effects }),
    (next) => writeRecipients(next, false),
  );
}

/** A recipient that was named behind the text (sendmail -t): its record belongs there too. */
export function addExtracted(args: Args): Decision {
  const { records, changes, effects } = recordsFor(args);
  const extracted = [...args.context.extracted, ...records];
  return { context: { ...changes, extracted }, effects };
}
