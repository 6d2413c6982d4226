/**
 * ETRN: send me the mail you hold for my domain.
 *
 * RFC 1985 · postconf(5) fast_flush_domains · Postfix: src/smtpd/smtpd.c etrn_cmd
 */
import { matchDomain } from '../config/match-list.ts';
import { commandOf, word } from './odd.ts';
import { R } from './replies.ts';
import { type Args, clientName, type Decision, logLine, say } from './say.ts';

/** The domain, without the @ or # that asks for subdomains or a named queue. RFC 1985 §5.2 */
export function etrnName(args: Args): string {
  return word(args, 1).replace(/^[@#]/, '');
}

export function etrnSyntaxIsBad(args: Args): boolean {
  return commandOf(args).words.length !== 2;
}

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
const MAX_NAME_BYTES = 255;
const MAX_LABEL_BYTES = 63;

/** Not a host name, nor an address in []. RFC 1123 §2.1 */
export function etrnNameIsBad(args: Args): boolean {
  const name = etrnName(args);
  const literal = /^\[(.*)\]$/.exec(name)?.[1];
  if (literal !== undefined) return !isAddress(literal);
  if (name.length === 0 || name.length > MAX_NAME_BYTES || /^[\d.]+$/.test(name)) return true;
  return name.split('.').some((label) => label.length > MAX_LABEL_BYTES || !LABEL.test(label));
}

function isAddress(literal: string): boolean {
  const v6 = /^ipv6:(.*)$/i.exec(literal)?.[1];
  if (v6 !== undefined) return /^[0-9a-f:.]+$/i.test(v6) && v6.includes(':');
  const parts = literal.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

function flushAnswer(args: Args) {
  return matchDomain(args.context.settings, 'fast_flush_domains', etrnName(args)).type;
}

/** We keep no list of deferred mail for that domain. */
export function etrnIsUnavailable(args: Args): boolean {
  return flushAnswer(args) === 'mismatch';
}

/** The list of domains did not answer. */
export function etrnLookupFails(args: Args): boolean {
  return flushAnswer(args) === 'error';
}

export function sayEtrnUnavailable(args: Args): Decision {
  const name = etrnName(args);
  const log = logLine(`reject: ETRN ${name.slice(0, 100)}... from ${clientName(args.context)}`, 'warning');
  return say(
    args,
    { code: 459, text: `<${name}>: service unavailable` },
    { effects: [log] },
    false,
    'policy',
  );
}

/** sendmail -bs: a user of this machine. */
export function isStdin({ context }: Args): boolean {
  return context.stdin;
}

/** sendmail -bs is no way to ask for somebody else's mail. */
export function refuseEtrn(args: Args): Decision {
  const log = logLine('do not use ETRN in "sendmail -bs" mode', 'warning');
  return say(args, R.etrnFailed, { effects: [log] });
}

/** master.cf has no flush(8): nobody keeps lists of deferred mail. */
export function flushIsMissing({ context }: Args): boolean {
  return !context.settings.master.some(({ name }) => name === 'flush');
}

/** flush(8) sends off the mail of that domain. Differs: the client does not wait until it has. */
export function startEtrn(args: Args): Decision {
  const note = { type: 'flush.send', site: etrnName(args).toLowerCase() } as const;
  return say(args, R.etrnStarted, { effects: [{ type: 'send', to: 'flush', note }] });
}
