/** What master does for its children: start, wake, bury, start again. master(8) */
import { timeMsOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Note } from '../kernel/notes.ts';
import type { MasterContext, MasterEvent } from './types.ts';

type Args = RuleArgs<MasterContext, MasterEvent>;
type Decision = Outcome<MasterContext>;

interface Resident {
  readonly service: string;
  readonly wakeupMs: number;
  readonly note: Note;
  /** It starts with its first request. */
  readonly onDemand?: boolean;
}

/**
 * The daemons that live on, with the wakeup of the stock master.cf.
 *
 * Differs: flush(8) is woken although nobody used it yet; it finds nothing to do then.
 */
const RESIDENT: readonly Resident[] = [
  { service: 'pickup', wakeupMs: 60_000, note: { type: 'pickup.wakeup' } },
  { service: 'qmgr', wakeupMs: 300_000, note: { type: 'qmgr.wakeup', requests: 'W' } },
  { service: 'flush', wakeupMs: 1_000_000, note: { type: 'flush.wakeup' }, onDemand: true },
];

function residents(context: MasterContext): readonly (typeof RESIDENT)[number][] {
  return RESIDENT.filter(({ service }) => context.services.includes(service));
}

/** master.cf's wakeup column, or the stock value where the file has none. */
function wakeupMs(context: MasterContext, service: string, stockMs: number): number {
  const entry = context.settings.master.find(({ name }) => name === service);
  return entry?.wakeupMs || stockMs;
}

/** Starts every resident daemon and its wake-up timer; those that already run take it as "begin". */
export function startChildren({ context }: Args): Decision {
  const effects: Effect[] = [];
  for (const { service, wakeupMs: stockMs, onDemand } of residents(context)) {
    const afterMs = wakeupMs(context, service, stockMs);
    if (onDemand !== true) effects.push({ type: 'send', to: service, note: { type: 'master.start' } });
    effects.push({ type: 'timer.set', timer: `wakeup:${service}`, afterMs });
  }
  return { effects };
}

function serviceOf(event: MasterEvent): (typeof RESIDENT)[number] | undefined {
  assert(event.type === 'timer.fired', 'master wakes on a timer');
  return RESIDENT.find(({ service }) => event.timer === `wakeup:${service}`);
}

/** Sends the periodic wake-up: the safety net when a trigger was lost. */
export function wake({ event }: Args): Decision {
  const child = serviceOf(event);
  return child === undefined ? {} : { effects: [{ type: 'send', to: child.service, note: child.note }] };
}

/** Sets the next wake-up of the same service. */
export function wakeAgain({ context, event }: Args): Decision {
  const child = serviceOf(event);
  if (child === undefined) return {};
  const afterMs = wakeupMs(context, child.service, child.wakeupMs);
  return { effects: [{ type: 'timer.set', timer: `wakeup:${child.service}`, afterMs }] };
}

/** Logs a crash; a resident daemon starts again after service_throttle_time. */
export function noteChildDeath({ context, event }: Args): Decision {
  assert(event.type === 'master.childDied', 'master is told of a death');
  const text = `process ${event.process} (${event.service}) died: ${event.reason}`;
  const log: Effect = { type: 'log', level: 'warning', text };
  if (!residents(context).some(({ service }) => service === event.service)) return { effects: [log] };
  const afterMs = timeMsOf(context.settings, 'service_throttle_time') || 60_000;
  return { effects: [log, { type: 'timer.set', timer: 'restart', afterMs }] };
}
