/** chronicle - the ledger at any event of a trace: on by one, or back to a kept copy and on from there. */
import type { TraceEvent } from '#core';
import { addEvent, copyLedger, emptyLedger, type Ledger } from './ledger.ts';
import type { LogZone } from './log-line.ts';
import { markOf } from './marks.ts';
import type { Mark } from './view.ts';

/** A copy of the ledger is kept every so many events. */
export const KEEP_EVERY = 200;

export interface Chronicle {
  /** The ledger after event `n`; valid until the next call. */
  at(n: number): Ledger;
  /** The marks of all events up to `length`, shown or not. */
  marks(length: number): readonly Mark[];
  /** What was known of events after `n` is wrong: another branch begins there. */
  forget(n: number): void;
  /** Nobody will go back before `n`, a multiple of KEEP_EVERY after the first. */
  dropBefore(n: number): void;
}

/** A chronicle over `eventAt`, which gives trace events from `first + 1` on. */
export function createChronicle(
  eventAt: (n: number) => TraceEvent | undefined,
  zone: LogZone,
  first = 0,
): Chronicle {
  const copies = new Map<number, Ledger>([[first, emptyLedger()]]);
  let ledger = emptyLedger();
  let shown = first;
  let marks: readonly Mark[] = [];
  let marked = first;

  function goBack(n: number): void {
    let from = n - ((n - first) % KEEP_EVERY);
    while (!copies.has(from) && from > first) from -= KEEP_EVERY;
    ledger = copyLedger(copies.get(from) ?? emptyLedger());
    shown = from;
  }

  return {
    at: (n) => {
      if (n < shown) goBack(n);
      while (shown < n) {
        const event = eventAt(shown + 1);
        // A server that was too quick for us leaves gaps.
        if (event !== undefined) addEvent(ledger, event, zone);
        shown += 1;
        if ((shown - first) % KEEP_EVERY === 0 && !copies.has(shown)) copies.set(shown, copyLedger(ledger));
      }
      return ledger;
    },
    marks: (length) => {
      const fresh: Mark[] = [];
      for (; marked < length; marked += 1) {
        const event = eventAt(marked + 1);
        const mark = event === undefined ? undefined : markOf(event);
        if (mark !== undefined) fresh.push(mark);
      }
      if (fresh.length > 0) marks = [...marks, ...fresh];
      return marks;
    },
    dropBefore: (n) => {
      for (const kept of [...copies.keys()]) if (kept < n) copies.delete(kept);
      marks = marks.filter((mark) => mark.n > n);
    },
    forget: (n) => {
      marks = marks.filter((mark) => mark.n <= n);
      marked = Math.min(marked, n);
      for (const kept of [...copies.keys()]) if (kept > n) copies.delete(kept);
      if (shown > n) goBack(n);
    },
  };
}
