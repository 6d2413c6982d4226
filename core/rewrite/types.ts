/** Types of the trivial-rewrite chart. */
import type { Settings } from '../config/settings.ts';
import type { NoteArrived, SettingsChanged } from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { RewriteResolve, RewriteRewrite } from '../kernel/notes.ts';

export type RewriteInput = Birth & { readonly at: number };

export interface RewriteContext {
  readonly settings: Settings;
}

export type RewriteEvent = SettingsChanged | (NoteArrived & RewriteRewrite) | (NoteArrived & RewriteResolve);
