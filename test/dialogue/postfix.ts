/**
 * postfix - a private instance of the real Postfix, with an smtpd, a cleanup and a trivial-rewrite for each
 * configuration. Needs root. postfix(1), master(5)
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { oraclePath } from '../support/oracles.ts';
import { aliasesText, commonMainCf, oracleSettings, serverKey } from './configuration.ts';
import type { Dialogue } from './dialogue.ts';
import { makeBoxes, readBoxes, settled } from './mailboxes.ts';
import { lettersOf, type Played } from './played.ts';
import { type Conversation, playAll, playOnSocket } from './socket.ts';

export interface Instance {
  /** Plays dialogues whose configurations were named at the start; the answers are in their order. */
  play(dialogues: readonly Dialogue[], atOnce?: number): Promise<readonly Played[]>;
  /** Where the smtpd with this dialogue's configuration listens. */
  port(dialogue: Dialogue): number;
  /** What it has logged so far. */
  log(): string;
  stop(): void;
}

/** Ports that are free now; somebody may take one before we do. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const SHARED_SERVICES = [
  'qmgr unix n - n 300 1 qmgr',
  ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
  ...['cleanup unix n - n - 0 cleanup', 'rewrite unix - - n - - trivial-rewrite'],
  ...['verify unix - - n - 1 verify', 'flush unix n - n 1000? 0 flush', 'proxymap unix - - n - - proxymap'],
  ...['error unix - - n - - error', 'retry unix - - n - - error', 'local unix - n n - - local'],
  ...['anvil unix - - n - 1 anvil', 'tlsmgr unix - - n 1000? 1 tlsmgr', 'showq unix n - n - - showq'],
  ...['postlog unix-dgram n - n - 1 postlogd', 'pickup unix n - n 60 1 pickup'],
];

/** master.cf lines of one service with its settings. */
function service(line: string, settings: readonly string[]): readonly string[] {
  return [line, ...settings.map((setting) => `  -o { ${setting.replace(/=$/, '= ')} }`)];
}

/** An smtpd for each configuration; cleanup and trivial-rewrite are shared where only smtpd_* differs. */
function ownServices(kinds: readonly Dialogue[], ports: readonly number[]): readonly string[] {
  const pairs = new Map<string, number>();
  const lines: string[] = [];
  for (const [at, { profile, settings }] of kinds.entries()) {
    const own = oracleSettings(profile, settings);
    const wide = settings.filter((setting) => !setting.startsWith('smtpd_'));
    const key = serverKey(profile, wide);
    const pair = pairs.get(key) ?? at;
    const names = [`cleanup_service_name = cleanup${pair}`, `rewrite_service_name = rewrite${pair}`];
    lines.push(...service(`127.0.0.1:${ports[at] ?? 0} inet n - n - - smtpd`, [...own, ...names]));
    if (pairs.has(key)) continue;
    pairs.set(key, pair);
    const shared = [...oracleSettings(profile, wide), ...names];
    lines.push(...service(`cleanup${pair} unix n - n - 0 cleanup`, shared));
    lines.push(...service(`rewrite${pair} unix - - n - - trivial-rewrite`, shared));
  }
  return lines;
}

function mainCf(root: string): string {
  const places = { etc: join(root, 'etc'), mail: join(root, 'mail') };
  return [
    ...commonMainCf(places),
    ...[`queue_directory = ${root}/spool`, `data_directory = ${root}/data`],
    ...['command_directory = /usr/sbin', 'daemon_directory = /usr/lib/postfix/sbin'],
    ...['mail_owner = postfix', 'setgid_group = postdrop', 'compatibility_level = 3.6'],
    ...['disable_dns_lookups = yes', 'biff = no', 'smtpd_tls_security_level = none'],
    ...[`maillog_file = ${root}/maillog`, `maillog_file_prefixes = ${root}`, 'default_process_limit = 20'],
    '',
  ].join('\n');
}

