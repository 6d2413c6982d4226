/** Types of the error chart. */
import type { Settings } from '../config/settings.ts';
import type { NoteArrived } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { BounceAppended, DeliverRequest, DeliveryResult, MasterChildDied } from '../kernel/notes.ts';

export type ErrorInput = Birth & { readonly at: number };

type Request = NoteArrived & DeliverRequest;

export interface ErrorContext {
  readonly settings: Settings;
  readonly service: string;
  readonly services: readonly string[];
  readonly request: Request | undefined;
  readonly results: readonly DeliveryResult[];
  /** Results whose log entry is not confirmed yet. */
  readonly waiting: number;
}

export type ErrorEvent = Request | (NoteArrived & (BounceAppended | MasterChildDied));
