/**
 * views - what a world looks like at one moment: queues, mailboxes, processes, log, terminals. Plain data
 * for the page.
 */
import {
  accountByName,
  entriesIn,
  type LogLevel,
  parseQueueFile,
  programNames,
  syslogTime,
  type TraceEvent,
  textOf,
  valueIn,
} from '#core';
import { bytesOf } from './content.ts';
import { type DiskState, filesIn, foldersIn, type Inode } from './disk.ts';
import { textAt } from './files.ts';
import type { Terminal } from './terminal.ts';
import type { Moment, SimHost, Universe } from './universe.ts';

export interface MailView {
  readonly folder: 'new' | 'cur' | 'tmp' | 'mbox';
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** When the file was written, ms since the epoch. */
  readonly at: number;
  /** One character a byte. */
  readonly text: string;
  readonly isDurable: boolean;
}

export interface QueueView {
  readonly queue: string;
  readonly id: string;
  readonly path: string;
  readonly sender: string;
  /** Those that still wait. */
  readonly recipients: readonly string[];
  readonly sizeBytes: number;
  /** Ms since the epoch; undefined while the file is being written. */
  readonly arrivalAt: number | undefined;
  /** For deferred mail: not before this time. */
  readonly nextTryAt: number | undefined;
  readonly isComplete: boolean;
  readonly isDurable: boolean;
}

export interface ProcessView {
  readonly process: string;
  readonly service: string;
  readonly pid: number;
  /** Key of `charts`. */
  readonly chart: string;
  readonly state: string;
}

export interface FileView {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly modifiedAt: number;
  readonly isDurable: boolean;
}

export interface Views {
  terminals(): readonly Terminal[];
  /** What the screen of a terminal shows: answers and typed lines, LF line ends. */
  transcript(terminal: string): string;
  mailbox(user: string, host?: string): readonly MailView[];
  queue(host?: string): readonly QueueView[];
  processes(host?: string): readonly ProcessView[];
  /** Lines of the mail log, as the server writes them. */
  log(host?: string): readonly string[];
  /** Text of a file, one character a byte. */
  file(path: string, host?: string): string | undefined;
  /** Files in and below a directory. */
  files(under: string, host?: string): readonly FileView[];
  isOn(host?: string): boolean;
}

const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt'];

/**
 * The views of a universe. `momentAt` gives a kept trace event, `shown` the number of the last one to count.
 */
export function viewsOf(
  universe: Universe,
  momentAt: (n: number) => Moment | TraceEvent | undefined,
  shown: () => number,
): Views {
  const hostOf = (name: string | undefined): SimHost | undefined =>
    universe.hosts.get(name ?? universe.scenario.hosts[0]?.name ?? '');
  const on = <Result>(name: string | undefined, none: Result, view: (host: SimHost) => Result): Result => {
    const host = hostOf(name);
    return host === undefined ? none : view(host);
  };
  return {
    terminals: () => terminalsOf(universe),
    transcript: (terminal) => transcriptOf(valueIn(universe.terminals, terminal)),
    mailbox: (user, name) => on(name, [], (host) => mailboxOf(host, user)),
    queue: (name) => on(name, [], queueOf),
    processes: (name) => on(name, [], processesOf),
    log: (name) => on(name, [], (host) => logOf(host, momentAt, shown())),
    file: (path, name) => on(name, undefined, (host) => textAt(host.disk, path)),
    files: (under, name) => on(name, [], (host) => filesBelow(host.disk, under)),
    isOn: (name) => on(name, false, ({ isUp }) => isUp),
  };
}

function terminalsOf({ terminals }: Universe): readonly Terminal[] {
  return entriesIn(terminals)
    .map(([, terminal]) => terminal)
    .sort((one, other) => one.order - other.order);
}

/** Answers and typed lines as the screen shows them. */
function transcriptOf(terminal: Terminal | undefined): string {
  const lines = terminal?.lines.filter(({ from }) => from !== 'note') ?? [];
  return lines.map(({ text }) => text.replaceAll('\r\n', '\n')).join('');
}

/** Whether a power cut now would leave this file as it is. */
export function isDurable({ path, durablePath, content, durable, laterPaths }: Inode): boolean {
  return (
    path !== undefined && path === durablePath && laterPaths.length === 0 && durable?.content === content
  );
}

function fileView(path: string, inode: Inode): FileView {
  const { content, mode, uid, modifiedAt } = inode;
  return { path, sizeBytes: content.sizeBytes, mode, uid, modifiedAt, isDurable: isDurable(inode) };
}

/** Files below a directory with their paths. */
export function inodesBelow(disk: DiskState, under: string): readonly (readonly [string, Inode])[] {
  const own = (filesIn(disk, under) ?? []).map(([name, inode]) => [`${under}/${name}`, inode] as const);
  return [...own, ...foldersIn(disk, under).flatMap((name) => inodesBelow(disk, `${under}/${name}`))];
}

