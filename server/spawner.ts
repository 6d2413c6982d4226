/**
 * spawn(8): for each connection to an inet or unix service of master.cf a command, whose input and output the
 * connection is. Not a byte of it is read here.
 *
 * master(5) · postconf(5) transport_time_limit, service_throttle_time
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import {
  commandEnvironment,
  commandTimeLimitMs,
  inetAddress,
  intOf,
  noAccounts,
  type Owner,
  readSpawnLine,
  type ServiceEntry,
  type Settings,
  textOf,
  timeMsOf,
} from '#core';
import { now } from './clock.ts';
import { type Gate, makeGate } from './gate.ts';
import { addressesOf, ListenError } from './listen.ts';
import type { Logger } from './log.ts';
import { errorCode } from './paths.ts';
import { strerror } from './table-files.ts';

export interface SpawnerOptions {
  readonly settingsNow: () => Settings;
  readonly log: Logger;
  /** Root's rights for the start of a command; undefined where this process is not root. */
  readonly asRoot: (<Result>(run: () => Result) => Result) | undefined;
  /** Who may use private sockets; undefined: the user of this process. */
  readonly owner: Owner | undefined;
}

/** So many clients of a throttled service wait. */
const WAITING_LIMIT = 511;

interface Spawner extends SpawnerOptions {
  readonly running: Set<ChildProcess>;
  readonly closing: (() => Promise<void>)[];
}

/** What was said last of a service's line, and who waits until it is tried again. */
interface Throttle {
  until: number;
  readonly waiting: (() => void)[];
}

function environment(settings: Settings): NodeJS.ProcessEnv {
  const { fixed, kept } = commandEnvironment(settings);
  const env: NodeJS.ProcessEnv = { ...fixed };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts the command of one connection; the promise is kept when it has ended. */
function run(spawner: Spawner, service: ServiceEntry, socket: net.Socket): Promise<void> | undefined {
  const { log, asRoot, running } = spawner;
  const settings = spawner.settingsNow();
  const entry = settings.master.find(({ name, type }) => name === service.name && type === service.type);
  const line = readSpawnLine(
    (entry ?? service).args,
    settings.tables.accounts ?? noAccounts,
    textOf(settings, 'mail_owner'),
  );
  if ('fatal' in line) {
    log.write('spawn', process.pid, 'fatal', line.fatal);
    socket.destroy();
    return undefined;
  }
  const [program = '', ...args] = line.argv.map((word) => Buffer.from(word, 'latin1').toString());
  const begin = (): ChildProcess =>
    spawn(program, args, {
      ...{ cwd: textOf(settings, 'queue_directory'), env: environment(settings), detached: true },
      ...{
        stdio: [socket, socket, socket],
        ...(asRoot === undefined ? {} : { uid: line.uid, gid: line.gid }),
      },
    });
  const warn = (text: string): void => log.write('spawn', process.pid, 'warning', text);
  const cannotStart = (error: unknown): void => {
    const reason = strerror(errorCode(error));
    log.write('spawn', process.pid, 'fatal', `spawn_comand: execvp ${program}: ${reason}`);
    warn(`command ${program} exit status 1`);
  };
  let child: ChildProcess;
  try {
    child = asRoot === undefined ? begin() : asRoot(begin);
  } catch (error) {
    // Node tells some reasons at once (ENOTDIR, ETXTBSY), others by an event.
    cannotStart(error);
    socket.destroy();
    return Promise.resolve();
  }
  running.add(child);
  let isLate = false;
  const limit = setTimeout(
    () => {
      isLate = true;
      warn(`${program}: process id ${child.pid}: command time limit exceeded`);
      killGroup(child, 'SIGKILL');
    },
    commandTimeLimitMs(settings, service.name),
  );
  // The command has its own end of it.
  socket.destroy();
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(limit);
      running.delete(child);
      done();
    };
    child.once('error', (error) => {
      cannotStart(error);
      end();
    });
    child.once('exit', (status, signal) => {
      if (!isLate && signal !== null)
        warn(`command ${program} killed by signal ${constants.signals[signal]}`);
      else if (!isLate && status !== 0) warn(`command ${program} exit status ${status}`);
      end();
    });
  });
}

