/** live - a running server's trace, as it happens, behind the same questions as the simulator. */
import type { TraceEvent } from '#core';
import { deltaBetween, emptyView } from './delta.ts';
import { createLetterBox } from './letters.ts';
import { createLiveTrace } from './live-trace.ts';
import { markOf } from './marks.ts';
import type { Delta, EngineView, Request } from './protocol.ts';
import type { Source } from './simulator.ts';

const TELL_EVERY_MS = 40;
const ASK_EVERY_MS = 2000;
/** After a delivery the mailboxes are looked at again, though not for each of many. */
const LOOK_AFTER_MS = 500;

/** What the server says of itself. */
export interface Status {
  readonly host: string;
  readonly profile: string;
  readonly version: string;
  readonly queues: Readonly<Record<string, number>>;
}

export interface LiveNews {
  /** `none`: nobody answers; `gone`: nobody answers any more. */
  readonly server: 'asking' | 'there' | 'none' | 'gone';
  /** Undefined unless it is there. */
  readonly status?: Status | undefined;
  readonly lost: number;
}

/** Attaches to the server this page comes from; `news` hears how that goes. */
export function attachLive(
  update: (delta: Delta, passed: readonly TraceEvent[]) => void,
  news: (news: LiveNews) => void,
): Source {
  const letters = createLetterBox();
  let trace = createLiveTrace();
  let run = '';
  let told: EngineView = emptyView;
  let passed: TraceEvent[] = [];
  let status: Status | undefined;
  let lost = 0;
  let shown = 0;
  let isFollowing = true;
  let isDue = false;
  let server: LiveNews['server'] = 'asking';
  let isStopped = false;
  let source: EventSource | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (isStopped) return;
      const view = trace.viewAt(shown, isFollowing, { counts: status?.queues ?? {}, mailAt: letters.at });
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
    if (markOf(event)?.kind === 'delivery') looking ??= setTimeout(askStatus, LOOK_AFTER_MS);
    tell();
  }

  function report(): void {
    if (!isStopped) news({ server, status, lost });
  }

  async function askStatus(): Promise<void> {
    clearTimeout(looking);
    looking = undefined;
    try {
      const answer = await fetch('/api/v1/status');
      status = answer.ok ? ((await answer.json()) as Status) : undefined;
      if (status !== undefined) await letters.refresh();
    } catch {
      status = undefined;
    }
    if (isStopped) return;
    server = serverAfter(server, status !== undefined);
    // A stream that was refused, and not merely cut, is not tried again by itself.
    if (status !== undefined && source?.readyState === EventSource.CLOSED) listen();
    report();
    tell();
  }

  /** Another run of the server: its events are numbered anew. */
  function greet(data: string): void {
    const hello = JSON.parse(data) as { readonly run?: unknown };
    const before = run;
    run = String(hello.run ?? '');
    if (before === '' || before === run) return;
    trace = createLiveTrace();
    passed = [];
    shown = 0;
    lost = 0;
    isFollowing = true;
    // This stream goes on after the number that the earlier run had come to: what is before would be missed.
    listen();
    tell();
  }

  /** From the first event that the server has kept; a stream that is cut goes on where it was by itself. */
  function listen(): void {
    source?.close();
    const stream = new EventSource('/api/v1/events');
    stream.onmessage = ({ data }: MessageEvent<string>) => hear(JSON.parse(data) as TraceEvent);
    stream.onerror = () => void askStatus();
    stream.addEventListener('hello', ({ data }: MessageEvent<string>) => greet(data));
    stream.addEventListener('gap', ({ data }: MessageEvent<string>) => {
      lost += lostIn(data);
      report();
    });
    source = stream;
  }

  listen();
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
      isStopped = true;
      source?.close();
      clearInterval(timer);
      clearTimeout(looking);
    },
  };
}

function serverAfter(before: LiveNews['server'], answers: boolean): LiveNews['server'] {
  if (answers) return 'there';
  return before === 'there' || before === 'gone' ? 'gone' : 'none';
}

/** Events lost in a range `{"from": 5, "to": 9}`. */
function lostIn(data: string): number {
  const { from, to } = JSON.parse(data) as { readonly from?: number; readonly to?: number };
  return from === undefined || to === undefined ? 1 : to - from + 1;
}

/** A queue file as lines of text: what the server tells of it, then the message. */
async function readQueueFile(id: string): Promise<string | undefined> {
  const answer = await fetch(`/api/v1/queue/${encodeURIComponent(id)}`);
  if (!answer.ok) return undefined;
  const { header, body, ...facts } = (await answer.json()) as Readonly<Record<string, unknown>>;
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${plainText(value)}`);
  return [...lines, '', String(header ?? ''), String(body ?? '')].join('\n');
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
