/**
 * whole-postfix - a real Postfix for each configuration, one after the other: its own queue manager, its own
 * log, its own queue. Needs root. master(8)
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oraclePath } from '../support/oracles.ts';
import { aliasesText, commonMainCf, oracleSettings } from './configuration.ts';
import type { Dialogue } from './dialogue.ts';
import { generateDelivery } from './generate-delivery.ts';
import { makeBoxes, readBoxes, settled } from './mailboxes.ts';
import { lettersOf } from './played.ts';
import { freePorts, SHARED_SERVICES } from './postfix.ts';
import { playAll, playOnSocket } from './socket.ts';
import { maskedFiles, maskedLog, recordWhole, TELLING, type Whole, wholeDifference } from './whole.ts';

/** So many at a time. */
const AT_ONCE = 6;
const DAEMONS = '/usr/lib/postfix/sbin';
const QUEUES = ['incoming', 'active', 'deferred', 'bounce', 'defer', 'flush', 'hold', 'trace', 'corrupt'];

/** Folders as postfix-script makes them. */
function makeSpool(root: string): void {
  const { uid, gid } = fs.statSync('/var/lib/postfix');
  const drop = Number(spawnSync('getent', ['group', 'postdrop'], { encoding: 'utf8' }).stdout.split(':')[2]);
  const spool = join(root, 'spool');
  for (const path of [root, join(root, 'etc'), join(root, 'data'), spool, join(spool, 'pid')]) {
    fs.mkdirSync(path, { recursive: true });
    fs.chmodSync(path, 0o755);
  }
  fs.chownSync(join(root, 'data'), uid, gid);
  for (const name of [...QUEUES, 'private', 'saved', 'maildrop', 'public']) {
    const path = join(spool, name);
    fs.mkdirSync(path, { mode: 0o700 });
    fs.chownSync(path, uid, name === 'public' || name === 'maildrop' ? drop : 0);
    fs.chmodSync(path, name === 'public' ? 0o710 : name === 'maildrop' ? 0o730 : 0o700);
  }
  makeBoxes(join(root, 'mail'));
}

function mainCf(root: string, { profile, settings }: Dialogue): string {
  const places = { etc: join(root, 'etc'), mail: join(root, 'mail') };
  const lines = [
    ...commonMainCf(places),
    ...[`queue_directory = ${root}/spool`, `data_directory = ${root}/data`, 'disable_dns_lookups = yes'],
    ...['daemon_directory = /usr/lib/postfix/sbin', 'biff = no', 'smtpd_tls_security_level = none'],
    ...[`maillog_file = ${root}/maillog`, `maillog_file_prefixes = ${root}`],
    ...oracleSettings(profile, settings),
  ];
  // The last of a name, as it would count; of the others Postfix would warn in every process.
  const last = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line]));
  return `${[...last.values()].join('\n')}\n`;
}

async function until(isTrue: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`it did not happen: ${what()}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

function namesBelow(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Whether the session is over and every message that was taken has been removed, or waits in a queue. */
function isQuiet(log: string, spool: string): boolean {
  if (!log.includes(': disconnect from ')) return false;
  if (['incoming', 'active'].some((name) => namesBelow(join(spool, name)).length > 0)) return false;
  const gone = new Set([...log.matchAll(/: ([0-9A-F]{6,}): removed$/gm)].map(([, id]) => id));
  for (const path of ['deferred', 'hold'].flatMap((name) => namesBelow(join(spool, name))))
    gone.add(path.slice(path.lastIndexOf('/') + 1));
  return [...log.matchAll(/qmgr\[\d+\]: ([0-9A-F]{6,}): from=/g)].every(([, id]) => gone.has(id));
}

/** A place for one Postfix after the other. */
interface Site {
  readonly root: string;
  readonly port: number;
}

async function makeSite(services: readonly string[]): Promise<Site> {
  const root = fs.mkdtempSync(join(tmpdir(), 'postscope-whole-'));
  const etc = join(root, 'etc');
  makeSpool(root);
  fs.writeFileSync(join(etc, 'main.cf'), 'compatibility_level = 3.6\n');
  fs.writeFileSync(join(etc, 'aliases'), aliasesText({ etc, mail: join(root, 'mail') }));
  spawnSync(oraclePath('postalias'), ['-c', etc, `hash:${etc}/aliases`]);
  const [port = 0] = await freePorts(1);
  const own = [`127.0.0.1:${port} inet n - n - - smtpd`, ...services];
  fs.writeFileSync(join(etc, 'master.cf'), `${[...SHARED_SERVICES, ...own].join('\n')}\n`);
  return { root, port };
}

/** Plays one dialogue to a Postfix with its configuration, which is gone afterwards with all it has made. */
async function playAt({ root, port }: Site, dialogue: Dialogue): Promise<Whole> {
  const [etc, spool, logFile] = [join(root, 'etc'), join(root, 'spool'), join(root, 'maillog')];
  fs.writeFileSync(join(etc, 'main.cf'), mainCf(root, dialogue));
  // A file that was changed just now might change again: Postfix would wait.
  for (const name of ['main.cf', 'master.cf', 'aliases.db']) fs.utimesSync(join(etc, name), 1, 1);
  const { pid = 0 } = spawn(join(DAEMONS, 'master'), ['-c', etc], { detached: true, stdio: 'ignore' });
  const log = (): string => (fs.existsSync(logFile) ? fs.readFileSync(logFile, 'latin1') : '');
  try {
    await until(() => log().includes('daemon started'), log);
    const { said, ids } = await playOnSocket(dialogue, port);
    await settled(spool, ids);
    await until(() => isQuiet(log(), spool), log);
    const kept = ['deferred', 'hold'].flatMap((name) => namesBelow(join(spool, name)));
    return {
      ...{ said, letters: lettersOf(ids, readBoxes(join(root, 'mail'))), log: maskedLog(log(), root) },
      files: maskedFiles(kept.map((path) => [path, new Uint8Array(fs.readFileSync(path))])),
    };
  } finally {
    process.kill(pid);
    await until(
      () => !fs.existsSync(`/proc/${pid}`),
      () => 'master stays',
    );
    fs.rmSync(logFile, { force: true });
    for (const path of [...QUEUES.map((name) => join(spool, name)), join(root, 'mail')])
      for (const file of namesBelow(path)) fs.rmSync(file);
  }
}

/** Held to a real Postfix: what differed, for each seed from `first` on that differed. */
export async function wholeFailures(first: number, count: number): Promise<readonly string[]> {
  const failed: string[] = [];
  const recorded = Array.from({ length: count }, (_, at) => generateDelivery(first + at));
  const sites = await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, () => makeSite(TELLING)));
  const free = [...sites];
  await playAll(
    recorded,
    async (bare) => {
      const { dialogue, whole } = recordWhole(bare);
      const site = free.pop() as Site;
      const theirs = await playAt(site, dialogue);
      free.push(site);
      const difference = wholeDifference(dialogue, whole, theirs);
      if (difference === '') return;
      process.stdout.write(`${difference}\n`);
      failed.push(difference);
    },
    sites.length,
  );
  for (const { root } of sites) fs.rmSync(root, { recursive: true, force: true });
  return failed;
}
