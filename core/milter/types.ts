/** Types of the milter chart. */
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { NetConnected, NetHeard, NetLost, NoteArrived, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  EnvelopeEdit,
  MacroLists,
  Macros,
  MilterAbort,
  MilterHappening,
  MilterMessage,
  MilterOpen,
  MilterQuit,
  MilterServer,
  MilterStage,
  MilterTell,
  MilterVerdict,
} from '../kernel/milter.ts';
import type { PacketBuffer } from './codec.ts';
import type { Letter } from './letter.ts';
import type { Agreement } from './negotiation.ts';

export type MilterInput = Birth & { readonly at: number };

/** One milter of the session. */
export interface Filter {
  readonly server: MilterServer;
  /**
   * `fresh`: not called yet; `calling`, `greeting`: until options are agreed on; `open`;
   * `passing`: it has accepted the message; `over`: nothing more is asked in this session;
   * `dead`: it cannot be asked.
   */
  readonly status: 'fresh' | 'calling' | 'greeting' | 'open' | 'passing' | 'over' | 'dead';
  /** What it answers to all from now on; those that are `over` or `dead` may have one. */
  readonly lasting: MilterVerdict | undefined;
  readonly agreement: Agreement;
  readonly input: PacketBuffer;
}

/** A packet for a milter, and what is to be done about its answer. */
export interface Command {
  readonly letter: string;
  readonly data: Uint8Array;
  readonly stage: MilterStage;
  /** Name for the log, as Postfix has it: `SMFIC_MAIL`. */
  readonly name: string;
  /** The milter does without it. */
  readonly unwanted: number;
  /** The milter does not answer it. */
  readonly silent: number;
}

/** A question under way. */
export interface Task {
  readonly from: string;
  readonly token: string;
  /** What happened, the one that is told first; none where it is about the message. */
  readonly happenings: readonly MilterHappening[];
  /** The message; undefined: it is about a happening. */
  readonly letter: Letter | undefined;
  readonly isChanged: boolean;
  readonly edits: readonly EnvelopeEdit[];
  readonly quarantine: string | undefined;
  /** So much may be said about changes yet: what exceeds it is not kept. Below 0: it was exceeded. */
  readonly leftBytes: number;
  /** Which filter is asked. */
  readonly filter: number;
  /** What it is told; undefined: that is not known yet. */
  readonly commands: readonly Command[] | undefined;
  /** How many of them it has been told. */
  readonly told: number;
  /** A replacement of the body has begun. */
  readonly bodyParts: readonly Uint8Array[] | undefined;
  readonly verdict: MilterVerdict;
  readonly isOver: boolean;
}

export interface MilterContext {
  readonly filters: readonly Filter[];
  readonly lists: MacroLists;
  readonly macros: Macros;
  readonly task: Task | undefined;
}

type Arrived<Body> = NoteArrived & Body;

export type MilterEvent =
  | NetConnected
  | NetHeard
  | NetLost
  | TimerFired
  | Arrived<MilterOpen>
  | Arrived<MilterTell>
  | Arrived<MilterMessage>
  | Arrived<MilterAbort>
  | Arrived<MilterQuit>;

export type Args = RuleArgs<MilterContext, MilterEvent>;
export type Decision = Outcome<MilterContext>;
