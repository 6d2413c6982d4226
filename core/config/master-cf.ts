/**
 * master-cf - reads master.cf: one service per logical line, eight columns.
 *
 * master(5) · Postfix: src/master/master_ent.c
 */
import { splitWords, unbrace } from './items.ts';
import { type LogicalLine, logicalLines, reportedLine } from './logical-lines.ts';
import { splitNameValue } from './main-cf.ts';
import type { Problem, Remedy } from './problem.ts';
import type { Profile } from './profile.ts';

const TYPES = ['inet', 'unix', 'fifo', 'pass', 'unix-dgram'] as const;
export type ServiceType = (typeof TYPES)[number];

/** One line of master.cf, columns as values. */
export interface ServiceEntry {
  readonly name: string;
  readonly type: ServiceType;
  readonly private: boolean;
  readonly unprivileged: boolean;
  readonly chroot: boolean;
  readonly wakeupMs: number;
  /** The `?` suffix: wake only a service that is in use. */
  readonly wakeupIfUsed: boolean;
  /** undefined = $default_process_limit, 0 = none. */
  readonly processLimit: number | undefined;
  readonly command: string;
  readonly args: readonly string[];
  /** `-o name=value`, in order. */
  readonly overrides: readonly (readonly [name: string, value: string])[];
  readonly line: number;
}

/** Port numbers of the service names that mail configurations use. services(5) */
const PORTS: Readonly<Record<string, number>> = {
  ...{ smtp: 25, smtps: 465, submissions: 465, submission: 587, ssmtp: 465, pop3: 110, pop3s: 995 },
  ...{ imap: 143, imap2: 143, imaps: 993, lmtp: 24, qmqp: 628 },
};

/**
 * `host:port`, `[v6]:port` or `port`; host `''` means inet_interfaces. The last colon separates, so
 * `::1:25` is port 25 of ::1. Undefined when the port is neither a number below 65536 nor a name of PORTS.
 */
export function inetAddress(name: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:(?:\[([^\]]*)\]|(.*)):)?([A-Za-z0-9-]+)$/.exec(name);
  if (match === null) return undefined;
  const [, bracketed, plain, portText = ''] = match;
  const port = /^\d+$/.test(portText) ? Number(portText) : PORTS[portText];
  if (port === undefined || port > 65_535) return undefined;
  return { host: bracketed ?? plain ?? '', port };
}

/** A line being read column by column, as master(8) reads it; the first complaint counts. */
interface Columns {
  readonly words: readonly string[];
  readonly profile: Profile;
  at: number;
  complaint: string | undefined;
}

function complain(columns: Columns, text: string): void {
  columns.complaint ??= text;
}

/** The next column; undefined for `-`, which means the default. */
function column(columns: Columns, field: string, hasDefault = true): string | undefined {
  const word = columns.words[columns.at++];
  if (word === undefined) complain(columns, `missing "${field}" field`);
  else if (word !== '-') return word;
  else if (!hasDefault) complain(columns, `field "${field}" has no default value`);
  return undefined;
}

function yesNo(columns: Columns, field: string, otherwise: boolean): boolean {
  const word = column(columns, field);
  if (word === undefined) return otherwise;
  if (word !== 'y' && word !== 'n') complain(columns, `field "${field}": bad value: "${word}"`);
  return word === 'y';
}

/** Leading digits count, as in atoi(3): `60?` is 60. */
function count(
  columns: Columns,
  field: string,
): { readonly value: number; readonly word: string } | undefined {
  const word = column(columns, field);
  if (word === undefined) return undefined;
  if (!/^\d/.test(word)) complain(columns, `field "${field}": bad value: "${word}"`);
  return { value: Math.min(Number.parseInt(word, 10) || 0, 2 ** 31 - 1), word };
}

/** `pass` came with 2.5, `unix-dgram` with 3.4. */
function typeOf(columns: Columns): ServiceType {
  const word = column(columns, 'transport type', false);
  const known = columns.profile === '2.3' ? TYPES.slice(0, 3) : TYPES;
  const type = known.find((candidate) => candidate === word);
  if (type === undefined) complain(columns, `bad transport type: ${word ?? ''}`);
  return type ?? 'unix';
}

/** What is wrong with the name of an inet service. Postfix: src/util/host_port.c */
function addressProblem(name: string): string | undefined {
  if (name.startsWith('[') && !name.includes(']')) return `missing "]" in "${name}"`;
  if (/^\[[^\]]*\][^:]/.test(name)) return `garbage after "]" in "${name}"`;
  const port = /[^:\]]*$/.exec(name)?.[0] ?? '';
  if (port === '') return `missing service information in "${name}"`;
  if (/^\d+\D/.test(port)) return `garbage after numerical service in "${name}"`;
  if (/^(?:\[[^\]]*\]|[A-Za-z0-9_.:-]*):?[^:\]]*$/.test(name)) return undefined;
  return `valid hostname or network address required in "${name}"`;
}

