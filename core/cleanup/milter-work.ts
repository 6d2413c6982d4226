/** How far the milters have come with a message, as cleanup(8) keeps it. MILTER_README */
import type { Effect } from '../kernel/effects.ts';
import type { MilterHappening } from '../kernel/milter.ts';

/** What cleanup(8) knows of the milters of one message: the same undefined as long as there are none. */
export interface MilterWork {
  /** Process that speaks with them; '' until it is known. */
  readonly process: string;
  /** It was started for this message alone. */
  readonly isOurs: boolean;
  /** The queue file, for as long as the milters look at it. */
  readonly bytes: Uint8Array;
  /** What they are told before they see the message, the one that they hear now first. */
  readonly happenings: readonly MilterHappening[];
  readonly isDone: boolean;
}

export const NOTHING_TOLD: MilterWork = {
  ...{ process: '', isOurs: true, bytes: new Uint8Array(0), happenings: [], isDone: false },
};

/** What cleanup.close says of the session's milters. */
export function milterOf(process: string | undefined): { readonly milters?: MilterWork } {
  return process === undefined ? {} : { milters: { ...NOTHING_TOLD, process, isOurs: false } };
}

/** What ends a session that was played; nothing where there is none. */
export function leaving({ milters }: { readonly milters: MilterWork | undefined }): readonly Effect[] {
  if (milters === undefined || !milters.isOurs || milters.process === '') return [];
  return [{ type: 'send', to: milters.process, note: { type: 'milter.quit' } }];
}
