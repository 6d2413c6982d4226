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
import { type Feedback, punished, rewarded } from './feedback.ts';

/** The rules of one destination, fixed while it exists. */
export interface QueueRules {
  readonly profile: Profile;
  /** <transport>_destination_concurrency_limit; 0 = none. */
  readonly limit: number;
  /** initial_destination_concurrency, never above `limit`. */
  readonly initial: number;
  /** ≥ 2.5: failed cohorts until the destination is dead; 0 = never. */
  readonly cohortLimit: number;
  readonly positive: Feedback;
  readonly negative: Feedback;
  /** ≥ 2.5: between two deliveries, ms; 0 = none. Above 0 `limit` is 1. */
  readonly delayMs: number;
}

export interface QueueContext extends QueueRules {
  readonly window: number;
  /** Deliveries under way. */
  readonly busy: number;
  /**
   * ≥ 2.5: parts of a step earned by successes and failures, and the cohorts that failed since the last
   * success.
   */
  readonly success: number;
  readonly failure: number;
  readonly failedCohorts: number;
  /** It pauses after a failure that would have killed another: what waits for it is given back. */
  readonly lapsed: boolean;
  /** Why it is dead. */
  readonly dsn: string;
  readonly reason: string;
}

export type QueueEvent =
  | { readonly type: 'entry.started'; readonly at: number }
  | { readonly type: 'entry.done'; readonly at: number }
  | { readonly type: 'entry.lost'; readonly at: number }
  | { readonly type: 'site.failed'; readonly at: number; readonly dsn: string; readonly reason: string }
  | { readonly type: 'suspension.ended'; readonly at: number }
  | { readonly type: 'pause.ended'; readonly at: number };

interface Args {
  readonly context: QueueContext;
  readonly event: QueueEvent;
}

/** One delivery more is under way. */
function start({ context }: Args) {
  return { context: { busy: context.busy + 1 } };
}

/** A success: the window may grow while there is use for it. */
function grow({ context }: Args) {
  const { profile, limit, initial, window } = context;
  const busy = context.busy - 1;
  const room = (limit === 0 || window < limit) && window < context.busy + initial;
  if (profile === '2.3') return { context: { busy, window: room ? window + 1 : window } };
  const moved = room ? rewarded(context, context.positive, limit) : {};
  return { context: { busy, failedCohorts: 0, ...moved } };
}

/** A site failure: the window shrinks; 2.3 by one down to nothing, ≥ 2.5 by its feedback. */
function shrink({ context, event }: Args) {
  const { profile, window } = context;
  const busy = context.busy - 1;
  const why = event.type === 'site.failed' ? { dsn: event.dsn, reason: event.reason } : {};
  if (profile === '2.3') return { context: { busy, window: window - 1, ...why } };
  const failedCohorts = context.failedCohorts + 1 / window;
  return { context: { busy, failedCohorts, ...why, ...punished(context, context.negative) } };
}

/** This failure is the one too many. */
function wouldDie({ context }: Args): boolean {
  const { profile, window, cohortLimit, failedCohorts } = context;
  if (profile === '2.3') return window <= 1;
  return cohortLimit > 0 && failedCohorts + 1 / window >= cohortLimit;
}

/** Deliveries to this destination are to have a pause between them. */
function isPaced({ context }: Args): boolean {
  return context.delayMs > 0;
}

/** What would kill another makes this one lose all that waits, and then pause as ever. */
function wouldDieButPauses(args: Args): boolean {
  return isPaced(args) && wouldDie(args);
}

/** The failures are forgotten, but why they came is known to those that are given back. */
function lapse({ context, event }: Args) {
  const why = event.type === 'site.failed' ? { dsn: event.dsn, reason: event.reason } : {};
  const start = { window: context.initial, success: 0, failure: 0, failedCohorts: 0 };
  return { context: { busy: context.busy - 1, ...start, lapsed: true, ...why } };
}

/** The pause is over. */
function resume(_: Args) {
  return { context: { lapsed: false, dsn: '', reason: '' } };
}

/** Back from the dead: nobody knows how much it can take. */
function revive({ context, event }: Args) {
  const { profile, initial } = context;
  const window = profile === '2.3' || context.busy === 0 ? initial : context.busy;
  const busy = event.type === 'suspension.ended' ? context.busy : context.busy - 1;
  return { context: { busy, window, success: 0, failure: 0, failedCohorts: 0, dsn: '', reason: '' } };
}

/** A delivery ended without a word about the destination. */
function finish({ context }: Args) {
  return { context: { busy: context.busy - 1 } };
}

const PACE = 'postconf(5) default_destination_rate_delay';

export const queue = setup({
  types: {
    input: {} as QueueRules,
    context: {} as QueueContext,
    events: {} as QueueEvent,
    emitted: {} as Effect,
  },
  guards: { wouldDie, isPaced, wouldDieButPauses },
  actions: {
    start: act(start),
    grow: act(grow),
    shrink: act(shrink),
    lapse: act(lapse),
    resume: act(resume),
    revive: act(revive),
    finish: act(finish),
  },
}).createMachine({
  id: 'destination',
  context: ({ input }) => ({
    ...input,
    ...{ window: input.initial, busy: 0, success: 0, failure: 0, failedCohorts: 0 },
    ...{ lapsed: false, dsn: '', reason: '' },
  }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        'entry.started': { actions: 'start', description: 'SCHEDULER_README' },
        'entry.done': [
          { guard: 'isPaced', target: 'paused', actions: 'grow', description: PACE },
          { actions: 'grow', description: 'SCHEDULER_README' },
        ],
        'entry.lost': [
          { guard: 'isPaced', target: 'paused', actions: 'finish', description: PACE },
          { actions: 'finish', description: 'SCHEDULER_README' },
        ],
        'site.failed': [
          { guard: 'wouldDieButPauses', target: 'paused', actions: 'lapse', description: PACE },
          { guard: 'isPaced', target: 'paused', actions: 'shrink', description: PACE },
          { guard: 'wouldDie', target: 'suspended', actions: 'shrink', description: 'SCHEDULER_README' },
          { actions: 'shrink', description: 'SCHEDULER_README' },
        ],
      },
    },
    paused: {
      description: 'Between two deliveries: what is for it stays in the active queue.',
      on: { 'pause.ended': { target: 'ready', actions: 'resume', description: PACE } },
    },
    suspended: {
      description: 'Dead: whatever is for it waits in the deferred queue.',
      on: {
        'entry.done': { target: 'ready', actions: 'revive', description: 'SCHEDULER_README' },
        'entry.lost': { actions: 'finish', description: 'SCHEDULER_README' },
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
