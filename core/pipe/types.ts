/** Types of the pipe chart. */
import type { Settings } from '../config/settings.ts';
import type { FileFailed, FileLoaded, NoteArrived, ProcessEnded } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { BounceAppended, DeliverRequest, DeliveryResult, MasterChildDied } from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import type { Attributes } from './attributes.ts';

export type PipeInput = Birth & { readonly at: number };

export interface PipeContext {
  readonly settings: Settings;
  readonly service: string;
  readonly services: readonly string[];
  readonly zone: Zone;
  readonly request: (NoteArrived & DeliverRequest) | undefined;
  readonly startedAt: number;
  /** What the line of master.cf says; undefined where it says something wrong. */
  readonly attributes: Attributes | undefined;
  /** The command with its macros expanded. */
  readonly argv: readonly string[];
  readonly results: readonly DeliveryResult[];
  /** Results whose log entry is not confirmed yet. */
  readonly waiting: number;
}

export type PipeEvent =
  | (NoteArrived & (DeliverRequest | BounceAppended | MasterChildDied))
  | FileLoaded
  | FileFailed
  | ProcessEnded;
