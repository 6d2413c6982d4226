/** Types of the master chart. */
import type { Settings } from '../config/settings.ts';
import type { SettingsChanged, TimerFired } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { MasterChildDied } from '../kernel/notes.ts';

export type MasterInput = Birth & { readonly at: number };

export interface MasterContext {
  readonly settings: Settings;
  readonly services: readonly string[];
  readonly pid: number;
}

export type MasterEvent = TimerFired | SettingsChanged | (MasterChildDied & { readonly at: number });
