/**
 * RCPT and VRFY: who is meant, and what the client wants to hear about the delivery.
 *
 * RFC 5321 §4.1.1.3, §4.1.1.6 · RFC 3461 §4.1, §4.2 · Postfix: src/smtpd/smtpd.c rcpt_cmd, vrfy_cmd
 */
import { boolOf, intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { printable } from '../mail/log-format.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import type { Reply } from '../mail/reply.ts';
import { xtextDecode } from '../wire/xtext.ts';
import { saidName } from './hello.ts';
import { dsnIsHidden } from './mail.ts';
import { commandOf, word } from './odd.ts';
import { R, unsupported } from './replies.ts';
import { type Args, type Decision, logLine, say } from './say.ts';

interface RcptOptions {
  /** Sum of NOTIFY numbers; 0 = not given. */
  readonly notify: number;
  readonly orcpt: string | undefined;
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['NEVER', NOTIFY.never],
  ['SUCCESS', NOTIFY.success],
  ['FAILURE', NOTIFY.failure],
  ['DELAY', NOTIFY.delay],
]);

/** `SUCCESS,FAILURE` as a sum; NEVER stands alone. RFC 3461 §4.1 */
function notifyOf(value: string): number | undefined {
  let sum = 0;
  for (const part of value.split(',')) {
    if (part === '') continue;
    const flag = FLAGS.get(part.toUpperCase());
    if (flag === undefined) return undefined;
    sum |= flag;
  }
  const alone = (sum & NOTIFY.never) === 0 || sum === NOTIFY.never;
  return alone && sum !== 0 ? sum : undefined;
}

/** `rfc822;user+2Bx@example.org`, its xtext undone. RFC 3461 §4.2 */
function orcptOf(value: string): string | undefined {
  const semicolon = value.indexOf(';');
  const address = semicolon <= 0 ? undefined : xtextDecode(value.slice(semicolon + 1));
  return address === undefined ? undefined : `${value.slice(0, semicolon)};${address}`;
}

function readOption(args: Args, options: RcptOptions, text: string): RcptOptions | Reply {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals + 1).toUpperCase();
  const value = text.slice(equals + 1);
  if (name === 'NOTIFY=') {
    if (dsnIsHidden(args)) return R.dsnDisabled;
    const notify = notifyOf(value);
    return notify === undefined || options.notify !== 0 ? R.badNotify : { ...options, notify };
  }
  if (name === 'ORCPT=') {
    if (dsnIsHidden(args)) return R.dsnDisabled;
    const orcpt = orcptOf(value);
    return orcpt === undefined || options.orcpt !== undefined ? R.badOrcpt : { ...options, orcpt };
  }
  return unsupported(text);
}

/** Reads the parameters of RCPT; the first that is wrong gives the reply. */
function optionsOf(args: Args): RcptOptions | Reply {
  let options: RcptOptions | Reply = { notify: 0, orcpt: undefined };
  for (const { text } of commandOf(args).words.slice(3)) {
    if ('code' in options) break;
    options = readOption(args, options, text);
  }
  return options;
}

export function rcptOptionIsBad(args: Args): boolean {
  return 'code' in optionsOf(args);
}

export function sayRcptOption(args: Args): Decision {
  const options = optionsOf(args);
  assert('code' in options, 'an option is wrong');
  return say(args, options, { effects: unknownNotify(args) });
}

/** Postfix names the word that it does not know. */
function unknownNotify(args: Args): readonly Effect[] {
  for (const { text } of commandOf(args).words.slice(3)) {
    const value = /^NOTIFY=(.*)$/i.exec(text)?.[1];
    const bad = value?.split(',').find((part) => part !== '' && !FLAGS.has(part.toUpperCase()));
    if (value === undefined || bad === undefined) continue;
    const what = `unknown DSN NOTIFY command value "${printable(bad)}" in "${printable(value)}"`;
    return [logLine(what, 'warning')];
  }
  return [];
}

/**
 * What the sender wants to hear about this recipient. Without ORCPT it is called what the client called it.
 * RFC 3461 §5.2.1
 */
export function wishesOf(args: Args): { readonly notify: number; readonly orcpt: string } {
  const options = optionsOf(args);
  assert(!('code' in options), 'the options were looked at');
  const said = word(args, 2);
  const bare = said.startsWith('<') && said.endsWith('>') ? said.slice(1, -1) : said;
  return { notify: options.notify, orcpt: options.orcpt ?? `rfc822;${bare}` };
}

export function tooManyRecipients({ context }: Args): boolean {
  const limit = intOf(context.settings, 'smtpd_recipient_limit');
  return limit > 0 && (context.transaction?.accepted ?? 0) >= limit;
}

/**
 * The first of these are no errors: honest clients try to send more. postconf(5)
 * smtpd_recipient_overshoot_limit
 */
export function sayTooManyRecipients(args: Args): Decision {
  const { context } = args;
  const good = context.overshoot < intOf(context.settings, 'smtpd_recipient_overshoot_limit');
  return say(args, R.tooManyRecipients, { context: { overshoot: context.overshoot + 1 } }, good, 'policy');
}

/** The queue file is open already: only one more recipient. */
export function fileIsOpen({ context }: Args): boolean {
  return (context.transaction?.queueId ?? '') !== '';
}

/** postconf(5) disable_vrfy_command */
export function vrfyIsDisabled({ context }: Args): boolean {
  return boolOf(context.settings, 'disable_vrfy_command');
}

/** `252 2.0.0 ARG`: it may exist, nobody promises. RFC 5321 §7.3 */
export function sayVrfy(args: Args): Decision {
  return say(args, { code: 252, enhanced: '2.0.0', text: saidName(args) });
}
