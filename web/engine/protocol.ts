/** protocol - what the page and the simulator's worker say to each other; plain data both ways. */
import type { TraceEvent } from '#core';
import type { MarkKind, PageView, TerminalLine, TerminalView } from './view.ts';

/** What one step means: a trace event, or the next one that has a sentence or shows something moving. */
export type Grain = 'event' | 'stage';

/** `events`: so many times the usual pace of events; `clock`: so many times real time. */
export interface Speed {
  readonly pace: 'events' | 'clock';
  readonly factor: number;
}

/** Where to run to: the next mark of a kind, or whatever happens next. */
export type RunTarget = MarkKind | 'next';

/** What is shown, without the sentence: that depends on the locale. */
export interface EngineView extends Omit<PageView, 'step'> {
  readonly event?: TraceEvent | undefined;
  /** The event whose effect brought `event`. */
  readonly because?: TraceEvent | undefined;
  /** It goes on by itself as long as something is under way. */
  readonly isPlaying: boolean;
  /** Nothing is under way: only timers are left. */
  readonly isIdle: boolean;
  /** It stands still: code that comes next could not be loaded. `retry` asks for it again. */
  readonly isMissing?: boolean;
  /** When something will happen by itself, ms since the epoch. */
  readonly nextAt?: number | undefined;
}

export interface Stats {
  readonly events: number;
  readonly happenings: number;
  readonly inputs: number;
  readonly checkpoints: number;
}

export type Request =
  | { readonly type: 'scenarios' }
  | { readonly type: 'load'; readonly scenario: string; readonly seed: number }
  | { readonly type: 'open' }
  | { readonly type: 'type'; readonly line: string; readonly atOnce: boolean }
  | { readonly type: 'step'; readonly grain: Grain }
  | { readonly type: 'back'; readonly grain: Grain }
  | { readonly type: 'seek'; readonly n: number }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'run'; readonly until: RunTarget }
  | { readonly type: 'speed'; readonly speed: Speed }
  | { readonly type: 'branch'; readonly id: number }
  | { readonly type: 'retry' }
  | { readonly type: 'digest' }
  | { readonly type: 'queueFile'; readonly id: string }
  | { readonly type: 'stats' };

/** What the page must know of a scenario. */
export interface ScenarioInfo {
  readonly id: string;
  readonly title: Readonly<Record<'fr' | 'en', string>>;
  readonly intro: Readonly<Record<'fr' | 'en', string>>;
  /** `telnet mail.gouv.bj 25` */
  readonly call: string;
  /** What the people of the scenario type, for the ghost text. */
  readonly lines: readonly string[];
  readonly offsetMinutes: number;
}

/** A request with the number its answer will bear. */
export interface Asked {
  readonly number: number;
  readonly request: Request;
}

/** A list that has changed: its first `keep` members stay, the rest is `add`. */
export interface Splice<Item> {
  readonly keep: number;
  readonly add: readonly Item[];
}

type ListName = 'log' | 'marks' | 'mail' | 'terminals';

/** A terminal without the lines that were known already. */
export interface TerminalDelta extends Omit<TerminalView, 'lines'> {
  readonly lines: Splice<TerminalLine>;
}

/** What has changed in the view. */
export interface Delta {
  readonly set: Partial<Omit<EngineView, ListName>>;
  readonly log?: Splice<EngineView['log'][number]>;
  readonly marks?: Splice<EngineView['marks'][number]>;
  readonly mail?: Splice<EngineView['mail'][number]>;
  /** All of them, in order; undefined when none has changed. */
  readonly terminals?: readonly TerminalDelta[];
}

export type Posted =
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown }
  /** `passed`: the events that were played since the last one, for what moves on the stage. */
  | { readonly type: 'update'; readonly delta: Delta; readonly passed: readonly TraceEvent[] };
