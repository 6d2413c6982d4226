/** pflogsumm(1) reads the log of a mixed run and counts what happened. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, expect } from 'vitest';
import { sendmail } from '../../server/cli/sendmail.ts';
import { startServer } from '../../server/main.ts';
import { ours, real } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { until } from '../support/real-postfix.ts';

let folder = '';

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const MASTER = [
  ...['127.0.0.1:0 inet n - n - - smtpd', 'pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup'],
  ...['qmgr unix n - n 300 1 qmgr', 'rewrite unix - - n - - trivial-rewrite', 'local unix - n n - - local'],
  ...['bounce unix - - n - 0 bounce', 'defer unix - - n - 0 bounce', 'trace unix - - n - 0 bounce'],
  ...['error unix - - n - - error', 'retry unix - - n - - error', ''],
];

function configure(): void {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-pflogsumm-'));
  fs.mkdirSync(join(folder, 'home'));
  const ids = `${process.getuid?.()}:${process.getgid?.()}`;
  fs.writeFileSync(join(folder, 'passwd'), `espera:x:${ids}:Espera:${folder}/home:/bin/sh\n`);
  const main = [
    ...['myhostname = mail.gouv.bj', 'mydestination = gouv.bj', 'myorigin = gouv.bj', 'alias_maps ='],
    ...[`queue_directory = ${folder}/spool`, `passwd_file = ${folder}/passwd`, 'home_mailbox = Maildir/'],
    ...['compatibility_level = 3.6', ''],
  ];
  fs.writeFileSync(join(folder, 'main.cf'), main.join('\n'));
  fs.writeFileSync(join(folder, 'master.cf'), MASTER.join('\n'));
}

testWithOracle('pflogsumm')(
  'pflogsumm(1): mail sent, deferred, bounced and refused is counted without complaint',
  async () => {
    configure();
    const log = join(folder, 'maillog');
    const server = await startServer(folder, { logFile: log });
    const port = server.listeners[0]?.port ?? 0;
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
    const send = (to: string) => transport.sendMail({ from: 'espera@gouv.bj', to, subject: 's', text: 't' });
    await send('espera@gouv.bj');
    await send('x@later.example');
    const unknown = ['-C', folder, '-f', 'espera@gouv.bj', 'nobody@gouv.bj'];
    await ours('sendmail', sendmail, unknown, 'Subject: s\n\nt\n');
    await expect(send('nobody@gouv.bj')).rejects.toThrow('User unknown');
    transport.close();
    // The bounce comes home as a letter of its own.
    await until(() => {
      const text = fs.readFileSync(log, 'latin1');
      const sent = text.match(/status=sent/g)?.length ?? 0;
      return sent >= 2 && /status=deferred/.test(text) && /status=bounced/.test(text) ? true : undefined;
    });
    await server.stop();
    const { code, out, err } = await real(oraclePath('pflogsumm'), ['--problems-first', log]);
    expect([code, err]).toEqual([0, '']);
    const counted = (what: string): number =>
      Number(new RegExp(`^ +(\\d+)k? +${what}\\b`, 'm').exec(out)?.[1] ?? -1);
    // It counts what smtpd and pickup took: the notice to the sender is no third party's mail.
    expect(['received', 'delivered', 'deferred', 'bounced', 'rejected'].map(counted)).toEqual([
      3, 2, 1, 1, 1,
    ]);
    expect(out).toMatch(/User unknown/i);
  },
  60_000,
);
