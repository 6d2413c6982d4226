/** Types of the policy chart. */
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { NetConnected, NetHeard, NetLost, NoteArrived, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { PersistentMap } from '../kernel/persistent.ts';
import type { PolicyAsk } from '../kernel/policy.ts';
import type { Reading } from './reply.ts';

export type PolicyInput = Birth & { readonly at: number };

export type Question = NoteArrived & PolicyAsk;

/** A connection to a policy server; its name is its key. */
export interface Line {
  readonly openedAt: number;
  /** Requests that it has carried. */
  readonly requests: number;
  /** Who waits for it; undefined: nobody, it is kept for the next. */
  readonly job: Job | undefined;
  /** The server's name, of which lines are kept. */
  readonly server: string;
}

/** A question under way. */
export interface Job {
  readonly question: Question;
  /** Tries that failed. */
  readonly failures: number;
  /**
   * What is waited for: the connection, the answer, or the time to try again (then nobody is connected).
   */
  readonly waitsFor: 'connection' | 'answer' | 'retry';
  readonly reading: Reading;
}

export interface PolicyContext {
  readonly lines: PersistentMap<Line>;
  /** Number of the last line. */
  readonly last: number;
}

export type PolicyEvent = NetConnected | NetHeard | NetLost | TimerFired | Question;

export type Args = RuleArgs<PolicyContext, PolicyEvent>;
export type Decision = Outcome<PolicyContext>;
