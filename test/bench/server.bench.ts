/**
 * server.bench - smtp-source against our server and a private Postfix, in turns on this machine: messages a
 * second until the last is in the Maildir, CPU a message, memory, and ours as a multiple of Postfix's.
 *
 * Other work on the machine disturbs both alike: the ratio of two runs that follow each other means more
 * than any rate, and the median of several ratios more than one. Needs root and Debian's postfix package.
 * Use: `npm run bench -- [--rounds 5] [--only 20x4]` · smtp-source(1)
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSecondsOf, type Memory, machineBusySeconds, memoryOf, ownCpuSecondsOf } from './processes.ts';
import { RECIPIENT, type Server, startOurs, startPostfix } from './servers.ts';

interface Load {
  readonly sessions: number;
  readonly kibibytes: number;
  readonly messages: number;
}

interface Figures {
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly cpuMsPerMessage: number;
  readonly memory: Memory;
  /** Part of the machine that others used meanwhile, 0 to 1. */
  readonly foreign: number;
}

const LOADS: readonly Load[] = [
  { sessions: 20, kibibytes: 4, messages: 2000 },
  { sessions: 20, kibibytes: 64, messages: 1000 },
  { sessions: 1, kibibytes: 4, messages: 600 },
  { sessions: 1, kibibytes: 64, messages: 400 },
];
/** No run takes longer. */
const LIMIT_MS = 90_000;
const CORES = 2;
const WARM_UP_RUNS = 6;
/**
 * ext4 gives no inode away that was freed less than a minute ago (longer, where that is not on disk): it
 * looks at each of them whenever a file is made. What was removed before the bench began must not be in its
 * way.
 */
const INODES_REST_MS = 65_000;
/** To ask the kernel for the memory of a server takes some 30 ms of a core that the server then lacks. */
const MEMORY_EVERY_MS = 1000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const delivered = (server: Server): number => fs.readdirSync(server.inbox).length;

/** Sends the messages; resolves with the CPU seconds that smtp-source itself used. */
function send(server: Server, { sessions, kibibytes, messages }: Load, client: { cpuSeconds: number }) {
  const args = ['-s', `${sessions}`, '-l', `${kibibytes * 1024}`, '-m', `${messages}`];
  const to = ['-f', 'sender@bench.test', '-t', RECIPIENT, `127.0.0.1:${server.port}`];
  const child = spawn('smtp-source', [...args, ...to], { stdio: ['ignore', 'ignore', 'inherit'] });
  const watch = setInterval(() => {
    client.cpuSeconds = Math.max(client.cpuSeconds, ownCpuSecondsOf(child.pid ?? 0));
  }, 50);
  const giveUp = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  return new Promise<void>((done, fail) => {
    child.once('exit', (code) => {
      clearInterval(watch);
      clearTimeout(giveUp);
      if (code === 0) done();
      else fail(new Error(`smtp-source against ${server.name} ended with ${code}`));
    });
  });
}

/**
 * Moves all letters to cur/, as a mail reader does. They are not removed: ext4 searches past the inodes of
 * files that were removed in the last minutes, and each server is to pay for its own removals alone.
 */
function read({ inbox }: Server): void {
  for (const name of fs.readdirSync(inbox))
    fs.renameSync(join(inbox, name), join(inbox, '../cur', `${name}:2,S`));
  // What the run before has left to write is not for this one to pay.
  spawnSync('sync');
}