function filesBelow(disk: DiskState, under: string): readonly FileView[] {
  return inodesBelow(disk, under).map(([path, inode]) => fileView(path, inode));
}

/**
 * Where mail for a user lies, with a slash at its end for a Maildir. postconf(5) home_mailbox,
 * mail_spool_directory
 */
export function mailboxPath({ settings }: SimHost, user: string): string | undefined {
  const account = accountByName(settings.tables.accounts, user);
  if (account === undefined) return undefined;
  const own = textOf(settings, 'home_mailbox');
  if (own !== '') return `${account.home}/${own}`;
  const spool = `${textOf(settings, 'mail_spool_directory')}/${user}`.replace('//', '/');
  return textOf(settings, 'mail_spool_directory').endsWith('/') ? `${spool}/` : spool;
}

function mailboxOf(host: SimHost, user: string): readonly MailView[] {
  const box = mailboxPath(host, user);
  if (box === undefined) return [];
  if (!box.endsWith('/')) {
    const [directory, name] = [box.slice(0, box.lastIndexOf('/')), box.slice(box.lastIndexOf('/') + 1)];
    const files = filesIn(host.disk, directory) ?? [];
    return files.filter(([file]) => file === name).map(([, inode]) => mailView('mbox', name, box, inode));
  }
  return (['new', 'cur', 'tmp'] as const).flatMap((folder) =>
    (filesIn(host.disk, `${box}${folder}`) ?? []).map(([name, inode]) =>
      mailView(folder, name, `${box}${folder}/${name}`, inode),
    ),
  );
}

function mailView(folder: MailView['folder'], name: string, path: string, inode: Inode): MailView {
  const { content, modifiedAt: at } = inode;
  let text = '';
  for (const byte of bytesOf(content)) text += String.fromCharCode(byte);
  return { folder, name, path, sizeBytes: content.sizeBytes, at, text, isDurable: isDurable(inode) };
}

/** Everything in the queues of a host. */
export function queueOf(host: SimHost): readonly QueueView[] {
  return QUEUES.flatMap((queue) =>
    inodesBelow(host.disk, `${host.queueDirectory}/${queue}`).map(([path, inode]) =>
      queueView(queue, path, inode),
    ),
  );
}

function queueView(queue: string, path: string, inode: Inode): QueueView {
  const { sender = '', recipients, arrivalTime, complete } = parseQueueFile(bytesOf(inode.content));
  return {
    ...{ queue, path, id: path.slice(path.lastIndexOf('/') + 1), sender },
    recipients: recipients.filter(({ done }) => !done).map(({ address }) => address),
    sizeBytes: inode.content.sizeBytes,
    arrivalAt: arrivalTime === undefined ? undefined : arrivalTime.sec * 1000 + arrivalTime.usec / 1000,
    nextTryAt: queue === 'deferred' ? inode.modifiedAt : undefined,
    ...{ isComplete: complete && (inode.mode & 0o700) === 0o700, isDurable: isDurable(inode) },
  };
}

function processesOf(host: SimHost): readonly ProcessView[] {
  return [...host.mail.save().processes].map(([process, { service, pid, state }]) => ({
    ...{ process, service: service.name, pid, chart: service.daemon.name },
    state: state === undefined ? '' : service.daemon.stateOf(state),
  }));
}

const SEVERITY: Readonly<Record<LogLevel, string>> = {
  ...{ info: '', warning: 'warning: ', error: 'error: ', fatal: 'fatal: ', panic: 'panic: ' },
};

function logOf(
  host: SimHost,
  momentAt: (n: number) => Moment | TraceEvent | undefined,
  last: number,
): readonly string[] {
  const lines: string[] = [];
  const label = host.spec.name.split('.')[0] ?? host.spec.name;
  const syslogName = textOf(host.settings, 'syslog_name');
  const programs = programNames(host.settings.master);
  for (let n = 1; n <= last; n += 1) {
    const moment = momentAt(n);
    if (moment === undefined || !('n' in moment || moment.type === 'step')) continue;
    if (moment.host !== host.spec.name) continue;
    const at = 'n' in moment ? moment.t : moment.record.at;
    const { service, pid, effects } = 'n' in moment ? moment : moment.record;
    for (const effect of effects) {
      if (effect.type !== 'log') continue;
      const { level, text } = effect as { readonly level: LogLevel; readonly text: string };
      const tag = `${syslogName}/${programs.get(service) ?? service}[${pid}]`;
      lines.push(`${syslogTime(at, host.zone)} ${label} ${tag}: ${SEVERITY[level]}${text}`);
    }
  }
  return lines;
}
