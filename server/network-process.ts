/**
 * The process of the SMTP sessions when the server was started as root: it opens the ports, gives root up for
 * good, and has no files: not the queue, not the mailboxes, not the configuration, whose content it is sent.
 * smtpd(8) SECURITY · docs/decisions/0018-network-process.md
 */
import { randomInt } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { type Owner, type Settings, servicesOf } from '#core';
import { now } from './clock.ts';
import { collectAlone } from './collector.ts';
import { serviceNameOf } from './delivery-protocol.ts';
import type { Disk } from './disk-types.ts';
import { createGatherer } from './gatherer.ts';
import { ListenError, listen } from './listen.ts';
import { loadConfiguration } from './load.ts';
import {
  FIRST_STEP_IN_NETWORK,
  type FromNetwork,
  NETWORK_COMMANDS,
  type NetworkStart,
  type ToNetwork,
} from './network-protocol.ts';
import { createPerformer, type Elsewhere, type Performer } from './perform.ts';
import { readerOf, type Sources } from './sources.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

const nothing = (): Mutable<Pick<FromNetwork, 'events' | 'logs' | 'records'>> => ({
  ...{ events: [], logs: [], records: [] },
});

/** Lines of the log that nothing else goes with wait so long. */
const GATHER_MS = 2;

/** Nothing that runs here has files: such an effect is a mistake of ours. */
const noDisk: Disk = {
  perform: (process, { type }) => {
    throw new Error(`panic: ${process} has no files, but wants ${type}`);
  },
  ...{ release: () => undefined, flush: () => undefined, pendingBytes: () => 0, close: () => undefined },
};

/** The line to the server. */
function createLine() {
  let out = nothing();
  let sessions = 0;
  let unsentBytes = 0;
  let theirPendingBytes = 0;

  function bytesIn(events: FromNetwork['events']): number {
    let sum = 0;
    for (const { event } of events) if ('bytes' in event) sum += event.bytes.length;
    return sum;
  }

  function send(more: Partial<FromNetwork> = {}): void {
    const said: FromNetwork = { ...out, sessions, ...more };
    out = nothing();
    const size = bytesIn(said.events);
    unsentBytes += size;
    // Nobody hears it where the server has died: then this process ends as well.
    process.send?.(said, undefined, undefined, () => {
      unsentBytes -= size;
    });
  }

  function flush(): void {
    if (out.events.length + out.records.length > 0) send();
    else if (out.logs.length > 0) gatherer.look();
  }

  const gatherer = createGatherer(
    GATHER_MS,
    () => false,
    () => {
      if (out.events.length + out.records.length + out.logs.length > 0) send();
    },
  );

  return {
    ...{ send, flush },
    add: <Key extends 'events' | 'logs' | 'records'>(key: Key, what: FromNetwork[Key][number]): void => {
      (out[key] as unknown[]).push(what);
    },
    count: (connections: number): void => {
      if (connections === sessions) return;
      sessions = connections;
      gatherer.look();
    },
    hear: ({ pendingBytes }: ToNetwork): void => {
      theirPendingBytes = pendingBytes;
    },
    pendingBytes: () => unsentBytes + theirPendingBytes,
  };
}

/** Root no more, and never again. credentials(7) */
function giveUpRoot(owner: Owner): void {
  // What Node made of the sources is kept beside them, where nobody else can write.
  flushCompileCache();
  process.setgroups?.([]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

function serve({ configDirectory, owner, isWatched }: NetworkStart): void {
  const line = createLine();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let settings: Settings | undefined;
  let performer: Performer | undefined;

  const settingsOf = (sources: Sources): Settings =>
    loadConfiguration(configDirectory, readerOf(sources)).settings;

  async function begin(first: Settings): Promise<void> {
    const programs = first.master.filter(({ command }) => NETWORK_COMMANDS.includes(command));
    const own = new Set([...NETWORK_COMMANDS, ...programs.map(({ name }) => name)]);
    const elsewhere: Elsewhere = {
      owns: (to) => !own.has(serviceNameOf(to)),
      deliver: (to, event, cause) => line.add('events', { to, event, cause }),
      flush: () => {
        if (performer !== undefined) line.count(performer.connections());
        line.flush();
      },
      pendingBytes: line.pendingBytes,
    };
    performer = createPerformer({
      ...{ settings: first, seed: randomInt(2 ** 32), elsewhere, disk: () => noDisk },
      ...{ firstStep: FIRST_STEP_IN_NETWORK, mark: `${process.pid}.` },
      services: servicesOf(first.master).filter(({ name }) => own.has(name)),
      serviceNames: servicesOf(first.master).map(({ name }) => name),
      log: {
        write: (service, pid, level, text) => line.add('logs', [service, pid, level, text]),
        ...{ reopen: () => undefined, close: () => undefined },
      },
      ...(isWatched ? { watch: (record) => line.add('records', record) } : {}),
    });
    try {
      const warn = (text: string): void => {
        line.add('logs', ['master', process.ppid, 'warning', text]);
        line.flush();
      };
      const bound = await listen(performer, () => settings ?? first, opened, warn);
      if (owner !== undefined) giveUpRoot(owner);
      line.send({ bound: bound.map(({ address, port }) => ({ address, port })) });
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      const { code, host, port } = error;
      line.send({ refused: { code, host, port } });
    }
  }

  function hear(said: ToNetwork): void {
    line.hear(said);
    if (said.sources !== undefined) {
      settings = settingsOf(said.sources);
      if (performer === undefined) void begin(settings);
      else performer.host.configure(settings, now());
    }
    for (const { to, event, cause } of said.events) performer?.tell(to, event, cause);
    if (said.open === true) open();
  }

  process.on('message', (said) => hear(said as ToNetwork));
  // The server decides when to end: a Ctrl-C at the terminal reaches both.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
}

collectAlone();
serve(JSON.parse(process.argv[2] ?? '{}') as NetworkStart);