function run(command: string, args: readonly string[], wrapper: readonly string[] = []): string {
  const [program = '', ...rest] = [...wrapper, join(dirname(oraclePath('postfix')), command), ...args];
  const { status, stderr, error } = spawnSync(program, rest, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stderr;
}

function makeFolders(root: string): void {
  fs.chmodSync(root, 0o755);
  for (const name of ['etc', 'spool', 'data']) fs.mkdirSync(join(root, name));
  spawnSync('chown', ['postfix', join(root, 'data')]);
  makeBoxes(join(root, 'mail'));
  for (const name of ['dynamicmaps.cf', 'postfix-files', 'post-install', 'postfix-script'])
    if (fs.existsSync(`/etc/postfix/${name}`))
      fs.copyFileSync(`/etc/postfix/${name}`, join(root, 'etc', name));
}

/** Starts it; where it fails, as when somebody took a port meanwhile, on others. */
async function startOnFreePorts(
  root: string,
  kinds: readonly Dialogue[],
  wrapper: readonly string[],
): Promise<readonly number[]> {
  const [etc, log] = [join(root, 'etc'), join(root, 'maillog')];
  for (let turn = 1; ; turn += 1) {
    const ports = await freePorts(kinds.length);
    const own = ownServices(kinds, ports);
    fs.writeFileSync(join(etc, 'master.cf'), [...SHARED_SERVICES, ...own, ''].join('\n'));
    try {
      run('postfix', ['-c', etc, 'start'], wrapper);
      return ports;
    } catch (error) {
      const said = fs.existsSync(log) ? fs.readFileSync(log, 'latin1') : '';
      if (turn === 5 || !said.includes('mail system startup failed'))
        throw new Error(`${String(error)}\n${said}`);
      fs.rmSync(log);
    }
  }
}

/** A mount namespace of its own, where only this address is asked for names: resolv.conf(5) has no ports. */
function askingAt(root: string, nameServer: string): readonly string[] {
  const file = join(root, 'resolv.conf');
  fs.writeFileSync(file, `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`);
  return ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/resolv.conf && exec "$@"`, 'sh'];
}

/**
 * Starts an instance that can hold these dialogues. Throws with its own words when it does not start.
 *
 * @param nameServer whom it asks, at port 53; absent: whom the machine asks
 */
export async function startPostfix(dialogues: readonly Dialogue[], nameServer?: string): Promise<Instance> {
  const root = fs.mkdtempSync(join(tmpdir(), 'postscope-postfix-'));
  const etc = join(root, 'etc');
  makeFolders(root);
  const kinds = new Map(dialogues.map((dialogue) => [keyOf(dialogue), dialogue]));
  fs.writeFileSync(join(etc, 'main.cf'), mainCf(root));
  fs.writeFileSync(join(etc, 'aliases'), aliasesText({ etc, mail: join(root, 'mail') }));
  run('postalias', ['-c', etc, `hash:${etc}/aliases`]);
  const ports = await startOnFreePorts(
    root,
    [...kinds.values()],
    nameServer === undefined ? [] : askingAt(root, nameServer),
  );
  const portOf = new Map([...kinds.keys()].map((key, at) => [key, ports[at] ?? 0]));
  const port = (dialogue: Dialogue): number => portOf.get(keyOf(dialogue)) ?? 0;
  const spool = join(root, 'spool');
  return {
    port,
    play: (asked, atOnce) => playAt(asked, port, root, atOnce),
    log: () => fs.readFileSync(join(root, 'maillog'), 'latin1'),
    stop: () => {
      run('postfix', ['-c', etc, 'stop']);
      waitForEnd(spool);
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

function keyOf({ profile, settings }: Dialogue): string {
  return serverKey(profile, settings);
}

/** `postfix stop` may come back while daemons still write their last words. */
function waitForEnd(spool: string): void {
  const pid = Number(fs.readFileSync(join(spool, 'pid', 'master.pid'), 'latin1'));
  for (let turn = 0; turn < 100; turn += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    spawnSync('sleep', ['0.05']);
  }
}

async function playAt(
  dialogues: readonly Dialogue[],
  portOf: (dialogue: Dialogue) => number,
  root: string,
  atOnce?: number,
): Promise<readonly Played[]> {
  const play = (dialogue: Dialogue): Promise<Conversation> => playOnSocket(dialogue, portOf(dialogue));
  const held = await playAll(dialogues, play, atOnce);
  await settled(
    join(root, 'spool'),
    held.flatMap(({ ids }) => ids),
  );
  const letters = readBoxes(join(root, 'mail'));
  return held.map(({ said, ids }) => ({ said, letters: lettersOf(ids, letters) }));
}