/** One run: all messages to one server, until all are in the Maildir. */
async function measure(server: Server, load: Load): Promise<Figures> {
  read(server);
  let memory = memoryOf(server.pid);
  const sample = setInterval(() => {
    const now = memoryOf(server.pid);
    if (now.rssBytes > memory.rssBytes) memory = now;
  }, MEMORY_EVERY_MS);
  const client = { cpuSeconds: 0 };
  const before = { busy: machineBusySeconds(), server: cpuSecondsOf(server.pid), own: process.cpuUsage() };
  const start = performance.now();
  try {
    await send(server, load, client);
    const accepted = performance.now() - start;
    while (delivered(server) < load.messages) {
      if (performance.now() - start > LIMIT_MS) throw new Error(`${server.name} delivers too slowly`);
      await pause(5);
    }
    const all = performance.now() - start;
    // What the last message still needs (its queue file removed) belongs to its price.
    await pause(200);
    const cpuSeconds = cpuSecondsOf(server.pid) - before.server;
    const { user, system } = process.cpuUsage(before.own);
    const known = cpuSeconds + client.cpuSeconds + (user + system) / 1e6;
    const foreign = (machineBusySeconds() - before.busy - known) / (((all + 200) / 1000) * CORES);
    return {
      acceptedPerSecond: (load.messages / accepted) * 1000,
      deliveredPerSecond: (load.messages / all) * 1000,
      ...{ cpuMsPerMessage: (cpuSeconds / load.messages) * 1000, memory, foreign: Math.max(0, foreign) },
    };
  } finally {
    clearInterval(sample);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

const MEASURES: readonly (readonly [string, number, (figures: Figures) => number])[] = [
  ['delivered, messages/s', 0, (one) => one.deliveredPerSecond],
  ['accepted, messages/s', 0, (one) => one.acceptedPerSecond],
  ['CPU ms a message', 2, (one) => one.cpuMsPerMessage],
  ['peak memory, sum of RSS, MB', 0, (one) => one.memory.rssBytes / 1e6],
  ['peak memory, sum of PSS, MB', 0, (one) => one.memory.pssBytes / 1e6],
  ['processes', 0, (one) => one.memory.processes],
];

function report(load: Load, rounds: readonly (readonly [Figures, Figures])[]): void {
  const all = rounds.flat();
  const foreign = median(all.map((one) => one.foreign)) * 100;
  console.log(`\n${load.sessions} sessions, ${load.kibibytes} KiB, ${load.messages} messages a run:`);
  console.log(`${''.padEnd(30)}${'Postscope'.padStart(10)}${'Postfix'.padStart(10)}${'ratio'.padStart(8)}`);
  for (const [name, digits, of] of MEASURES) {
    const [ours, theirs] = [0, 1].map((who) => median(rounds.map((round) => of(round[who] as Figures))));
    const ratios = rounds.map(([one, other]) => of(one) / of(other)).toSorted((a, b) => a - b);
    const spread = `${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}`;
    const cells = [ours, theirs].map((value) => (value ?? 0).toFixed(digits).padStart(10)).join('');
    console.log(`${name.padEnd(30)}${cells}${median(ratios).toFixed(2).padStart(8)}   ${spread}`);
  }
  const load1 = loadavg()[0]?.toFixed(1);
  console.log(`${rounds.length} rounds; others used ${foreign.toFixed(0)} % of the machine; load ${load1}`);
}

async function compare(load: Load, rounds: number, ours: Server, theirs: Server): Promise<void> {
  const results: (readonly [Figures, Figures])[] = [];
  for (let round = 0; round < rounds; round += 1)
    results.push([await measure(ours, load), await measure(theirs, load)]);
  report(load, results);
}

/**
 * The servers' folders get parts of the disk of their own, for the same reason; elsewhere than on ext4
 * nothing.
 */
function apart(folder: string): void {
  spawnSync('chattr', ['+T', folder], { stdio: 'ignore' });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, only: { type: 'string' } } });
  const loads = LOADS.filter(
    ({ sessions, kibibytes }) => values.only === undefined || values.only === `${sessions}x${kibibytes}`,
  );
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-bench-'));
  fs.chmodSync(folder, 0o755);
  apart(folder);
  spawnSync('sync');
  const rested = pause(INODES_REST_MS);
  const servers: Server[] = [];
  try {
    const ours = await startOurs(join(folder, 'ours'));
    servers.push(ours);
    const theirs = await startPostfix(join(folder, 'postfix'));
    servers.push(theirs);
    // The first runs start Postfix's processes and let our code be compiled, which takes thousands of
    // messages:
    // what a server does that has been up for a minute is measured.
    for (let run = 0; run < WARM_UP_RUNS; run += 1)
      for (const server of servers) await measure(server, { sessions: 20, kibibytes: 4, messages: 2000 });
    await rested;
    for (const load of loads) await compare(load, Number(values.rounds ?? 5), ours, theirs);
  } finally {
    for (const server of servers) await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (process.getuid?.() !== 0) {
  console.error('bench: root is needed: Postfix starts as root and delivers as the recipient');
  process.exitCode = 1;
} else await main();
