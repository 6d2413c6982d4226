/** Started as root, what faces the network is mail_owner; letters still belong to their recipients. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const POSTFIX = resolve(import.meta.dirname, '../../server/bin/postfix');
const SENDMAIL = resolve(import.meta.dirname, '../../server/bin/sendmail');
const UID = 54321;
const testAsRoot = test.runIf(process.getuid?.() === 0);
/** Several processes are started one after the other. */
const PATIENCE_MS = 60_000;

const lab = testLab('privileges');

const idOf = (flag: '-u' | '-g', name: string): number =>
  Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));

/** gouv.bj as a server of its own: mail_owner is nobody, alexandre somebody else, main.cf root's secret. */
async function prepare(more = ''): Promise<number> {
  const port = await freePort();
  lab.make(port, await freePort());
  fs.chmodSync(lab.folder, 0o755);
  const etc = lab.path('etc');
  const passwd = fs.readFileSync(join(etc, 'passwd'), 'utf8');
  fs.writeFileSync(join(etc, 'passwd'), passwd.replace('alexandre:x:0:0:', `alexandre:x:${UID}:${UID}:`));
  fs.chmodSync(lab.path('home'), 0o755);
  fs.chownSync(lab.path('home', 'alexandre'), UID, UID);
  const log = lab.path('maillog');
  fs.appendFileSync(join(etc, 'main.cf'), `maillog_file = ${log}\nmail_owner = nobody\n${more}`);
  fs.chmodSync(etc, 0o700);
  return port;
}

async function start(more = ''): Promise<number> {
  const port = await prepare(more);
  await lab.startProcess(port);
  return port;
}

/** The line of /proc/PID/task/TID/status of every thread. */
function statusLines(name: string): readonly string[] {
  const tasks = `/proc/${lab.process?.pid}/task`;
  const lines = fs.readdirSync(tasks).map((task) => {
    const status = fs.readFileSync(join(tasks, task, 'status'), 'latin1');
    return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1] ?? '';
  });
  return [...new Set(lines)];
}

async function until<Result>(look: () => Result | undefined): Promise<Result> {
  for (let turn = 0; turn < 800; turn += 1) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`not within twenty seconds; the log:\n${lab.log()}`);
}

const logLine = (pattern: RegExp) => until(() => pattern.exec(lab.log())?.[0]);

async function send(port: number, to: string): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'espera@gouv.bj', to, subject: 'x', text: 'y' });
  transport.close();
}

testAsRoot(
  'postconf(5) mail_owner: threads and queue files are that user’s, letters their recipient’s',
  async () => {
    const port = await start('lab_mode = no\n');
    await send(port, 'alexandre@gouv.bj');
    await send(port, 'someone@example.org');
    await logLine(/to=<alexandre@gouv.bj>.*status=sent/);
    const [user, group] = [idOf('-u', 'nobody'), idOf('-g', 'nobody')];
    expect(statusLines('Uid')).toEqual([`0\t${user}\t0\t${user}`]);
    expect(statusLines('Gid')).toEqual([`0\t${group}\t0\t${group}`]);
    expect(statusLines('Groups')).toEqual(['']);
    const waiting = await logLine(/([0-9A-F]+): to=<someone@example.org>.*status=deferred/);
    const box = lab.path('home', 'alexandre', 'Maildir', 'new');
    const [name = ''] = fs.readdirSync(box);
    const owners = [box, join(box, name)].map((path) => fs.statSync(path)).map(({ uid, gid }) => [uid, gid]);
    expect(owners).toEqual([
      [UID, UID],
      [UID, UID],
    ]);
    const id = /^[0-9A-F]+/.exec(waiting)?.[0] ?? '';
    const queued = lab.path('spool', 'deferred', id[0] ?? '', id);
    const stat = await until(() => fs.statSync(queued, { throwIfNoEntry: false }));
    expect([stat.uid, stat.mode & 0o777]).toEqual([user, 0o700]);
    expect(lab.log()).not.toMatch(/panic|fatal|error:|Permission denied/);
  },
  PATIENCE_MS,
);

testAsRoot(
  'security 48: CVE-2020-8793: a Maildir that is a link to root’s place gets nothing',
  async () => {
    const port = await prepare('lab_mode = no\n');
    const secret = lab.path('secret');
    fs.mkdirSync(secret, { mode: 0o700 });
    fs.symlinkSync(secret, lab.path('home', 'alexandre', 'Maildir'));
    await lab.startProcess(port);
    await send(port, 'alexandre@gouv.bj');
    expect(await logLine(/to=<alexandre@gouv.bj>.*status=.*/)).toContain('Permission denied');
    expect(fs.readdirSync(secret)).toEqual([]);
  },
  PATIENCE_MS,
);

