/**
 * The command line of sendmail(1): what its letters mean and what it refuses, in Postfix's words and order.
 * Postfix: src/sendmail/sendmail.c main
 */
import { basename, dirname } from 'node:path';
import { readOptions } from './options.ts';
import { EXIT, Fatal, type Io, usageError, warn } from './program.ts';

const NAME = 'sendmail';

/** Postfix ends with EX_TEMPFAIL whatever is wrong, so that callers keep the message. */
export const FAILED = EXIT.tempFail;

export type Mode = 'm' | 's' | 'p' | 'i' | 'd' | 'h' | 'q';

export interface SendmailLine {
  /** What -b says: m deliver, s SMTP session, p queue, i aliases, d start, h nothing; q flush. */
  readonly mode: Mode;
  readonly directory: string | undefined;
  readonly sender: string | undefined;
  readonly fullName: string | undefined;
  readonly extract: boolean;
  readonly ignoreDots: boolean;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Sum of NOTIFY numbers. RFC 3461 §4.1 */
  readonly notify: number;
  /** undefined: no VERP; '' the default delimiters. */
  readonly verp: string | undefined;
  readonly site: string | undefined;
  readonly queueId: string | undefined;
  /** -oA: the alias file for -bi. */
  readonly aliasFile: string | undefined;
  readonly recipients: readonly string[];
}

const LETTERS = 'A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx';

const NOTIFY: Readonly<Record<string, number>> = { never: 1, success: 2, failure: 4, delay: 8 };

function notifyOf(io: Io, text: string): number {
  const words = text.toLowerCase().split(/[, \t]+/);
  const numbers = words.map((word) => NOTIFY[word] ?? 0);
  const unknown = words.find((word) => NOTIFY[word] === undefined);
  if (unknown !== undefined) warn(io, NAME, `unknown DSN NOTIFY command value "${unknown}" in "${text}"`);
  else if (!(words.includes('never') && words.length > 1))
    return numbers.reduce((sum, number) => sum | number, 0);
  warn(io, NAME, 'bad -N option value -- ignored');
  return 0;
}

/** What the options have said so far. */
interface Said {
  mode: Mode;
  directory?: string;
  sender?: string;
  fullName?: string;
  extract: boolean;
  ignoreDots: boolean;
  encoding?: '7bit' | '8bit';
  envelopeId?: string;
  ret?: '1' | '2';
  isRemote: boolean;
  notify: number;
  verp?: string;
  site?: string;
  queueId?: string;
  aliasFile?: string;
  /** -q15m: for a daemon that has an interval of its own. */
  isPeriodic: boolean;
  verbose: number;
}

const RET: Readonly<Record<string, '1' | '2' | undefined>> = { full: '1', hdrs: '2' };

/** -b and its letter. */
function setMode(io: Io, said: Said, letter: string): void {
  switch (letter) {
    case 'v':
      throw new Fatal("-bv is not available here / -bv n'existe pas ici", FAILED);
    case 'd':
    case 'l':
      if (said.mode === 'q') warn(io, NAME, 'ignoring -q option in daemon mode');
      said.mode = 'd';
      return;
    case 'h':
    case 'H':
      said.mode = 'h';
      return;
    case 'm':
    case 's':
    case 'p':
    case 'i':
      said.mode = letter;
      return;
    default:
      throw new Fatal(`unsupported: -b${letter}`, FAILED);
  }
}

/** -qRsite, -qIqueueid, -q15m. */
function setTarget(said: Said, value: string): void {
  const target = value.slice(1);
  if (/^\d/.test(value)) said.isPeriodic = true;
  else if (value.startsWith('R')) said.site = target;
  else if (value.startsWith('I')) said.queueId = target;
  else throw new Fatal(`-q${value.charAt(0)} is not implemented`, FAILED);
  if (said.site === '') throw new Fatal('specify: -qRsitename', FAILED);
  if (said.queueId === '') throw new Fatal('specify: -qIqueueid', FAILED);
}

/** -oi, -oA and others that sendmail has had. */
function setOld(said: Said, value: string): void {
  if (value.startsWith('i')) said.ignoreDots = true;
  if (!value.startsWith('A')) return;
  if (value.length === 1) throw new Fatal('-oA requires pathname', FAILED);
  said.aliasFile = value.slice(1);
}

function setEnvelopeId(io: Io, said: Said, value: string): void {
  if (value.length > 100) warn(io, NAME, 'too long -V option value -- ignored');
  else if (!/^[\x20-\x7e]+$/.test(value)) warn(io, NAME, 'bad syntax in -V option value -- ignored');
  else said.envelopeId = value;
}

/** -C also takes the path of main.cf. */
function setDirectory(said: Said, value: string): void {
  said.directory = basename(value) === 'main.cf' ? dirname(value) : value;
}

function setReturn(io: Io, said: Said, value: string): void {
  const ret = RET[value.toLowerCase()];
  if (ret === undefined) {
    warn(io, NAME, 'bad -R option value -- ignored');
    delete said.ret;
  } else said.ret = ret;
}

function setBody(said: Said, value: string): void {
  if (value !== '8BITMIME' && value !== '7BIT') throw new Fatal('-B option needs 8BITMIME or 7BIT', FAILED);
  said.encoding = value === '7BIT' ? '7bit' : '8bit';
}

function setVerp(said: Said, value: string): void {
  if (!value.startsWith('V')) throw new Fatal(`unsupported: -X${value.charAt(0)}`, FAILED);
  said.verp = value.slice(1);
}

type Setter = (said: Said, value: string, io: Io) => void;

