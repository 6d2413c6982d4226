/** Types of the verify chart. */
import type { Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { NoteArrived, SettingsChanged, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { CleanupDone, CleanupOpened, MasterChildDied } from '../kernel/notes.ts';
import type { PersistentMap } from '../kernel/persistent.ts';
import type { AddressStatus, VerifyQuery, VerifyUpdate } from '../kernel/probes.ts';
import type { Zone } from '../mail/date.ts';

export type VerifyInput = Birth & { readonly at: number };

/** What is known of an address. Times in ms since the epoch; 0: never. */
export interface Known {
  readonly status: AddressStatus;
  /** When the last probe went out that has not been answered. */
  readonly probed: number;
  /** When an agent last answered. */
  readonly updated: number;
  readonly text: string;
}

/** An address that waits for cleanup(8) to take its probe. */
export interface Probe {
  readonly address: string;
  readonly standard: string;
}

export interface VerifyContext {
  readonly settings: Settings;
  readonly zone: Zone;
  /** By address, as it was asked for. */
  readonly known: PersistentMap<Known>;
  readonly waiting: readonly Probe[];
  /** The timer of the clean-up is set. */
  readonly cleans: boolean;
}

export type VerifyEvent =
  | TimerFired
  | SettingsChanged
  | (NoteArrived & (VerifyQuery | VerifyUpdate | CleanupOpened | CleanupDone | MasterChildDied));

export type Args = RuleArgs<VerifyContext, VerifyEvent>;
export type Decision = Outcome<VerifyContext>;
