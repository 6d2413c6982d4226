/**
 * What becomes of a local name: alias, forward, mailbox, or nobody. local(8) · aliases(5) · Postfix:
 * src/local/recipient.c
 */

import { searchAddress } from '../config/search.ts';
import { boolOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { lookup } from '../config/tables/store.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { accountOf } from './account.ts';
import { isOurDomain, membersOf } from './members.ts';
import {
  type Args,
  concluded,
  type Decision,
  nextWork,
  recipientOf,
  restOf,
  type Verdict,
} from './shared.ts';
import type { LocalContext, Work } from './types.ts';

/** postconf(5): aliases may nest this deep before it must be a loop. */
const NESTING_LIMIT = 100;

export function workIsDone({ context }: Args): boolean {
  return context.work.length === 0;
}

/** A name that needs no disk to decide. */
export function nextIsName({ context }: Args): boolean {
  return nextWork(context)?.type === 'name';
}

/** A user whose .forward has not been looked for. */
export function nextMayForward({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'mailbox' && !context.forwardSeen.has(work.user);
}

export function nextIsForward({ context }: Args): boolean {
  return nextWork(context)?.type === 'forward';
}

/** The mailbox was served already: two ways led to it. local(8) "duplicate elimination" */
export function nextIsServed({ context }: Args): boolean {
  const work = nextWork(context);
  return (work?.type === 'mailbox' && context.served.has(work.user)) || false;
}

/** Drops work that is done. */
export function skipNext({ context }: Args): Decision {
  return { context: { work: restOf(context) } };
}

type Found = { readonly members: readonly string[]; readonly owner: string | undefined } | Verdict;

function ownerOf(settings: Settings, name: string): string | undefined {
  const key = `owner-${name}`;
  const known = listOf(settings, 'alias_maps').some(
    (map) => lookup(settings.tables, map, key).type === 'found',
  );
  return known && !name.startsWith('owner-') ? `${key}@${textOf(settings, 'myorigin')}` : undefined;
}

/** Asks alias_maps about a name. Undefined: no alias. */
function aliasOf(settings: Settings, name: string): Found | undefined {
  const hit = searchAddress(settings, 'alias_maps', name, 'aliases');
  if (hit === undefined) return undefined;
  if (hit.type === 'error') return { status: 'deferred', dsn: '4.3.0', text: 'alias database unavailable' };
  return { members: membersOf(hit.value), owner: ownerOf(settings, hit.key) };
}

/** One step for a name: expand its alias, or send it to its mailbox, or say that there is no such user. */
export function expandName({ context, event }: Args): Decision {
  const work = nextWork(context);
  assert(work?.type === 'name', 'expandName needs a name');
  const { settings } = context;
  const finish = (verdict: Verdict): Decision => {
    const done = concluded(context, work.for, addressFor(context, work.for, work.name), verdict, event.at);
    return { context: { ...done.context, work: restOf(context) }, effects: done.effects };
  };
  if (work.level > NESTING_LIMIT) {
    const text = `alias database loop for ${work.name}`;
    return finish({ status: 'bounced', dsn: '5.4.6', text });
  }
  const alias = work.direct ? undefined : aliasOf(settings, work.name);
  if (alias !== undefined && 'status' in alias) return finish(alias);
  if (alias !== undefined) return expandMembers(context, work, alias.members, alias.owner, event.at);
  const user = userOf(settings, work.name);
  if (accountOf(settings, user) !== undefined) {
    return { context: { work: [{ type: 'mailbox', user, for: work.for }, ...restOf(context)] } };
  }
  return unknownUser(context, work, user, finish);
}

/** The address that a log line shows for a name. */
export function addressFor(context: LocalContext, index: number, name: string): string {
  const { address } = recipientOf(context, index);
  const { local, domain } = splitLocalDomain(address);
  if (local.toLowerCase() === name.toLowerCase()) return address;
  return `${name}@${domain ?? textOf(context.settings, 'myorigin')}`;
}

function userOf(settings: Settings, name: string): string {
  const ownreqSpecial = boolOf(settings, 'owner_request_special');
  return splitExtension(name, textOf(settings, 'recipient_delimiter'), { ownreqSpecial }).user.toLowerCase();
}

function unknownUser(
  context: LocalContext,
  work: Work & { readonly type: 'name' },
  user: string,
  finish: (verdict: Verdict) => Decision,
): Decision {
  const { settings } = context;
  const elsewhere = ['mailbox_transport', 'fallback_transport', 'luser_relay'].find((name) =>
    textOf(settings, name),
  );
  if (elsewhere !== undefined)
    return finish({
      status: 'deferred',
      dsn: '4.3.5',
      text: `${elsewhere} is not available in this version`,
    });
  if (user !== 'postmaster' && user !== 'mailer-daemon')
    return finish({ status: 'bounced', dsn: '5.1.1', text: `unknown user: "${user}"` });
  const discarded = finish({ status: 'sent', dsn: '2.0.0', text: 'discarded' });
  const log: Effect = { type: 'log', level: 'warning', text: `required alias not found: ${work.name}` };
  return { ...discarded, effects: [log, ...(discarded.effects ?? [])] };
}

interface Sorted {
  readonly work: readonly Work[];
  readonly refused: readonly Verdict[];
}

/**
 * Members that are ours go on here, the others travel as a new message; commands and includes are refused
 * honestly.
 */
function sortMembers(
  context: LocalContext,
  work: Work & { type: 'name' },
  members: readonly string[],
  owner: string | undefined,
): Sorted {
  const { settings } = context;
  const here: Work[] = [];
  const away: string[] = [];
  const refused: Verdict[] = [];
  const index = work.for;
  for (const member of members) {
    if (member.startsWith('|') || member.startsWith(':include:')) {
      // Differs: commands and :include: lists are not run yet; the mail waits, nothing is lost.
      const what = member.startsWith('|') ? `command: ${member.slice(1)}` : `list: ${member.slice(9)}`;
      refused.push({ status: 'deferred', dsn: '4.3.5', text: `this version does not deliver to ${what}` });
    } else if (member.startsWith('/')) {
      const allowed = listOf(settings, 'allow_mail_to_files').includes('alias');
      if (allowed) here.push({ type: 'file', path: member, for: index });
      else refused.push({ status: 'bounced', dsn: '5.7.1', text: 'mail to file is restricted' });
    } else if (owner === undefined && isOurDomain(settings, member)) {
      const direct = member.startsWith('\\');
      const name = splitLocalDomain(direct ? member.slice(1) : member).local;
      const same = name.toLowerCase() === work.name.toLowerCase();
      here.push({ type: 'name', name, level: work.level + 1, direct: direct || same, for: index });
    } else away.push(member.includes('@') ? member : `${member}@${textOf(settings, 'myorigin')}`);
  }
  if (away.length > 0) here.push({ type: 'forward', addresses: away, sender: owner ?? '', for: index });
  return { work: here, refused };
}

function expandMembers(
  context: LocalContext,
  work: Work & { readonly type: 'name' },
  members: readonly string[],
  owner: string | undefined,
  at: number,
): Decision {
  const seen = `alias:${work.for}:${work.name.toLowerCase()}`;
  const sorted = sortMembers(context, work, members, owner);
  let next: LocalContext = { ...context, work: [...sorted.work, ...restOf(context)] };
  next = { ...next, served: new Set(context.served).add(seen) };
  const effects: Effect[] = [];
  for (const verdict of sorted.refused) {
    const done = concluded(next, work.for, addressFor(context, work.for, work.name), verdict, at);
    next = { ...next, ...done.context };
    effects.push(...done.effects);
  }
  return { context: next, effects };
}

/** Looks for the user's .forward. */
export function askForward({ context }: Args): Decision {
  const work = nextWork(context);
  assert(work?.type === 'mailbox', 'askForward needs a mailbox');
  const account = accountOf(context.settings, work.user);
  assert(account !== undefined, 'a mailbox has an account');
  const as = { uid: account.uid, gid: account.gid };
  return {
    context: { forwardSeen: new Set(context.forwardSeen).add(work.user) },
    effects: [{ type: 'file.read', file: 'forward', path: `${account.home}/.forward`, as }],
  };
}

/** Anything but "there is none" means: better wait than deliver to the wrong place. */
export function forwardIsUnreadable({ event }: Args): boolean {
  return event.type === 'file.failed' && !['ENOENT', 'ENOTDIR', 'ENOTSUP', 'ELOOP'].includes(event.code);
}

/** Puts the recipient off. */
export function deferNext({ context, event }: Args): Decision {
  const work = nextWork(context);
  assert(work !== undefined && event.type === 'file.failed', 'deferNext needs work and a failure');
  const text = `cannot read ${event.path ?? 'file'}: ${event.code}`;
  const address = recipientOf(context, work.for).address;
  const done = concluded(context, work.for, address, { status: 'deferred', dsn: '4.3.0', text }, event.at);
  return { context: { ...done.context, work: restOf(context) }, effects: done.effects };
}

/** A .forward counts only if the user (or root) owns it and nobody else can write to it. local(8) SECURITY */
export function forwardIsUnsafe({ context, event }: Args): boolean {
  if (event.type !== 'file.loaded') return false;
  const work = nextWork(context);
  const account = work?.type === 'mailbox' ? accountOf(context.settings, work.user) : undefined;
  return (
    account === undefined || (event.uid !== account.uid && event.uid !== 0) || (event.mode & 0o002) !== 0
  );
}

/** Ignores the file, with a warning. */
export function warnUnsafe({ event }: Args): Decision {
  const path = event.type === 'file.loaded' ? event.path : '';
  const text = `${path}: not owned by the user or world-writable: ignored`;
  return { effects: [{ type: 'log', level: 'warning', text }] };
}

/** The addresses in .forward take the place of the mailbox. forward(5) */
export function useForward({ context, event }: Args): Decision {
  const work = nextWork(context);
  assert(
    work?.type === 'mailbox' && event.type === 'file.loaded',
    'useForward needs a mailbox and its .forward',
  );
  let text = '';
  for (const byte of event.bytes) text += String.fromCharCode(byte);
  const members = membersOf(text.replace(/^\s*#.*$/gm, '').replace(/\n+/g, ','));
  if (members.length === 0) return {};
  const name: Work & { type: 'name' } = {
    type: 'name',
    name: work.user,
    level: 1,
    direct: false,
    for: work.for,
  };
  return expandMembers(context, name, members, undefined, event.at);
}
