/**
 * expand - the members of an alias or a .forward: trivial-rewrite says which are ours, the others travel on.
 *
 * local(8) · Postfix: src/local/resolve.c, token.c
 */
import { listOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { RewriteResolved } from '../kernel/notes.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { accountOf, defaultOwner } from './account.ts';
import { type Member, memberOf } from './members.ts';
import {
  type Args,
  concluded,
  type Decision,
  finished,
  nextWork,
  notSupported,
  remember,
  requestOf,
  restOf,
  type Verdict,
  workOf,
} from './shared.ts';
import type { LocalContext, MembersWork, Work } from './types.ts';

type AddressMember = Extract<Member, { readonly type: 'address' }>;

function isAddress(member: Member): member is AddressMember {
  return member.type === 'address';
}

function addressesOf(work: MembersWork): readonly AddressMember[] {
  return work.members.map(memberOf).filter(isAddress);
}

/** Files, commands and lists are sorted out, trivial-rewrite is asked about the addresses. */
export function askRewrite({ context, event }: Args): Decision {
  const work = workOf(context, 'members');
  const others = work.members.map(memberOf).filter((member) => !isAddress(member));
  let next: LocalContext = context;
  const effects: Effect[] = [];
  const files: Work[] = [];
  for (const member of others) {
    const answer = otherMember(next, work, member, event.at);
    next = { ...next, ...answer.context };
    effects.push(...answer.effects);
    files.push(...answer.work);
  }
  const addresses = addressesOf(work).map(({ text }) => text);
  const owner = work.owner === undefined ? [] : [work.owner];
  if (addresses.length > 0) {
    const asked = [...addresses, ...owner];
    const note = {
      type: 'rewrite.rewrite',
      token: tokenOf(next, 'all'),
      context: 'local',
      addresses: asked,
    } as const;
    effects.push({ type: 'send', to: 'rewrite', note });
  }
  return { context: { ...next, work: [work, ...files, ...restOf(context)] }, effects };
}

/** Tells the answers about this list from late ones about another. */
function tokenOf(context: LocalContext, index: number | 'all'): string {
  return `${context.results.length}:${index}`;
}

/** An answer about a list that was given up. */
export function isStrayAnswer({ context, event }: Args): boolean {
  if (event.type !== 'rewrite.rewritten' && event.type !== 'rewrite.resolved') return false;
  return !event.token.startsWith(`${context.results.length}:`);
}

interface OtherAnswer {
  readonly context: Partial<LocalContext>;
  readonly effects: readonly Effect[];
  readonly work: readonly Work[];
}

/** A member that is no address; each is served once. */
function otherMember(context: LocalContext, work: MembersWork, member: Member, at: number): OtherAnswer {
  const key = `${member.type} ${member.text}`;
  if (context.served.has(key)) return { context: {}, effects: [], work: [] };
  const served = remember(context, key);
  const list = work.sendOn ? 'forward' : 'alias';
  const refuse = (verdict: Verdict, log: readonly Effect[] = []): OtherAnswer => {
    const done = concluded(context, work, verdict, at);
    return { context: { ...done.context, served }, effects: [...log, ...done.effects], work: [] };
  };
  const word = member.type === 'command' ? 'commands' : 'files';
  if (member.type !== 'list' && !listOf(context.settings, `allow_mail_to_${word}`).includes(list))
    return refuse({
      ...{ status: 'bounced', dsn: '5.7.1', text: `mail to ${member.type} is restricted` },
      because: { parameter: `allow_mail_to_${word}` },
    });
  // Differs: commands and :include: lists are not run yet; the mail waits, nothing is lost.
  if (member.type !== 'file') {
    const { verdict, log } = notSupported(
      member.type === 'command' ? `to command: ${member.text}` : `to :include:${member.text}`,
      { rule: member.type === 'command' ? '|command' : ':include:' },
    );
    return refuse(verdict, [log]);
  }
  const account = work.sendOn ? accountOf(context.settings, work.of) : undefined;
  const as = account === undefined ? defaultOwner(context.settings) : { uid: account.uid, gid: account.gid };
  if (as === undefined)
    return refuse({
      ...{ status: 'deferred', dsn: '4.3.5', text: 'mail system configuration error' },
      because: { parameter: 'default_privs' },
    });
  const { address, chain, for: index } = work;
  return {
    context: { served },
    effects: [],
    work: [{ type: 'file', path: member.text, as, address, chain, for: index }],
  };
}

/** The standard forms are here: now their ways are asked for. */
export function askResolve({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten', 'askResolve belongs to rewrite.rewritten');
  const work = workOf(context, 'members');
  const { sender } = requestOf(context);
  const effects = addressesOf(work).map((_member, index): Effect => {
    const address = event.addresses[index] ?? '';
    return {
      type: 'send',
      to: 'rewrite',
      note: { type: 'rewrite.resolve', token: tokenOf(context, index), sender, address },
    };
  });
  return { context: { work: [{ ...work, rewritten: event.addresses }, ...restOf(context)] }, effects };
}

/** Keeps one answer. */
export function noteResolved({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.resolved', 'noteResolved belongs to rewrite.resolved');
  const work = workOf(context, 'members');
  return { context: { work: [{ ...work, resolved: [...work.resolved, event] }, ...restOf(context)] } };
}

/** Every address of the list has its answer. */
export function membersAreResolved({ context }: Args): boolean {
  const work = nextWork(context);
  return (
    work?.type === 'members' && work.resolved.length >= addressesOf(work).length && work.rewritten.length > 0
  );
}

/** A list without addresses needs no answers. */
export function noAddresses({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'members' && addressesOf(work).length === 0;
}

/** Members of ours become names, the others one new message; bad ones are returned, unclear ones wait. */
export function sortMembers({ context, event }: Args): Decision {
  const work = workOf(context, 'members');
  const here: Work[] = [];
  const away: string[] = [];
  let next: LocalContext = context;
  const effects: Effect[] = [];
  for (const [index, member] of addressesOf(work).entries()) {
    const answer = work.resolved.find(({ token }) => token === tokenOf(context, index));
    assert(answer !== undefined, 'every member was resolved');
    const verdict = failureOf(answer);
    if (verdict !== undefined) {
      const done = concluded(next, { ...work, address: work.rewritten[index] ?? '' }, verdict, event.at);
      next = { ...next, ...done.context };
      effects.push(...done.effects);
    } else if (staysHere(context, work, answer)) here.push(nameOf(work, member, answer.recipient));
    else if (!away.includes(answer.recipient)) away.push(answer.recipient);
  }
  const owner = work.owner === undefined ? undefined : work.rewritten.at(-1);
  const { address, chain, for: index } = work;
  if (away.length > 0) here.push({ type: 'forward', addresses: away, owner, address, chain, for: index });
  return { context: { ...next, work: [...here, ...restOf(context)] }, effects };
}

function failureOf(answer: RewriteResolved): Verdict | undefined {
  const { because = { rule: 'trivial-rewrite' } } = answer;
  if (answer.failed === 'syntax')
    return { status: 'bounced', dsn: '5.1.3', text: 'bad address syntax', because };
  if (answer.failed === 'lookup')
    return { status: 'deferred', dsn: '4.3.0', text: 'address resolver failure', because };
  return undefined;
}

/** Ours by this transport; but a list with an owner, and another user's .forward, always send on. */
function staysHere(context: LocalContext, work: MembersWork, answer: RewriteResolved): boolean {
  if (answer.transport !== requestOf(context).transport || work.owner !== undefined) return false;
  return !work.sendOn || isSameName(work.of, splitLocalDomain(answer.recipient).local);
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function nameOf(work: MembersWork, { direct }: AddressMember, recipient: string): Work {
  const name = splitLocalDomain(recipient).local;
  const itself = direct || isSameName(name, work.of);
  return { type: 'name', name, direct: itself, address: recipient, chain: work.chain, for: work.for };
}

/** trivial-rewrite died over it: the recipient waits. */
export function deferMembers({ context, event }: Args): Decision {
  const because = { rule: 'trivial-rewrite' };
  const verdict = { status: 'deferred', dsn: '4.3.0', text: 'address resolver failure', because } as const;
  return finished(context, verdict, event.at);
}
