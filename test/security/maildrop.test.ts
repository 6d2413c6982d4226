/** What may lie in maildrop, on a server that root has started: junk, links, files of others. pickup(8) */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maildropFile } from '#core';
import { trigger } from '../../server/control.ts';
import { until } from '../support/real-postfix.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const PATIENCE_MS = 60_000;
const ANN = 54321;
const lab = testLab('maildrop');

const letter = (sender: string, subject: string): Uint8Array =>
  maildropFile({
    ...{ at: Date.now(), sender, recipients: ['alexandre@gouv.bj'] },
    content: Buffer.from(`Subject: ${subject}\n\nhello\n`),
  });

/** A file in maildrop that looks whole to pickup(8) from the moment it has its name. */
function put(name: string, bytes: Uint8Array | string, mode = 0o744): string {
  const path = lab.path('spool', 'maildrop', name);
  const young = `${path}.new`;
  fs.writeFileSync(young, bytes);
  fs.chownSync(young, ANN, ANN);
  fs.chmodSync(young, mode);
  fs.renameSync(young, path);
  return path;
}

async function start(more = ''): Promise<void> {
  const port = await freePort();
  lab.make(port, await freePort());
  for (const path of [lab.folder, lab.path('home')]) fs.chmodSync(path, 0o755);
  const log = `maillog_file = ${lab.path('maillog')}\nmail_owner = nobody\nlab_mode = no\n`;
  fs.writeFileSync(lab.path('etc', 'checks'), '/^Subject: bad/ REJECT no such\n');
  fs.appendFileSync(lab.path('etc', 'main.cf'), log + more);
  await lab.startProcess(port);
}

const wake = () => trigger(lab.path('spool'), 'pickup', 'W');
const logLine = (pattern: RegExp) =>
  until(() => pattern.exec(lab.log())?.[0]).catch(() => expect.fail(`not logged: ${pattern}\n${lab.log()}`));

test.runIf(process.getuid?.() === 0)(
  'security 48: junk, links, devices and files of others in maildrop: one letter of the honest arrives',
  async () => {
    await start();
    const drop = lab.path('spool', 'maildrop');
    const secret = lab.path('secret');
    fs.writeFileSync(secret, letter('ann', 'stolen'), { mode: 0o744 });
    fs.linkSync(secret, join(drop, 'AAAAAA1'));
    fs.symlinkSync('/etc/passwd', join(drop, 'AAAAAA2'));
    fs.mkdirSync(join(drop, 'AAAAAA3'));
    execFileSync('mknod', ['-m', '744', join(drop, 'AAAAAA4'), 'p']);
    execFileSync('mknod', ['-m', '744', join(drop, 'AAAAAA5'), 'c', '1', '5']);
    put('AAAAAA6', 'rubbish\n');
    put('AAAAAA7', '');
    put('AAAAAA8', letter('ann', 'torn').slice(0, -3));
    put('AAAAAA9', letter('ann', 'unfinished'), 0o644);
    put('AAAAAAA', letter('ann', 'closed'), 0o700);
    put('no.name', letter('ann', 'no queue id'));
    fs.truncateSync(put('AAAAAAB', letter('ann', 'sparse')), 5e9);
    put('AAAAAAF', letter('ann', 'honest'));
    await wake();
    await logLine(/status=sent/);
    await logLine(/removed/);
    await wake();
    await until(() => (fs.existsSync(join(drop, 'AAAAAA6')) ? undefined : true));
    const log = lab.log();
    expect(log.match(/status=sent/g)).toHaveLength(1);
    expect(log).toContain(`uid=${ANN} from=<ann>`);
    expect(log.match(/AAAAAA1: file has 2 hard links/g)).toHaveLength(1);
    expect(log.match(new RegExp(`uid=${ANN}: unexpected or malformed record type`, 'g'))).toHaveLength(3);
    expect(log).not.toMatch(/panic|fatal/);
    expect(fs.statSync(secret).nlink).toBe(1);
    const left = fs.readdirSync(drop).sort();
    expect(left).toEqual(
      ['AAAAAA2', 'AAAAAA3', 'AAAAAA4', 'AAAAAA5', 'AAAAAA9', 'AAAAAAA', 'AAAAAAB', 'no.name'].sort(),
    );
  },
  PATIENCE_MS,
);

test.runIf(process.getuid?.() === 0)(
  'pickup(8): what header_checks rejects goes back to its sender, and not round in maildrop',
  async () => {
    await start('header_checks = regexp:$config_directory/checks\n');
    put('AAAAAA1', letter('alexandre@gouv.bj', 'bad'));
    await wake();
    await logLine(/to=<alexandre@gouv.bj>, relay=none, .*dsn=5\.7\.1, status=bounced \(no such\)/);
    await logLine(/sender non-delivery notification/);
    await logLine(/to=<alexandre@gouv.bj>, relay=local, .*status=sent/);
    await until(() => (fs.readdirSync(lab.path('spool', 'maildrop')).length === 0 ? true : undefined));
    const box = lab.path('home', 'alexandre', 'Maildir', 'new');
    const [name = ''] = fs.readdirSync(box);
    const notice = fs.readFileSync(join(box, name), 'latin1');
    expect(notice).toContain('<alexandre@gouv.bj>: no such');
    expect(notice).toContain('Subject: bad\n\nhello\n');
  },
  PATIENCE_MS,
);
