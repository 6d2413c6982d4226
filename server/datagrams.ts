/**
 * Ports from which processes ask one address each, by datagrams: each question has a port of its own, which
 * the system chooses, so whoever wants to answer in another's name must guess it. udp(7) · RFC 5452 §9.2
 */
import dgram from 'node:dgram';
import type { DatagramEffect, WorldEvent } from '#core';
import { now } from './clock.ts';

export interface Datagrams {
  /** @param step the cause of what follows */
  perform(process: string, effect: DatagramEffect, step: number): void;
  /** The process is gone. */
  release(process: string): void;
  close(): void;
}

type SendEffect = Extract<DatagramEffect, { type: 'udp.send' }>;

export function createDatagrams(push: (to: string, event: WorldEvent, cause: number) => void): Datagrams {
  const open = new Map<string, Map<string, dgram.Socket>>();

  function forget(process: string, name: string): void {
    const mine = open.get(process);
    const socket = mine?.get(name);
    if (mine === undefined || socket === undefined) return;
    mine.delete(name);
    if (mine.size === 0) open.delete(process);
    socket.close();
  }

  function send(process: string, { socket: name, address, port, bytes }: SendEffect, step: number): void {
    forget(process, name);
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const mine = open.get(process) ?? new Map<string, dgram.Socket>();
    open.set(process, mine.set(name, socket));
    const isOpen = (): boolean => open.get(process)?.get(name) === socket;
    const failed = (error: NodeJS.ErrnoException | null): void => {
      if (error === null || !isOpen()) return;
      forget(process, name);
      push(process, { type: 'udp.failed', socket: name, reason: error.code ?? 'EIO', at: now() }, step);
    };
    socket.on('error', failed);
    socket.on('message', (received: Buffer) => {
      if (isOpen()) push(process, { type: 'udp.received', socket: name, bytes: received, at: now() }, step);
    });
    // Connected, it hears nobody else, and hears of it when nobody is there.
    socket.connect(port, address, () => {
      if (isOpen()) socket.send(bytes, failed);
    });
  }

  function release(process: string): void {
    for (const name of [...(open.get(process)?.keys() ?? [])]) forget(process, name);
  }

  return {
    perform: (process, effect, step) => {
      if (effect.type === 'udp.send') send(process, effect, step);
      else forget(process, effect.socket);
    },
    release,
    close: () => {
      for (const process of [...open.keys()]) release(process);
    },
  };
}
