/**
 * HELO and EHLO: who the client says it is, and what we can do.
 *
 * RFC 5321 §4.1.1.1 · RFC 1870 · RFC 2920 · RFC 3461 · Postfix: src/smtpd/smtpd.c helo_cmd, ehlo_cmd,
 * ehlo_mask.c
 */
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { neuter } from '../mail/log-format.ts';
import { forgetTransaction } from './connection.ts';
import { forgetting } from './filter-notes.ts';
import { commandOf } from './odd.ts';
import { mayXclient, mayXforward } from './peers.ts';
import { type Args, type Decision, hostOf, logLine, say, wordsOf } from './say.ts';
import type { SmtpdContext } from './types.ts';
import { xclientKeyword } from './xclient.ts';
import { xforwardKeyword } from './xforward.ts';

/** The name as the client said it; several words are one name. */
export function saidName(args: Args): string {
  return wordsOf(commandOf(args));
}

/** The longest name that goes into logs and headers. RFC 5321 §4.5.3.1.2 */
const MAX_NAME_BYTES = 255;

/** The name with nothing in it that could end a comment or a line. Differs: cut at 255 characters. */
export function heloName(args: Args): string {
  return neuter(saidName(args)).slice(0, MAX_NAME_BYTES);
}

/** postconf(5) smtpd_helo_required */
export function helloIsRequired({ context }: Args): boolean {
  return context.helo === '' && boolOf(context.settings, 'smtpd_helo_required');
}

/** smtpd_delay_reject = no: the name is judged before it is accepted. */
export function nameIsJudgedNow({ context }: Args): boolean {
  const { settings, stdin } = context;
  if (stdin || boolOf(settings, 'smtpd_delay_reject')) return false;
  return listOf(settings, 'smtpd_helo_restrictions').length > 0;
}

/** The order in which Postfix names what it hides. */
const HIDEABLE = [
  ...['8BITMIME', 'AUTH', 'ETRN', 'PIPELINING', 'SIZE', 'VERP', 'VRFY', 'XCLIENT', 'XFORWARD', 'STARTTLS'],
  ...['ENHANCEDSTATUSCODES', 'DSN', 'SMTPUTF8', 'CHUNKING'],
];

function wanted(settings: Settings): readonly string[] {
  return listOf(settings, 'smtpd_discard_ehlo_keywords').map((name) => name.toUpperCase());
}

/** Keywords that are not offered to clients. postconf(5) smtpd_discard_ehlo_keywords */
export function hiddenKeywords(settings: Settings): readonly string[] {
  const names = wanted(settings);
  return names.length === 0 ? names : HIDEABLE.filter((keyword) => names.includes(keyword));
}

/**
 * What we can do, in Postfix's order.
 * Differs: SMTPUTF8 of 3.x, STARTTLS and AUTH are not offered, because they do not exist here.
 */
export function keywords(context: SmtpdContext): readonly string[] {
  const { settings } = context;
  const limit = intOf(settings, 'message_size_limit');
  // Whom a milter has refused for good is offered nothing.
  if (context.filters.lasting.startsWith('5')) return ['ENHANCEDSTATUSCODES'];
  const all = ['PIPELINING', limit > 0 ? `SIZE ${limit}` : 'SIZE'];
  if (!boolOf(settings, 'disable_vrfy_command')) all.push('VRFY');
  all.push('ETRN');
  if (mayXclient(context)) all.push(xclientKeyword(context));
  if (mayXforward(context)) all.push(xforwardKeyword(context));
  all.push('ENHANCEDSTATUSCODES', '8BITMIME', 'DSN');
  if (settings.profile !== '2.3') all.push('CHUNKING');
  const hidden = hiddenKeywords(settings);
  return all.filter((name) => !hidden.includes(name.split(' ')[0] ?? ''));
}

function hidingLog(settings: Settings): readonly Effect[] {
  const hidden = hiddenKeywords(settings);
  if (hidden.length === 0 || hidden.includes('ENHANCEDSTATUSCODES')) return [];
  if (wanted(settings).includes('SILENT-DISCARD')) return [];
  return [logLine(`discarding EHLO keywords: ${hidden.join(' ')}`)];
}

/** Takes the name; a transaction that was open is forgotten. RFC 5321 §4.1.4 */
export function greetByName(args: Args): Decision {
  const { context } = args;
  const { settings } = context;
  const forgotten = forgetTransaction(args);
  const host = hostOf(context);
  const isEhlo = commandOf(args).type === 'EHLO';
  const text = isEhlo ? [host, ...keywords(context)] : host;
  const renamed = context.helo === '' ? [] : forgetting(context, 1);
  const effects = [...renamed, ...(forgotten.effects ?? []), ...(isEhlo ? hidingLog(settings) : [])];
  // HELO after EHLO takes nothing back: the client may have been told that it can pipeline.
  const protocol = isEhlo ? 'ESMTP' : context.protocol;
  return say(
    args,
    { code: 250, text },
    { context: { ...forgotten.context, helo: heloName(args), protocol }, effects },
  );
}
