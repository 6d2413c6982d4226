/** What trivial-rewrite answers, and what it thinks of a question. trivial-rewrite(8) */
import { matchDomain, matchString } from '../config/match-list.ts';
import { boolOf, type Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Resolution } from '../kernel/notes.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { resolveAddress } from './resolve.ts';
import { rewriteAddress, rewriteExternal } from './rewrite.ts';
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

/** A table or a virtual alias domain says: this mail comes back, or waits. */
export function mustReturn(args: Args): boolean {
  const { transport } = resolutionOf(args);
  return transport === 'error' || transport === 'retry';
}

/** Mailboxes that are not those of system users. */
export function isVirtualMailbox(args: Args): boolean {
  return resolutionOf(args).addressClass === 'virtual-mailbox';
}

/** A domain that we take mail for and pass on. */
export function isRelay(args: Args): boolean {
  return resolutionOf(args).addressClass === 'relay';
}

/** Sends the standard forms back. */
export function answerRewrite({ context, event }: Args): Outcome<RewriteContext> {
  assert(event.type === 'rewrite.rewrite', 'answerRewrite belongs to rewrite.rewrite');
  const inForm = event.form === 'external' ? rewriteExternal : rewriteAddress;
  const addresses = event.addresses.map((address) => inForm(context.settings, event.context, address));
  return {
    effects: [
      { type: 'send', to: event.from, note: { type: 'rewrite.rewritten', token: event.token, addresses } },
    ],
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
  if (resolution.failed === 'lookup')
    effects.push({
      type: 'log',
      level: 'warning',
      text: `${resolution.because?.parameter ?? ''} lookup failure`,
      ...(resolution.because === undefined ? {} : { because: resolution.because }),
    });
  const warning = doubleListing(context.settings, resolution);
  if (warning !== undefined) effects.push({ type: 'log', level: 'warning', text: warning });
  return { effects };
}

/** Address classes whose lists must not share a domain, in the order in which the first that matches wins. */
const DOUBLES: Readonly<Record<string, { readonly list: string; readonly others: readonly string[] }>> = {
  local: { list: 'mydestination', others: ['virtual_alias_domains', 'virtual_mailbox_domains'] },
  'virtual-alias': { list: 'virtual_alias_domains', others: ['virtual_mailbox_domains', 'relay_domains'] },
  'virtual-mailbox': { list: 'virtual_mailbox_domains', others: ['relay_domains'] },
};

/** postconf(5) helpful_warnings: which class wins may change with the version. */
function doubleListing(settings: Settings, resolution: Resolution): string | undefined {
  const double = DOUBLES[resolution.addressClass];
  if (double === undefined || !boolOf(settings, 'helpful_warnings')) return undefined;
  const domain = splitLocalDomain(resolution.recipient).domain ?? '';
  const match = (list: string) =>
    (list === 'relay_domains' ? matchDomain : matchString)(settings, list, domain).type === 'match';
  const other = double.others.find(match);
  return other === undefined ? undefined : `do not list domain ${domain} in BOTH ${double.list} and ${other}`;
}

/** Takes the new configuration. */
export function takeSettings({ event }: Args): Outcome<RewriteContext> {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