testAsRoot(
  'local(8): an mbox is locked, written and unlocked with the rights that takes',
  async () => {
    const port = await start('lab_mode = no\nhome_mailbox = mbox\n');
    await send(port, 'alexandre@gouv.bj');
    await send(port, 'alexandre@gouv.bj');
    await until(() => ((lab.log().match(/status=sent/g) ?? []).length === 2 ? true : undefined));
    const home = lab.path('home', 'alexandre');
    expect(fs.readFileSync(join(home, 'mbox'), 'latin1').match(/^From /gm)).toHaveLength(2);
    expect(fs.statSync(join(home, 'mbox')).uid).toBe(UID);
    await until(() => (fs.readdirSync(home).join() === 'mbox' ? true : undefined));
  },
  PATIENCE_MS,
);

testAsRoot(
  'sendmail(1), postfix(1) reload, stop: root’s files are read and removed all the same',
  async () => {
    await start('lab_mode = no\n');
    const input = 'Subject: x\n\ny\n';
    const etc = lab.path('etc');
    expect(spawnSync(SENDMAIL, ['-C', etc, 'alexandre@gouv.bj'], { input }).status).toBe(0);
    await logLine(/uid=0 from=<root>/);
    await logLine(/to=<alexandre@gouv.bj>.*status=sent/);
    process.kill(lab.process?.pid ?? 0, 'SIGHUP');
    await logLine(/reload -- version/);
    const pidFile = lab.path('spool', 'pid', 'master.pid');
    expect(fs.statSync(pidFile).uid).toBe(0);
    await lab.stop();
    expect(fs.existsSync(pidFile)).toBe(false);
    expect(fs.readdirSync(lab.path('spool', 'public'))).toEqual([]);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postconf(5) mail_owner: a queue that root has filled becomes mail_owner’s; links do not',
  async () => {
    const port = await prepare('lab_mode = no\n');
    const deferred = lab.path('spool', 'deferred');
    fs.mkdirSync(join(deferred, 'A'), { recursive: true });
    const shadow = lab.path('shadow');
    fs.writeFileSync(shadow, 'secret', { mode: 0o600 });
    fs.linkSync(shadow, join(deferred, 'A', 'hard'));
    fs.symlinkSync(shadow, join(deferred, 'A', 'soft'));
    fs.writeFileSync(join(deferred, 'A', 'A1B2C3D4E5'), '');
    await lab.startProcess(port);
    const nobody = idOf('-u', 'nobody');
    expect(fs.statSync(join(deferred, 'A')).uid).toBe(nobody);
    expect(fs.statSync(shadow).uid).toBe(0);
  },
  PATIENCE_MS,
);

const complaint = (etc: string): string =>
  spawnSync(POSTFIX, ['-c', etc, 'start-fg'], { encoding: 'utf8', timeout: 20_000 }).stderr;

testAsRoot(
  'postconf(5) mail_owner: no such user, or root itself, stops the server with both languages',
  async () => {
    await prepare('lab_mode = no\nmail_owner = no-such-user\n');
    const etc = lab.path('etc');
    expect(complaint(etc)).toMatch(
      /fatal: file .*main.cf: parameter mail_owner: unknown user name value: no-such-user\n.*n’existe pas/,
    );
    fs.appendFileSync(join(etc, 'main.cf'), 'mail_owner = root\n');
    expect(complaint(etc)).toMatch(/fatal: .*user root has privileged user ID: 0\n/);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postconf(5) queue_directory: out of mail_owner’s reach is fatal, and a warning in a lab',
  async () => {
    const port = await prepare('lab_mode = no\n');
    fs.chmodSync(lab.folder, 0o700);
    const etc = lab.path('etc');
    expect(complaint(etc)).toMatch(/fatal: queue_directory .* is out of reach for mail_owner nobody/);
    expect(fs.existsSync(lab.path('spool', 'pid', 'master.pid'))).toBe(false);
    fs.appendFileSync(join(etc, 'main.cf'), 'lab_mode = yes\n');
    await lab.startProcess(port);
    expect(await logLine(/warning: still root: .*/)).toContain('out of reach');
    expect(statusLines('Uid')).toEqual(['0\t0\t0\t0']);
  },
  PATIENCE_MS,
);
