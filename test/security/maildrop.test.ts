/** What may lie in maildrop, on a server that root has started: junk, links, files of others. pickup(8) */
import { execFileSync, spawnSync } from 'node:child_process';
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

/** Texts of the letters that arrived. */
function delivered(): readonly string[] {
  const box = lab.path('home', 'alexandre', 'Maildir', 'new');
  if (!fs.existsSync(box)) return [];
  return fs.readdirSync(box).map((name) => fs.readFileSync(join(box, name), 'latin1'));
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

/** A shell command as a user who is in no group of the mail system. */
const shell = (uid: number, command: string) =>
  spawnSync('/bin/sh', ['-c', command], { uid, gid: uid, cwd: '/', encoding: 'latin1' });

/** A maildrop file with more records before its sender than postdrop(1) lets through. */
function forged(subject: string, ...more: readonly string[]): Uint8Array {
  const bytes = Buffer.from(letter('ann', subject));
  const sender = bytes.indexOf('S\x03ann', 0, 'latin1');
  const records = more.map(
    (each) => `${each.charAt(0)}${String.fromCharCode(each.length - 2)}${each.slice(2)}`,
  );
  const added = Buffer.from(records.join(''), 'latin1');
  return Buffer.concat([bytes.subarray(0, sender), added, bytes.subarray(sender)]);
}

test.runIf(process.getuid?.() === 0)(
  'security 48: a user who writes into the open maildrop himself gains nothing that postdrop would refuse',
  async () => {
    await start('message_size_limit = 20000\nmailbox_size_limit = 20000\n');
    const drop = lab.path('spool', 'maildrop');
    const mine = lab.path('mine');
    fs.mkdirSync(mine);
    const future = `${Math.floor(Date.now() / 1000) + 10 ** 8} 0`;
    const files: Readonly<Record<string, Uint8Array>> = {
      AAAAAA1: forged('client', 'A:log_client_address=192.0.2.1', 'A:sasl_username=root', 'A:client_name=x'),
      AAAAAA2: forged('filter', 'L:smtp:evil.example', '>:evil@evil.example', 'I:x', 'W:1'),
      AAAAAA3: forged('future', `T:${future}`),
      AAAAAA4: forged('size', 'C:1 2 3 4'),
      AAAAAA5: Buffer.concat([letter('ann', 'huge'), Buffer.alloc(20_000)]),
    };
    for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(join(mine, name), bytes);
    for (const path of [mine, ...Object.keys(files).map((name) => join(mine, name))])
      fs.chownSync(path, ANN, ANN);
    const secret = lab.path('secret');
    fs.writeFileSync(secret, letter('ann', 'stolen'), { mode: 0o600 });
    fs.chmodSync(secret, 0o744);
    // A link to what is not his is refused by most kernels, and else taken away by pickup(8).
    shell(ANN, `ln ${secret} ${drop}/AAAAAA7`);
    const put = `for f in ${Object.keys(files).join(' ')}; do cp ${mine}/$f ${drop}/$f.n; chmod 740 ${drop}/$f.n; mv ${drop}/$f.n ${drop}/$f; done`;
    expect(shell(ANN, `${put}; ln -s ${secret} ${drop}/AAAAAA6`).status).toBe(0);
    await wake();
    for (const subject of ['client', 'filter', 'future', 'size'])
      await until(() =>
        delivered().some((text) => text.includes(`Subject: ${subject}\n`)) ? true : undefined,
      );
    const log = lab.log();
    expect(log.match(/status=sent/g)).toHaveLength(4);
    expect(log).toContain('maildrop/AAAAAA5: message file too big');
    expect(log).not.toMatch(/evil|192\.0\.2\.1|sasl_username|panic|fatal|stolen/);
    // The time of pickup counts: nothing is delayed by three years, or sent before it came.
    expect(log.match(/delay=[0-9.]+,/g)).toHaveLength(4);
    expect(delivered().join('')).not.toMatch(/evil|192\.0\.2\.1|stolen/);
    expect(fs.statSync(secret).nlink).toBe(1);
    expect(fs.readdirSync(drop).sort()).toEqual(['AAAAAA5', 'AAAAAA6']);
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
