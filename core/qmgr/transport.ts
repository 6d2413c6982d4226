/**
 * Delivery agents as qmgr sees them: how many processes may run, which destination is next, and which are
 * not to be used.
 */
import { intOf, type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { fifoOf, pushed } from './fifo.ts';
import type { Args, Decision, Destination, QmgrContext, Transport } from './types.ts';

/** master.cf maxproc, or default_process_limit; 0 in master.cf = no limit. master(5) */
function processLimit(settings: Settings, name: string): number {
  const entry = settings.master.find((one) => one.name === name && one.type !== 'inet');
  const limit = entry?.processLimit ?? intOf(settings, 'default_process_limit');
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** The transport of this name, as it is or new. */
export function transportOf(context: QmgrContext, name: string): Transport {
  const known = context.transports.get(name);
  if (known !== undefined) return known;
  const limit = processLimit(context.settings, name);
  return { name, limit, busy: 0, line: fifoOf(), throttledUntil: 0, reason: '' };
}

/** The context with this transport in place of its older self. */
export function withTransport(context: QmgrContext, transport: Transport): QmgrContext {
  return { ...context, transports: new Map(context.transports).set(transport.name, transport) };
}

/**
 * New settings: process limits are read again; destinations keep their windows, transports their throttles.
 */
export function takeSettings({ context, event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  const { settings } = event;
  const transports = [...context.transports].map(
    ([name, transport]) => [name, { ...transport, limit: processLimit(settings, name) }] as const,
  );
  return { context: { settings, transports: new Map(transports) } };
}

/** The transport exists here and is not throttled. */
export function isUsable(context: QmgrContext, name: string, at: number): boolean {
  const throttledUntil = context.transports.get(name)?.throttledUntil ?? 0;
  return throttledUntil <= at && context.services.includes(name);
}

/** Puts the transport out of use for a while. postconf(5) transport_retry_time */
export function throttled(context: QmgrContext, name: string, reason: string, at: number): QmgrContext {
  const throttledUntil = at + timeMsOf(context.settings, 'transport_retry_time');
  return withTransport(context, { ...transportOf(context, name), throttledUntil, reason });
}

/** A destination with work stands in its transport's line, once. */
export function lined(
  transport: Transport,
  destination: Destination,
): readonly [transport: Transport, destination: Destination] {
  if (destination.inLine) return [transport, destination];
  const line = pushed(transport.line, destination.key);
  return [
    { ...transport, line },
    { ...destination, inLine: true },
  ];
}
