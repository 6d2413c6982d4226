/**
 * Postfix's log lines, to standard output, a file or syslog. maillog_file of postconf(5); tags as
 * syslogd(8) wants.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { type LogLevel, syslogTime } from '#core';
import { now, zoneAt } from './clock.ts';
import { createGatherer } from './gatherer.ts';

export interface Logger {
  /** One line of a program: `postfix/smtpd[1234]: text`. Never throws. */
  write(program: string, pid: number, level: LogLevel, text: string): void;
  /** Opens the file again (after logrotate), or does nothing. */
  reopen(): void;
  close(): void;
}

export interface LogOptions {
  /** syslog_name: the part before the slash. */
  readonly syslogName: string;
  /** A file name, `/dev/stdout`, or empty for syslog. */
  readonly file: string;
  readonly facility: string;
  /** Which program each service runs; absent: services are programs. */
  readonly programs?: () => ReadonlyMap<string, string>;
}

/** Lines so soon after others are written together. */
const GATHER_MS = 2;

const SEVERITY: Readonly<Record<LogLevel, string>> = {
  ...{ info: '', warning: 'warning: ', error: 'error: ', fatal: 'fatal: ', panic: 'panic: ' },
};
const SYSLOG: Readonly<Record<LogLevel, number>> = { info: 6, warning: 4, error: 3, fatal: 2, panic: 2 };

/** Makes the logger that the configuration asks for. Throws when the file cannot be opened. */
export function createLogger(options: LogOptions): Logger {
  if (options.file === '') return syslogLogger(options);
  return lineLogger(options, options.file);
}

/** Program name of a service: `trivial-rewrite` logs under its own name, not as `rewrite`. */
function programOf({ programs }: LogOptions, service: string): string {
  return programs?.().get(service) ?? service;
}

function lineLogger(options: LogOptions, file: string): Logger {
  const host = hostname().split('.')[0] ?? 'localhost';
  const standard = file === '/dev/stdout' ? 1 : file === '/dev/stderr' ? 2 : undefined;
  const open = (): number => standard ?? fs.openSync(file, 'a', 0o640);
  let fd = open();
  let waiting: string[] = [];
  let stamp = '';
  let stampSecond = -1;
  let flushedAt = 0;
  const flush = (): void => {
    flushedAt = performance.now();
    if (waiting.length === 0) return;
    const text = waiting.join('');
    waiting = [];
    try {
      fs.writeSync(fd, text);
    } catch {
      // A full disk or a closed pipe must not stop mail.
    }
  };
  const gatherer = createGatherer(GATHER_MS, () => performance.now() - flushedAt >= GATHER_MS, flush);
  return {
    write: (program, pid, level, text) => {
      const at = now();
      const second = Math.floor(at / 1000);
      if (second !== stampSecond) {
        stampSecond = second;
        stamp = syslogTime(at, zoneAtCached(at));
      }
      const tag = `${options.syslogName}/${programOf(options, program)}[${pid}]`;
      if (waiting.length === 0) setImmediate(gatherer.look);
      waiting.push(`${stamp} ${host} ${tag}: ${SEVERITY[level]}${text}\n`);
    },
    reopen: () => {
      gatherer.now();
      if (standard === undefined) {
        fs.closeSync(fd);
        fd = open();
      }
    },
    close: gatherer.now,
  };
}

let zone = zoneAt(0);
let zoneHour = -1;

/** Zones change on the hour at most. */
function zoneAtCached(at: number): typeof zone {
  const hour = Math.floor(at / 900_000);
  if (hour !== zoneHour) {
    zoneHour = hour;
    zone = zoneAt(at);
  }
  return zone;
}

/**
 * syslog through logger(1), one per program: Node.js has no datagram socket for /dev/log. The number in the
 * tag is therefore that of the server.
 */
function syslogLogger(options: LogOptions): Logger {
  const loggers = new Map<string, ChildProcess>();
  const loggerOf = (program: string): ChildProcess => {
    const known = loggers.get(program);
    if (known !== undefined) return known;
    const tag = `${options.syslogName}/${program}`;
    const args = ['--prio-prefix', `--id=${process.pid}`, '-t', tag, '-p', `${options.facility}.info`];
    const child = spawn('logger', args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('error', () => loggers.delete(program));
    child.on('exit', () => loggers.delete(program));
    child.stdin?.on('error', () => loggers.delete(program));
    loggers.set(program, child);
    return child;
  };
  return {
    write: (service, _pid, level, text) => {
      const child = loggerOf(programOf(options, service));
      child.stdin?.write(
        `<${facilityNumber(options.facility) * 8 + SYSLOG[level]}>${SEVERITY[level]}${text}\n`,
      );
    },
    reopen: () => undefined,
    close: () => {
      for (const child of loggers.values()) child.stdin?.end();
      loggers.clear();
    },
  };
}

/** RFC 5424 §6.2.1 facility numbers that a mail system is configured with. */
function facilityNumber(name: string): number {
  const local = /^local([0-7])$/.exec(name);
  if (local !== null) return 16 + Number(local[1]);
  return { kern: 0, user: 1, mail: 2, daemon: 3, auth: 4, syslog: 5 }[name] ?? 2;
}
