/**
 * The page's server: listens on page_listen, keeps the last trace events, and gives both to whoever asks.
 * postconf(5) page_listen, trace_events_limit, lab_mode
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { boolOf, inetAddress, intOf, type Settings, type StepRecord, textOf } from '#core';
import type { ActAs } from '../act-as.ts';
import { now } from '../clock.ts';
import { ListenError } from '../listen.ts';
import { createApp } from './app.ts';
import { createFeed, type Feed } from './feed.ts';
import { isLoopback } from './hosts.ts';
import { createMailboxes } from './mailboxes.ts';
import type { YoungFiles } from './queues.ts';
import { createRing } from './ring.ts';
import { loadStatic } from './static.ts';

const DIST = resolve(import.meta.dirname, '../../web/dist');
const RING_BYTES = 8 * 1024 * 1024;
/** Connections of all kinds: 50 listeners, and pages that load. */
const CONNECTION_LIMIT = 120;

/** Keeps the trace and feeds it; made before the first step. */
export interface Trace {
  readonly feed: Feed;
  /** Told of every step. */
  watch(record: StepRecord): void;
}

export interface PageServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly settings: () => Settings;
  readonly sessions: () => number;
  readonly young: YoungFiles;
  readonly trace: Trace | undefined;
  readonly actAs: ActAs | undefined;
}

/** Undefined where no page is wanted (page_listen is empty) or no event is to be kept. */
export function createTrace(settings: Settings): Trace | undefined {
  const eventLimit = intOf(settings, 'trace_events_limit');
  if (textOf(settings, 'page_listen') === '' || eventLimit === 0) return undefined;
  const host = textOf(settings, 'myhostname');
  const ring = createRing({ host, eventLimit, byteLimit: RING_BYTES });
  const feed = createFeed(ring, { host, run: `${process.pid}-${Math.floor(now())}` });
  const watch = (record: StepRecord): void => {
    ring.add(record);
    feed.notify();
  };
  return { feed, watch };
}

/**
 * Opens the page's port; undefined when page_listen is empty.
 *
 * @throws ListenError when the port cannot be had, Error when page_listen is no address
 */
export async function startPage(options: PageOptions): Promise<PageServer | undefined> {
  const settings = options.settings();
  const wanted = textOf(settings, 'page_listen');
  if (wanted === '') return undefined;
  const address = inetAddress(wanted);
  if (address === undefined) throw new Error(`bad page_listen: "${wanted}": want host:port`);
  const host = address.host === '' ? '127.0.0.1' : address.host;
  const isLocal = isLoopback(host);
  const isLab = isLocal && boolOf(settings, 'lab_mode') && textOf(settings, 'passwd_file') !== '';
  const app = createApp({
    ...{ settings: options.settings, sessions: options.sessions, young: options.young },
    ...{ host, isLoopback: isLocal },
    feed: options.trace?.feed,
    mailboxes: isLab ? createMailboxes(options.settings, options.actAs) : undefined,
    files: loadStatic(DIST),
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.maxConnections = CONNECTION_LIMIT;
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  const bound = await bind(server, host, address.port);
  const close = (): Promise<void> => {
    options.trace?.feed.close();
    server.closeAllConnections();
    return new Promise((done) => void server.close(() => done()));
  };
  return { address: bound.address, port: bound.port, close };
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(new ListenError(error.code ?? 'EIO', host, port, 'page_listen in main.cf')),
    );
    server.listen({ host, port }, () => done(server.address() as AddressInfo));
  });
}
