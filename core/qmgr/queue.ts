/**
 * queue - one destination: how many deliveries may run at once, and when it counts as dead. A small chart
 * held by qmgr.
 *
 * qmgr(8) · SCHEDULER_README · chart: docs/generated/destination.svg
 *
 * Postfix hides these states in negative window sizes (qmgr.h, "Exclusive queue states"); here they have
 * names.
 */
import { setup } from 'xstate';
import type { Profile } from '../config/profile.ts';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';

export interface QueueContext {
  readonly profile: Profile;
  /** <transport>_destination_concurrency_limit; 0 = none. */
  readonly limit: number;
  readonly initial: number;
  /** ≥ 2.5: failed cohorts until the destination is dead. */
  readonly cohortLimit: number;
  readonly window: number;
  readonly busy: number;
  /** ≥ 2.5: share of a cohort that failed since the last success. */
  readonly failedCohorts: number;
  readonly success: number;
  readonly failure: number;
  readonly reason: string;
}

export type QueueEvent =
  | { readonly type: 'entry.started'; readonly at: number }
  | { readonly type: 'entry.done'; readonly at: number }
  | { readonly type: 'site.failed'; readonly at: number; readonly reason: string }
  | { readonly type: 'suspension.ended'; readonly at: number };

interface Args {
  readonly context: QueueContext;
  readonly event: QueueEvent;
}

/** One delivery more is under way. */
function start({ context }: Args) {
  return { context: { busy: context.busy + 1 } };
}

/** A success: the window may grow. 2.3: by one while there is use for it; ≥ 2.5: by one for a full cohort. */
function grow({ context }: Args) {
  const { profile, limit, initial, window } = context;
  const busy = context.busy - 1;
  const room = limit === 0 || window < limit;
  if (profile === '2.3') {
    const larger = room && window < context.busy + initial ? window + 1 : window;
    return { context: { busy, window: larger } };
  }
  const success = context.success + 1 / window;
  if (success < 1 || !room) return { context: { busy, success, failedCohorts: 0, failure: 0 } };
  return { context: { busy, window: window + 1, success: 0, failedCohorts: 0, failure: 0 } };
}

/** A site failure: the window shrinks. */
function shrink({ context, event }: Args) {
  const busy = context.busy - 1;
  const reason = event.type === 'site.failed' ? event.reason : '';
  if (context.profile === '2.3') return { context: { busy, window: context.window - 1, reason } };
  const failure = context.failure + 1 / context.window;
  const failedCohorts = context.failedCohorts + 1 / context.window;
  const smaller = failure >= 1 && context.window > 1 ? context.window - 1 : context.window;
  return { context: { busy, window: smaller, failure: failure >= 1 ? 0 : failure, failedCohorts, reason } };
}

/** This failure is the one too many. */
function wouldDie({ context }: Args): boolean {
  if (context.profile === '2.3') return context.window <= 1;
  return context.cohortLimit > 0 && context.failedCohorts + 1 / context.window >= context.cohortLimit;
}

function revive({ context }: Args) {
  return { context: { window: context.initial, success: 0, failure: 0, failedCohorts: 0, reason: '' } };
}

function finish({ context }: Args) {
  return { context: { busy: context.busy - 1 } };
}

export const queue = setup({
  types: {
    input: {} as Pick<QueueContext, 'profile' | 'limit' | 'initial' | 'cohortLimit'>,
    context: {} as QueueContext,
    events: {} as QueueEvent,
    emitted: {} as Effect,
  },
  guards: { wouldDie },
  actions: {
    start: act(start),
    grow: act(grow),
    shrink: act(shrink),
    revive: act(revive),
    finish: act(finish),
  },
}).createMachine({
  id: 'destination',
  context: ({ input }) => ({
    ...input,
    ...{ window: input.initial, busy: 0, failedCohorts: 0, success: 0, failure: 0, reason: '' },
  }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        'entry.started': { actions: 'start', description: 'SCHEDULER_README' },
        'entry.done': { actions: 'grow', description: 'SCHEDULER_README' },
        'site.failed': [
          { guard: 'wouldDie', target: 'suspended', actions: 'shrink', description: 'SCHEDULER_README' },
          { actions: 'shrink', description: 'SCHEDULER_README' },
        ],
      },
    },
    suspended: {
      on: {
        'entry.done': { actions: 'finish', description: 'SCHEDULER_README' },
        'site.failed': { actions: 'finish', description: 'SCHEDULER_README' },
        'suspension.ended': {
          target: 'ready',
          actions: 'revive',
          description: 'postconf(5) minimal_backoff_time',
        },
      },
    },
  },
});
