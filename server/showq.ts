/**
 * showq(8): whoever knocks at public/showq is told what is in the queue, so that mailq(1) works for users who
 * may not read the queue directory.
 */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { type Settings, textOf } from '#core';
import { listQueue } from './cli/queue-list.ts';
import { SHOWQ_END, SHOWQ_GREETING, showqMessage } from './showq-protocol.ts';

/** Reading files stops everything else: so few are read in one turn of the event loop. */
const MESSAGES_A_TURN = 20;
/** Others wait until a report is told; whoever does not listen is not told the rest. */
const IDLE_MS = 10_000;
const WAITING_LIMIT = 64;
/** A report that was not told by now is cut off. */
const PATIENCE_MS = 1_000_000;

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

const pathOf = (settings: Settings): string => join(textOf(settings, 'queue_directory'), 'public', 'showq');

/**
 * Everybody may ask as long as authorized_mailq_users is `static:…`; where it names users, the server's own
 * user alone: nothing tells a socket who knocks.
 */
export function guardQueue(settings: Settings): void {
  const isForAll = textOf(settings, 'authorized_mailq_users').trim().startsWith('static:');
  if (fs.existsSync(pathOf(settings))) fs.chmodSync(pathOf(settings), isForAll ? 0o666 : 0o600);
}

function drained(socket: net.Socket): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      socket.off('drain', end).off('close', end);
      done();
    };
    socket.on('drain', end).on('close', end);
  });
}

async function tell(socket: net.Socket, settings: Settings): Promise<void> {
  const withFileSize = settings.profile === '2.3';
  let text = SHOWQ_GREETING;
  let count = 0;
  for (const message of listQueue(settings)) {
    if (socket.destroyed) break;
    text += showqMessage(message, withFileSize);
    count += 1;
    if (count % MESSAGES_A_TURN !== 0) continue;
    const isTaken = socket.write(text, 'latin1');
    text = '';
    await (isTaken ? turn() : drained(socket));
  }
  socket.end(`${text}${SHOWQ_END}`, 'latin1');
}

/**
 * Listens at public/showq; one report is told at a time. Where authorized_mailq_users names users, the
 * socket is the server's own user's alone.
 *
 * Differs: Postfix's postqueue(1) is set-gid and looks at that list itself; nobody here can.
 */
export function listenForMailq(settingsNow: () => Settings): Promise<() => Promise<void>> {
  const path = pathOf(settingsNow());
  fs.rmSync(path, { force: true });
  let told: Promise<void> = Promise.resolve();
  const open = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    if (open.size >= WAITING_LIMIT) return void socket.destroy();
    open.add(socket);
    socket.resume();
    told = told.then(async () => {
      const overdue = setTimeout(() => socket.destroy(), PATIENCE_MS);
      await tell(socket, settingsNow()).catch(() => void socket.destroy());
      clearTimeout(overdue);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      guardQueue(settingsNow());
      resolve(async () => {
        for (const socket of open) socket.destroy();
        await new Promise<void>((done) => void server.close(() => done()));
      });
    });
  });
}

/** What showq(8) tells; undefined where nobody answers, or this user may not ask. */
export function askShowq(queueDirectory: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let isThere = false;
    const socket = net.connect({ path: join(queueDirectory, 'public', 'showq') });
    socket.on('connect', () => {
      isThere = true;
    });
    socket.on('data', (bytes: Buffer) => parts.push(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(isThere ? Buffer.concat(parts).toString('latin1') : undefined));
  });
}
