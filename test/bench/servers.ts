/**
 * servers - our server and a private Postfix, made from the same main.cf, each in a folder of its own.
 *
 * Both listen on loopback, keep their log in a file and deliver with local(8) to the Maildir of one account
 * of the machine, below the folder. postfix(1), MULTI_INSTANCE_README
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { join, resolve } from 'node:path';

/** An account of every Debian system that nobody uses; local(8) delivers as it. */
const ACCOUNT = 'games';
export const RECIPIENT = `${ACCOUNT}@bench.test`;
const OURS = resolve(import.meta.dirname, '../../server/bin/postfix');

export interface Server {
  readonly name: string;
  readonly port: number;
  /** The process that all others of this server descend from. */
  readonly pid: number;
  /** Where letters arrive: the new/ of the Maildir. */
  readonly inbox: string;
  stop(): Promise<void>;
}

/** The settings of both servers; what differs from Postfix's defaults is said. */
function mainCf(folder: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
maillog_file = ${folder}/maillog
maillog_file_prefixes = ${folder}
mail_spool_directory = ${folder}/mail/
myhostname = bench.test
mydestination = bench.test
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
biff = no
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtputf8_enable = no
smtpd_tls_security_level = none
# One recipient is one destination of local(8), and 2 would be its limit: both may use as many as for others.
local_destination_concurrency_limit = 20
`;
}

/** A port that nobody uses at this moment. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => done(port));
    });
  });
}

function makeFolders(folder: string): string {
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, ACCOUNT])));
  for (const name of ['etc', 'spool', 'data', 'mail']) fs.mkdirSync(join(folder, name), { recursive: true });
  const maildir = join(folder, 'mail', ACCOUNT);
  for (const path of [maildir, ...['cur', 'new', 'tmp'].map((name) => join(maildir, name))]) {
    fs.mkdirSync(path, { mode: 0o700 });
    fs.chownSync(path, uid, gid);
  }
  fs.writeFileSync(join(folder, 'etc', 'main.cf'), mainCf(folder));
  return join(maildir, 'new');
}

async function answering(port: number): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const greeted = await new Promise<boolean>((done) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('error', () => done(false));
      socket.once('data', () => {
        socket.end('QUIT\r\n');
        done(true);
      });
    });
    if (greeted) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nobody answers at port ${port}`);
}

/** Our server as `postfix start-fg` starts it. */
export async function startOurs(folder: string): Promise<Server> {
  const inbox = makeFolders(folder);
  const etc = join(folder, 'etc');
  const port = await freePort();
  fs.writeFileSync(join(etc, 'master.cf'), masterCf(port));
  const child = spawn(OURS, ['-c', etc, 'start-fg'], { stdio: ['ignore', 'inherit', 'inherit'] });
  await answering(port);
  return { name: 'Postscope', port, pid: child.pid ?? 0, inbox, stop: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}

/** The services of Debian's master.cf that a local delivery needs, none of them in a chroot. */
function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ...['showq', 'error', 'local'].map((name) => `${name} unix - n n - - ${name}`),
    'anvil unix - - n - 1 anvil',
    'proxymap unix - - n - - proxymap',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}

/** Debian's Postfix, as root, with directories of its own. */
export async function startPostfix(folder: string): Promise<Server> {
  const inbox = makeFolders(folder);
  const etc = join(folder, 'etc');
  const port = await freePort();
  const owner = 'postfix';
  fs.writeFileSync(join(etc, 'master.cf'), masterCf(port));
  fs.chownSync(join(folder, 'data'), Number(execFileSync('id', ['-u', owner])), 0);
  for (const name of ['dynamicmaps.cf', 'postfix-files', 'post-install', 'postfix-script'])
    fs.cpSync(join('/etc/postfix', name), join(etc, name));
  const run = (...args: readonly string[]) =>
    execFileSync('postfix', ['-c', etc, ...args], { stdio: 'ignore' });
  run('start');
  await answering(port);
  const pid = Number(fs.readFileSync(join(folder, 'spool', 'pid', 'master.pid'), 'latin1'));
  return { name: 'Postfix', port, pid, inbox, stop: async () => void run('stop') };
}
