/**
 * The mail server: reads a configuration directory, listens, and runs the core on sockets and disk until
 * it is told
 * to stop. postfix(1), master(8)
 */
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { arrived, hasProgram, type Problem, type Settings, type StepRecord, servicesOf, textOf } from '#core';
import { actAsOwner } from './act-as.ts';
import { createTrace, type PageServer, startPage } from './api/page.ts';
import { now } from './clock.ts';
import { listenForTriggers } from './control.ts';
import { createDisk } from './disk.ts';
import { type Listener, listen } from './listen.ts';
import { loadConfiguration } from './load.ts';
import { createLogger, type Logger } from './log.ts';
import { createPerformer, type Performer } from './perform.ts';
import { takePidFile } from './pid-file.ts';
import { stampOf } from './table-files.ts';

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
}

const QUEUES = [
  ...['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt', 'bounce', 'defer', 'trace'],
  ...['flush', 'saved', 'private', 'public', 'pid'],
];

/** Makes the queue directories that are missing. */
function makeQueueDirectories(queueDirectory: string): void {
  for (const name of QUEUES) {
    fs.mkdirSync(join(queueDirectory, name), { recursive: true, mode: 0o700 });
  }
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
function watchTables(settings: () => Settings, reload: () => void, log: Logger): () => void {
  let stamp = stampOf(settings());
  const timer = setInterval(() => {
    const next = stampOf(settings());
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

/**
 * Services of programs that do not exist here are skipped: Debian's master.cf has a dozen of them, and none
 * is needed to take mail and to deliver it here.
 */
function skippedServices({ master, computed }: Settings): readonly Problem[] {
  const names = master.filter(({ command }) => !hasProgram(command)).map(({ name }) => name);
  if (names.length === 0) return [];
  const text = `${computed.config_directory}/master.cf: no program for these services, skipped: ${names.join(' ')}`;
  return [{ severity: 'warning', text }];
}

/**
 * Starts the server of a configuration directory.
 *
 * @throws ConfigurationError, ListenError, or an Error that says why
 */
export async function startServer(directory: string, options: ServerOptions = {}): Promise<RunningServer> {
  const configDirectory = resolve(directory);
  const loaded = loadConfiguration(configDirectory);
  let { settings } = loaded;
  const queueDirectory = textOf(settings, 'queue_directory');
  makeQueueDirectories(queueDirectory);
  const releaseQueue = takePidFile(queueDirectory);
  const log = createLogger({
    syslogName: textOf(settings, 'syslog_name'),
    file: options.logFile ?? textOf(settings, 'maillog_file'),
    facility: textOf(settings, 'syslog_facility'),
  });
  const warnings = [...loaded.warnings, ...skippedServices(settings)];
  for (const { text } of warnings) log.write('master', process.pid, 'warning', text);
  const actAs = actAsOwner();
  const trace = createTrace(settings);
  const watch = both(trace?.watch, options.watch);
  const performer = createPerformer({
    ...{ settings, services: servicesOf(settings.master), log, seed: process.pid },
    disk: (notify) => createDisk({ queueDirectory, notify, ...(actAs === undefined ? {} : { actAs }) }),
    ...(watch === undefined ? {} : { watch }),
  });
  let page: PageServer | undefined;
  let listeners: readonly Listener[] = [];
  let closeTriggers: () => Promise<void> = async () => undefined;
  try {
    closeTriggers = await listenForTriggers(performer, queueDirectory);
    page = await startPage({ settings: () => settings, sessions: performer.connections, trace, actAs });
    listeners = await listen(performer, () => settings);
  } catch (error) {
    await page?.close();
    await closeTriggers();
    releaseQueue();
    throw error;
  }
  const version = textOf(settings, 'mail_version');
  const started = `daemon started -- version ${version}, configuration ${configDirectory}`;
  log.write('master', process.pid, 'info', started);
  performer.tell('master', arrived({ type: 'master.start' }, 'postfix', now()));
  const reload = (): void => {
    ({ settings } = loadConfiguration(configDirectory));
    performer.host.configure(settings, now());
  };
  const unwatch = watchTables(() => settings, reload, log);
  return {
    ...{ settings: () => settings, listeners, page, warnings, performer, log },
    reload: () => {
      reload();
      log.write(
        'master',
        process.pid,
        'info',
        `reload -- version ${version}, configuration ${configDirectory}`,
      );
    },
    stop: async () => {
      unwatch();
      const closed = Promise.all(
        [...listeners, ...(page === undefined ? [] : [page])].map((each) => each.close()),
      );
      performer.close();
      await closed;
      await closeTriggers();
      log.write('master', process.pid, 'info', 'terminating on signal 15');
      log.close();
      releaseQueue();
    },
  };
}
