/**
 * The sockets other programs knock on: queue_directory/public/{qmgr,pickup} take one-letter triggers,
 * public/flush `s=SITE`.
 * Reference: master(8), postkick(1), OVERVIEW wake-ups.
 */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { arrived, type Note, type Settings, textOf } from '#core';
import { now } from './clock.ts';
import type { Performer } from './perform.ts';

/** A trigger is a few letters; anything longer is not one. */
const TRIGGER_LIMIT = 1024;
/** So many may knock at a door at once: whoever keeps it open costs a descriptor. */
const MOST_KNOCKING = 32;

/** Everybody may wake pickup(8); who may have the queue flushed is said by authorized_flush_users. */
const DOORS = ['qmgr', 'pickup', 'flush'] as const;

/**
 * Rights of the public sockets. Nothing tells a socket who knocks, so a list of users closes it to all but
 * root. postconf(5) authorized_flush_users
 */
export function guardDoors(settings: Settings): void {
  const isForAll = textOf(settings, 'authorized_flush_users').startsWith('static:');
  for (const service of DOORS) {
    const path = join(textOf(settings, 'queue_directory'), 'public', service);
    if (fs.existsSync(path)) fs.chmodSync(path, service === 'pickup' || isForAll ? 0o666 : 0o600);
  }
}

/**
 * Text of a trigger to a note: letters for qmgr (`W I D A F`), optionally `i=QUEUEID` after a blank; anything
 * for pickup; `s=SITE` for flush.
 */
export function noteOf(service: string, text: string): Note | undefined {
  if (service === 'pickup') return { type: 'pickup.wakeup' };
  if (service === 'flush') {
    const site = /^s=([^\s\0]{1,255})\s*$/.exec(text)?.[1];
    return site === undefined ? undefined : { type: 'flush.send', site };
  }
  const match = /^([WIDAF\0]{1,8})(?: i=([0-9A-Za-z]{5,30}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, letters = '', queueId] = match;
  return {
    type: 'qmgr.wakeup',
    requests: letters.replaceAll('\0', ''),
    ...(queueId === undefined ? {} : { queueId }),
  };
}

/** Listens on the public sockets. A stale socket file of a dead server is replaced. */
export async function listenForTriggers(
  performer: Performer,
  settings: Settings,
): Promise<() => Promise<void>> {
  const folder = join(textOf(settings, 'queue_directory'), 'public');
  fs.mkdirSync(folder, { recursive: true, mode: 0o710 });
  const servers = await Promise.all(
    DOORS.map((service) => listenOn(performer, service, join(folder, service))),
  );
  guardDoors(settings);
  return async () => {
    await Promise.all(servers.map((server) => new Promise<void>((done) => void server.close(() => done()))));
  };
}

function listenOn(performer: Performer, service: string, path: string): Promise<net.Server> {
  fs.rmSync(path, { force: true });
  const server = net.createServer((socket) => {
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.length > TRIGGER_LIMIT) socket.destroy();
    });
    socket.on('end', () => {
      const note = noteOf(service, text);
      if (note !== undefined) performer.tell(service, arrived(note, 'trigger', now()));
      socket.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.maxConnections = MOST_KNOCKING;
    server.listen(path, () => resolve(server));
  });
}

/** Sends a trigger; resolves false when nobody listens (the mail system is down). */
export function trigger(
  queueDirectory: string,
  service: 'qmgr' | 'pickup' | 'flush',
  text: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: join(queueDirectory, 'public', service) });
    socket.setTimeout(5_000, () => socket.destroy());
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.end(text));
    socket.once('close', (hadError) => resolve(!hadError));
  });
}
