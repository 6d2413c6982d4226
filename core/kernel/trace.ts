/**
 * What happened, as plain data: one TraceEvent per step of a process, the same from the server and the
 * simulator.
 *
 * The page draws it, /api/v1/events sends it, the digest is computed over it.
 */
import type { StepRecord } from './host.ts';
import type { Row } from './process.ts';

/** Any value that survives JSON. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** An event or effect with its bytes turned into text (`text`, cut) and a length (`sizeBytes`). */
export interface PlainThing {
  readonly type: string;
  readonly [field: string]: Plain | undefined;
}

export interface TraceEvent {
  /** Number in the whole trace, from 1, without gaps. */
  readonly n: number;
  /** Milliseconds since the epoch. */
  readonly t: number;
  /** Number of the trace event whose effect brought this one; 0 = the outside world. */
  readonly cause: number;
  readonly host: string;
  readonly process: string;
  readonly service: string;
  readonly pid: number;
  readonly event: PlainThing;
  readonly before?: string;
  readonly after: string;
  readonly rows: readonly Row[];
  readonly effects: readonly PlainThing[];
  readonly queueId?: string;
  readonly panic?: string;
}

const TEXT_LIMIT = 400;
const HIDDEN = new Set(['settings', 'at']);

function textOfBytes(bytes: Uint8Array): string {
  const end = Math.min(bytes.length, TEXT_LIMIT);
  let text = '';
  for (let index = 0; index < end; index += 1) text += String.fromCharCode(bytes[index] ?? 0);
  return maskSecrets(text);
}

/** AUTH, PASS and LOGIN arguments never reach a trace. */
export function maskSecrets(text: string): string {
  return text.replace(/^((?:\S+ )?(?:AUTH \S+|PASS|LOGIN \S+)) [^\r\n]+/gim, '$1 ********');
}

function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return textOfBytes(value);
  if (Array.isArray(value)) return value.slice(0, 50).map(plain);
  if (value instanceof Map) return plainFields(Object.fromEntries(value));
  return plainFields(value as Record<string, unknown>);
}

function plainFields(value: Record<string, unknown>): Record<string, Plain> {
  const fields: Record<string, Plain> = {};
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner === undefined || HIDDEN.has(key)) continue;
    if (inner instanceof Uint8Array) {
      fields.text = textOfBytes(inner);
      fields.sizeBytes = inner.length;
    } else fields[key] = plain(inner);
  }
  return fields;
}

/** Bytes become text, settings and clocks go. */
export function plainThing(thing: { readonly type: string }): PlainThing {
  return plainFields(thing as unknown as Record<string, unknown>) as unknown as PlainThing;
}

function queueIdOf(record: StepRecord): string | undefined {
  const things: readonly unknown[] = [record.event, ...record.effects, ...noteBodies(record)];
  for (const thing of things) {
    const id = (thing as { readonly queueId?: unknown } | undefined)?.queueId;
    if (typeof id === 'string' && id !== '') return id;
  }
  return undefined;
}

function noteBodies(record: StepRecord): readonly unknown[] {
  return record.effects.map((effect) => (effect.type === 'send' ? effect.note : undefined));
}

/**
 * Makes plain data of a step.
 *
 * @param n its number in the trace; @param cause the number of the trace event that caused it (0 = outside)
 */
export function traceEvent(record: StepRecord, host: string, n: number, cause: number): TraceEvent {
  const { process, service, pid, before, after, rows, panic } = record;
  const queueId = queueIdOf(record);
  return {
    ...{ n, t: record.at, cause, host, process, service, pid, after, rows },
    event: record.event === undefined ? { type: 'process.started' } : plainThing(record.event),
    effects: record.effects.map(plainThing),
    ...(before === undefined ? {} : { before }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(panic === undefined ? {} : { panic }),
  };
}

/**
 * A running 128-bit digest (four FNV-1a lanes over UTF-16 units): equal traces, equal digests, in any
 * engine.
 */
export type Digest = readonly [number, number, number, number];

export const emptyDigest: Digest = [0x811c9dc5, 0x9747b28c, 0x1b873593, 0xcc9e2d51];

/** The lanes while an event is added: one array, so that nothing is made for each of its parts. */
const lanes = new Int32Array(4);

/** Adds one trace event; keys are taken in a fixed order, so property order does not matter. */
export function addToDigest(digest: Digest, event: TraceEvent): Digest {
  lanes.set(digest);
  mixValue(event as unknown as Plain);
  const [a = 0, b = 0, c = 0, d = 0] = new Uint32Array(lanes);
  return [a, b, c, d];
}

/** 32 hexadecimal digits. */
export function digestText(digest: Digest): string {
  return digest.map((lane) => lane.toString(16).padStart(8, '0')).join('');
}

/** Kinds of values and the length of what follows go in too: no two values are mixed alike. */
function mixValue(value: Plain): void {
  if (typeof value === 'string') mixText(1, value);
  else if (typeof value === 'number') mixText(2, String(value));
  else if (value === null || typeof value === 'boolean') mixText(3, String(value));
  else if (Array.isArray(value)) {
    mix(4, value.length);
    for (const item of value) mixValue(item);
  } else {
    const fields = value as { readonly [key: string]: Plain | undefined };
    const keys = Object.keys(fields).sort();
    mix(5, keys.length);
    for (const key of keys) {
      mixText(6, key);
      mixValue(fields[key] ?? null);
    }
  }
}

function mix(kind: number, count: number): void {
  mixUnits(String.fromCharCode(kind, count & 0xffff, count >>> 16));
}

function mixText(kind: number, text: string): void {
  mix(kind, text.length);
  mixUnits(text);
}

function mixUnits(text: string): void {
  let a = lanes[0] ?? 0;
  let b = lanes[1] ?? 0;
  let c = lanes[2] ?? 0;
  let d = lanes[3] ?? 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + 0x9e37), 0x85ebca6b);
    c = Math.imul(c ^ (unit << 3), 0xc2b2ae35) ^ (a >>> 15);
    d = Math.imul(d ^ (unit * 7), 0x27d4eb2f) ^ (b >>> 13);
  }
  lanes[0] = a;
  lanes[1] = b;
  lanes[2] = c;
  lanes[3] = d;
}
