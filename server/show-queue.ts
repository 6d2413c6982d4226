/**
 * The queue for those who may not read it: public/showq sends a line of JSON for each message, and
 * postqueue(1) makes the report of them. showq(8)
 */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Settings, textOf } from '#core';
import { type Listed, listQueue } from './cli/queue-list.ts';

/** A report reads all of the queue: so many are made at once. */
const MOST_REPORTS = 4;
/** Whoever does not read for so long gets no more. */
const PATIENCE_MS = 10_000;

const pathOf = (settings: Settings): string => join(textOf(settings, 'queue_directory'), 'public', 'showq');

/**
 * Everybody may ask as long as authorized_mailq_users is `static:…`; where it names users, root alone:
 * nothing tells a socket who knocks.
 */
export function guardQueue(settings: Settings): void {
  const isForAll = textOf(settings, 'authorized_mailq_users').startsWith('static:');
  if (fs.existsSync(pathOf(settings))) fs.chmodSync(pathOf(settings), isForAll ? 0o666 : 0o600);
}

/** Sends one message a turn, and waits for whoever reads slowly: others are served meanwhile. */
function send(socket: net.Socket, messages: Generator<Listed>): void {
  const step = (): void => {
    if (socket.destroyed) return void messages.return(undefined);
    const { value, done } = messages.next();
    if (done === true) return void socket.end();
    if (socket.write(`${JSON.stringify(value)}\n`)) setImmediate(next);
    else socket.once('drain', next);
  };
  /** A queue that cannot be read gives half a report; the server goes on. */
  function next(): void {
    try {
      step();
    } catch {
      socket.destroy();
    }
  }
  next();
}

/** Listens on public/showq. */
export function listenForReports(settings: () => Settings): Promise<() => Promise<void>> {
  const path = pathOf(settings());
  fs.rmSync(path, { force: true });
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    send(socket, listQueue(settings()));
  });
  server.maxConnections = MOST_REPORTS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      guardQueue(settings());
      resolve(() => new Promise((done) => void server.close(() => done())));
    });
  });
}

/** Asks the server; undefined: nobody answers. Throws an errno error where one may not ask. */
export async function askForReport(settings: Settings): Promise<readonly Listed[] | undefined> {
  const socket = net.connect({ path: pathOf(settings) });
  const failed = new Promise<string>((done) => {
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'EIO'));
  });
  const listed: Listed[] = [];
  const whole = (async () => {
    for await (const line of createInterface({ input: socket })) listed.push(JSON.parse(line) as Listed);
  })();
  const code = await Promise.race([failed, whole]);
  if (code === undefined) return listed;
  if (code === 'EACCES') throw Object.assign(new Error(code), { code });
  return undefined;
}
