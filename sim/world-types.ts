/** world-types - what a world can be asked, and what it answers. */
import type { TraceEvent } from '#core';
import type { Finding } from './check.ts';
import type { RecordedInput } from './history.ts';
import type { Scenario, WorldInput } from './scenario.ts';
import type { Views } from './views.ts';

export interface WorldOptions {
  /** The scenario's people type by themselves. Default: true. */
  readonly script?: boolean;
  /** Look at the invariants after every event. Default: false. */
  readonly check?: boolean;
}

export interface Until {
  /** Stop after so many more trace events. */
  readonly events?: number;
  /**
   * Stop after so many happenings, whether they gave an event or not: the exact place of a recorded input.
   */
  readonly happenings?: number;
  /** Stop before virtual time passes this (ms since the epoch). */
  readonly timeMs?: number;
  /** Stop when nothing is under way: only timers more than five seconds away are left. */
  readonly idle?: boolean;
  /** Stop after the first event for which this holds. */
  readonly when?: (event: TraceEvent) => boolean;
}

export type Stopped = 'events' | 'time' | 'idle' | 'when' | 'end';

export interface BranchView {
  readonly id: number;
  readonly parent: number | undefined;
  readonly forkN: number;
  readonly length: number;
  readonly isCurrent: boolean;
}

export interface WorldStats {
  readonly events: number;
  readonly happenings: number;
  /** Recorded inputs that lie before this place. */
  readonly inputs: number;
  readonly checkpoints: number;
}

export interface World extends Views {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Number of the event that was shown last; 0 = nothing has happened. */
  n(): number;
  /** Events known on this branch. */
  length(): number;
  /** Virtual time, ms since the epoch. */
  now(): number;
  /** False: we are in the past. */
  atTip(): boolean;
  /** The next event; undefined when nothing will ever happen, or `needsCode`. */
  step(): TraceEvent | undefined;
  /** One event back; gives the new n. */
  back(): number;
  /** To any event; beyond what is known the world runs on. Gives the new n. */
  seek(n: number): number;
  /** Runs on until something is true, or nothing will ever happen (`end`), or `needsCode`. */
  run(until: Until): Stopped;
  /**
   * The world stands still: what comes next is for a program whose code is to be loaded first. Who loads it
   * goes on from there; nothing has changed.
   */
  needsCode(): boolean;
  idle(): boolean;
  /** Virtual time of the next happening (ms); undefined: nothing will ever happen. */
  nextAt(): number | undefined;
  /**
   * Does something; in the past this forks. Undefined when it is impossible now, else the n it comes after.
   */
  input(input: WorldInput): number | undefined;
  inputs(): readonly RecordedInput[];
  /** A new branch from here; its id. */
  fork(): number;
  branches(): readonly BranchView[];
  /** To another branch: the same n where it is shared, else its tip. Gives the new n. */
  switchTo(branch: number): number;
  /** Trace event `n`, from 1. */
  event(n: number): TraceEvent | undefined;
  /** Trace events `from` to `to`, both included; all that is shown by default. */
  trace(from?: number, to?: number): readonly TraceEvent[];
  /** Digest of the trace up to n: equal for equal scenario, seed and inputs, in every engine. */
  digest(): string;
  /** Violated invariants, in order; always empty without `check`. */
  findings(): readonly Finding[];
  crash(host?: string): number | undefined;
  boot(host?: string): number | undefined;
  stats(): WorldStats;
}
