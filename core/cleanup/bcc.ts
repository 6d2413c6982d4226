/**
 * Blind copies that the postmaster wants: always_bcc, sender_bcc_maps, recipient_bcc_maps.
 *
 * postconf(5) always_bcc · Postfix: src/cleanup/cleanup_addr.c, cleanup_extracted.c
 */
import { emptyWarnings, searchAddress } from '../config/search.ts';
import { textOf } from '../config/settings.ts';
import { changed } from '../kernel/joined.ts';
import type { Because } from '../mail/because.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { type Mapped, notAccepted, standardForm } from './address-maps.ts';
import { type Listed, listed, meant } from './listed.ts';
import { explained, logLine, reasonOf, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

const NOBODY: Listed = { records: [], changes: {}, effects: [] };

/** Mail that comes from outside the mail system; its own notices are neither copied nor inspected. */
export function isFromOutside({ message }: CleanupContext): boolean {
  return message.origin === 'smtpd' || message.origin === 'pickup';
}

function troubled(context: CleanupContext, mapped: Mapped): Listed {
  const { queueId, status } = context;
  const text = `${queueId}: ${mapped.warning ?? ''}`;
  return {
    ...NOBODY,
    changes: { status: worse('map', status), ...reasonOf(context, mapped) },
    effects: [logLine('warning', text, mapped.causes?.[0])],
  };
}

/**
 * A copy for an address that the postmaster wrote: completed like a local one, and the sender never hears
 * what becomes of it.
 *
 * @param cause who wants the copy
 */
export function copyTo(context: CleanupContext, address: string, cause: Because): Listed {
  const who = meant(context, standardForm(context.settings, address));
  if (who.failed !== undefined) return troubled(context, who);
  const named = { original: who.canonical, notify: NOTIFY.never, dsnOrcpt: '' };
  const because = [cause, ...(who.causes ?? [])];
  const told = explained(context, address, { ...who, causes: because });
  const effects = who.warning === undefined ? told : [...told, ...troubled(context, who).effects];
  return { ...listed(context, named, who.addresses), effects };
}

/** One lookup for one address, with its extension and without. */
function copyFor(
  context: CleanupContext,
  maps: 'sender_bcc_maps' | 'recipient_bcc_maps',
  address: string,
): Listed {
  if (address === '' || !isFromOutside(context)) return NOBODY;
  const answer = searchAddress(context.settings, maps, address, 'address');
  if (answer === undefined) return NOBODY;
  const { table } = answer;
  if (answer.type === 'found')
    return copyTo(context, answer.value, { parameter: maps, table, key: answer.key });
  const warning = `${maps} map lookup problem${notAccepted(context.settings)}`;
  const cause = { parameter: maps, table };
  const told = troubled(context, { addresses: [], warning, causes: [cause] });
  const before = emptyWarnings(maps, answer).map((line) => logLine('warning', line, cause));
  return { ...told, effects: [...before, ...told.effects] };
}

/** postconf(5) sender_bcc_maps. @param sender final form */
export function copyOfSender(context: CleanupContext, sender: string): Listed {
  return copyFor(context, 'sender_bcc_maps', sender);
}

/** postconf(5) recipient_bcc_maps. @param recipient final form, before virtual(5) */
export function copyOfRecipient(context: CleanupContext, recipient: string): Listed {
  return copyFor(context, 'recipient_bcc_maps', recipient);
}

/** Two lists, the second made after the first. */
export function listedAfter(
  context: CleanupContext,
  first: Listed,
  next: (after: CleanupContext) => Listed,
): Listed {
  const second = next(changed(context, first.changes));
  return {
    records: [...first.records, ...second.records],
    changes: { ...first.changes, ...second.changes },
    effects: [...first.effects, ...second.effects],
  };
}

/** The line of the log that says BCC names the table. */
const FROM_CHECKS: Because = { parameter: 'header_checks' };

/** Copies for everybody: postconf(5) always_bcc, then the BCC actions of header_checks(5). */
export function copiesForAll(context: CleanupContext): Listed {
  const { settings, hasRecipient, copies } = context;
  if (!isFromOutside(context) || !hasRecipient) return NOBODY;
  const always = textOf(settings, 'always_bcc');
  let all = always === '' ? NOBODY : copyTo(context, always, { parameter: 'always_bcc' });
  for (const address of copies) all = listedAfter(context, all, (next) => copyTo(next, address, FROM_CHECKS));
  return all;
}
