/**
 * Counts clients' connections, messages and recipients, and remembers the highest counts for the log.
 *
 * anvil(8) · postconf(5) anvil_rate_time_unit, anvil_status_update_time · Postfix: src/anvil/anvil.c
 */
import { type Settings, timeMsOf } from '../config/settings.ts';
import type { AnvilCount } from '../kernel/anvil.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { valueIn, withEntry, withoutEntry } from '../kernel/persistent.ts';
import { syslogTime } from '../mail/date.ts';
import type { AnvilContext, Args, Counts, Decision, Peak, PeakName, Rates } from './types.ts';

const NO_RATES: Rates = { connection: 0, message: 0, recipient: 0 };
const STATUS = 'status';

function unitMs(settings: Settings): number {
  return timeMsOf(settings, 'anvil_rate_time_unit');
}

function keyOf({ service, address }: { readonly service: string; readonly address: string }): string {
  return `${service}:${address}`;
}

function clientOf({ context, event }: Args): Counts | undefined {
  const known = event.type === 'anvil.count' || event.type === 'anvil.disconnect';
  return known ? valueIn(context.clients, keyOf(event)) : undefined;
}

/** Rates are counted from the first event on, all together, and begin anew after the time unit. */
function counted(
  { settings }: AnvilContext,
  known: Counts | undefined,
  what: AnvilCount['what'],
  at: number,
): Counts {
  const connections = (known?.connections ?? 0) + (what === 'connection' || known === undefined ? 1 : 0);
  const isOver = known === undefined || known.since + unitMs(settings) < at;
  const rates = isOver ? NO_RATES : known.rates;
  return {
    connections,
    rates: { ...rates, [what]: rates[what] + 1 },
    since: isOver ? at : known.since,
  };
}

function peaksWith(
  peaks: AnvilContext['peaks'],
  values: readonly (readonly [PeakName, Peak])[],
): AnvilContext['peaks'] {
  const higher = values.filter(([name, { value }]) => value > (peaks[name]?.value ?? 0));
  return higher.length === 0 ? peaks : { ...peaks, ...Object.fromEntries(higher) };
}

/** One event more, and what there is now of its kind. */
export function count({ context, event }: Args): Decision {
  assert(event.type === 'anvil.count', 'somebody counts');
  const { what, at, token } = event;
  const client = keyOf(event);
  const known = valueIn(context.clients, client);
  const next = counted(context, known, what, at);
  const rate = next.rates[what];
  const size = context.size + (known === undefined ? 1 : 0);
  const peaks = peaksWith(context.peaks, [
    [what, { value: rate, client, at }],
    ['connections', { value: what === 'connection' ? next.connections : 0, client, at }],
    ['clients', { value: size, client: '', at }],
  ]);
  const effects: Effect[] = [];
  if (Object.keys(context.peaks).length === 0) effects.push(statusTimer(context.settings));
  if (known?.connections === 0) effects.push({ type: 'timer.clear', timer: client });
  const note = { type: 'anvil.counted', token, connections: next.connections, rate } as const;
  effects.push({ type: 'send', to: event.from, note });
  return { context: { clients: withEntry(context.clients, client, next), size, peaks }, effects };
}

function statusTimer(settings: Settings): Effect {
  return { type: 'timer.set', timer: STATUS, afterMs: timeMsOf(settings, 'anvil_status_update_time') };
}

/** A client that nobody knows: counted before this process began. */
export function clientIsUnknown(args: Args): boolean {
  return (clientOf(args)?.connections ?? 0) === 0;
}

/** It has other connections. */
export function othersAreOpen(args: Args): boolean {
  return (clientOf(args)?.connections ?? 0) > 1;
}

/** One connection less. The rates of a client without any are kept for a time unit. */
export function countDeparture(args: Args): Decision {
  const { context, event } = args;
  const known = clientOf(args);
  assert(event.type === 'anvil.disconnect' && known !== undefined, 'a client that was counted');
  const client = keyOf(event);
  const connections = known.connections - 1;
  const clients = withEntry(context.clients, client, { ...known, connections });
  const timer = { type: 'timer.set', timer: client, afterMs: unitMs(context.settings) } as const;
  return { context: { clients }, effects: connections === 0 ? [timer] : [] };
}

export function isStatusTime({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === STATUS;
}

/** The client has not come again. */
export function forgetClient({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'a time is over');
  if (valueIn(context.clients, event.timer) === undefined) return {};
  return { context: { clients: withoutEntry(context.clients, event.timer), size: context.size - 1 } };
}

/**
 * Logs the highest counts, and begins anew. Differs: the time runs from the first event on, not from the
 * start of anvil(8) on, and nothing is logged when it ends.
 */
export function logStatistics({ context }: Args): Decision {
  const { peaks, settings, zone } = context;
  const unit = `/${Math.round(unitMs(settings) / 1000)}s`;
  const line = (name: PeakName, what: string, per: string): readonly Effect[] => {
    const peak = peaks[name];
    if (peak === undefined) return [];
    const whose = peak.client === '' ? '' : ` for (${peak.client})`;
    const text = `statistics: max ${what} ${peak.value}${per}${whose} at ${syslogTime(peak.at, zone)}`;
    return [{ type: 'log', level: 'info', text }];
  };
  return {
    context: { peaks: {} },
    effects: [
      ...line('connection', 'connection rate', unit),
      ...line('connections', 'connection count', ''),
      ...line('message', 'message rate', unit),
      ...line('recipient', 'recipient rate', unit),
      ...line('clients', 'cache size', ''),
    ],
  };
}

export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'the configuration has changed');
  return { context: { settings: event.settings } };
}