/** Letters of daemon options that take an argument. Postfix: src/master/single_server.c */
const WITH_ARGUMENT = 'imnorst';

/**
 * Takes `-o name=value` and `-o { name = value }` out of the options. Options end at the first word without
 * a dash: the `-o` of a command behind `argv=` is that command's.
 */
function overridesOf(columns: Columns, words: readonly string[]): Pick<ServiceEntry, 'args' | 'overrides'> {
  const args: string[] = [];
  const overrides: [string, string][] = [];
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--' || word === '-' || !word.startsWith('-')) break;
    const letter = [...word.slice(1)].findIndex((char) => WITH_ARGUMENT.includes(char));
    if (letter < 0) {
      args.push(word);
      continue;
    }
    const attached = word.slice(letter + 2);
    if (attached === '') at += 1;
    const text = attached === '' ? (words[at] ?? '') : attached;
    if (word[letter + 1] !== 'o') {
      args.push(word, ...(attached === '' ? [text] : []));
      continue;
    }
    if (letter > 0) args.push(word.slice(0, letter + 1));
    const pair = override(columns, text);
    if (pair !== undefined) overrides.push(pair);
  }
  return { args: [...args, ...words.slice(at)], overrides };
}

/**
 * 2.3 takes a lone name as an empty value and keeps blanks; later releases read it like a line of main.cf.
 */
function override(columns: Columns, text: string): [string, string] | undefined {
  if (columns.profile === '2.3') {
    const equals = text.indexOf('=');
    return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  }
  const pair = splitNameValue(text);
  if (!('error' in pair)) return [pair.name, pair.value];
  complain(columns, `invalid "-o ${text}" option value: ${pair.error}`);
  return undefined;
}

/** Braces around an argument keep its blanks together (3.0). */
function unbraced(columns: Columns, words: readonly string[]): readonly string[] {
  if (columns.profile === '2.3') return words;
  return words.map((word) => {
    if (!word.startsWith('{')) return word;
    const { text, error } = unbrace(word);
    if (error !== undefined) complain(columns, error);
    return text;
  });
}

/**
 * Differs: `-` for chroot is `n` in 3.x whatever compatibility_level says, because nothing is chrooted
 * here.
 */
function service(columns: Columns, line: LogicalLine): ServiceEntry {
  const { profile, words } = columns;
  const name = words[0] ?? '';
  const type = typeOf(columns);
  const problem = type === 'inet' ? addressProblem(name) : undefined;
  if (problem !== undefined) complain(columns, problem);
  const isPrivate = yesNo(columns, 'private', true);
  if (type === 'inet' && isPrivate) complain(columns, 'inet service cannot be private');
  const unprivileged = yesNo(columns, 'unprivileged', true);
  const chroot = yesNo(columns, 'chroot', profile === '2.3');
  const wakeup = count(columns, 'wakeup_time');
  const processLimit = count(columns, 'max_proc')?.value;
  const command = column(columns, 'command', false) ?? '';
  const { args, overrides } = overridesOf(columns, unbraced(columns, words.slice(8)));
  return {
    ...{ name, type, private: isPrivate, unprivileged, chroot, processLimit, command, args, overrides },
    wakeupMs: (wakeup?.value ?? 0) * 1000,
    wakeupIfUsed: wakeup?.word.endsWith('?') === true,
    line: reportedLine(line, profile),
  };
}

const remedy: Remedy = {
  en: 'Eight columns: service type private unpriv chroot wakeup maxproc command; "-" stands for the default.',
  fr: 'Huit colonnes : service type private unpriv chroot wakeup maxproc commande ; « - » vaut le défaut.',
};

/**
 * Reads every service; a bad line is a fatal problem that names it, as master(8) would die of it (a bad
 * `-o` kills the service's own program). Postfix stops at the first, here all show. Two lines for one
 * service are both returned: master(8) uses the last.
 */
export function parseMasterCf(
  text: string,
  file: string,
  profile: Profile = '3.x',
): { readonly services: readonly ServiceEntry[]; readonly problems: readonly Problem[] } {
  const { lines, problems: found } = logicalLines(text, file);
  const problems: Problem[] = [...found];
  const services: ServiceEntry[] = [];
  for (const line of lines) {
    const columns: Columns = { words: splitWords(line.text, profile), profile, at: 1, complaint: undefined };
    const entry = service(columns, line);
    const { complaint } = columns;
    if (complaint === undefined) {
      services.push(entry);
      continue;
    }
    const number = reportedLine(line, profile);
    const message = `${file}: line ${number}: ${complaint}`;
    problems.push({ severity: 'fatal', text: message, file, line: number, remedy });
  }
  return { services, problems };
}
