/** worth - which trace events are a step of their own for people. */
import type { TraceEvent } from '#core';
import { hopsOf } from '../stage/hops.ts';

/** Whether there is something to say or to see about an event. */
export function isWorthAStep(event: TraceEvent): boolean {
  // The end of a handshake says nothing that its beginning did not.
  if (event.event.type === 'net.connected') return false;
  const isOfPeople = event.service === 'telnet' || event.service === 'power';
  const isBirth = event.event.type === 'process.started';
  return event.rows.length > 0 || isOfPeople || isBirth || hopsOf(event).length > 0;
}