/** A line of master.cf with which nobody can be served: master(8) says so, and leaves the service alone. */
function throttle({ settingsNow, log }: Spawner, state: Throttle): void {
  const path = join(textOf(settingsNow(), 'daemon_directory'), 'spawn');
  const afterMs = timeMsOf(settingsNow(), 'service_throttle_time');
  log.write('master', process.pid, 'warning', `process ${path} pid ${process.pid} exit status 1`);
  log.write('master', process.pid, 'warning', `${path}: bad command startup -- throttling`);
  state.until = now() + afterMs;
  setTimeout(() => {
    for (const enter of state.waiting.splice(0)) enter();
  }, afterMs).unref();
}

function gateOf({ settingsNow, log }: Spawner, service: ServiceEntry, place: string): Gate {
  return makeGate({
    ...{ name: service.name, place },
    limit: () => service.processLimit ?? intOf(settingsNow(), 'default_process_limit'),
    knowsStress: () => settingsNow().profile !== '2.3',
    warn: (text) => log.write('master', process.pid, 'warning', text),
  });
}

/** Gives each connection a command, as many at once as master.cf allows. */
function serve(spawner: Spawner, service: ServiceEntry, place: string): net.Server {
  const gate = gateOf(spawner, service, place);
  const state: Throttle = { until: 0, waiting: [] };
  const begin = (socket: net.Socket): Promise<void> | undefined => {
    const ended = run(spawner, service, socket);
    if (ended === undefined && state.until <= now()) throttle(spawner, state);
    return ended;
  };
  const enter = (socket: net.Socket): void => {
    if (socket.destroyed) return;
    if (state.until <= now()) gate.enter(socket, () => begin(socket));
    else if (state.waiting.length < WAITING_LIMIT) state.waiting.push(() => enter(socket));
    else socket.destroy();
  };
  return net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    enter(socket);
  });
}

function opened(server: net.Server, where: net.ListenOptions, spawner: Spawner): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      spawner.closing.push(() => new Promise((done) => void server.close(() => done())));
      resolve();
    });
  });
}

async function listenInet(spawner: Spawner, service: ServiceEntry): Promise<void> {
  const address = inetAddress(service.name);
  if (address === undefined) return;
  const { host, port } = address;
  const place = host === '' ? String(port) : `${host}:${port}`;
  for (const each of addressesOf(spawner.settingsNow(), host)) {
    try {
      await opened(serve(spawner, service, place), { host: each, port, backlog: WAITING_LIMIT }, spawner);
    } catch (error) {
      throw new ListenError(errorCode(error), each, port);
    }
  }
}

/** Only mail_owner may use a private socket. connect(2) asks for the right to write. */
async function listenUnix(spawner: Spawner, service: ServiceEntry): Promise<void> {
  const place = `${service.private ? 'private' : 'public'}/${service.name}`;
  const path = join(textOf(spawner.settingsNow(), 'queue_directory'), place);
  fs.rmSync(path, { force: true });
  await opened(serve(spawner, service, place), { path }, spawner);
  fs.chmodSync(path, service.private ? 0o600 : 0o666);
  const { owner } = spawner;
  if (owner !== undefined) fs.chownSync(path, owner.uid, owner.gid);
}

/**
 * Listens for every spawn service of master.cf, with root's rights where this process has them. Answers what
 * ends it, with all commands that run.
 *
 * Differs: a command that outlives its connection is ended with the server; a service that is new in
 * master.cf needs a start, not a reload; where the server was not started as root, commands run as the user
 * who runs it.
 *
 * @throws ListenError, or an errno error of a socket that cannot be made
 */
export async function openSpawnServices(options: SpawnerOptions): Promise<() => Promise<void>> {
  const spawner: Spawner = { ...options, running: new Set(), closing: [] };
  const close = async (): Promise<void> => {
    for (const child of spawner.running) killGroup(child, 'SIGTERM');
    await Promise.all(spawner.closing.map((each) => each()));
  };
  try {
    for (const service of options.settingsNow().master) {
      if (service.command !== 'spawn') continue;
      if (service.type === 'inet') await listenInet(spawner, service);
      else if (service.type === 'unix') await listenUnix(spawner, service);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
