/**
 * master-cf - reads master.cf: one service per logical line, eight columns.
 *
 * master(5) · Postfix: src/master/master_ent.c
 */
import { isBraced, splitWords, unbrace } from './items.ts';
import { type LogicalLine, logicalLines, reportedLine } from './logical-lines.ts';
import { splitNameValue } from './main-cf.ts';
import type { Problem, Remedy } from './problem.ts';
import type { Profile } from './profile.ts';
import { readTimeMs } from './values.ts';

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

/** `host:port`, `[v6]:port` or `port`; host `''` means inet_interfaces. Undefined when the port is none. */
export function inetAddress(name: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?([A-Za-z0-9-]+)$/.exec(name);
  if (match === null) return undefined;
  const [, bracketed, plain, portText = ''] = match;
  const port = /^\d+$/.test(portText) ? Number(portText) : PORTS[portText];
  if (port === undefined || port > 65_535) return undefined;
  return { host: bracketed ?? plain ?? '', port };
}

/** What is wrong with a line; the first complaint counts. */
interface Complaints {
  readonly texts: string[];
}

function yesNo(bad: Complaints, text: string, field: string, otherwise: boolean): boolean {
  if (text === '-') return otherwise;
  if (text !== 'y' && text !== 'n') bad.texts.push(`field "${field}": bad value: "${text}"`);
  return text === 'y';
}

function count(bad: Complaints, text: string, field: string): number | undefined {
  if (text === '-') return undefined;
  if (!/^\d{1,9}$/.test(text)) bad.texts.push(`field "${field}": bad value: "${text}"`);
  return Number(text);
}

function typeOf(bad: Complaints, text: string): ServiceType {
  const type = TYPES.find((known) => known === text);
  if (type === undefined) bad.texts.push(`field "transport type": bad value: "${text}"`);
  return type ?? 'unix';
}

function wakeup(bad: Complaints, text: string): { readonly ms: number; readonly ifUsed: boolean } {
  if (text === '-') return { ms: 0, ifUsed: false };
  const ifUsed = text.endsWith('?');
  const reading = readTimeMs('wakeup', ifUsed ? text.slice(0, -1) : text);
  if (!reading.ok) bad.texts.push(`field "wakeup time": bad value: "${text}"`);
  return { ms: reading.ok ? reading.value : 0, ifUsed };
}

/** Splits `-o name=value` and `-o { name = value }` from the other arguments. */
function overridesOf(bad: Complaints, words: readonly string[]): Pick<ServiceEntry, 'args' | 'overrides'> {
  const args: string[] = [];
  const overrides: [string, string][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word !== '-o') {
      args.push(isBraced(word) ? unbrace(word).text : word);
      continue;
    }
    at += 1;
    const text = words[at] ?? '';
    const split = splitNameValue(isBraced(text) ? unbrace(text).text : text);
    if ('error' in split) bad.texts.push(`${split.error}: "${text}"`);
    else overrides.push([split.name, split.value]);
  }
  return { args, overrides };
}

function service(bad: Complaints, line: LogicalLine, profile: Profile): ServiceEntry {
  const words = splitWords(line.text, profile);
  const missing = ['service name', 'transport type', 'private', 'unprivileged', 'chroot', 'wakeup time'];
  const more = [...missing, 'max_proc', 'command'];
  const lacking = more[words.length];
  if (words.length < 8 && lacking !== undefined) bad.texts.push(`field "${lacking}": missing field`);
  const [name = '', type = '', priv = '', unpriv = '', chroot = '', wake = '', max = '', command = ''] =
    words;
  const kind = typeOf(bad, type);
  const isPrivate = yesNo(bad, priv, 'private', true);
  if (kind === 'inet' && isPrivate) bad.texts.push('inet service cannot be private');
  const { ms, ifUsed } = wakeup(bad, wake);
  return {
    ...{ name, type: kind, private: isPrivate, unprivileged: yesNo(bad, unpriv, 'unprivileged', true) },
    ...{ chroot: yesNo(bad, chroot, 'chroot', profile === '2.3'), wakeupMs: ms, wakeupIfUsed: ifUsed },
    ...{ processLimit: count(bad, max, 'max_proc'), command, line: reportedLine(line, profile) },
    ...overridesOf(bad, words.slice(8)),
  };
}

const remedy: Remedy = {
  en: 'Eight columns: service type private unpriv chroot wakeup maxproc command; "-" stands for the default.',
  fr: 'Huit colonnes : service type private unpriv chroot wakeup maxproc commande ; « - » vaut le défaut.',
};

/** Reads every service; a bad line is a fatal problem that names it, as master(8) would die of it. */
export function parseMasterCf(
  text: string,
  file: string,
  profile: Profile = '3.x',
): { readonly services: readonly ServiceEntry[]; readonly problems: readonly Problem[] } {
  const { lines, problems: found } = logicalLines(text, file);
  const problems: Problem[] = [...found];
  const services: ServiceEntry[] = [];
  for (const line of lines) {
    const bad: Complaints = { texts: [] };
    const entry = service(bad, line, profile);
    const [complaint] = bad.texts;
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
