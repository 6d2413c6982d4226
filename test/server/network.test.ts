/** The process of the SMTP sessions of a server that root started: what it may, and what its death means. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const testAsRoot = test.runIf(process.getuid?.() === 0);
/** Several processes are started one after the other. */
const PATIENCE_MS = 60_000;
const lab = testLab('network');

async function start(more = ''): Promise<number> {
  const port = await freePort();
  lab.make(port, await freePort());
  fs.chmodSync(lab.folder, 0o755);
  const settings = `maillog_file = ${lab.path('maillog')}\nmail_owner = nobody\nlab_mode = no\n${more}`;
  fs.appendFileSync(lab.path('etc', 'main.cf'), settings);
  fs.chmodSync(lab.path('etc'), 0o700);
  await lab.startProcess(port);
  return port;
}

async function until<Result>(look: () => Result | undefined | false): Promise<Result> {
  for (let turn = 0; turn < 800; turn += 1) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`not within twenty seconds; the log:\n${lab.log()}`);
}

/** The process that meets the network. */
function sessionsPid(): number | undefined {
  const { pid } = lab.process ?? { pid: 0 };
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  const found = children.find((child) =>
    fs.readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('network-process'),
  );
  return found === undefined ? undefined : Number(found);
}

async function send(port: number, to: string): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'espera@gouv.bj', to, subject: 'x', text: 'y' });
  transport.close();
}

/** Says a line of SMTP after each reply; resolves with the socket, still open. */
function say(port: number, lines: readonly string[]): Promise<net.Socket> {
  return new Promise((done, failed) => {
    const socket = net.connect(port, '127.0.0.1');
    const left = [...lines];
    socket.on('error', () => undefined);
    socket.once('close', () => failed(new Error('hung up')));
    socket.on('data', () => {
      const line = left.shift();
      if (line === undefined) done(socket);
      else socket.write(`${line}\r\n`);
    });
  });
}

const idOf = (flag: '-u' | '-g'): number =>
  Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

testAsRoot(
  'smtpd(8) SECURITY: the process of the sessions is mail_owner for good, and has no file open but its ends',
  async () => {
    const port = await start();
    await send(port, 'alexandre@gouv.bj');
    const pid = await until(sessionsPid);
    const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
    const ids = (name: string): string =>
      new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1] ?? '';
    expect(ids('Uid')).toBe(Array(4).fill(idOf('-u')).join('\t'));
    expect(ids('Gid')).toBe(Array(4).fill(idOf('-g')).join('\t'));
    expect([ids('Groups'), ids('CapPrm'), ids('CapEff')]).toEqual([
      '',
      '0000000000000000',
      '0000000000000000',
    ]);
    const open = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => fs.readlinkSync(`/proc/${pid}/fd/${fd}`));
    const files = open.filter((path) => path.startsWith('/') && !path.startsWith('/dev/'));
    expect(files.filter((path) => path.includes(lab.folder))).toEqual([]);
    expect(fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toContain('--permission');
    // What it might start is never root by a set-user-id bit.
    expect(ids('NoNewPrivs')).toBe(fs.existsSync('/usr/bin/setpriv') ? '1' : '0');
    expect(fs.readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  },
  PATIENCE_MS,
);

testAsRoot(
  'master(8): sessions that are killed lose nothing that was promised, and the next client is served',
  async () => {
    const port = await start();
    await send(port, 'alexandre@gouv.bj');
    const socket = await say(port, [
      'EHLO a.example',
      'MAIL FROM:<a@a.example>',
      'RCPT TO:<alexandre@gouv.bj>',
    ]);
    const waiting = (): readonly string[] =>
      fs.readdirSync(lab.path('spool', 'incoming')).filter((name) => !name.startsWith('.'));
    const pid = await until(sessionsPid);
    const closed = new Promise((done) => socket.once('close', done));
    process.kill(pid, 'SIGKILL');
    await closed;
    await until(() => /warning: process smtpd pid \d+ killed by signal 9/.test(lab.log()));
    await until(() => waiting().length === 0);
    const next = await until(() => {
      const found = sessionsPid();
      return found !== pid && found;
    });
    expect(next).not.toBe(pid);
    await until(() => /throttling/.test(lab.log()) || undefined);
    await until(() => fs.readdirSync(lab.path('home', 'alexandre', 'Maildir', 'new')).length === 1);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postfix(1) reload: the process of the sessions hears of tables that only root can read',
  async () => {
    const port = await start();
    const refused = (): Promise<string> =>
      send(port, 'alexandre@gouv.bj').then(
        () => 'taken',
        (error) => String(error),
      );
    expect(await refused()).toBe('taken');
    const table = lab.path('etc', 'refused');
    fs.writeFileSync(table, 'espera@gouv.bj 554 5.7.1 not today\n', { mode: 0o600 });
    fs.appendFileSync(
      lab.path('etc', 'main.cf'),
      `smtpd_sender_restrictions = check_sender_access texthash:${table}\n`,
    );
    process.kill(lab.process?.pid ?? 0, 'SIGHUP');
    await until(() => /reload -- version/.test(lab.log()));
    expect(await refused()).toMatch(/554 5\.7\.1 .*not today/);
  },
  PATIENCE_MS,
);