/** What each letter does; the others that LETTERS names are ignored. */
const SETTERS: Readonly<Record<string, Setter>> = {
  n: () => {
    throw new Fatal('-n option not supported', FAILED);
  },
  B: setBody,
  C: setDirectory,
  F: (said, value) => {
    said.fullName = value;
  },
  G: (said) => {
    said.isRemote = true;
  },
  I: (said) => {
    said.mode = 'i';
  },
  N: (said, value, io) => {
    said.notify = notifyOf(io, value);
  },
  R: (said, value, io) => setReturn(io, said, value),
  V: (said, value, io) => setEnvelopeId(io, said, value),
  X: setVerp,
  b: (said, value, io) => setMode(io, said, value.charAt(0)),
  f: (said, value) => {
    said.sender = value;
  },
  i: (said) => {
    said.ignoreDots = true;
  },
  o: setOld,
  q: setTarget,
  r: (said, value) => {
    said.sender = value;
  },
  t: (said) => {
    said.extract = true;
  },
  v: (said) => {
    said.verbose += 1;
  },
};

/** The options in one word, and how many words that took: the value of the last may be the next word. */
function optionsAt(io: Io, args: readonly string[], at: number) {
  const word = args[at] ?? '';
  const next = args[at + 1];
  const alone = readOptions([word], LETTERS);
  const isOpen = !alone.ok && alone.complaint.startsWith('option requires');
  const line = isOpen && next !== undefined ? readOptions([word, next], LETTERS) : alone;
  if (!line.ok) throw usageError(io, NAME, line.complaint, 'usage: sendmail [options]', FAILED);
  return { options: line.options, words: line === alone ? 1 : 2 };
}

/** Does what the options say one after the other; answers the words behind them. */
function takeOptions(io: Io, args: readonly string[], said: Said): readonly string[] {
  for (let at = 0; at < args.length; ) {
    let word = args[at] ?? '';
    if (word === '--') return args.slice(at + 1);
    if (!word.startsWith('-') || word === '-') return args.slice(at);
    if (word === '-q') {
      if (said.mode === 'd') warn(io, NAME, 'ignoring -q option in daemon mode');
      else said.mode = 'q';
      at += 1;
      continue;
    }
    const isOldVerp = (word === '-V' && args[at + 1]?.length === 2) || /^-V..$/s.test(word);
    if (isOldVerp) {
      const instead = `-X${word.slice(1)}`;
      const old = `option ${word} is deprecated with Postfix 2.3; specify ${instead} instead`;
      warn(io, NAME, old);
      word = instead;
    }
    if (word === '-XV') {
      said.verp = '';
      at += 1;
      continue;
    }
    const taken = isOldVerp ? optionsAt(io, [word], 0) : optionsAt(io, args, at);
    for (const { letter, value } of taken.options) SETTERS[letter]?.(said, value, io);
    at += taken.words;
  }
  return [];
}

const NO_RECIPIENT: Readonly<Partial<Record<Mode, string>>> = {
  s: 'stand-alone mode requires no recipient',
  p: 'display queue mode requires no recipient',
  i: 'alias initialization mode requires no recipient',
  d: 'daemon mode requires no recipient',
  q: 'flush queue mode requires no recipient',
};

/** Options that do not go together. */
function refuseConflicts({ mode, extract, site, queueId, verbose, isPeriodic }: Said, words: boolean): void {
  const refuse = (text: string): never => {
    throw new Fatal(text, FAILED);
  };
  if (extract && mode !== 'm') refuse('-t can be used only in delivery mode');
  if (site !== undefined && mode !== 'm') refuse('-qR can be used only in delivery mode');
  if (queueId !== undefined && mode !== 'm') refuse('-qI can be used only in delivery mode');
  // Once: a report of the delivery; more often: a longer log, which is not here.
  if (verbose === 1 && mode === 'm') refuse("-v is not available here / -v n'existe pas ici");
  if (isPeriodic) return;
  if (words && site !== undefined) refuse('flush site requires no recipient');
  if (words && queueId !== undefined) refuse('flush queue_id requires no recipient');
  const refused = words ? NO_RECIPIENT[mode] : undefined;
  if (refused !== undefined) refuse(refused);
}

function attributesOf({ envelopeId, ret, isRemote, encoding }: Said): SendmailLine['attributes'] {
  const attributes: [string, string][] = [];
  if (envelopeId !== undefined) attributes.push(['envelope_id', envelopeId]);
  if (ret !== undefined) attributes.push(['ret_flags', ret]);
  if (isRemote) attributes.push(['rewrite_context', 'remote']);
  if (encoding !== undefined) attributes.push(['encoding', encoding]);
  return attributes;
}

/** Reads the command line. A bare `-q` takes no argument, `-q15m` and `-qRsite` do. */
export function sendmailLine(args: readonly string[], io: Io): SendmailLine {
  const said: Said = {
    ...{ mode: 'm', extract: false, ignoreDots: false, isRemote: false, notify: 0 },
    ...{ isPeriodic: false, verbose: 0 },
  };
  const words = takeOptions(io, args, said);
  refuseConflicts(said, words.length > 0);
  const { mode, isPeriodic, site, queueId, extract, ignoreDots, notify, aliasFile } = said;
  const flushes = site !== undefined || queueId !== undefined;
  const done = isPeriodic && mode !== 'd' ? 'h' : flushes ? 'q' : mode;
  return {
    ...{ mode: done, site, queueId, extract, ignoreDots, notify, aliasFile, recipients: words },
    ...{ directory: said.directory, sender: said.sender, fullName: said.fullName, verp: said.verp },
    attributes: attributesOf(said),
  };
}
