/** messages - what the page says, as a type: a sentence missing in one language does not compile. */
import type { MarkKind } from '../engine/view.ts';
import type { Status } from '../stage/hops.ts';

export type Locale = 'fr' | 'en';

export interface Messages {
  readonly page: {
    readonly title: string;
    readonly subtitle: string;
    readonly simulated: string;
    readonly live: string;
    readonly mode: string;
    readonly scenario: string;
    /** The other language, in its own words. */
    readonly language: string;
    readonly help: string;
    readonly close: string;
    readonly table: string;
    readonly stage: string;
    readonly skip: string;
    /** Things to do, by scenario. */
    readonly goals: Readonly<Record<string, readonly string[]>>;
    readonly done: string;
    readonly nextLine: string;
    readonly nextOpen: string;
    readonly nextNothing: string;
    readonly stepWaits: string;
    /** Code that comes next could not be loaded, and the button that asks again. */
    readonly codeMissing: string;
    readonly tryAgain: string;
    readonly session: string;
    readonly noSession: string;
    readonly liveIntro: (host: string, version: string, profile: string) => string;
    readonly liveNone: string;
    /** It had answered before. */
    readonly liveGone: string;
    readonly liveWaiting: string;
    readonly liveLost: (count: number) => string;
    readonly loading: string;
  };
  readonly bar: {
    readonly label: string;
    readonly start: string;
    readonly back: string;
    readonly play: string;
    readonly pause: string;
    readonly step: string;
    readonly end: string;
    readonly place: string;
    readonly placeText: (n: number, length: number) => string;
    readonly grain: string;
    readonly grainStage: string;
    readonly grainEvent: string;
    readonly speed: string;
    readonly paceEvents: string;
    readonly paceClock: string;
    readonly slow: string;
    readonly usual: string;
    readonly quick: string;
    readonly atOnce: string;
    readonly past: string;
    readonly pastHint: string;
    readonly branch: string;
    readonly branchName: (index: number, length: number) => string;
    readonly until: string;
    readonly untilShort: string;
    readonly untilNext: string;
    readonly untilKind: Readonly<Record<MarkKind, string>>;
    readonly marks: Readonly<Record<MarkKind, string>>;
    readonly skipped: (duration: string) => string;
    readonly clock: string;
  };
  readonly map: {
    readonly label: string;
    readonly keys: string;
    readonly nodes: Readonly<Record<string, string>>;
    readonly kinds: Readonly<Record<'prog' | 'queue' | 'map' | 'ext', string>>;
    readonly absent: string;
    readonly active: string;
    readonly count: (count: number) => string;
    readonly status: Readonly<Record<Status, string>>;
  };
  /** Sentences for what people and the world do; `{who}`, `{line}` and the like are filled in. */
  readonly world: Readonly<Record<string, string>>;
}
