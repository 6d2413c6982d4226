/**
 * Delivery agents as qmgr sees them: how many processes may run, which destination is next, and which are
 * not to be used.
 */
import { intOf, type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { firstOf, inserted, removed, sizeOf, walkBehind } from '../kernel/ordered.ts';
import { emptyMap } from '../kernel/persistent.ts';
import { compareRanks } from './jobs.ts';
import type { QueueContext } from './queue.ts';
import type { Args, Decision, Destination, QmgrContext, Rank, Transport } from './types.ts';

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
  return {
    ...{ name, limit, busy: 0, jobs: emptyMap(), line: undefined, overtakers: undefined },
    ...{ lastPreemption: undefined, throttledUntil: 0, reason: '' },
  };
}

/** The context with this transport in place of its older self. */
export function withTransport(context: QmgrContext, transport: Transport): QmgrContext {
  if (context.transports.get(transport.name) === transport) return context;
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

/** May this destination have one delivery more? */
export function isOpen({ chart }: Destination): boolean {
  const { window, busy } = chart.context as QueueContext;
  return chart.value === 'ready' && busy < window;
}

/** So far behind the first a small job is looked for. */
const DEPTH = 50;

/** Where the destination belongs: by the first job that waits for it, and by the first small one behind. */
function ranksOf(destination: Destination): Pick<Destination, 'inLine' | 'overtaker'> {
  const first = isOpen(destination) ? firstOf(destination.waiting) : undefined;
  if (first === undefined) return { inLine: undefined, overtaker: undefined };
  const inLine = { position: first.key.position, turn: first.value.turn };
  if (first.value.isSmall || sizeOf(destination.waiting) < 2) return { inLine, overtaker: undefined };
  let overtaker: Rank | undefined;
  let looked = 0;
  walkBehind(destination.waiting, compareRanks, first.key, ({ position }, { isSmall, turn }) => {
    if (isSmall) overtaker = { position, turn };
    looked += 1;
    return !isSmall && looked < DEPTH;
  });
  return { inLine, overtaker };
}

/** A line in which one destination has moved from a rank to another, or to none. */
function relined(
  line: Transport['line'],
  key: string,
  was: Rank | undefined,
  is: Rank | undefined,
): Transport['line'] {
  if (was === is || (was !== undefined && is !== undefined && compareRanks(was, is) === 0)) return line;
  const without = was === undefined ? line : removed(line, compareRanks, was);
  return is === undefined ? without : inserted(without, compareRanks, is, key);
}

/** Brings a destination to its place in its transport's lines, or out of them without work or room. */
export function lined(
  transport: Transport,
  destination: Destination,
): readonly [transport: Transport, destination: Destination] {
  const { key } = destination;
  if (destination.waiting === undefined && destination.inLine === undefined) return [transport, destination];
  const { inLine, overtaker } = ranksOf(destination);
  const line = relined(transport.line, key, destination.inLine, inLine);
  const overtakers = relined(transport.overtakers, key, destination.overtaker, overtaker);
  return [
    { ...transport, line, overtakers },
    { ...destination, inLine, overtaker },
  ];
}
