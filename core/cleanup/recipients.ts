/**
 * Recipients of the envelope: canonical(5), virtual(5), duplicates.
 *
 * RFC 3461 §4 · Postfix: src/cleanup/cleanup_addr.c, cleanup_out_recipient.c
 */
import { boolOf, intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { CleanupRecipient } from '../kernel/notes.ts';
import { valueIn, withEntry } from '../kernel/persistent.ts';
import { buildRecipient, qmgrFlagsFor } from '../mail/queue-envelope.ts';
import { canonical, expandVirtual, type Mapped } from './address-maps.ts';
import { namedRecipient, writeRecipients } from './envelope.ts';
import { type Args, type Decision, inTurn, logLine, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** Who is meant: `addresses`, and `canonical` before virtual(5) took it apart. */
function meant(context: CleanupContext, address: string): Mapped & { readonly canonical: string } {
  const { settings } = context;
  const first = canonical(settings, namedRecipient(context, address), 'envelope_recipient');
  const final = first.addresses[0] ?? address;
  if (first.failed !== undefined) return { ...first, canonical: final };
  return { ...first, ...expandVirtual(settings, final), canonical: final };
}

/** A table that this recipient needs did not answer, or has no end. */
export function aliasLookupFails({ context, event }: Args): boolean {
  assert(event.type === 'cleanup.recipient', 'aliasLookupFails belongs to cleanup.recipient');
  return meant(context, event.address).failed !== undefined;
}

/** The whole message must wait: nobody can say who is meant. */
export function noteMapError({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.recipient', 'noteMapError belongs to cleanup.recipient');
  const { warning = '', failed } = meant(context, event.address);
  return {
    context: {
      status: worse('map', context.status),
      reason: failed === 'limit' ? '4.6.0 Alias expansion error' : context.reason,
    },
    effects: [logLine('warning', `${context.queueId}: ${warning}`)],
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

interface Listed {
  readonly records: readonly Uint8Array[];
  readonly changes: Partial<CleanupContext>;
}

/**
 * The records of those an address stands for, each once. postconf(5) duplicate_filter_limit,
 * enable_original_recipient
 *
 * Differs: NOTIFY=SUCCESS stays with everyone in an alias, because no "expanded" notice is sent from here.
 */
function listed(context: CleanupContext, event: CleanupRecipient, who: ReturnType<typeof meant>): Listed {
  const { settings } = context;
  const limit = intOf(settings, 'duplicate_filter_limit');
  const dsnOrcpt = originalFor(context, event, who.canonical);
  const origAddress = event.original;
  const byOriginal = boolOf(settings, 'enable_original_recipient');
  const records: Uint8Array[] = [];
  let { seen } = context;
  for (const address of who.addresses) {
    const facts = byOriginal ? [dsnOrcpt, event.notify, origAddress, address] : [address];
    const key = facts.join('\n').toLowerCase();
    if (valueIn(seen, key) === true) continue;
    if (limit === 0 || seen.size < limit) seen = withEntry(seen, key, true);
    records.push(
      buildRecipient({
        address,
        origAddress,
        notify: event.notify,
        ...(dsnOrcpt === '' ? {} : { dsnOrcpt }),
      }),
    );
  }
  const recipientCount = context.recipientCount + records.length;
  const qmgrFlags = context.qmgrFlags | qmgrFlagsFor([event]);
  return { records, changes: { seen, recipientCount, qmgrFlags, hasRecipient: true } };
}

function recordsFor({ context, event }: Args): Listed & Pick<Decision, 'effects'> {
  assert(event.type === 'cleanup.recipient', 'recipient records belong to cleanup.recipient');
  const who = meant(context, event.address);
  const warning = who.warning === undefined ? [] : [logLine('warning', `${context.queueId}: ${who.warning}`)];
  return { ...listed(context, event, who), effects: warning };
}

/** Adds the recipients that an address stands for. */
export function addRecipient(args: Args): Decision {
  const { records, changes, effects } = recordsFor(args);
  const waiting = records.length === 0 ? args.context.waiting : [...args.context.waiting, ...records];
  return inTurn(
    args.context,
    () => ({ context: { ...changes, waiting }, effects: effects ?? [] }),
    (next) => writeRecipients(next, false),
  );
}

/** A recipient that was named behind the text (sendmail -t): its record belongs there too. */
export function addExtracted(args: Args): Decision {
  const { records, changes, effects } = recordsFor(args);
  const extracted = [...args.context.extracted, ...records];
  return { context: { ...changes, extracted }, effects: effects ?? [] };
}
