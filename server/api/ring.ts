/**
 * The last trace events, bounded in number and bytes. Steps are kept as they are and become text only when
 * somebody wants to read them, once for all readers. postconf(5) trace_events_limit
 */
import { type StepRecord, type TraceEvent, traceEvent } from '#core';
import { createWatcher, maskLog, maskPiece } from './secrets.ts';
import { lightened, SHOWN_BYTES } from './weight.ts';

/** Numbers of events that are no longer there, both included. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface Slice {
  /** Messages of an event stream. */
  readonly text: string;
  /** Number of the last event in it, or what was asked for when there is none. */
  readonly last: number;
}

export interface TraceRing {
  add(record: StepRecord): void;
  /** Events after a number, as an event stream of about so many bytes; begins with a gap if some are lost. */
  read(after: number, sizeBytes: number): Slice;
  /** Number of the oldest event that is kept; 0 = none. */
  oldest(): number;
  newest(): number;
  /** Estimated bytes held. */
  weight(): number;
}

export interface RingOptions {
  /** host of the trace events. */
  readonly host: string;
  readonly eventLimit: number;
  readonly byteLimit: number;
}

interface Entry {
  /** Undefined once `json` is made. */
  record: StepRecord | undefined;
  json: string;
  /** What the client had sent of the same line before. */
  readonly before: string;
  weight: number;
}

/** Makes an empty ring; events are numbered by the steps of the host. */
export function createRing({ host, eventLimit, byteLimit }: RingOptions): TraceRing {
  const entries = new Map<number, Entry>();
  const watcher = createWatcher();
  let weight = 0;
  let oldest = 0;
  let newest = 0;

  function trim(): void {
    while (oldest < newest && (entries.size > eventLimit || weight > byteLimit)) {
      weight -= entries.get(oldest)?.weight ?? 0;
      entries.delete(oldest);
      oldest += 1;
    }
  }

  function jsonOf(n: number, entry: Entry): string {
    if (entry.record === undefined) return entry.json;
    entry.json = JSON.stringify(shown(entry.record, entry.before, host, n));
    entry.record = undefined;
    weight += entry.json.length - entry.weight;
    entry.weight = entry.json.length;
    return entry.json;
  }

  return {
    add: (record) => {
      const { event, process } = record;
      const before = event?.type === 'net.received' ? watcher.received(process, event.bytes) : '';
      if (record.after === 'dead' || record.effects.at(-1)?.type === 'exit') watcher.forget(process);
      const kept = lightened(record);
      newest = record.step;
      if (oldest === 0) oldest = newest;
      entries.set(newest, { record: kept.record, json: '', before, weight: kept.weight });
      weight += kept.weight;
      trim();
    },
    read: (after, sizeBytes) => {
      let text = '';
      let n = Math.max(after + 1, oldest);
      if (n > after + 1) text = gapMessage({ from: after + 1, to: n - 1 });
      for (; n <= newest && text.length < sizeBytes; n += 1) {
        const entry = entries.get(n);
        if (entry !== undefined) text += `id: ${n}\ndata: ${jsonOf(n, entry)}\n\n`;
      }
      trim();
      return { text, last: Math.max(after, n - 1) };
    },
    oldest: () => oldest,
    newest: () => newest,
    weight: () => weight,
  };
}

/** A trace event without secrets. Its cause is the step that caused it: steps are numbered alike. */
function shown(record: StepRecord, before: string, host: string, n: number): TraceEvent {
  const plain = traceEvent(record, host, n, record.cause);
  const event = { ...plain, effects: plain.effects.map(maskLog) };
  const received = record.event;
  if (received?.type !== 'net.received') return event;
  const text = Buffer.from(received.bytes.subarray(0, SHOWN_BYTES)).toString('latin1');
  return { ...event, event: { ...event.event, text: maskPiece(before, text) } };
}

/** The message that tells of lost events. */
function gapMessage(gap: Gap): string {
  return `event: gap\ndata: ${JSON.stringify(gap)}\n\n`;
}
