/** pace - how long an event is shown while the world plays at the pace of events. */
import type { TraceEvent } from '#core';
import { hopsOf } from '../stage/hops.ts';

/** How long a token travels at the usual pace. */
export const FLIGHT_MS = 420;
const BLINK_MS = 60;

/** Milliseconds until the next event may come; 0 = at once. Waiting time of the story counts for nothing. */
export function pauseAfter(event: TraceEvent, factor: number): number {
  if (!Number.isFinite(factor)) return 0;
  const isSeen = hopsOf(event).length > 0;
  return (isSeen ? FLIGHT_MS + 40 : BLINK_MS) / factor;
}
