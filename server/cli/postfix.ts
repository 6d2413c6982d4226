/** postfix - starts, stops and looks after the mail system of a configuration directory. postfix(1) */
import { resolve } from 'node:path';
import { type Problem, type Settings, textOf } from '#core';
import { ListenError } from '../listen.ts';
import { ConfigurationError, loadConfiguration, loadMain } from '../load.ts';
import { startServer } from '../main.ts';
import { masterWarnings } from '../master-warnings.ts';
import { runningPid } from '../pid-file.ts';
import { PrivilegeError } from '../privileges.ts';
import { lastOf, readOptions } from './options.ts';
import { checkSystem } from './postfix-check.ts';
import { startDetached } from './postfix-start.ts';
import { flushQueue } from './postqueue.ts';
import { configDirectory, Fatal, type Io, runMain, usageError, warn } from './program.ts';

/** What Postfix's script calls itself in its messages. */
const SCRIPT = 'postfix/postfix-script';

const USAGE = 'usage: postfix [-c config_dir] [-Dv] command';

/** How long a server may take to end its sessions before it is killed. */
const STOP_WAIT_MS = 5_000;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function say(io: Io, text: string): void {
  io.err(`${SCRIPT}: ${text}\n`);
}

/** The remedy of a configuration problem stands below Postfix's own words. */
function explain(io: Io, error: unknown): void {
  if (error instanceof ListenError || error instanceof PrivilegeError)
    io.err(`${Buffer.from(`postfix: ${error.fr}\n`).toString('latin1')}`);
  if (!(error instanceof ConfigurationError)) return;
  for (const { remedy } of error.problems) sayRemedy(io, remedy);
}

function sayRemedy(io: Io, remedy: Problem['remedy']): void {
  if (remedy !== undefined)
    io.err(Buffer.from(`postfix: ${remedy.en}\npostfix: ${remedy.fr}\n`).toString('latin1'));
}

function warnWithRemedy(io: Io, { text, remedy }: Problem): void {
  warn(io, 'postfix', text);
  sayRemedy(io, remedy);
}

/** Runs in the foreground until SIGTERM or SIGINT; SIGHUP reads the configuration again. */
async function startForeground(io: Io, directory: string): Promise<number> {
  const server = await startServer(directory, { giveUpRoot: true });
  for (const problem of server.warnings) warnWithRemedy(io, problem);
  process.send?.('started');
  process.on('SIGHUP', () => {
    try {
      server.reload();
    } catch (error) {
      // Standard error may be gone by now.
      const reason = error instanceof Error ? error.message : String(error);
      server.log.write('master', process.pid, 'warning', `reload refused: ${reason}`);
    }
  });
  await new Promise<void>((done) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => done());
  });
  await server.stop();
  return 0;
}

async function stop(io: Io, root: string): Promise<number> {
  const pid = runningPid(root);
  if (pid === undefined) {
    say(io, 'fatal: the Postfix mail system is not running');
    return 1;
  }
  say(io, 'stopping the Postfix mail system');
  process.kill(pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < STOP_WAIT_MS; waitedMs += 25) {
    if (runningPid(root) !== pid) return 0;
    await sleep(25);
  }
  process.kill(pid, 'SIGKILL');
  return 0;
}

function reload(io: Io, directory: string, root: string): number {
  const pid = runningPid(root);
  if (pid === undefined) {
    say(io, 'fatal: the Postfix mail system is not running');
    return 1;
  }
  // A configuration that cannot be read must not reach the server that works.
  loadConfiguration(directory);
  say(io, 'refreshing the Postfix mail system');
  process.kill(pid, 'SIGHUP');
  return 0;
}

function status(io: Io, root: string): number {
  const pid = runningPid(root);
  say(io, `the Postfix mail system is ${pid === undefined ? 'not running' : `running: PID: ${pid}`}`);
  return pid === undefined ? 1 : 0;
}

async function start(io: Io, directory: string, settings: Settings): Promise<number> {
  if (runningPid(textOf(settings, 'queue_directory')) !== undefined) {
    say(io, 'fatal: the Postfix mail system is already running');
    return 1;
  }
  loadConfiguration(directory);
  for (const text of checkSystem(directory, settings)) say(io, `warning: ${text}`);
  say(io, 'starting the Postfix mail system');
  return startDetached(io, directory);
}

async function run(io: Io, directory: string, command: string): Promise<number> {
  const settings = loadMain(directory, () => undefined);
  const root = textOf(settings, 'queue_directory');
  switch (command) {
    case 'start':
      return start(io, directory, settings);
    case 'start-fg':
      return startForeground(io, directory);
    case 'stop':
      return stop(io, root);
    case 'reload':
      return reload(io, directory, root);
    case 'status':
      return status(io, root);
    case 'flush':
      return flushQueue(settings);
    case 'check': {
      const { settings: whole, warnings } = loadConfiguration(directory);
      for (const problem of [...warnings, ...masterWarnings(whole)]) warnWithRemedy(io, problem);
      for (const text of checkSystem(directory, settings)) say(io, `warning: ${text}`);
      return 0;
    }
    default:
      say(io, `error: unknown command: '${command}'`);
      say(io, 'fatal: usage: postfix start (or stop, reload, flush, check, status, start-fg)');
      return 1;
  }
}

/** postfix(1). 0, or 1 with the reason on standard error. */
export async function postfix(args: readonly string[], io: Io): Promise<number> {
  const line = readOptions(args, 'c:Dv');
  if (!line.ok) throw usageError(io, 'postfix', line.complaint, USAGE);
  const [command, ...more] = line.words;
  if (command === undefined || more.length > 0) throw new Fatal(USAGE);
  try {
    return await run(io, resolve(configDirectory(lastOf(line.options, 'c'))), command);
  } catch (error) {
    io.err(`postfix: fatal: ${error instanceof Error ? error.message : String(error)}\n`);
    explain(io, error);
    return 1;
  }
}

if (import.meta.main) await runMain('postfix', postfix);
