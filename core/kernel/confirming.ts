/**
 * What a delivery agent with one result for each recipient does while bounce(8) keeps its entries: qmgr(8)
 * hears of them only then. The token of an entry is the place of its recipient in the request. bounce(8)
 */
import type { Outcome, RuleArgs } from './act.ts';
import { assert } from './assert.ts';
import type { WorldEvent } from './events.ts';
import type { DeliveryResult } from './notes.ts';

/** The part of an agent's context that this is about. */
export interface Confirming {
  readonly results: readonly DeliveryResult[];
  /** Entries of which nothing was heard yet. */
  readonly waiting: number;
}

type Args = RuleArgs<Confirming, WorldEvent>;

/** One entry is kept. */
export function noteLogged({ context, event }: Args): Outcome<Confirming> {
  assert(event.type === 'bounce.appended', 'noteLogged belongs to bounce.appended');
  return event.ok ? { context: { waiting: context.waiting - 1 } } : notKept(context, event.token);
}

/** bounce(8) died over an entry. */
export function noteDeath({ context, event }: Args): Outcome<Confirming> {
  assert(event.type === 'master.childDied', 'noteDeath belongs to master.childDied');
  const { request } = event;
  return request?.type === 'bounce.append' ? notKept(context, request.token) : {};
}

/** What could not be kept is only put off: the recipient is tried again later. */
function notKept(context: Confirming, token: string): Outcome<Confirming> {
  const results = context.results.map((result, index) =>
    String(index) === token ? { ...result, status: 'deferred' as const } : result,
  );
  return { context: { results, waiting: context.waiting - 1 } };
}

/** All entries are kept, or will never be. */
export function allAreLogged({ context }: { readonly context: Confirming }): boolean {
  return context.waiting === 0;
}
