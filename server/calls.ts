/**
 * Connections that processes open themselves: to policy servers, and to whoever else they ask; datagrams go
 * the same way. They are made
 * with the rights that this program has then: as root it has given those up, so a socket must be open to
 * mail_owner. connect(2), unix(7)
 */
import net from 'node:net';
import { resolve } from 'node:path';
import type { CallEffect, DatagramEffect, Endpoint, WorldEvent } from '#core';
import { now } from './clock.ts';
import { createDatagrams } from './datagrams.ts';

export interface Calls {
  /** @param step the cause of what follows */
  perform(process: string, effect: CallEffect | DatagramEffect, step: number): void;
  /** The process is gone: what it has written is sent, then its connections are closed. */
  release(process: string): void;
  /** Ends all, sent or not. */
  close(): void;
}

/** How long a peer may take to read what was written before its connection was dropped. */
const LINGER_MS = 10_000;

/** @param queueDirectory where paths of sockets begin, as in Postfix */
export function createCalls(
  queueDirectory: string,
  push: (to: string, event: WorldEvent, cause: number) => void,
): Calls {
  const calls = new Map<string, Map<string, net.Socket>>();
  const datagrams = createDatagrams(push);

  function forget(process: string, connection: string, socket: net.Socket): boolean {
    const mine = calls.get(process);
    if (mine?.get(connection) !== socket) return false;
    mine.delete(connection);
    if (mine.size === 0) calls.delete(process);
    return true;
  }

  function connect(process: string, connection: string, endpoint: Endpoint, step: number): void {
    drop(process, connection);
    const socket = dial(queueDirectory, endpoint);
    const mine = calls.get(process) ?? new Map<string, net.Socket>();
    calls.set(process, mine.set(connection, socket));
    let cause = step;
    const lost = (reason: string): void => {
      if (!forget(process, connection, socket)) return;
      socket.destroy();
      push(process, { type: 'net.lost', connection, reason, at: now() }, cause);
    };
    const isMine = (): boolean => calls.get(process)?.get(connection) === socket;
    socket.on('connect', () => {
      if (isMine()) push(process, { type: 'net.connected', connection, at: now() }, cause);
      cause = 0;
    });
    socket.on('data', (bytes: Buffer) => {
      if (isMine()) push(process, { type: 'net.heard', connection, bytes, at: now() }, 0);
    });
    socket.on('end', () => lost('EOF'));
    socket.on('error', (error: NodeJS.ErrnoException) => lost(error.code ?? 'EIO'));
    socket.on('close', () => lost('ECONNRESET'));
  }

  function drop(process: string, connection: string): void {
    const socket = calls.get(process)?.get(connection);
    if (socket !== undefined && forget(process, connection, socket)) hangUp(socket);
  }

  function release(process: string): void {
    datagrams.release(process);
    for (const connection of [...(calls.get(process)?.keys() ?? [])]) drop(process, connection);
  }

  return {
    perform: (process, effect, step) => {
      switch (effect.type) {
        case 'net.connect':
          return connect(process, effect.connection, effect.endpoint, step);
        case 'net.send':
          return void calls.get(process)?.get(effect.connection)?.write(effect.bytes);
        case 'net.drop':
          return drop(process, effect.connection);
        case 'udp.send':
        case 'udp.close':
          return datagrams.perform(process, effect, step);
        default:
          effect satisfies never;
      }
    },
    release,
    close: () => {
      datagrams.close();
      for (const mine of calls.values()) for (const socket of mine.values()) socket.destroy();
      calls.clear();
    },
  };
}

function dial(queueDirectory: string, endpoint: Endpoint): net.Socket {
  if (endpoint.type === 'unix') return net.connect({ path: resolve(queueDirectory, endpoint.path) });
  return net.connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
}

function hangUp(socket: net.Socket): void {
  if (socket.connecting) return void socket.destroy();
  // Closed at once, what the peer has said meanwhile would take back our last words: it is read, and lost.
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
  socket.end();
  socket.resume();
}
