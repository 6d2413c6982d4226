/**
 * The server's interpreter: one switch over Effect, on sockets, disks and timers; the simulator's is
 * sim/perform.ts.
 *
 * Events wait in one queue, so a step never runs inside another. All that came in during one turn of the
 * event loop is dealt with together: each socket, the journal and the log are written once a turn.
 */
import {
  arrived,
  createMailHost,
  type Effect,
  type MailHost,
  type Service,
  type Settings,
  type StepRecord,
  textOf,
  type WorldEvent,
} from '#core';
import { createCalls } from './calls.ts';
import { now, zoneAt } from './clock.ts';
import type { Commands } from './commands.ts';
import { serviceNameOf } from './delivery-protocol.ts';
import type { Disk } from './disk-types.ts';
import type { Logger } from './log.ts';
import { createTimers } from './timers.ts';

/**
 * A connection as the performer needs it; listen.ts makes it of a net.Socket, `sendmail -bs` of stdin and
 * stdout.
 */
export interface Connection {
  write(bytes: Uint8Array): void;
  /** Close once what was written is sent; `isReadOn`: the peer may still be sending, let it see the reply. */
  end(isReadOn: boolean): void;
  /** Close now. */
  destroy(): void;
  pause(): void;
  resume(): void;
}

/** Services that run in another process: what is for them goes there. */
export interface Elsewhere {
  /** Whether a process (by its id) or a service (by its name) is there. */
  owns(to: string): boolean;
  deliver(to: string, event: WorldEvent, cause: number): void;
  /** A turn is over. */
  flush(): void;
  /** Bytes that wait to be written there. */
  pendingBytes(): number;
}

export interface PerformerOptions {
  readonly settings: Settings;
  readonly services: readonly Service[];
  readonly log: Logger;
  /** Makes the disk (or the two disks of a privileged server) that reports through `notify`. */
  readonly disk: (notify: (process: string, event: WorldEvent, step: number) => void) => Disk;
  /** Runs commands; absent = none is run here. */
  readonly commands?: (notify: (process: string, event: WorldEvent, step: number) => void) => Commands;
  readonly watch?: (record: StepRecord) => void;
  readonly seed: number;
  readonly elsewhere?: Elsewhere;
  /** As HostOptions has them. */
  readonly serviceNames?: readonly string[];
  readonly firstStep?: number;
  readonly mark?: string;
}

export interface Performer {
  readonly host: MailHost;
  readonly disk: Disk;
  /** Start a process for a connection; hand its bytes to `received`. */
  connect(service: string, extra: object, connection: Connection): string;
  received(process: string, bytes: Uint8Array): void;
  closed(process: string, reason: 'eof' | 'reset' | 'local'): void;
  /** Give an event to a process or a note to a service from outside. */
  tell(to: string, event: WorldEvent, cause?: number): void;
  /** File bytes accepted but not yet written, here and elsewhere. */
  pendingBytes(): number;
  connections(): number;
  /** Drops every connection and timer; files are closed as they are. */
  close(): void;
}

interface Waiting {
  readonly to: string;
  readonly event: WorldEvent;
  readonly cause: number;
}

/** Above this many unread or unwritten bytes a connection is not read from. */
const HIGH_WATER = 256 * 1024;
/** Above this many unwritten file bytes no connection is read from. */
const DISK_HIGH_WATER = 64 * 1024 * 1024;

