/**
 * Who an address stands for, and the records of those people, each once.
 *
 * canonical(5) · virtual(5) · RFC 3461 §4 · Postfix: src/cleanup/cleanup_out_recipient.c
 */
import { boolOf, intOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { valueIn, withEntry } from '../kernel/persistent.ts';
import { buildRecipient } from '../mail/queue-envelope.ts';
import { bothCauses, expandVirtual, type Mapped } from './address-maps.ts';
import { finalForm } from './masquerade.ts';
import type { CleanupContext } from './types.ts';

/** Everyone an address stands for, and the address before virtual(5) took it apart. */
export type Meant = Mapped & { readonly canonical: string };

/** Who is meant by an address in standard internal form. canonical(5), masquerade_domains, virtual(5) */
export function meant({ settings }: CleanupContext, address: string): Meant {
  const first = finalForm(settings, address, 'envelope_recipient');
  const final = first.addresses[0] ?? address;
  if (first.failed !== undefined) return { ...first, canonical: final };
  const expanded = expandVirtual(settings, final);
  return { ...first, ...expanded, ...bothCauses(first, expanded), canonical: final };
}

/** What the records of a recipient say beside the address. */
export interface Named {
  readonly original: string;
  /** Sum of NOTIFY numbers (mail/queue-envelope.ts). */
  readonly notify: number;
  /** '' = no record. */
  readonly dsnOrcpt: string;
}

/** Records to write, what changes with them, what the log says. */
export interface Listed {
  readonly records: readonly Uint8Array[];
  readonly changes: Partial<CleanupContext>;
  readonly effects: readonly Effect[];
}

/**
 * The records of several addresses that one recipient stands for. postconf(5) duplicate_filter_limit,
 * enable_original_recipient
 *
 * Differs: NOTIFY=SUCCESS stays with everyone in an alias, because no "expanded" notice is sent from here.
 */
export function listed(context: CleanupContext, named: Named, addresses: readonly string[]): Listed {
  const { settings } = context;
  const { original, notify, dsnOrcpt } = named;
  const limit = intOf(settings, 'duplicate_filter_limit');
  const byOriginal = boolOf(settings, 'enable_original_recipient');
  const records: Uint8Array[] = [];
  let { seen } = context;
  for (const address of addresses) {
    const facts = byOriginal ? [dsnOrcpt, notify, original, address] : [address];
    const key = facts.join('\n').toLowerCase();
    if (valueIn(seen, key) === true) continue;
    if (limit === 0 || seen.size < limit) seen = withEntry(seen, key, true);
    records.push(
      buildRecipient({ address, origAddress: original, notify, ...(dsnOrcpt === '' ? {} : { dsnOrcpt }) }),
    );
  }
  const recipientCount = context.recipientCount + records.length;
  return { records, changes: { seen, recipientCount }, effects: [] };
}
