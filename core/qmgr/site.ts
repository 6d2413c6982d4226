/**
 * Mail for one site, tried before its time: deferred messages are looked at, and taken when they are for it.
 * postqueue(1) -s
 */
import { assert } from '../kernel/assert.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { pushed, shifted } from './fifo.ts';
import { fill } from './fill.ts';
import { damageOf, queueFileOf } from './guards.ts';
import { andThen, idOf, messageOf } from './rules.ts';
import type { Args, Decision, Progress, QmgrContext } from './types.ts';

/** Reads the next deferred message, or is done with the sites. */
export function inspectNext(context: QmgrContext): Progress {
  const step = shifted(context.inspected);
  if (step === undefined)
    return { context: context.sites.length === 0 ? context : { ...context, sites: [] }, effects: [] };
  const path = step.first;
  return {
    context: { ...context, inspected: step.rest },
    effects: [{ type: 'file.read', file: `site:${idOf(path)}`, path }],
  };
}

/** Is anything of this message still to go to one of the sites? */
function isForSites(bytes: Uint8Array, sites: readonly string[]): boolean {
  const file = queueFileOf(bytes);
  if (damageOf(file) !== undefined) return false;
  return file.recipients.some(({ done, address }) => {
    const domain = splitLocalDomain(address).domain?.toLowerCase();
    return !done && domain !== undefined && sites.includes(domain);
  });
}

/** A deferred message was read, or could not be: the next one. */
export function inspected({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded' || event.type === 'file.failed', 'inspected belongs to a read');
  if (event.type === 'file.failed' || !isForSites(event.bytes, context.sites)) return inspectNext(context);
  if (messageOf(context, idOf(event.path)) !== undefined) return inspectNext(context);
  const next = { ...context, deferred: pushed(context.deferred, event.path) };
  return andThen(fill(next, event.at), inspectNext);
}