/** Joins a mail host with this machine. */
export function createPerformer(options: PerformerOptions): Performer {
  const connections = new Map<string, Connection>();
  const paused = new Set<string>();
  let outgoing = new Map<string, Uint8Array[]>();
  /** Connections that sent something since the last turn. */
  const heard = new Set<string>();
  let queue: Waiting[] = [];
  let running = false;
  let scheduled = false;

  const { elsewhere } = options;

  const push = (to: string, event: WorldEvent, cause: number): void => {
    if (elsewhere?.owns(to) === true) return elsewhere.deliver(to, event, cause);
    queue.push({ to, event, cause });
    schedule();
  };
  const schedule = (): void => {
    if (running || scheduled) return;
    scheduled = true;
    setImmediate(run);
  };
  const timers = createTimers(push);
  const calls = createCalls(textOf(options.settings, 'queue_directory'), push);
  const disk = options.disk(push);
  const commands = options.commands?.(push);
  const host = createMailHost({
    settings: options.settings,
    services: options.services,
    zone: zoneAt(now()),
    seed: options.seed,
    firstPid: process.pid,
    perform,
    ...(options.serviceNames === undefined ? {} : { serviceNames: options.serviceNames }),
    ...(options.firstStep === undefined ? {} : { firstStep: options.firstStep }),
    ...(options.mark === undefined ? {} : { mark: options.mark }),
    ...(options.watch === undefined ? {} : { watch: options.watch }),
  });

  /** Delivers all that waits, then sends what was written. */
  function run(): void {
    scheduled = false;
    if (running) return;
    running = true;
    try {
      while (queue.length > 0) {
        const turn = queue;
        queue = [];
        for (const { to, event, cause } of turn) host.deliver(to, event, cause);
      }
    } finally {
      running = false;
    }
    flush();
    disk.flush();
    elsewhere?.flush();
    for (const id of heard) hold(id);
    heard.clear();
  }

  /** What was written to one connection, before it is closed. */
  function flushOne(id: string): void {
    const parts = outgoing.get(id);
    if (parts === undefined) return;
    outgoing.delete(id);
    connections.get(id)?.write(joinedBytes(parts));
  }

  function flush(): void {
    const written = outgoing;
    if (written.size === 0) return;
    outgoing = new Map();
    for (const [id, parts] of written) connections.get(id)?.write(joinedBytes(parts));
  }

  function forget(id: string): void {
    timers.forget(id);
    disk.release(id);
    commands?.release(id);
    calls.release(id);
    flushOne(id);
    connections.get(id)?.end(true);
    connections.delete(id);
    paused.delete(id);
  }

  function perform(id: string, effect: Effect, step: number): void {
    switch (effect.type) {
      case 'net.write': {
        const parts = outgoing.get(id);
        if (parts === undefined) outgoing.set(id, [effect.bytes]);
        else parts.push(effect.bytes);
        return;
      }
      case 'net.close':
        flushOne(id);
        return connections.get(id)?.end(host.unreadBytes(id) > 0);
      case 'net.connect':
      case 'net.send':
      case 'net.drop':
      case 'udp.send':
      case 'udp.close':
        return calls.perform(id, effect, step);
      case 'timer.set':
        return timers.set(id, effect.timer, effect.afterMs, step);
      case 'timer.clear':
        return timers.clear(id, effect.timer);
      case 'send':
        return push(effect.to, arrived(effect.note, id, now()), step);
      case 'log': {
        const name = host.serviceOf(id) ?? serviceNameOf(id);
        return options.log.write(name, host.pidOf(id), effect.level, effect.text);
      }
      case 'explain':
        return;
      case 'exit':
        return forget(id);
      case 'file.create':
      case 'file.open':
      case 'file.append':
      case 'file.write':
      case 'file.truncate':
      case 'file.mode':
      case 'file.sync':
      case 'file.close':
      case 'file.rename':
      case 'file.remove':
      case 'file.touch':
      case 'file.read':
      case 'dir.list':
      case 'dir.make':
        return disk.perform(id, effect, step);
      case 'process.run':
        if (commands !== undefined) return commands.run(id, effect, step);
        return push(id, notRun(), step);
      default:
        effect satisfies never;
    }
  }

  const pendingBytes = (): number => disk.pendingBytes() + (elsewhere?.pendingBytes() ?? 0);

  /** Stops reading where the core cannot keep up; `drained` starts it again. */
  function hold(id: string): void {
    const connection = connections.get(id);
    if (connection === undefined) return;
    if (host.unreadBytes(id) < HIGH_WATER && pendingBytes() < DISK_HIGH_WATER) return;
    connection.pause();
    paused.add(id);
    setTimeout(drained, 5);
  }

  function drained(): void {
    for (const id of [...paused]) {
      if (host.unreadBytes(id) >= HIGH_WATER || pendingBytes() >= DISK_HIGH_WATER) continue;
      paused.delete(id);
      connections.get(id)?.resume();
    }
    if (paused.size > 0) setTimeout(drained, 5);
  }

  return {
    host,
    disk,
    pendingBytes,
    connect: (service, extra, connection) => {
      const id = host.open(service, extra, now(), 0);
      // A process that ended in its first step (a refused client) has left its last words in `outgoing`.
      connections.set(id, connection);
      if (!host.has(id)) forget(id);
      else schedule();
      return id;
    },
    received: (id, bytes) => {
      if (!connections.has(id)) return;
      heard.add(id);
      push(id, { type: 'net.received', bytes, at: now() }, 0);
    },
    closed: (id, reason) => push(id, { type: 'net.closed', reason, at: now() }, 0),
    tell: (to, event, cause = 0) => push(to, event, cause),
    connections: () => connections.size,
    close: () => {
      for (const id of [...connections.keys()]) {
        connections.get(id)?.destroy();
        forget(id);
      }
      timers.close();
      commands?.close();
      calls.close();
      disk.close();
    },
  };
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function notRun(): WorldEvent {
  const how = { type: 'notRun', why: 'Operation not permitted' } as const;
  return { type: 'process.ended', how, output: Buffer.alloc(0), at: now() };
}
