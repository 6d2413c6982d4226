/**
 * Sends trace events to whoever listens, without ever waiting for anyone: the ring is everybody's
 * buffer, a client is a place in it, and whoever reads too slowly finds a gap. HTML Living Standard §9.2
 * (event streams)
 */
import type { ServerResponse } from 'node:http';
import type { TraceRing } from './ring.ts';

const CLIENT_LIMIT = 50;
/** Bytes given to a client at once: with what Node holds before it says "wait", the most it can owe us. */
const CHUNK_BYTES = 32 * 1024;
/** Events leave in batches. */
const BATCH_MS = 25;
/** Time for making text of events in a batch: short while mail is busy, longer when it rests. */
const BUSY_MS = 1;
const IDLE_MS = 8;
const BUSY_EVENTS = 100;
const HEARTBEAT_MS = 15_000;
/** A client that has read nothing for so long is dropped. */
const STALLED_MS = 60_000;

export interface Feed {
  /** There are as many clients as there may be. */
  isFull(): boolean;
  /** Takes over a response whose head is sent. `after` = number of the last event the client has. */
  attach(response: ServerResponse, after: number): void;
  /** An event was added to the ring. */
  notify(): void;
  clients(): number;
  close(): void;
}

interface Client {
  readonly response: ServerResponse;
  after: number;
  /** Node takes more for it. */
  isReady: boolean;
  lastReadyAt: number;
}

export interface FeedOptions {
  /** Names this run of the server: numbers begin again at 1 in the next. */
  readonly run: string;
  readonly host: string;
}

/** Makes a feed of a ring. */
export function createFeed(ring: TraceRing, options: FeedOptions): Feed {
  const clients = new Set<Client>();
  let timer: NodeJS.Timeout | undefined;
  let added = 0;

  function send(client: Client, text: string): void {
    client.isReady = client.response.write(text);
    if (client.isReady) client.lastReadyAt = performance.now();
  }

  function wants(client: Client): boolean {
    return client.isReady && client.after < ring.newest();
  }

  /** Gives each client that can take it a chunk, again and again, until the time is over. */
  function pump(): void {
    timer = undefined;
    const until = performance.now() + (added > BUSY_EVENTS ? BUSY_MS : IDLE_MS);
    added = 0;
    for (let more = true; more && performance.now() < until; ) {
      more = false;
      for (const client of clients) {
        if (!wants(client)) continue;
        const { text, last } = ring.read(client.after, CHUNK_BYTES);
        client.after = last;
        send(client, text);
        more = more || wants(client);
        if (performance.now() >= until) break;
      }
    }
    if ([...clients].some(wants)) arm(BATCH_MS);
  }

  function arm(delayMs: number): void {
    timer ??= setTimeout(pump, delayMs);
  }

  function beat(): void {
    for (const client of clients) {
      if (client.isReady) send(client, ': \n\n');
      else if (performance.now() - client.lastReadyAt > STALLED_MS) client.response.destroy();
    }
  }

  const heart = setInterval(beat, HEARTBEAT_MS);
  heart.unref();

  function greet(client: Client): void {
    const [oldest, newest] = [ring.oldest(), ring.newest()];
    const hello = { run: options.run, host: options.host, oldest, newest };
    // A client that has seen more than there is saw an earlier run: all numbers begin again.
    if (client.after > newest) client.after = 0;
    send(client, `retry: 2000\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`);
  }

  return {
    isFull: () => clients.size >= CLIENT_LIMIT,
    attach: (response, after) => {
      const client: Client = { response, after, isReady: true, lastReadyAt: performance.now() };
      clients.add(client);
      response.on('close', () => clients.delete(client));
      response.on('error', () => clients.delete(client));
      response.on('drain', () => {
        client.isReady = true;
        client.lastReadyAt = performance.now();
        if (wants(client)) arm(0);
      });
      greet(client);
      arm(0);
    },
    notify: () => {
      if (clients.size === 0) return;
      added += 1;
      arm(BATCH_MS);
    },
    clients: () => clients.size,
    close: () => {
      clearInterval(heart);
      clearTimeout(timer);
      for (const { response } of clients) response.destroy();
      clients.clear();
    },
  };
}
