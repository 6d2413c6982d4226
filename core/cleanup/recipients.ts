/**
 * Recipients of the envelope: canonical(5), virtual(5), duplicates. Postfix: src/cleanup/cleanup_map1n.c,
 * cleanup_out_recipient.c
 */
import { searchAddress } from '../config/search.ts';
import { intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf } from '../mail/tok822-print.ts';
import type { Args, Decision } from './file.ts';

/** Addresses, or the reason why a table could not be asked. */
type Mapped = readonly string[] | { readonly error: string };

/** `user` + `ext` + `@dom` → `user+ext@dom`, where propagate_unmatched_extensions says so. */
function withExtension(
  settings: Settings,
  address: string,
  extension: string | undefined,
  table: string,
): string {
  if (extension === undefined) return address;
  if (!listOf(settings, 'propagate_unmatched_extensions').includes(table)) return address;
  const delimiter = textOf(settings, 'recipient_delimiter').slice(0, 1);
  const { local, domain } = splitLocalDomain(address);
  return domain === undefined
    ? `${local}${delimiter}${extension}`
    : `${local}${delimiter}${extension}@${domain}`;
}

function complete(settings: Settings, address: string): string {
  return address.includes('@') ? address : `${address}@${textOf(settings, 'myorigin')}`;
}

/** One replacement by canonical maps, repeated until it rests (at most ten times). */
export function canonical(
  settings: Settings,
  address: string,
  kind: 'sender' | 'recipient',
): string | undefined {
  let current = address;
  for (const maps of [`${kind}_canonical_maps`, 'canonical_maps']) {
    for (let turn = 0; turn < 10; turn += 1) {
      const hit = searchAddress(settings, maps, current, 'address');
      if (hit?.type === 'error') return undefined;
      if (hit === undefined) break;
      const [target] = addressesOf(parseAddressList(hit.value));
      if (target === undefined) break;
      // `@domain` keeps the local part. canonical(5)
      const { local } = splitLocalDomain(current);
      const full = target.startsWith('@') ? local + target : complete(settings, target);
      const next = withExtension(settings, full, hit.extension, 'canonical');
      if (next === current) break;
      current = next;
    }
  }
  return current;
}

/** All that an address stands for in virtual_alias_maps, recursively; itself when in no table. virtual(5) */
export function expandVirtual(settings: Settings, address: string): Mapped {
  if (listOf(settings, 'virtual_alias_maps').length === 0) return [address];
  const limit = intOf(settings, 'virtual_alias_expansion_limit');
  const depthLimit = intOf(settings, 'virtual_alias_recursion_limit');
  const result: string[] = [];
  const seen = new Set<string>([address.toLowerCase()]);
  const queue: { readonly address: string; readonly depth: number }[] = [{ address, depth: 0 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const hit = searchAddress(settings, 'virtual_alias_maps', next.address, 'address');
    if (hit?.type === 'error') return { error: hit.text };
    if (hit === undefined) {
      result.push(next.address);
      continue;
    }
    if (next.depth >= depthLimit || result.length + queue.length > limit)
      return { error: `unreasonable virtual_alias_maps map nesting for ${address}` };
    for (const target of targetsOf(settings, next.address, hit)) {
      const same = target.toLowerCase() === next.address.toLowerCase();
      if (same) result.push(target);
      else if (!seen.has(target.toLowerCase())) {
        seen.add(target.toLowerCase());
        queue.push({ address: target, depth: next.depth + 1 });
      }
    }
  }
  return result;
}

function targetsOf(
  settings: Settings,
  address: string,
  hit: { readonly value: string; readonly extension: string | undefined },
): readonly string[] {
  return addressesOf(parseAddressList(hit.value)).map((target) => {
    const { local } = splitLocalDomain(address);
    const full = target.startsWith('@') ? local + target : complete(settings, target);
    return withExtension(settings, full, hit.extension, 'virtual');
  });
}

function mapped(settings: Settings, address: string): Mapped {
  const final = listOf(settings, 'canonical_classes').includes('envelope_recipient')
    ? canonical(settings, address, 'recipient')
    : address;
  return final === undefined ? { error: 'canonical_maps' } : expandVirtual(settings, final);
}

/** A table that this recipient needs did not answer. */
export function aliasLookupFails({ context, event }: Args): boolean {
  assert(event.type === 'cleanup.recipient', 'aliasLookupFails belongs to cleanup.recipient');
  return 'error' in mapped(context.settings, event.address);
}

/** The whole message must wait: nobody can say who is meant. */
export function noteMapError({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.recipient', 'noteMapError belongs to cleanup.recipient');
  const answer = mapped(context.settings, event.address);
  const why = 'error' in answer ? answer.error : '';
  const text = `${context.queueId}: virtual_alias_maps map lookup problem for ${event.address} -- ${why}`;
  return { context: { status: 'map' }, effects: [{ type: 'log', level: 'warning', text }] };
}

/** Adds the recipients that an address stands for, each only once (duplicate_filter_limit). */
export function addRecipient({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.recipient', 'addRecipient belongs to cleanup.recipient');
  const { settings, recipients, seen } = context;
  const answer = mapped(settings, event.address);
  const addresses = 'error' in answer ? [] : answer;
  const limit = intOf(settings, 'duplicate_filter_limit');
  const known = new Set(seen);
  const added = [];
  for (const address of addresses) {
    const key = `${event.original} ${address.toLowerCase()} ${event.orcpt} ${event.notify}`;
    if (known.has(key)) continue;
    if (limit === 0 || known.size < limit) known.add(key);
    const dsnOrcpt = event.orcpt === '' ? `rfc822;${event.original}` : event.orcpt;
    added.push({ address, origAddress: event.original, dsnOrcpt, notify: event.notify });
  }
  return { context: { recipients: [...recipients, ...added], seen: known } };
}
