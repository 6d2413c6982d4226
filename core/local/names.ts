/**
 * names - what becomes of a local name: alias, mailbox, or nobody.
 *
 * local(8) · aliases(5) · Postfix: src/local/recipient.c, alias.c, unknown.c
 */
import { searchAddress } from '../config/search.ts';
import { boolOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { lookup } from '../config/tables/store.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Because } from '../mail/because.ts';
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

const ALIAS_MAPS: Because = { parameter: 'alias_maps' };
const WAS_HERE: Because = { rule: 'Delivered-To' };
const REQUIRED: Because = { rule: 'required address' };
const NOBODY: Because = { rule: 'unknown user', parameter: 'alias_maps' };

/** Nothing is left to do. */
export function workIsDone({ context }: Args): boolean {
  return context.work.length === 0;
}

/** A name comes next. */
export function nextIsName({ context }: Args): boolean {
  return nextWork(context)?.type === 'name';
}

/** Members come next. */
export function nextIsMembers({ context }: Args): boolean {
  return nextWork(context)?.type === 'members';
}

/** The message must travel on to other addresses. */
export function nextIsForward({ context }: Args): boolean {
  return nextWork(context)?.type === 'forward';
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
  return finished(context, { status: 'bounced', dsn: '5.4.6', text, because: WAS_HERE }, event.at);
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
  const verdict = { status: 'bounced', dsn: '5.4.6', text, because: ALIAS_MAPS } as const;
  const done = finished(context, verdict, event.at);
  const served = remember(context, 'loop');
  const log: Effect = { type: 'log', level: 'warning', text, because: ALIAS_MAPS };
  return { context: { ...done.context, served }, effects: [log, ...(done.effects ?? [])] };
}

interface Alias {
  readonly members: readonly string[];
  readonly owner: string | undefined;
  readonly key: string;
  readonly because: Because;
}

/** Asks alias_maps: the whole name, then without its extension. Undefined: no alias. */
function aliasOf(settings: Settings, name: string): Alias | 'failed' | undefined {
  const hit = searchAddress(settings, 'alias_maps', name, 'aliases');
  if (hit === undefined) return undefined;
  if (hit.type === 'error') return 'failed';
  const owner = ownerOf(settings, hit.key);
  if (owner === 'failed') return owner;
  const { key, table } = hit;
  const because: Because = { parameter: 'alias_maps', table, key };
  return { members: membersOf(hit.value), owner, key, because };
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
  return finished(
    context,
    { status: 'deferred', dsn: '4.3.0', text: 'alias database unavailable', because: ALIAS_MAPS },
    event.at,
  );
}

/** The name is an alias. */
export function nextIsAlias({ context }: Args): boolean {
  const work = nextWork(context);
  if (work?.type !== 'name' || work.direct) return false;
  return aliasOf(context.settings, work.name) !== undefined;
}

/** The value of the alias that comes next, as its table has it. */
export function aliasTarget({ context }: Args): string {
  const hit = searchAddress(context.settings, 'alias_maps', workOf(context, 'name').name, 'aliases');
  return hit?.type === 'found' ? hit.value : '';
}

/** Its members take the name's place, unless they have done so before. aliases(5) */
export function expandAlias({ context }: Args): Decision {
  const work = workOf(context, 'name');
  const alias = aliasOf(context.settings, work.name);
  assert(alias !== undefined && alias !== 'failed', 'expandAlias needs an alias');
  if (wasExpanded(context, work, alias.key)) return { context: { work: restOf(context) } };
  const members: MembersWork = {
    ...{ type: 'members', for: work.for, address: work.address, members: alias.members, of: work.name },
    ...{ owner: alias.owner, sendOn: false, rewritten: [], resolved: [] },
    chain: { name: alias.key, parent: work.chain, because: alias.because },
  };
  return {
    context: { work: [members, ...restOf(context)], served: remember(context, `alias ${alias.key}`) },
  };
}

/** Two ways to an alias are one; only a way back to itself is followed again, to be found out as a loop. */
function wasExpanded(context: LocalContext, work: NameWork, key: string): boolean {
  if (!context.served.has(`alias ${key}`)) return false;
  if (context.served.has('loop')) return true;
  for (let link = work.chain; link !== undefined; link = link.parent) if (link.name === key) return false;
  return true;
}

/** The user whose mailbox it is: no extension, small letters. */
function userOf(settings: Settings, name: string): string {
  return splitName(settings, name).user.toLowerCase();
}

/** There is such a user. */
export function nextIsUser({ context }: Args): boolean {
  const work = nextWork(context);
  return (
    work?.type === 'name' && accountOf(context.settings, userOf(context.settings, work.name)) !== undefined
  );
}

/** From the name to the mailbox; .forward files come first, unless the name said otherwise. */
export function chooseMailbox({ context }: Args): Decision {
  const { name, direct, chain, address, for: index } = workOf(context, 'name');
  const user = userOf(context.settings, name);
  const account = accountOf(context.settings, user);
  assert(account !== undefined, 'chooseMailbox needs a user');
  const forwards = direct
    ? []
    : forwardPaths(context.settings, account, splitName(context.settings, name).extension);
  return {
    context: { work: [{ type: 'mailbox', user, forwards, for: index, address, chain }, ...restOf(context)] },
  };
}

/** Where mail for names that are no users may go instead; in this order. postconf(5) */
const INSTEAD = [
  'mailbox_transport_maps',
  'mailbox_transport',
  'fallback_transport_maps',
  'fallback_transport',
];

function insteadOf(settings: Settings, user: string): string | undefined {
  return [...INSTEAD, 'luser_relay'].find((parameter) => applies(settings, parameter, user));
}

/** The parameter is set and, where it names tables, they know the user (or cannot say). */
export function applies(settings: Settings, parameter: string, user: string): boolean {
  if (!parameter.endsWith('_maps')) return textOf(settings, parameter) !== '';
  return searchAddress(settings, parameter, user, 'aliases') !== undefined;
}

/** The configuration sends unknown names to a place that this version does not know. */
export function goesElsewhere({ context }: Args): boolean {
  const work = nextWork(context);
  return (
    work?.type === 'name' && insteadOf(context.settings, userOf(context.settings, work.name)) !== undefined
  );
}

/** Differs: mailbox_transport, fallback_transport and luser_relay are not there yet; the mail waits. */
export function deferElsewhere({ context, event }: Args): Decision {
  const parameter = insteadOf(context.settings, userOf(context.settings, workOf(context, 'name').name)) ?? '';
  const { verdict, log } = notSupported(`by ${parameter}`, { parameter });
  const done = finished(context, verdict, event.at);
  return { ...done, effects: [log, ...(done.effects ?? [])] };
}

/** postmaster and MAILER-DAEMON must exist, so mail for them is never returned. RFC 5321 §4.5.1 */
export function isRequiredName({ context }: Args): boolean {
  const work = nextWork(context);
  if (work?.type !== 'name') return false;
  return ['postmaster', 'mailer-daemon'].includes(userOf(context.settings, work.name));
}

/** Throws the mail away, with a warning to the administrator. */
export function discardRequired({ context, event }: Args): Decision {
  const user = userOf(context.settings, workOf(context, 'name').name);
  const log: Effect = {
    type: 'log',
    level: 'warning',
    text: `required alias not found: ${user}`,
    because: REQUIRED,
  };
  const done = finished(
    context,
    { status: 'sent', dsn: '2.0.0', text: 'discarded', because: REQUIRED },
    event.at,
  );
  return { ...done, effects: [log, ...(done.effects ?? [])] };
}

/** Nobody has that name: said once for each name. */
export function bounceUnknown({ context, event }: Args): Decision {
  const user = userOf(context.settings, workOf(context, 'name').name);
  if (context.served.has(`unknown ${user}`)) return { context: { work: restOf(context) } };
  const verdict: Verdict = {
    status: 'bounced',
    dsn: '5.1.1',
    text: `unknown user: "${user}"`,
    because: NOBODY,
  };
  const done = finished(context, verdict, event.at);
  return { ...done, context: { ...done.context, served: remember(context, `unknown ${user}`) } };
}
