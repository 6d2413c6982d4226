/**
 * The process that touches users' files when the server was started as root: it alone keeps root's rights for
 * that, and takes those of the user whose file it is. local(8) SECURITY · docs/decisions/0015-users-disk.md
 */
import { rightsOfRoot } from './act-as.ts';
import { createDisk } from './disk.ts';
import { mailboxLocks } from './locks.ts';
import type { FromUsersDisk, ToUsersDisk } from './users-disk-protocol.ts';

type Event = FromUsersDisk['events'][number];

function serve(queueDirectory: string): void {
  const rights = rightsOfRoot();
  // Root's supplementary groups would go on while a user's files are touched.
  rights?.confine({ uid: 0, gid: 0 });
  let events: Event[] = [];

  function answer(): void {
    const said: FromUsersDisk = { events, pendingBytes: disk.pendingBytes() };
    events = [];
    process.send?.(said);
  }

  const disk = createDisk({
    queueDirectory,
    ...(rights === undefined ? {} : { actAs: rights.actAs, locks: mailboxLocks(undefined, rights.asRoot) }),
    notify: (name, event, step) => {
      if (events.length === 0) setImmediate(answer);
      events.push({ process: name, event, step });
    },
  });
  process.on('message', (list: readonly ToUsersDisk[]) => {
    for (const { process: name, effect, step } of list) {
      if (effect === undefined) disk.release(name);
      else disk.perform(name, effect, step);
    }
  });
  // The server decides when to end: a Ctrl-C at the terminal reaches both.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    disk.close();
    process.exit(0);
  });
}

serve(process.argv[2] ?? '');
