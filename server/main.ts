/**
 * The mail server: reads a configuration directory, listens, and runs the core on sockets and disk until it
 * is told to stop. postfix(1), master(8)
 */
import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';
import {
  arrived,
  boolOf,
  type Owner,
  type Problem,
  programNames,
  type Settings,
  type StepRecord,
  textOf,
} from '#core';
import { type Rights, rightsOfRoot } from './act-as.ts';
import { createTrace, type PageServer, startPage, type Trace } from './api/page.ts';
import { now } from './clock.ts';
import { collectAlone } from './collector.ts';
import { guardDoors, listenForTriggers } from './control.ts';
import { type Listener, listen } from './listen.ts';
import { loadConfiguration } from './load.ts';
import { createLogger, type Logger } from './log.ts';
import { masterWarnings } from './master-warnings.ts';
import type { Performer } from './perform.ts';
import { takePidFile } from './pid-file.ts';
import { giveUpRoot, mailOwner, PrivilegeError } from './privileges.ts';
import { MAIL_DIRECTORIES, makeQueueDirectories } from './queue-directories.ts';
import { guardQueue, listenForMailq } from './showq.ts';
import { keeping, type Sources } from './sources.ts';
import { openSpawnServices } from './spawner.ts';
import { stampOf } from './table-files.ts';
import { createWorkshop, type Workshop } from './workshop.ts';

export interface RunningServer {
  readonly settings: () => Settings;
  readonly listeners: readonly Listener[];
  /** Undefined where page_listen is empty. */
  readonly page: PageServer | undefined;
  readonly warnings: readonly Problem[];
  readonly performer: Performer;
  readonly log: Logger;
  /** Takes no more connections, ends the sessions, gives the queue back. */
  stop(): Promise<void>;
  /** Reads the configuration again; throws ConfigurationError and changes nothing when it is bad. */
  reload(): void;
}

export interface ServerOptions {
  /** Overrides maillog_file. */
  readonly logFile?: string;
  readonly watch?: (record: StepRecord) => void;
  /** Started as root, go on as mail_owner. A lab (lab_mode) that cannot stays root, with a warning. */
  readonly giveUpRoot?: boolean;
}

type Watch = (record: StepRecord) => void;

function both(first: Watch | undefined, second: Watch | undefined): Watch | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (record) => {
    first(record);
    second(record);
  };
}

/**
 * Tables that postmap has made anew are read again: looked at every second, as Postfix does between
 * clients.
 */
