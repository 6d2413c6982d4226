/** The command line of sendmail(1): what its letters mean and what it refuses, in Postfix's words. */
import { has, lastOf, type Option, readOptions } from './options.ts';
import { EXIT, Fatal, type Io, usageError, warn } from './program.ts';

const NAME = 'sendmail';

/** Postfix ends with EX_TEMPFAIL whatever is wrong, so that callers keep the message. */
export const FAILED = EXIT.tempFail;

export interface SendmailLine {
  /** -b: m deliver, s SMTP session, p queue, i aliases, d start, q flush. */
  readonly mode: string;
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
  readonly recipients: readonly string[];
}

const LETTERS = 'A:B:C:F:GIL:N:O:R:UV:X:ab:ce:f:h:imno:p:r:q:tvx';

/** Stands for the argument that a bare -q does not have. */
const NOW = '!';

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

function attributesOf(io: Io, options: readonly Option[]): SendmailLine['attributes'] {
  const attributes: [string, string][] = [];
  const envelopeId = lastOf(options, 'V');
  if (envelopeId !== undefined) {
    if (/^[\x20-\x7e]+$/.test(envelopeId)) attributes.push(['envelope_id', envelopeId]);
    else warn(io, NAME, 'bad syntax in -V option value -- ignored');
  }
  const ret = lastOf(options, 'R')?.toLowerCase();
  if (ret === 'full' || ret === 'hdrs') attributes.push(['ret_flags', ret === 'full' ? '1' : '2']);
  else if (ret !== undefined) warn(io, NAME, 'bad -R option value -- ignored');
  if (has(options, 'G')) attributes.push(['rewrite_context', 'remote']);
  const body = lastOf(options, 'B');
  if (body !== undefined && body !== '8BITMIME' && body !== '7BIT')
    throw new Fatal('-B option needs 8BITMIME or 7BIT', FAILED);
  if (body !== undefined) attributes.push(['encoding', body === '7BIT' ? '7bit' : '8bit']);
  return attributes;
}

function verpOf(options: readonly Option[]): string | undefined {
  const value = lastOf(options, 'X');
  if (value === undefined) return undefined;
  if (!value.startsWith('V')) throw new Fatal(`unsupported: -X${value.slice(0, 1)}`, FAILED);
  if (value.length !== 1 && value.length !== 3)
    throw new Fatal(`-V requires two characters from list: -=+`, FAILED);
  return value.slice(1);
}

/** `-b` and the letters that stand for a mode of their own. */
function modeOf(options: readonly Option[]): string {
  let mode = 'm';
  for (const { letter, value } of options) {
    if (letter === 'I') mode = 'i';
    // An interval (-q15m) is for a daemon that has its own: it is ignored.
    if (letter === 'q') mode = /^\d/.test(value) ? 'interval' : 'q';
    if (letter !== 'b') continue;
    if (value === 'v') throw new Fatal("-bv is not available here / -bv n'existe pas ici", FAILED);
    if (!'msipdhH'.includes(value.charAt(0))) throw new Fatal(`unsupported: -b${value.charAt(0)}`, FAILED);
    mode = value.charAt(0);
  }
  return mode;
}

const NO_RECIPIENT: Readonly<Record<string, string>> = {
  s: 'stand-alone mode requires no recipient',
  p: 'display queue mode requires no recipient',
  i: 'alias initialization mode requires no recipient',
  d: 'daemon mode requires no recipient',
  q: 'flush queue mode requires no recipient',
};

/** -qRsite, -qIqueueid. */
function targetOf(options: readonly Option[]): Pick<SendmailLine, 'site' | 'queueId'> {
  const value = lastOf(options, 'q') ?? '';
  if (value === '' || value === NOW || /^\d/.test(value)) return { site: undefined, queueId: undefined };
  const letter = value.charAt(0);
  const target = value.slice(1);
  if (letter !== 'R' && letter !== 'I') throw new Fatal(`-q${letter} is not implemented`, FAILED);
  if (target === '')
    throw new Fatal(`specify: -q${letter}${letter === 'R' ? 'sitename' : 'queueid'}`, FAILED);
  return letter === 'R' ? { site: target, queueId: undefined } : { site: undefined, queueId: target };
}

/** Reads the command line. A bare `-q` takes no argument, `-q15m` and `-qRsite` do. */
export function sendmailLine(args: readonly string[], io: Io): SendmailLine {
  const line = readOptions(
    args.map((word) => (word === '-q' ? `-q${NOW}` : word)),
    LETTERS,
  );
  if (!line.ok) throw usageError(io, NAME, line.complaint, 'usage: sendmail [options]', FAILED);
  const { options, words } = line;
  if (has(options, 'n')) throw new Fatal('-n option not supported', FAILED);
  if (has(options, 'v')) throw new Fatal("-v is not available here / -v n'existe pas ici", FAILED);
  const stated = modeOf(options);
  const mode = stated === 'interval' && words.length > 0 ? 'm' : stated;
  const extract = has(options, 't');
  const refused = words.length > 0 ? NO_RECIPIENT[mode] : undefined;
  if (refused !== undefined) throw new Fatal(refused, FAILED);
  if (extract && mode !== 'm') throw new Fatal('-t can be used only in delivery mode', FAILED);
  const notify = lastOf(options, 'N');
  return {
    ...{ mode, extract, recipients: words, ...targetOf(options), verp: verpOf(options) },
    ...{ directory: lastOf(options, 'C'), fullName: lastOf(options, 'F') },
    sender: options.findLast(({ letter }) => letter === 'f' || letter === 'r')?.value,
    ignoreDots: has(options, 'i') || options.some(({ letter, value }) => letter === 'o' && value === 'i'),
    attributes: attributesOf(io, options),
    notify: notify === undefined ? 0 : notifyOf(io, notify),
  };
}
