/**
 * The process of local(8) and pipe(8) when the server was started as root: it alone keeps root's rights,
 * takes those of the user whose files it touches or whose command it runs, and never meets the network.
 * local(8) SECURITY, pipe(8) SECURITY ·
 * docs/decisions/0016-delivery-process.md
 */
import { type Settings, servicesOf, textOf, type WorldEvent } from '#core';
import { rightsOfRoot } from './act-as.ts';
import { now } from './clock.ts';
import { collectAlone } from './collector.ts';
import { createCommands } from './commands.ts';
import {
  DELIVERY_COMMANDS,
  type DeliveryStart,
  FIRST_STEP_ELSEWHERE,
  type FromDelivery,
  serviceNameOf,
  type ToDelivery,
} from './delivery-protocol.ts';
import { createDisk } from './disk.ts';
import type { Disk } from './disk-types.ts';
import { loadConfiguration } from './load.ts';
import { mailboxLocks } from './locks.ts';
import { createPerformer, type Elsewhere } from './perform.ts';
import { splitDisk } from './split-disk.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

const nothing = (): Mutable<FromDelivery> => ({
  ...{ events: [], effects: [], logs: [], records: [], pendingBytes: 0 },
});

function serve({ configDirectory, isWatched }: DeliveryStart): void {
  const rights = rightsOfRoot();
  // Root's supplementary groups would go on while a user's files are touched.
  rights?.confine({ uid: 0, gid: 0 });
  let { settings } = loadConfiguration(configDirectory);
  const own = ownServices(settings);
  const ahead = new Map<string, ToDelivery['ahead'][number][1]>();
  let out = nothing();
  let isScheduled = false;

  function say<Key extends 'events' | 'effects' | 'logs' | 'records'>(
    key: Key,
    what: FromDelivery[Key][number],
  ): void {
    (out[key] as unknown[]).push(what);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(send);
  }

  function send(): void {
    isScheduled = false;
    if (out.events.length + out.effects.length + out.logs.length + out.records.length === 0) return;
    const said: FromDelivery = { ...out, pendingBytes: performer.pendingBytes() };
    out = nothing();
    // Nobody hears it where the server has died: then this process ends as well.
    process.send?.(said, () => undefined);
  }

  /** Queue files are the server's: it reads them with the rights of mail_owner. */
  function queueDisk(notify: (process: string, event: WorldEvent, step: number) => void): Disk {
    return {
      perform: (name, effect, step) => {
        const file = effect.type === 'file.read' ? ahead.get(effect.path) : undefined;
        if (effect.type !== 'file.read' || file === undefined)
          return say('effects', { process: name, effect, step });
        const { bytes, mode, modifiedAt, uid } = file;
        const facts = { file: effect.file, path: effect.path, bytes, mode, modifiedAt, uid };
        notify(name, { type: 'file.loaded', ...facts, links: 1, at: now() }, step);
      },
      release: () => undefined,
      flush: send,
      pendingBytes: () => 0,
      close: () => undefined,
    };
  }

  const elsewhere: Elsewhere = {
    owns: (to) => !own.has(serviceNameOf(to)),
    deliver: (to, event, cause) => say('events', { to, event, cause }),
    flush: () => undefined,
    pendingBytes: () => 0,
  };

  const performer = createPerformer({
    ...{ settings, seed: process.pid, elsewhere, firstStep: FIRST_STEP_ELSEWHERE },
    services: servicesOf(settings.master).filter(({ name }) => own.has(name)),
    serviceNames: servicesOf(settings.master).map(({ name }) => name),
    log: {
      write: (service, pid, level, text) => say('logs', { service, pid, level, text }),
      reopen: () => undefined,
      close: () => undefined,
    },
    disk: (notify) => {
      const queueDirectory = textOf(settings, 'queue_directory');
      const rightly =
        rights === undefined ? {} : { actAs: rights.actAs, locks: mailboxLocks(undefined, rights.asRoot) };
      return splitDisk(queueDisk(notify), createDisk({ queueDirectory, notify, waits: true, ...rightly }));
    },
    commands: (notify) =>
      createCommands({
        ...{ queueDirectory: textOf(settings, 'queue_directory'), notify, isRoot: rights !== undefined },
      }),
    ...(isWatched ? { watch: (record) => say('records', record) } : {}),
  });

  function hear({ events, ahead: files, gone, reload }: ToDelivery): void {
    if (reload) {
      settings = loadConfiguration(configDirectory).settings;
      performer.host.configure(settings, now());
    }
    for (const path of gone) ahead.delete(path);
    for (const [path, file] of files) ahead.set(path, file);
    for (const { to, event, cause } of events) performer.tell(to, event, cause);
  }

  process.on('message', (said) => hear(said as ToDelivery));
  // The server decides when to end: a Ctrl-C at the terminal reaches both.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    performer.close();
    process.exit(0);
  });
}

function ownServices({ master }: Settings): ReadonlySet<string> {
  return new Set(master.filter(({ command }) => DELIVERY_COMMANDS.includes(command)).map(({ name }) => name));
}

/**
 * A server that was stopped at once may have taken its configuration with it: that is no reason to
 * complain.
 */
function begin(start: DeliveryStart): void {
  collectAlone();
  try {
    serve(start);
  } catch (error) {
    process.once('disconnect', () => process.exit(0));
    setTimeout(() => {
      process.stderr.write(`postscope: fatal: delivery process: ${String(error)}\n`);
      process.exit(1);
    }, 1000);
  }
}

if (import.meta.main) begin(JSON.parse(process.argv[2] ?? '{}') as DeliveryStart);
