/** The disks of a server: its journaled queue, and as root another process for users' files. */
import type { Rights } from './act-as.ts';
import type { Disk, DiskOptions } from './disk-types.ts';
import type { JournaledFile } from './journal-record.ts';
import { createJournaledDisk, type JournaledDisk } from './journaled-disk.ts';
import type { Logger } from './log.ts';
import { splitDisk } from './split-disk.ts';
import { createUsersDisk } from './users-disk.ts';

export interface ServerDisks {
  /** Makes them, as one. As root this is to be done before root is given up. */
  open(notify: DiskOptions['notify']): Disk;
  /** Files for what a server that was killed had in its journal; before the first effect. Throws errno errors. */
  recover(): void;
  /** The queue files that are not on disk yet, by their paths below queue_directory. */
  young(): ReadonlyMap<string, JournaledFile>;
}

export function serverDisks(queueDirectory: string, rights: Rights | undefined, log: Logger): ServerDisks {
  let queue: JournaledDisk | undefined;
  const note = (level: 'info' | 'warning', text: string): void =>
    log.write('master', process.pid, level, text);
  return {
    open: (notify) => {
      queue = createJournaledDisk({ queueDirectory, notify });
      if (rights === undefined) return queue;
      const died = (why: string): void =>
        note('warning', `process for users' files: ${why}; starting another`);
      return splitDisk(queue, createUsersDisk({ queueDirectory, notify, died, asRoot: rights.asRoot }));
    },
    recover: () => {
      const count = queue?.recover() ?? 0;
      if (count > 0) note('info', `journal: ${count} queue files made again`);
    },
    young: () => queue?.young() ?? new Map(),
  };
}
