/**
 * `sendmail -bs`: an SMTP session on standard input and output. sendmail(1), smtpd(8) -S
 *
 * The session has cleanup of its own, which writes into incoming/ with the rights of who runs it; qmgr is
 * told, or finds the message when it starts. Differs: Postfix leaves it in maildrop/, because there any
 * user may call sendmail, and here that is the owner of the queue.
 */
import { forService, type ServiceEntry, type Settings, servicesOf, textOf } from '#core';
import { trigger } from '../control.ts';
import { createDisk } from '../disk.ts';
import { createLogger } from '../log.ts';
import { createPerformer } from '../perform.ts';
import type { Io } from './program.ts';

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

/** The log of the session; standard output is the session itself. */
function logFileOf(settings: Settings): string {
  const file = textOf(settings, 'maillog_file');
  return file.startsWith('/dev/std') ? '/dev/null' : file;
}

/** Runs one session until QUIT or the end of input. Answers the exit code. */
export async function runSession(_io: Io, settings: Settings): Promise<number> {
  const queueDirectory = textOf(settings, 'queue_directory');
  const smtpd = service('smtpd', 'smtpd', UNCHECKED);
  const own = forService(settings, smtpd);
  const log = createLogger({
    syslogName: textOf(settings, 'syslog_name'),
    file: logFileOf(settings),
    facility: textOf(settings, 'syslog_facility'),
  });
  const told: Promise<boolean>[] = [];
  const performer = createPerformer({
    ...{ settings, log, seed: process.pid },
    services: servicesOf([...[smtpd, service('cleanup', 'cleanup'), service('rewrite', 'trivial-rewrite')]]),
    disk: (notify) => createDisk({ queueDirectory, notify }),
    watch: ({ effects }) => {
      if (effects.some((effect) => effect.type === 'send' && effect.note.type === 'qmgr.wakeup'))
        told.push(trigger(queueDirectory, 'qmgr', 'I'));
    },
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
