/**
 * Listens where master.cf says and gives each connection to a process of its own. master(5), inet services.
 */
import net from 'node:net';
import {
  boolOf,
  forService,
  inetAddress,
  intOf,
  listOf,
  type ServiceEntry,
  type Settings,
  underStress,
} from '#core';
import { type Gate, makeGate } from './gate.ts';
import { peerName, plainAddress } from './peer-name.ts';
import type { Connection, Performer } from './perform.ts';

export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Takes no more connections. */
  close(): Promise<void>;
}

/** A port that cannot be had, as a sentence in both languages; `place` says where the port is chosen. */
export class ListenError extends Error {
  readonly fr: string;
  /** The errno name. */
  readonly code: string;
  readonly host: string;
  readonly port: number;
  constructor(
    code: string,
    host: string,
    port: number,
    place: 'master.cf' | 'page_listen in main.cf' = 'master.cf',
  ) {
    const where = `${host} port ${port}`;
    const busy = code === 'EADDRINUSE';
    const why = busy ? 'Address already in use' : code === 'EACCES' ? 'Permission denied' : code;
    const en = busy
      ? `Another program listens there: stop it, or give another port in ${place}.`
      : `Ports below 1024 need root or a capability: choose a higher port in ${place}.`;
    super(`bind ${where}: ${why}. ${en}`);
    this.code = code;
    this.host = host;
    this.port = port;
    const lieu = place.replace(' in ', ' de ');
    this.fr = busy
      ? `Le port ${port} de ${host} est déjà pris : arrêtez l'autre programme, ou changez le port dans ${lieu}.`
      : `Impossible d'ouvrir le port ${port} de ${host} (${code}) : choisissez un port plus élevé dans ${lieu}.`;
  }
}

/** Addresses of a service: its own, or those of inet_interfaces. */
export function addressesOf(settings: Settings, host: string): readonly string[] {
  if (host !== '') return [host];
  const wanted = listOf(settings, 'inet_interfaces');
  const v6 = listOf(settings, 'inet_protocols').some((name) => name === 'all' || name === 'ipv6');
  if (wanted.includes('all')) return v6 ? ['::'] : ['0.0.0.0'];
  if (wanted.includes('loopback-only')) return v6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  return wanted;
}

/**
 * Opens every inet service of master.cf; nobody is served before `opened`. Rejects with a ListenError.
 *
 * @param warn master's log
 */
export async function listen(
  performer: Performer,
  settingsNow: () => Settings,
  opened: Promise<void>,
  warn: (text: string) => void,
): Promise<readonly Listener[]> {
  const settings = settingsNow();
  const listeners: Listener[] = [];
  for (const service of settings.master) {
    if (service.type !== 'inet' || service.command !== 'smtpd') continue;
    const address = inetAddress(service.name);
    if (address === undefined) continue;
    const gate = makeGate({
      name: service.name,
      place: address.host === '' ? String(address.port) : `${address.host}:${address.port}`,
      limit: () => processLimit(settingsNow(), service),
      knowsStress: () => settingsNow().profile !== '2.3',
      warn,
    });
    for (const host of addressesOf(settings, address.host)) {
      try {
        const door = { performer, settingsNow, opened, service, gate };
        listeners.push(await listenOn(door, host, address.port));
      } catch (error) {
        await Promise.all(listeners.map((listener) => listener.close()));
        throw error;
      }
    }
  }
  return listeners;
}

interface Door {
  readonly performer: Performer;
  readonly settingsNow: () => Settings;
  readonly opened: Promise<void>;
  readonly service: ServiceEntry;
  readonly gate: Gate;
}

const ANY_IPV4 = '0.0.0.0';

function listenOn(door: Door, host: string, port: number): Promise<Listener> {
  let boundPort = port;
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    door.gate.enter(socket, (stressed) => {
      accept(door, socket, host, boundPort, stressed).catch(() => socket.destroy());
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(error.code ?? 'EIO', host, port)),
    );
    server.listen({ host, port, backlog: 511 }, () => {
      const bound = server.address() as net.AddressInfo;
      boundPort = bound.port;
      const close = () => new Promise<void>((done) => void server.close(() => done()));
      resolve({ address: bound.address, port: bound.port, close });
    });
  });
}

function processLimit(settings: Settings, service: ServiceEntry): number {
  return service.processLimit ?? intOf(settings, 'default_process_limit');
}

async function accept(
  { performer, settingsNow, opened, service }: Door,
  socket: net.Socket,
  host: string,
  serverPort: number,
  stressed: boolean,
): Promise<void> {
  const address = plainAddress(socket.remoteAddress ?? '');
  const port = socket.remotePort ?? 0;
  await opened;
  const calm = forService(settingsNow(), service);
  const own = stressed ? underStress(calm) : calm;
  const unknown = { name: 'unknown', reverseName: 'unknown' };
  const name = boolOf(own, 'smtpd_peername_lookup') ? await peerName(address) : unknown;
  if (socket.destroyed) return;
  const client = { ...name, address, port };
  // Where any address will do, only the socket knows to which one the client has come.
  const isCertain = net.isIPv4(host) && host !== ANY_IPV4;
  const serverAddress = isCertain ? host : plainAddress(socket.localAddress ?? '');
  const id = performer.connect(
    service.command,
    { settings: own, client, serverAddress, serverPort },
    connectionOf(socket),
  );
  let told = false;
  const tell = (reason: 'eof' | 'reset' | 'local'): void => {
    if (told) return;
    told = true;
    performer.closed(id, reason);
  };
  socket.on('data', (bytes: Buffer) => performer.received(id, bytes));
  socket.on('end', () => tell('eof'));
  socket.on('close', (hadError) => tell(hadError ? 'reset' : 'local'));
}

/** Unsent bytes a client may leave unread before it is cut off: it reads no replies. */
const UNSENT_LIMIT = 1024 * 1024;
/** How long a closed connection may take to read its last reply. */
const LINGER_MS = 10_000;

function connectionOf(socket: net.Socket): Connection {
  return {
    write: (bytes) => {
      if (socket.destroyed) return;
      socket.write(bytes);
      if (socket.writableLength > UNSENT_LIMIT) socket.destroy();
    },
    end: (isReadOn) => {
      if (socket.destroyed || socket.writableEnded) return;
      // Bytes that nobody read would make the kernel take back the last reply: close(2) with a reset.
      if (!isReadOn && socket.writableLength === 0) return void socket.destroy();
      socket.end();
      socket.resume();
      const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
      socket.once('close', () => clearTimeout(linger));
    },
    destroy: () => socket.destroy(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
