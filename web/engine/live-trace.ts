/** live-trace - the newest events of a running server, and the view at any of them. */
import type { TraceEvent } from '#core';
import { createChronicle, KEEP_EVERY } from './chronicle.ts';
import { countsOf, processesIn } from './ledger.ts';
import { sessionTerminal } from './observed.ts';
import type { EngineView } from './protocol.ts';
import type { MailEntry } from './view.ts';
import { isWorthAStep } from './worth.ts';

/** So many events are kept to go back to. */
const KEPT_EVENTS = 5000;
/** The newest sessions that are shown. */
const SHOWN_SESSIONS = 30;

/** What the server says beside its events. */
interface Known {
  readonly counts: Readonly<Record<string, number>>;
  /** The letters there were at a time, ms since the epoch. */
  readonly mailAt: (t: number) => readonly MailEntry[];
}

/** The events that are kept, and views of them. */
export function createLiveTrace() {
  const events = new Map<number, TraceEvent>();
  let first: number | undefined;
  let last = 0;
  let origin = 0;
  const zone = { offsetMinutes: -new Date().getTimezoneOffset(), name: '' };
  let chronicle = createChronicle((n) => events.get(n), zone);

  function add(event: TraceEvent): void {
    if (first === undefined) {
      first = event.n - 1;
      origin = first;
      chronicle = createChronicle((n) => events.get(n), zone, origin);
    }
    events.set(event.n, event);
    last = event.n;
    if (last - first < KEPT_EVENTS + KEEP_EVERY) return;
    chronicle.at(last);
    for (const end = first + KEEP_EVERY; first < end; first += 1) events.delete(first + 1);
    chronicle.dropBefore(first);
  }

  function worth(n: number, step: 1 | -1): number {
    let place = n + step;
    const isInside = () => place > (first ?? 0) && place < last;
    while (isInside()) {
      const event = events.get(place);
      if (event !== undefined && isWorthAStep(event)) break;
      place += step;
    }
    return place;
  }

  function viewAt(n: number, isPlaying: boolean, { counts, mailAt }: Known): EngineView {
    const ledger = chronicle.at(n);
    const event = events.get(n);
    // Before the first event it is as late as at the first.
    const now = (event ?? events.get(n + 1))?.t ?? Date.now();
    const queues = [...ledger.queues.values()];
    const sessions = [...ledger.sessions.values()].slice(-SHOWN_SESSIONS).reverse();
    const atTip = n >= last;
    return {
      ...{ mode: 'live', first: first ?? 0, n, length: last, now, atTip },
      ...{ isPlaying, isIdle: true, event, because: events.get(event?.cause ?? 0), branches: [] },
      marks: chronicle.marks(last),
      processes: processesIn(ledger),
      queues,
      // What the server counts is true of now alone, and of queues where mail stays; the rest moves too fast.
      counts: { ...(atTip ? { ...counts, incoming: 0, active: 0 } : {}), ...countsOf(queues) },
      mail: mailAt(atTip ? Number.POSITIVE_INFINITY : now),
      terminals: sessions.map(sessionTerminal),
      log: [...ledger.log],
    };
  }

  return {
    add,
    viewAt,
    first: () => first ?? 0,
    last: () => last,
    worthAfter: (n: number) => worth(n, 1),
    worthBefore: (n: number) => worth(n, -1),
  };
}
