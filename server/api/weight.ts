/**
 * How heavy a step is to keep, and a lighter copy of it: the trace shows the first 400 bytes and 50 entries of
 * anything, so no more than that is held back from the garbage collector. postconf(5) trace_events_limit
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

/** Fields of events, effects and notes that can be large. */
interface Carrier {
  readonly bytes?: unknown;
  readonly text?: unknown;
  readonly settings?: unknown;
  readonly note?: unknown;
  readonly entries?: unknown;
  readonly recipients?: unknown;
  readonly results?: unknown;
  readonly addresses?: unknown;
}

const LISTS = ['entries', 'recipients', 'results', 'addresses'] as const;

/** What a thing keeps alive: a short view of a long buffer keeps the whole buffer. */
function carriedBytes(thing: Carrier): number {
  let sum = 0;
  if (thing.bytes instanceof Uint8Array) sum += thing.bytes.buffer.byteLength;
  if (typeof thing.text === 'string') sum += thing.text.length;
  if (thing.settings !== undefined) sum += CARRIED_BYTES + 1;
  for (const name of LISTS) {
    const list = thing[name];
    if (Array.isArray(list)) sum += list.length * ENTRY_BYTES;
  }
  return thing.note === undefined ? sum : sum + carriedBytes(thing.note as Carrier);
}

/**
 * The same thing without what the trace would not show. `sizeBytes` comes after `bytes`, so the trace tells
 * the true size.
 */
function light(thing: Carrier): Carrier {
  const { bytes, settings: _settings, ...rest } = thing;
  const lists = LISTS.flatMap((name) => {
    const list = rest[name];
    return Array.isArray(list) && list.length > SHOWN_ENTRIES
      ? [[name, list.slice(0, SHOWN_ENTRIES)] as const]
      : [];
  });
  return {
    ...rest,
    ...(bytes instanceof Uint8Array
      ? { bytes: Uint8Array.prototype.slice.call(bytes, 0, SHOWN_BYTES), sizeBytes: bytes.length }
      : {}),
    ...(rest.note === undefined ? {} : { note: light(rest.note as Carrier) }),
    ...Object.fromEntries(lists),
  };
}

/** A record to keep, and its estimated weight in bytes. */
export function lightened(record: StepRecord): { readonly record: StepRecord; readonly weight: number } {
  let carried = record.event === undefined ? 0 : carriedBytes(record.event as Carrier);
  let isHeavy = carried > CARRIED_BYTES;
  for (const effect of record.effects) {
    const more = carriedBytes(effect as Carrier);
    if (more > CARRIED_BYTES) isHeavy = true;
    carried += more;
  }
  const base = RECORD_BYTES + record.effects.length * EFFECT_BYTES;
  if (!isHeavy) return { record, weight: base + carried };
  const event = record.event === undefined ? undefined : (light(record.event as Carrier) as never);
  const effects = record.effects.map((effect) => light(effect as Carrier) as unknown as Effect);
  const kept = { ...record, event, effects };
  return { record: kept, weight: base + weightOfLight(kept) };
}

function weightOfLight(record: StepRecord): number {
  const things = [record.event, ...record.effects] as readonly (Carrier | undefined)[];
  return things.reduce((sum, thing) => sum + (thing === undefined ? 0 : carriedBytes(thing)), 0);
}
