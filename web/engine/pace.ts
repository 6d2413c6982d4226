/** pace - how long an event is shown while the world plays at the pace of events. */
import type { TraceEvent } from '#core';
import { type Hop, hopsOf } from '../stage/hops.ts';

/** How long a token travels at the usual pace: short questions are quick, a letter can be followed. */
const FLIGHT_MS: Readonly<Record<Hop['kind'], number>> = { note: 230, line: 330, mail: 430 };
const BLINK_MS = 50;
const REST_MS = 30;

/** Milliseconds a hop takes; `factor` is the speed. */
export function flightMs(kind: Hop['kind'], factor: number): number {
  return FLIGHT_MS[kind] / Math.min(Math.max(factor, 0.75), 4);
}

/** Milliseconds until the next event may come; 0 = at once. Waiting time of the story counts for nothing. */
export function pauseAfter(event: TraceEvent, factor: number): number {
  if (!Number.isFinite(factor)) return 0;
  const longest = Math.max(0, ...hopsOf(event).map(({ kind }) => FLIGHT_MS[kind]));
  return (longest > 0 ? longest + REST_MS : BLINK_MS) / factor;
}
