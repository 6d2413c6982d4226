/** Types of the anvil chart. */
import type { Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { AnvilCount, AnvilDisconnect } from '../kernel/anvil.ts';
import type { NoteArrived, SettingsChanged, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { PersistentMap } from '../kernel/persistent.ts';
import type { Zone } from '../mail/date.ts';

export type AnvilInput = Birth & { readonly at: number };

/** What is counted in one anvil_rate_time_unit. */
export type Rates = Readonly<Record<AnvilCount['what'], number>>;

/** A client of one service. */
export interface Counts {
  /** Open now. */
  readonly connections: number;
  readonly rates: Rates;
  /** When the time began in which the rates are counted (ms since the epoch). */
  readonly since: number;
}

/** The highest value of its kind. */
export interface Peak {
  readonly value: number;
  /** `service:address`; '' where it is nobody's. */
  readonly client: string;
  readonly at: number;
}

export type PeakName = AnvilCount['what'] | 'connections' | 'clients';

export interface AnvilContext {
  readonly settings: Settings;
  readonly zone: Zone;
  /** By `service:address`. */
  readonly clients: PersistentMap<Counts>;
  /** How many there are. */
  readonly size: number;
  /** Since statistics were logged; {}: nothing has happened. */
  readonly peaks: Readonly<Partial<Record<PeakName, Peak>>>;
}

export type AnvilEvent = TimerFired | SettingsChanged | (NoteArrived & (AnvilCount | AnvilDisconnect));

export type Args = RuleArgs<AnvilContext, AnvilEvent>;
export type Decision = Outcome<AnvilContext>;
