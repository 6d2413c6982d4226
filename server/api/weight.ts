/**
 * How heavy a step is to keep, and a lighter copy of it: the trace shows the first 400 bytes and 50
 * entries of anything, so no more than that is held back from the garbage collector. postconf(5)
 * trace_events_limit
 */
import type { Effect, StepRecord } from '#core';

/** Estimated bytes of a record, and of each of its effects, without what they carry. */
const RECORD_BYTES = 400;
const EFFECT_BYTES = 120;
/** What a thing may carry before it is copied. */
const CARRIED_BYTES = 1024;
/** Bytes that a trace event shows of anything. */
export const SHOWN_BYTES = 400;
const SHOWN_ENTRIES = 50;
const ENTRY_BYTES = 120;

/** An event, effect or note, as far as it is looked at here. */
interface Carrier {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The one field of each type that can be large. */
const LARGE: Readonly<Record<string, string>> = {
  'net.received': 'bytes',
  'net.write': 'bytes',
  'file.append': 'bytes',
  'file.write': 'bytes',
  'file.loaded': 'bytes',
  'cleanup.chunk': 'bytes',
  'cleanup.prepend': 'bytes',
  'dir.listed': 'entries',
  'deliver.request': 'recipients',
  'deliver.done': 'results',
  'rewrite.rewrite': 'addresses',
  'rewrite.rewritten': 'addresses',
  'settings.changed': 'settings',
  send: 'note',
  log: 'text',
};

/** What a thing keeps alive: a short view of a long buffer keeps the whole buffer. */
function carriedBytes(thing: Carrier): number {
  const field = LARGE[thing.type];
  if (field === undefined) return 0;
  const value = thing[field];
  if (field === 'bytes') return (value as Uint8Array).buffer.byteLength;
  if (field === 'note') return carriedBytes(value as Carrier);
  if (field === 'text') return (value as string).length;
  return Array.isArray(value) ? value.length * ENTRY_BYTES : CARRIED_BYTES + 1;
}

/**
 * The same thing without what the trace would not show. `sizeBytes` comes after `bytes`, so the trace tells
 * the true size.
 */
function light(thing: Carrier): Carrier {
  const field = LARGE[thing.type];
  if (field === undefined || carriedBytes(thing) <= CARRIED_BYTES) return thing;
  const { [field]: value, ...rest } = thing;
  if (value instanceof Uint8Array) {
    const bytes = Uint8Array.prototype.slice.call(value, 0, SHOWN_BYTES);
    return { ...(rest as Carrier), bytes, sizeBytes: value.length };
  }
  if (Array.isArray(value)) return { ...(rest as Carrier), [field]: value.slice(0, SHOWN_ENTRIES) };
  if (field === 'note') return { ...(rest as Carrier), note: light(value as Carrier) };
  return field === 'text' ? thing : (rest as Carrier);
}

/** A record to keep, and its estimated weight in bytes. */
export function lightened(record: StepRecord): { readonly record: StepRecord; readonly weight: number } {
  let carried = record.event === undefined ? 0 : carriedBytes(record.event as unknown as Carrier);
  let isHeavy = carried > CARRIED_BYTES;
  for (const effect of record.effects) {
    const more = carriedBytes(effect as unknown as Carrier);
    if (more > CARRIED_BYTES) isHeavy = true;
    carried += more;
  }
  const base = RECORD_BYTES + record.effects.length * EFFECT_BYTES;
  if (!isHeavy) return { record, weight: base + carried };
  const event = record.event === undefined ? undefined : (light(record.event as unknown as Carrier) as never);
  const effects = record.effects.map((effect) => light(effect as unknown as Carrier) as unknown as Effect);
  const kept = { ...record, event, effects };
  return { record: kept, weight: base + weightOfLight(kept) };
}

function weightOfLight(record: StepRecord): number {
  const things = [record.event, ...record.effects] as unknown as readonly (Carrier | undefined)[];
  return things.reduce((sum, thing) => sum + (thing === undefined ? 0 : carriedBytes(thing)), 0);
}
