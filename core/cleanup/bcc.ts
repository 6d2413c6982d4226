/**
 * Blind copies that the postmaster wants: always_bcc, sender_bcc_maps, recipient_bcc_maps.
 *
 * postconf(5) always_bcc · Postfix: src/cleanup/cleanup_addr.c, cleanup_extracted.c
 */
import { searchAddress } from '../config/search.ts';
import { textOf } from '../config/settings.ts';
import { changed } from '../kernel/joined.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { notAccepted, standardForm } from './address-maps.ts';
import { EXPANSION_ERROR, type Listed, listed, meant } from './listed.ts';
import { logLine, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

const NOBODY: Listed = { records: [], changes: {}, effects: [] };

/** Mail that comes from outside the mail system; its own notices are neither copied nor inspected. */
export function isFromOutside({ message }: CleanupContext): boolean {
  return message.origin === 'smtpd' || message.origin === 'pickup';
}

function troubled({ queueId, status }: CleanupContext, warning: string): Listed {
  return {
    ...NOBODY,
    changes: { status: worse('map', status) },
    effects: [logLine('warning', `${queueId}: ${warning}`)],
  };
}

/**
 * A copy for an address that the postmaster wrote: completed like a local one, and the sender never hears
 * what becomes of it.
 */
export function copyTo(context: CleanupContext, address: string): Listed {
  const { warning, failed, ...who } = meant(context, standardForm(context.settings, address));
  if (failed !== undefined) {
    const { changes, effects } = troubled(context, warning ?? '');
    const reason = failed === 'limit' ? EXPANSION_ERROR : context.reason;
    return { ...NOBODY, changes: { ...changes, reason }, effects };
  }
  const { effects } = warning === undefined ? NOBODY : troubled(context, warning);
  const named = { original: who.canonical, notify: NOTIFY.never, dsnOrcpt: '' };
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
  if (answer.type === 'found') return copyTo(context, answer.value);
  return troubled(context, `${maps} map lookup problem${notAccepted(context.settings)}`);
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

/** Copies for everybody: postconf(5) always_bcc, then the BCC actions of header_checks(5). */
export function copiesForAll(context: CleanupContext): Listed {
  const { settings, hasRecipient, copies } = context;
  if (!isFromOutside(context) || !hasRecipient) return NOBODY;
  const always = textOf(settings, 'always_bcc');
  let all = always === '' ? NOBODY : copyTo(context, always);
  for (const address of copies) all = listedAfter(context, all, (next) => copyTo(next, address));
  return all;
}
