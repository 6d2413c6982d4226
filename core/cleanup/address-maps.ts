/**
 * One address through the tables: canonical(5), virtual(5).
 *
 * Postfix: src/cleanup/cleanup_map11.c, cleanup_map1n.c, src/global/mail_addr_map.c
 */
import { searchAddress } from '../config/search.ts';
import { boolOf, intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { Because } from '../mail/because.ts';
import { quote822 } from '../mail/quote.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf } from '../mail/tok822-print.ts';

/** What became of an address. */
export interface Mapped {
  /** At least one, also after an error. */
  readonly addresses: readonly string[];
  /** For the log, without queue id. */
  readonly warning?: string;
  /**
   * `lookup`: a table did not answer · `limit`: the tables go on and on. Either way the message must
   * wait.
   */
  readonly failed?: 'lookup' | 'limit';
  /** What was obeyed, in turn; absent where nothing changed. */
  readonly causes?: readonly Because[];
}

/** canonical(5): tables that send an address round in circles are left after so many turns. */
const MAX_CANONICAL_TURNS = 10;

/**
 * What is in a table is written by the postmaster: it is completed like a local address.
 * trivial-rewrite(8)
 */
export function standardForm(settings: Settings, address: string): string {
  const { local, domain } = splitLocalDomain(address);
  if (domain === undefined) {
    const completed = local !== '' && boolOf(settings, 'append_at_myorigin');
    return completed ? `${local}@${textOf(settings, 'myorigin')}` : local;
  }
  if (domain.startsWith('[')) return address;
  if (domain.endsWith('.')) return address.slice(0, -1);
  const whole = domain === '' || domain.includes('.') || !boolOf(settings, 'append_dot_mydomain');
  return whole ? address : `${address}.${textOf(settings, 'mydomain')}`;
}

/** Ends in log lines of Postfix 3; 2.3 went on with what it had. */
export function notAccepted(settings: Settings): string {
  return settings.profile === '2.3' ? '' : ' -- message not accepted, try again later';
}

type Step =
  | 'missing'
  | { readonly failed: Because }
  | { readonly targets: readonly string[]; readonly cause: Because };

/** One lookup. `table`: the word for this kind of table in propagate_unmatched_extensions. */
function lookUp(settings: Settings, maps: string, address: string, table: 'canonical' | 'virtual'): Step {
  const hit = searchAddress(settings, maps, address, 'address');
  if (hit === undefined) return 'missing';
  const cause: Because = { parameter: maps, table: hit.table };
  if (hit.type === 'error') return { failed: cause };
  const { local } = splitLocalDomain(address);
  // The key is folded; the extension keeps its case and its delimiter.
  const matched = hit.extension === undefined ? '' : local.slice(-hit.extension.length - 1);
  // `@other.domain` keeps the local part, without the extension that the key lacked.
  const user = matched === '' ? local : local.slice(0, -matched.length);
  const value = hit.value.startsWith('@') ? quote822(`${user}${hit.value}`) : hit.value;
  const kept = listOf(settings, 'propagate_unmatched_extensions').includes(table) ? matched : '';
  const targets = addressesOf(parseAddressList(value)).map((target) => {
    const { local: whom, domain } = splitLocalDomain(standardForm(settings, target));
    return domain === undefined ? whom + kept : `${whom}${kept}@${domain}`;
  });
  // A value without an address is a mistake in the table, and must not lose mail.
  return targets.length === 0 ? { failed: cause } : { targets, cause: { ...cause, key: hit.key } };
}

/** postconf(5) canonical_maps: one table for one address, again and again until it rests. */
function throughCanonical(settings: Settings, maps: string, address: string): Mapped {
  let current = address;
  let causes: readonly Because[] | undefined;
  const now = () => ({ addresses: [current], ...(causes === undefined ? {} : { causes }) });
  for (let turn = 0; turn < MAX_CANONICAL_TURNS; turn++) {
    const step = lookUp(settings, maps, current, 'canonical');
    if (step === 'missing') return now();
    if ('failed' in step) return lookupFailed(settings, step.failed, current, current);
    const next = step.targets[0] ?? current;
    const rests = next.toLowerCase() === current.toLowerCase();
    if (next !== current) causes = [...(causes ?? []), step.cause];
    current = next;
    if (rests) return now();
  }
  const warning = `unreasonable ${maps} map nesting for ${current}${notAccepted(settings)}`;
  return { ...now(), warning };
}

function lookupFailed(settings: Settings, cause: Because, address: string, named: string): Mapped {
  const warning = `${cause.parameter} map lookup problem for ${named}${notAccepted(settings)}`;
  return { addresses: [address], warning, failed: 'lookup', causes: [cause] };
}

/** What two steps have obeyed, one after the other. */
export function bothCauses(first: Mapped, then: Mapped): Pick<Mapped, 'causes'> {
  const isFirst = then.causes === undefined;
  const causes =
    isFirst || first.causes === undefined || then.failed !== undefined ? undefined : first.causes;
  if (causes !== undefined) return { causes: [...causes, ...(then.causes ?? [])] };
  const one = then.causes ?? first.causes;
  return one === undefined ? {} : { causes: one };
}

/** An address of the envelope or of a header, of a sender or of a recipient. */
export type AddressClass = 'envelope_sender' | 'envelope_recipient' | 'header_sender' | 'header_recipient';

const FOR_ALL = { maps: 'canonical_maps', classes: 'canonical_classes' } as const;
const FOR_SENDERS = [
  { maps: 'sender_canonical_maps', classes: 'sender_canonical_classes' } as const,
  FOR_ALL,
];
const FOR_RECIPIENTS = [
  { maps: 'recipient_canonical_maps', classes: 'recipient_canonical_classes' } as const,
  FOR_ALL,
];
/** The tables for an address, in their order. */
const CANONICAL = {
  ...{ envelope_sender: FOR_SENDERS, header_sender: FOR_SENDERS },
  ...{ envelope_recipient: FOR_RECIPIENTS, header_recipient: FOR_RECIPIENTS },
} as const;

/** postconf(5) sender_canonical_maps, recipient_canonical_maps, then canonical_maps, each for its classes. */
export function canonical(settings: Settings, address: string, addressClass: AddressClass): Mapped {
  let result: Mapped = { addresses: [address] };
  for (const { maps, classes } of CANONICAL[addressClass]) {
    if (listOf(settings, maps).length === 0 || !listOf(settings, classes).includes(addressClass)) continue;
    const next = throughCanonical(settings, maps, result.addresses[0] ?? address);
    result = { ...result, ...next, ...bothCauses(result, next) };
    if (result.failed !== undefined) return result;
  }
  return result;
}

/**
 * postconf(5) virtual_alias_maps: all that an address stands for, recursively; itself when it is in no table.
 * An address may expand to itself once.
 */
export function expandVirtual(settings: Settings, address: string): Mapped {
  const maps = 'virtual_alias_maps';
  if (listOf(settings, maps).length === 0) return { addresses: [address] };
  const sizeLimit = intOf(settings, 'virtual_alias_expansion_limit');
  const depthLimit = intOf(settings, 'virtual_alias_recursion_limit');
  const list = [address];
  const causes: Because[] = [];
  const resting = new Set<string>();
  for (let at = 0; at < list.length; at++) {
    if (list.length > sizeLimit)
      return limitReached(settings, 'expansion', 'map expansion size for', address, list);
    for (let depth = 0; !resting.has((list[at] ?? '').toLowerCase()); depth++) {
      if (depth >= depthLimit) return limitReached(settings, 'recursion', 'map nesting for', address, list);
      const current = list[at] ?? '';
      const step = lookUp(settings, maps, current, 'virtual');
      if (step === 'missing') break;
      if ('failed' in step) return lookupFailed(settings, step.failed, address, address);
      const tooLong = step.targets.find((target) => target.length > addressLimit(settings));
      if (tooLong !== undefined)
        return limitReached(settings, 'address_length', 'result', `${tooLong.slice(0, 300)}...`, [address]);
      if (step.targets.some((target) => target.toLowerCase() === current.toLowerCase()))
        resting.add(current.toLowerCase());
      if (step.targets.length > 1 || step.targets[0] !== current) causes.push(step.cause);
      list.splice(at, 1, step.targets[0] ?? current);
      for (const target of step.targets.slice(1)) list.push(target);
    }
  }
  return causes.length === 0 ? { addresses: list } : { addresses: list, causes };
}

function addressLimit(settings: Settings): number {
  return intOf(settings, 'virtual_alias_address_length_limit') || Number.POSITIVE_INFINITY;
}

/** Postfix 2.3 stopped and kept what it had; since then the message is put off. */
function limitReached(
  settings: Settings,
  which: 'expansion' | 'recursion' | 'address_length',
  what: string,
  named: string,
  list: readonly string[],
): Mapped {
  const causes = [{ parameter: `virtual_alias_${which}_limit` }];
  const warning = `unreasonable virtual_alias_maps ${what} ${named}${notAccepted(settings)}`;
  return settings.profile === '2.3'
    ? { addresses: list, warning, causes }
    : { addresses: list, warning, failed: 'limit', causes };
}
