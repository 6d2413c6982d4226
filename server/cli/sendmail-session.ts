/**
 * `sendmail -bs`: an SMTP session on standard input and output. sendmail(1), smtpd(8) -S
 *
 * Its messages go through postdrop(1) into maildrop, also while the mail system is down; only mail_owner's
 * session has a cleanup(8) of its own, which writes into incoming/. Postfix: src/smtpd/smtpd.h
 * SMTPD_STAND_ALONE
 */
import fs from 'node:fs';
import { forService, type ServiceEntry, type Settings, servicesOf, textOf } from '#core';
import { trigger } from '../control.ts';
import { createDisk } from '../disk.ts';
import { createLogger } from '../log.ts';
import { createPerformer, type Performer, type PerformerOptions } from '../perform.ts';
import { ownerUid } from './callers.ts';
import type { Io } from './program.ts';
import { cleanupIntoMaildrop } from './session-cleanup.ts';

function service(name: string, command: string, overrides: ServiceEntry['overrides'] = []): ServiceEntry {
  return {
    ...{ name, type: 'unix', private: true, unprivileged: true, chroot: false, wakeupMs: 0 },
    ...{ wakeupIfUsed: false, processLimit: undefined, command, args: [], overrides, line: 0 },
  };
}

/** What a local user may not be refused for. Postfix: SMTPD_STAND_ALONE */
const UNCHECKED: ServiceEntry['overrides'] = [
  ...['client', 'helo', 'sender', 'relay', 'recipient', 'data', 'end_of_data'].map(
    (stage) =>
      [`smtpd_${stage}_restrictions`, stage === 'recipient' ? 'permit_mynetworks, reject' : ''] as const,
  ),
  ['mynetworks', '127.0.0.1/32'],
  // Scripts write the whole session into the pipe, with LF line ends.
  ['smtpd_forbid_unauth_pipelining', 'no'],
  ['smtpd_forbid_bare_newline', 'no'],
  ['smtpd_helo_required', 'no'],
  ['smtpd_reject_unlisted_recipient', 'no'],
  ['smtpd_reject_unlisted_sender', 'no'],
];

const SMTPD = service('smtpd', 'smtpd', UNCHECKED);
const PARTS = [SMTPD, service('rewrite', 'trivial-rewrite')];
const NAMES = PARTS.map(({ name }) => name);

/** The log of the session; standard output is the session itself. Not all who send may write to the log. */
function logFileOf(settings: Settings): string {
  const file = textOf(settings, 'maillog_file');
  if (file === '') return file;
  try {
    if (file.startsWith('/dev/std')) return '/dev/null';
    fs.closeSync(fs.openSync(file, 'a'));
    return file;
  } catch {
    return '/dev/null';
  }
}

/** mail_owner writes into incoming/ himself, and tells qmgr(8), or that finds the message when it starts. */
function withCleanup(queueDirectory: string, told: Promise<boolean>[]): Partial<PerformerOptions> {
  return {
    services: servicesOf([...PARTS, service('cleanup', 'cleanup')]),
    watch: ({ effects }) => {
      if (effects.some((effect) => effect.type === 'send' && effect.note.type === 'qmgr.wakeup'))
        told.push(trigger(queueDirectory, 'qmgr', 'I'));
    },
  };
}

/** Runs one session until QUIT or the end of input. Answers the exit code. */
export async function runSession(io: Io, settings: Settings): Promise<number> {
  const queueDirectory = textOf(settings, 'queue_directory');
  const own = forService(settings, SMTPD);
  const log = createLogger({
    syslogName: textOf(settings, 'syslog_name'),
    file: logFileOf(settings),
    facility: textOf(settings, 'syslog_facility'),
  });
  const told: Promise<boolean>[] = [];
  const isOwner = process.getuid?.() === ownerUid(settings);
  const tell: Performer['tell'] = (to, event) => performer.tell(to, event);
  const performer = createPerformer({
    ...{ settings, log, seed: process.pid, services: servicesOf(PARTS) },
    disk: (notify) => createDisk({ queueDirectory, notify }),
    ...(isOwner
      ? withCleanup(queueDirectory, told)
      : { elsewhere: cleanupIntoMaildrop(io, settings, tell), serviceNames: [...NAMES, 'cleanup'] }),
  });
  await new Promise<void>((done) => {
    const client = { name: 'localhost', reverseName: 'localhost', address: '127.0.0.1', port: 0 };
    const id = performer.connect(
      'smtpd',
      { settings: own, client, serverAddress: '127.0.0.1' },
      {
        write: (bytes) => void process.stdout.write(bytes),
        end: () => done(),
        destroy: done,
        pause: () => process.stdin.pause(),
        resume: () => process.stdin.resume(),
      },
    );
    process.stdin.on('data', (bytes: Buffer) => performer.received(id, bytes));
    process.stdin.on('end', () => performer.closed(id, 'eof'));
  });
  await Promise.all(told);
  performer.close();
  log.close();
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  return 0;
}