function watchTables(stampNow: () => string, reload: () => void, log: Logger): () => void {
  let stamp = stampNow();
  const timer = setInterval(() => {
    const next = stampNow();
    if (next === stamp) return;
    stamp = next;
    try {
      reload();
    } catch (error) {
      log.write('master', process.pid, 'warning', String(error));
    }
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}

interface Doors {
  readonly page: PageServer | undefined;
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

interface Opening {
  readonly workshop: Workshop;
  readonly trace: Trace | undefined;
  readonly settings: () => Settings;
  readonly rights: Rights | undefined;
  /** What the settings were made of. */
  readonly sources: Sources;
  readonly giveUp: () => void;
  readonly log: Logger;
}

/** Opens the page, the sockets of other programs and the ports, and gives root up; or opens nothing. */
async function openDoors({
  workshop,
  trace,
  settings,
  rights,
  sources,
  giveUp,
  log,
}: Opening): Promise<Doors> {
  const { performer, network, young } = workshop;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const tell: Performer['tell'] = (to, event) => void opened.then(() => performer.tell(to, event));
  const warn = (text: string): void => log.write('master', process.pid, 'warning', text);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => void (await Promise.all(closing.map((each) => each())));
  const sessions = (): number => performer.connections() + (network?.sessions() ?? 0);
  try {
    closing.push(await listenForTriggers({ ...performer, tell }, settings()));
    closing.push(await listenForMailq(settings));
    const owner = network === undefined ? undefined : networkOwner(settings());
    closing.push(await openSpawnServices({ settingsNow: settings, log, asRoot: rights?.asRoot, owner }));
    const page = await startPage({ settings, sessions, trace, young, actAs: rights?.actAs });
    if (page !== undefined) closing.push(page.close);
    const listeners =
      network === undefined
        ? await listen(performer, settings, opened, warn)
        : await network.listen(sources, networkOwner(settings()));
    closing.push(...listeners.map((listener) => listener.close));
    giveUp();
    open();
    network?.open();
    return { page, listeners, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whose rights the SMTP sessions have; a lab without such a user keeps root's. Throws a PrivilegeError. */
function networkOwner(settings: Settings): Owner | undefined {
  try {
    return mailOwner(settings);
  } catch (error) {
    if (!boolOf(settings, 'lab_mode')) throw error;
    return undefined;
  }
}

/** Goes on as mail_owner, and says so; a lab that cannot says why not. Throws a PrivilegeError. */
function confine(rights: Rights, settings: Settings, log: Logger): void {
  // What Node made of the sources is kept beside them, where mail_owner cannot write.
  flushCompileCache();
  try {
    const name = giveUpRoot(rights, settings, MAIL_DIRECTORIES);
    log.write('master', process.pid, 'info', `started as root, going on as ${name}`);
  } catch (error) {
    if (!(error instanceof PrivilegeError) || !boolOf(settings, 'lab_mode')) throw error;
    log.write('master', process.pid, 'warning', `still root: ${error.message}`);
  }
}

/**
 * Starts the server of a configuration directory.
 *
 * @throws ConfigurationError, ListenError, PrivilegeError, or an Error that says why
 */
export async function startServer(directory: string, options: ServerOptions = {}): Promise<RunningServer> {
  collectAlone();
  const configDirectory = resolve(directory);
  const sources = new Map<string, Uint8Array | string>();
  const loaded = loadConfiguration(configDirectory, keeping(sources));
  let { settings } = loaded;
  let programs = programNames(settings.master);
  const queueDirectory = textOf(settings, 'queue_directory');
  makeQueueDirectories(queueDirectory);
  const releaseQueue = takePidFile(queueDirectory);
  const log = createLogger({
    syslogName: textOf(settings, 'syslog_name'),
    file: options.logFile ?? textOf(settings, 'maillog_file'),
    facility: textOf(settings, 'syslog_facility'),
    programs: () => programs,
  });
  const note = (text: string): void => log.write('master', process.pid, 'info', text);
  const warnings = [...loaded.warnings, ...masterWarnings(settings)];
  const warn = (text: string): void => log.write('master', process.pid, 'warning', text);
  for (const { text } of warnings) warn(text);
  const rights = rightsOfRoot();
  const asRoot: Rights['asRoot'] = rights?.asRoot ?? ((run) => run());
  const trace = createTrace(settings);
  const watch = both(trace?.watch, options.watch);
  const givesUpRoot = options.giveUpRoot === true;
  const workshop = createWorkshop({ configDirectory, settings, log, rights, watch, givesUpRoot });
  const { performer } = workshop;
  const giveUp = (): void => {
    if (givesUpRoot && rights !== undefined) confine(rights, settings, log);
    workshop.recover();
  };
  const opening = { workshop, trace, settings: () => settings, rights, sources, giveUp, log };
  const doors = await openDoors(opening).catch((error) => {
    workshop.close();
    rights?.release();
    releaseQueue();
    throw error;
  });
  const version = `version ${textOf(settings, 'mail_version')}, configuration ${configDirectory}`;
  note(`daemon started -- ${version}`);
  performer.tell('master', arrived({ type: 'master.start' }, 'postfix', now()));
  const reload = (): void => {
    const next = new Map<string, Uint8Array | string>();
    settings = asRoot(() => loadConfiguration(configDirectory, keeping(next))).settings;
    asRoot(() => {
      guardDoors(settings);
      guardQueue(settings);
    });
    programs = programNames(settings.master);
    workshop.configure(settings, next, now());
  };
  const unwatch = watchTables(() => asRoot(() => stampOf(settings)), reload, log);
  return {
    ...{ settings: () => settings, warnings, performer, log },
    ...{ listeners: doors.listeners, page: doors.page },
    reload: () => {
      reload();
      note(`reload -- ${version}`);
    },
    stop: async () => {
      unwatch();
      workshop.close();
      rights?.release();
      await doors.close();
      note('terminating on signal 15');
      log.close();
      releaseQueue();
    },
  };
}
