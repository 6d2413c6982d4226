/**
 * What runs a server's mail: the performer on its journaled queue and, as root, the process of the
 * delivery agents beside it.
 */
import { randomInt } from 'node:crypto';
import { type Settings, type StepRecord, servicesOf, textOf } from '#core';
import type { Rights } from './act-as.ts';
import { createCommands } from './commands.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { DiskOptions, JournaledDisk } from './disk-types.ts';
import type { JournaledFile } from './journal-record.ts';
import { createJournaledDisk } from './journaled-disk.ts';
import type { Logger } from './log.ts';
import { createNetwork, type Network } from './network.ts';
import { createPerformer, type Elsewhere, type Performer } from './perform.ts';
import type { Sources } from './sources.ts';

export interface WorkshopOptions {
  readonly configDirectory: string;
  readonly settings: Settings;
  readonly log: Logger;
  /** Undefined where this process is not root: then all is done here. */
  readonly rights: Rights | undefined;
  readonly watch: ((record: StepRecord) => void) | undefined;
  /** What meets the network gets a process of its own. */
  readonly givesUpRoot: boolean;
}

export interface Workshop {
  readonly performer: Performer;
  /** Undefined where the sessions are in this process. */
  readonly network: Network | undefined;
  /**
   * Files for what a server that was killed had in its journal; before the first effect. Throws errno
   * errors.
   */
  recover(): void;
  /** The queue files that are not on disk yet, by their paths below queue_directory. */
  young(): ReadonlyMap<string, JournaledFile>;
  /** New settings, and the files they were made of. */
  configure(settings: Settings, sources: Sources, at: number): void;
  close(): void;
}

/** Makes it; as root this is to be done before root is given up. */
export function createWorkshop(options: WorkshopOptions): Workshop {
  const { configDirectory, settings, log, rights, watch, givesUpRoot } = options;
  const watching = watch === undefined ? {} : { watch };
  let queue: JournaledDisk | undefined;
  let delivery: Delivery | undefined;
  if (rights !== undefined)
    delivery = createDelivery({
      ...{ configDirectory, settings, log, asRoot: rights.asRoot, watch, isWatched: watch !== undefined },
      young: (path) => queue?.youngAt(path),
    });
  let network: Network | undefined;
  if (rights !== undefined && givesUpRoot)
    network = createNetwork({ configDirectory, log, asRoot: rights.asRoot, watch });
  const disk = (notify: DiskOptions['notify']): JournaledDisk => {
    const gone = delivery === undefined ? {} : { gone: delivery.gone };
    queue = createJournaledDisk({ queueDirectory: textOf(settings, 'queue_directory'), notify, ...gone });
    return queue;
  };
  const commands = (notify: DiskOptions['notify']) =>
    createCommands({ queueDirectory: textOf(settings, 'queue_directory'), notify, isRoot: false });
  const performer = createPerformer({
    ...{ settings, services: servicesOf(settings.master), log, seed: randomInt(2 ** 32), disk, ...watching },
    // As root, commands are run where the delivery agents are.
    ...(delivery === undefined
      ? { commands }
      : { elsewhere: network === undefined ? delivery : either(delivery, network) }),
  });
  delivery?.join(performer);
  network?.join(performer);
  return {
    ...{ performer, network },
    recover: () => {
      const count = queue?.recover() ?? 0;
      if (count > 0) log.write('master', process.pid, 'info', `journal: ${count} queue files made again`);
    },
    young: () => queue?.young() ?? new Map(),
    configure: (next, sources, at) => {
      performer.host.configure(next, at);
      delivery?.reload();
      network?.reload(sources);
    },
    close: () => {
      performer.close();
      delivery?.close();
      network?.close();
    },
  };
}

/** What is in one of two other processes. */
function either(first: Elsewhere, second: Elsewhere): Elsewhere {
  return {
    owns: (to) => first.owns(to) || second.owns(to),
    deliver: (to, event, cause) => (first.owns(to) ? first : second).deliver(to, event, cause),
    flush: () => {
      first.flush();
      second.flush();
    },
    pendingBytes: () => first.pendingBytes() + second.pendingBytes(),
  };
}
