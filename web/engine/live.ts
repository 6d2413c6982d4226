/** live - a running server's trace, as it happens, behind the same questions as the simulator. */
import type { TraceEvent } from '#core';
import { createChronicle, KEEP_EVERY } from './chronicle.ts';
import { deltaBetween, emptyView } from './delta.ts';
import { countsOf, processesIn } from './ledger.ts';
import { sessionTerminal } from './observed.ts';
import type { Delta, EngineView, Request } from './protocol.ts';
import type { Source } from './simulator.ts';
import { isWorthAStep } from './worth.ts';

/** So many events are kept to go back to. */
const KEPT_EVENTS = 5000;
/** The newest sessions that are shown. */
const SHOWN_SESSIONS = 30;
const TELL_EVERY_MS = 40;
const ASK_EVERY_MS = 2000;

/** What the server says of itself. */
export interface Status {
  readonly host: string;
  readonly profile: string;
  readonly version: string;
  readonly queues: Readonly<Record<string, number>>;
}

export interface LiveNews {
  /** Undefined: nobody answers. */
  readonly status?: Status | undefined;
  readonly lost: number;
}

/** Attaches to the server this page comes from; `news` hears how that goes. */
export function attachLive(
  update: (delta: Delta, passed: readonly TraceEvent[]) => void,
  news: (news: LiveNews) => void,
): Source {
  const trace = createTrace();
  let told: EngineView = emptyView;
  let passed: TraceEvent[] = [];
  let status: Status | undefined;
  let lost = 0;
  let shown = 0;
  let isFollowing = true;
  let isDue = false;

  function tell(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      const view = trace.viewAt(shown, isFollowing, status?.queues ?? {});
      const delta = deltaBetween(told, view);
      told = view;
      update(delta, passed.slice(-300));
      passed = [];
    }, TELL_EVERY_MS);
  }

  function hear(event: TraceEvent): void {
    trace.add(event);
    if (isFollowing) {
      shown = event.n;
      passed.push(event);
    } else shown = Math.max(shown, trace.first());
    tell();
  }

  async function askStatus(): Promise<void> {
    try {
      const answer = await fetch('/api/v1/status');
      status = answer.ok ? ((await answer.json()) as Status) : undefined;
    } catch {
      status = undefined;
    }
    news({ status, lost });
    tell();
  }

  const source = new EventSource('/api/v1/events');
  source.onmessage = ({ data }: MessageEvent<string>) => hear(JSON.parse(data) as TraceEvent);
  source.addEventListener('gap', ({ data }: MessageEvent<string>) => {
    lost += lostIn(data);
    news({ status, lost });
  });
  const timer = setInterval(askStatus, ASK_EVERY_MS);
  void askStatus();

  function goTo(n: number, follows: boolean): number {
    isFollowing = follows;
    shown = Math.min(Math.max(n, trace.first()), trace.last());
    tell();
    return shown;
  }

  async function ask(request: Request): Promise<unknown> {
    switch (request.type) {
      case 'step':
        return goTo(request.grain === 'event' ? shown + 1 : trace.worthAfter(shown), false);
      case 'back':
        return goTo(request.grain === 'event' ? shown - 1 : trace.worthBefore(shown), false);
      case 'seek':
        return goTo(request.n, request.n >= trace.last());
      case 'play':
        return goTo(trace.last(), true);
      case 'pause':
        return goTo(shown, false);
      case 'queueFile':
        return readQueueFile(request.id);
      case 'stats':
        return { events: trace.last(), happenings: 0, inputs: 0, checkpoints: 0 };
      default:
        return undefined;
    }
  }

  return {
    ask,
    stop: () => {
      source.close();
      clearInterval(timer);
    },
  };
}

/** The events that are kept, and views of them. */
function createTrace() {
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

  function viewAt(n: number, isPlaying: boolean, known: Readonly<Record<string, number>>): EngineView {
    const ledger = chronicle.at(n);
    const event = events.get(n);
    const queues = [...ledger.queues.values()];
    const sessions = [...ledger.sessions.values()].slice(-SHOWN_SESSIONS).reverse();
    const atTip = n >= last;
    return {
      ...{ mode: 'live', first: first ?? 0, n, length: last, now: event?.t ?? Date.now(), atTip },
      ...{ isPlaying, isIdle: true, event, because: events.get(event?.cause ?? 0), branches: [] },
      marks: chronicle.marks(last),
      processes: processesIn(ledger),
      queues,
      // What the server counts now is true of now alone.
      counts: atTip ? { ...countsOf(queues), ...known } : countsOf(queues),
      mail: [],
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

/** Events lost in a range `{"from": 5, "to": 9}`. */
function lostIn(data: string): number {
  const { from, to } = JSON.parse(data) as { readonly from?: number; readonly to?: number };
  return from === undefined || to === undefined ? 1 : to - from + 1;
}

async function readQueueFile(id: string): Promise<string | undefined> {
  const answer = await fetch(`/api/v1/queue/${encodeURIComponent(id)}`);
  return answer.ok ? answer.text() : undefined;
}
