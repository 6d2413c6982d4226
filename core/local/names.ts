/**
 * names - what becomes of a local name: alias, mailbox, or nobody.
 *
 * local(8) · aliases(5) · Postfix: src/local/recipient.c, alias.c, unknown.c
 */
import { searchAddress } from '../config/search.ts';
import { boolOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { lookup } from '../config/tables/store.ts';
import type { Effect } from '../kernel/effects.ts';
import { accountOf } from './account.ts';
import { forwardPaths } from './dot-forward.ts';
import { membersOf } from './members.ts';
import {
  type Args,
  type Decision,
  finished,
  nextWork,
  notSupported,
  remember,
  restOf,
  splitName,
  type Verdict,
  workOf,
} from './shared.ts';
import type { Chain, LocalContext, MembersWork, NameWork } from './types.ts';

/** Postfix counts four levels for each alias, and gives up above 100: the 25th alias in a row. */
const LEVEL_LIMIT = 100;
const LEVELS_PER_ALIAS = 4;

/** Nothing is left to do. */
export function workIsDone({ context }: Args): boolean {
  return context.work.length === 0;
}

/** A name comes next. */
export function nextIsName({ context }: Args): boolean {
  return nextWork(context)?.type === 'name';
}

/** Drops work that is done. */
export function skipNext({ context }: Args): Decision {
  return { context: { work: restOf(context) } };
}

/** The message has been delivered to this address before. RFC 5321 §6.3 */
export function isForwardingLoop({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'name' && context.deliveredTo.has(work.address.toLowerCase());
}

/** Returns the message: it goes round. */
export function bounceForwardingLoop({ context, event }: Args): Decision {
  const text = `mail forwarding loop for ${workOf(context, 'name').address}`;
  return finished(context, { status: 'bounced', dsn: '5.4.6', text }, event.at);
}

function levelOf(chain: Chain | undefined): number {
  let level = 1;
  for (let link = chain; link !== undefined; link = link.parent) level += LEVELS_PER_ALIAS;
  return level;
}

/** Aliases that lead to each other without end. */
export function isAliasLoop({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'name' && levelOf(work.chain) > LEVEL_LIMIT;
}

/** Returns the message, with a warning; names seen so far are not expanded again. */
export function bounceAliasLoop({ context, event }: Args): Decision {
  const text = `alias database loop for ${splitName(context.settings, workOf(context, 'name').name).user}`;
  const done = finished(context, { status: 'bounced', dsn: '5.4.6', text }, event.at);
  const served = remember(context, 'loop');
  const log: Effect = { type: 'log', level: 'warning', text };
  return { context: { ...done.context, served }, effects: [log, ...(done.effects ?? [])] };
}

interface Alias {
  readonly members: readonly string[];
  readonly owner: string | undefined;
  readonly key: string;
}

/** Asks alias_maps: the whole name, then without its extension. Undefined: no alias. */
function aliasOf(settings: Settings, name: string): Alias | 'failed' | undefined {
  const hit = searchAddress(settings, 'alias_maps', name, 'aliases');
  if (hit === undefined) return undefined;
  if (hit.type === 'error') return 'failed';
  const owner = ownerOf(settings, hit.key);
  return owner === 'failed' ? owner : { members: membersOf(hit.value), owner, key: hit.key };
}

/** `owner-NAME`, if that alias exists: problems with the list go there. postconf(5) expand_owner_alias */
function ownerOf(settings: Settings, name: string): string | 'failed' | undefined {
  if (name.startsWith('owner-')) return undefined;
  const key = `owner-${name}`;
  for (const map of listOf(settings, 'alias_maps')) {
    const answer = lookup(settings.tables, map, key);
    if (answer.type === 'error') return 'failed';
    if (answer.type === 'found') return boolOf(settings, 'expand_owner_alias') ? answer.value : key;
  }
  return undefined;
}

/** A table of aliases that is broken: nobody knows whose mail this is, so it waits. */
export function aliasLookupFails({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'name' && !work.direct && aliasOf(context.settings, work.name) === 'failed';
}

/** Puts the recipient off. */
export function deferForAliases({ context, event }: Args): Decision {
  return finished(context, { status: 'deferred', dsn: '4.3.0', text: 'alias database unavailable' }, event.at);
}

/** The name is an alias. */
export function nextIsAlias({ context }: Args): boolean {
  const work = nextWork(context);
  if (work?.type !== 'name' || work.direct) return false;
  return aliasOf(context.settings, work.name) !== undefined;
}

/** Its members take the name's place, unless they have done so before. aliases(5) */
export function expandAlias({ context }: Args): Decision {
  const work = workOf(context, 'name');
  const alias = aliasOf(context.settings, work.name);
  if (alias === undefined || alias === 'failed') return skipNext({ context, event: requestEvent(context) });
  if (wasExpanded(context, work, alias.key)) return { context: { work: restOf(context) } };
  const members: MembersWork = {
    ...{ type: 'members', for: work.for, address: work.address, members: alias.members, of: work.name },
    ...{ owner: alias.owner, sendOn: false, rewritten: [], resolved: [] },
    chain: { name: alias.key, parent: work.chain },
  };
  return { context: { work: [members, ...restOf(context)], served: remember(context, `alias ${alias.key}`) } };
}

/** Two ways to an alias are one; only a way that leads back to itself is followed again, to be found out as a loop. */
function wasExpanded(context: LocalContext, work: NameWork, key: string): boolean {
  if (!context.served.has(`alias ${key}`)) return false;
  if (context.served.has('loop')) return true;
  for (let link = work.chain; link !== undefined; link = link.parent) if (link.name === key) return false;
  return true;
}
