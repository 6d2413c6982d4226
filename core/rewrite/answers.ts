/** What trivial-rewrite answers, and what it thinks of a question. trivial-rewrite(8) */
import { matchDomain } from '../config/match-list.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Resolution } from '../kernel/notes.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { resolveAddress } from './resolve.ts';
import { rewriteAddress } from './rewrite.ts';
import type { RewriteContext, RewriteEvent } from './types.ts';

type Args = RuleArgs<RewriteContext, RewriteEvent>;

function resolutionOf({ context, event }: Args): Resolution {
  assert(event.type === 'rewrite.resolve', 'only a resolve request has a resolution');
  return resolveAddress(context.settings, event.sender, event.address);
}

/** A table did not answer. */
export function lookupFails(args: Args): boolean {
  return resolutionOf(args).failed === 'lookup';
}

/** The address cannot be routed at all. */
export function syntaxIsBad(args: Args): boolean {
  return resolutionOf(args).failed === 'syntax';
}

/** The address is ours: mydestination, or the machine's own [address]. */
export function isLocal(args: Args): boolean {
  return resolutionOf(args).addressClass === 'local';
}

/** Sends the standard forms back. */
export function answerRewrite({ context, event }: Args): Outcome<RewriteContext> {
  assert(event.type === 'rewrite.rewrite', 'answerRewrite belongs to rewrite.rewrite');
  const addresses = event.addresses.map((address) => rewriteAddress(context.settings, event.context, address));
  return {
    effects: [{ type: 'send', to: event.from, note: { type: 'rewrite.rewritten', token: event.token, addresses } }],
  };
}

/** Sends the resolution back; warns of a domain that is listed twice. */
export function answerResolve(args: Args): Outcome<RewriteContext> {
  const { context, event } = args;
  assert(event.type === 'rewrite.resolve', 'answerResolve belongs to rewrite.resolve');
  const resolution = resolutionOf(args);
  const effects: Effect[] = [
    { type: 'send', to: event.from, note: { type: 'rewrite.resolved', token: event.token, ...resolution } },
  ];
  const warning = doubleListing(context, resolution);
  if (warning !== undefined) effects.push({ type: 'log', level: 'warning', text: warning });
  return { effects };
}

const OTHERS = ['virtual_alias_domains', 'virtual_mailbox_domains'];

function doubleListing(context: RewriteContext, resolution: Resolution): string | undefined {
  if (resolution.addressClass !== 'local') return undefined;
  const domain = splitLocalDomain(resolution.recipient).domain ?? '';
  const other = OTHERS.find((list) => matchDomain(context.settings, list, domain).type === 'match');
  return other === undefined ? undefined : `do not list domain ${domain} in BOTH mydestination and ${other}`;
}

/** Takes the new configuration. */
export function takeSettings({ event }: Args): Outcome<RewriteContext> {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
