/**
 * HELO, EHLO and MAIL. RFC 5321 §4.1.1.1, §4.1.1.2 · RFC 1870 · RFC 3461 · Postfix: src/smtpd/smtpd.c
 * mail_cmd
 */
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { RET } from '../mail/queue-envelope.ts';
import type { Reply } from '../mail/reply.ts';
import { extractAddress } from '../mail/smtp-address.ts';
import { xtextDecode } from '../wire/xtext.ts';
import { R, unsupported } from './replies.ts';
import { type Args, type Decision, hostOf, say } from './say.ts';
import type { Command, SmtpdContext, Transaction } from './types.ts';

/** The command of this step. */
export function commandOf({ event }: Args): Command {
  assert('words' in event, 'a command rule needs a command');
  return event;
}

/** Word `index` of the command, '' when there is none. */
export function word(args: Args, index: number): string {
  return commandOf(args).words[index]?.text ?? '';
}

export function nameIsMissing(args: Args): boolean {
  return commandOf(args).words.length < 2;
}

/** HELO names are shown in logs and headers: only harmless characters. */
function heloName(args: Args): string {
  const text = commandOf(args)
    .words.slice(1)
    .map((one) => one.text)
    .join(' ');
  return text.replace(/[^\x20-\x7e]|[<>()\\";@]/g, '?').slice(0, 255);
}

/**
 * Keywords in Postfix's order. Differs: CHUNKING and SMTPUTF8 of 3.x are not offered, because they do not
 * exist here.
 */
export function keywords(settings: Settings): readonly string[] {
  const hidden = listOf(settings, 'smtpd_discard_ehlo_keywords').map((name) => name.toUpperCase());
  const limit = intOf(settings, 'message_size_limit');
  const all = ['PIPELINING', limit > 0 ? `SIZE ${limit}` : 'SIZE'];
  if (!boolOf(settings, 'disable_vrfy_command')) all.push('VRFY');
  all.push('ETRN', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN');
  return all.filter((name) => !hidden.includes(name.split(' ')[0] ?? ''));
}

function greet(args: Args, protocol: 'SMTP' | 'ESMTP', reply: Reply): Decision {
  const junk = args.context.junk + 1;
  return say(args, reply, { context: { helo: heloName(args), protocol, transaction: undefined, junk } });
}

export function greetHelo(args: Args): Decision {
  return greet(args, 'SMTP', { code: 250, text: hostOf(args.context) });
}

export function greetEhlo(args: Args): Decision {
  return greet(args, 'ESMTP', {
    code: 250,
    text: [hostOf(args.context), ...keywords(args.context.settings)],
  });
}

export function helloIsRequired({ context }: Args): boolean {
  return context.helo === '' && boolOf(context.settings, 'smtpd_helo_required');
}

export function inTransaction({ context }: Args): boolean {
  return context.transaction !== undefined;
}

/** Not `MAIL FROM:` with an address. */
export function mailSyntaxIsBad(args: Args): boolean {
  return commandOf(args).words.length < 3 || word(args, 1).toUpperCase() !== 'FROM:';
}

function senderOf(args: Args): string | undefined {
  const token = commandOf(args).words[2];
  if (token === undefined || token.error) return undefined;
  const strict = boolOf(args.context.settings, 'strict_rfc821_envelopes');
  return extractAddress(token.text, { allowEmpty: true, strict });
}

export function senderIsBad(args: Args): boolean {
  return senderOf(args) === undefined;
}

interface MailOptions {
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly sizeBytes: number;
  readonly ret: number;
  readonly envid: string;
}

/** Reads the parameters of MAIL; the first that is wrong gives the reply. */
function optionsOf(args: Args): MailOptions | Reply {
  let options: MailOptions = { encoding: undefined, sizeBytes: 0, ret: 0, envid: '' };
  for (const { text } of commandOf(args).words.slice(3)) {
    const equals = text.indexOf('=');
    const name = (equals < 0 ? text : text.slice(0, equals)).toUpperCase();
    const value = equals < 0 ? '' : text.slice(equals + 1);
    const next = option(options, name, value, text);
    if ('code' in next) return next;
    options = next;
  }
  return options;
}

function option(options: MailOptions, name: string, value: string, text: string): MailOptions | Reply {
  if (name === 'BODY' && /^8BITMIME$/i.test(value)) return { ...options, encoding: '8bit' };
  if (name === 'BODY' && /^7BIT$/i.test(value)) return { ...options, encoding: '7bit' };
  if (name === 'SIZE') {
    if (!/^\d+$/.test(value)) return R.badSize;
    const sizeBytes = Number(value);
    return Number.isSafeInteger(sizeBytes) ? { ...options, sizeBytes } : R.hugeSize;
  }
  if (name === 'RET') {
    const ret = /^FULL$/i.test(value) ? RET.full : /^HDRS$/i.test(value) ? RET.headers : 0;
    return ret === 0 || options.ret !== 0 ? R.badRet : { ...options, ret };
  }
  if (name === 'ENVID') {
    const envid = xtextDecode(value);
    return envid === undefined || envid === '' || options.envid !== '' ? R.badEnvid : { ...options, envid };
  }
  return unsupported(text);
}

export function mailOptionIsBad(args: Args): boolean {
  return 'code' in optionsOf(args);
}

export function sayOptionError(args: Args): Decision {
  const options = optionsOf(args);
  assert('code' in options, 'an option is wrong');
  return say(args, options);
}

export function declaredTooBig(args: Args): boolean {
  const options = optionsOf(args);
  const limit = intOf(args.context.settings, 'message_size_limit');
  return !('code' in options) && limit > 0 && options.sizeBytes > limit;
}

/** Logs an address that nobody could read. */
export function sayBadSender(args: Args): Decision {
  return say(args, R.badSender, { effects: [addressWarning(args, 'MAIL', word(args, 2))] });
}

export function addressWarning({ context }: Args, verb: string, text: string) {
  const shown = text.replace(/[^\x20-\x7e]/g, '?');
  const who = `${context.client.name}[${context.client.address}]`;
  return {
    type: 'log',
    level: 'warning',
    text: `Illegal address syntax from ${who} in ${verb} command: ${shown}`,
  } as const;
}

/** The sender is put into standard form before the transaction begins. */
export function askSender(args: Args): Decision {
  const sender = senderOf(args) ?? '';
  const options = optionsOf(args);
  assert(!('code' in options), 'the options were checked');
  const { encoding, ret, envid } = options;
  const transaction: Transaction = {
    ...{ sender, encoding, ret, envid, cleanup: '', queueId: '', accepted: 0, onlyRecipient: '' },
  };
  const note = { type: 'rewrite.rewrite', token: 'sender', context: 'local', addresses: [sender] } as const;
  return {
    context: { transaction, where: 'MAIL', question: question(args, 'MAIL', sender) },
    effects: [{ type: 'send', to: 'rewrite', note }],
  };
}

export function question(
  args: Args,
  verb: 'MAIL' | 'RCPT' | 'VRFY',
  address: string,
): SmtpdContext['question'] {
  const argument = commandOf(args).line.replace(/^\s*\S+\s*/, '');
  return { verb, given: address, address, notify: 0, orcpt: '', argument };
}

/** The transaction has begun. */
export function acceptSender(args: Args): Decision {
  const { context, event } = args;
  assert(
    event.type === 'rewrite.rewritten' && context.transaction !== undefined,
    'the sender was asked about',
  );
  const transaction = { ...context.transaction, sender: event.addresses[0] ?? '' };
  return say(args, R.senderOk, { context: { transaction, question: undefined } });
}
