/**
 * MAIL: who sends, how big, and how failures are to be reported.
 *
 * RFC 5321 §4.1.1.2 · RFC 1870 · RFC 6152 · RFC 3461 §4.3, §4.4 · Postfix: src/smtpd/smtpd.c mail_cmd
 */
import { boolOf, intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { recent } from '../kernel/recent.ts';
import { RET } from '../mail/queue-envelope.ts';
import { type Reply, replyText } from '../mail/reply.ts';
import { xtextDecode } from '../wire/xtext.ts';
import { hiddenKeywords } from './hello.ts';
import { commandOf } from './odd.ts';
import { R, unsupported } from './replies.ts';
import { type Args, type Decision, say, whatsUp } from './say.ts';
import type { Command, Transaction } from './types.ts';

interface MailOptions {
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly sizeBytes: number;
  readonly ret: number;
  readonly envid: string;
  /** AUTH=address was given, and not AUTH=<>. */
  readonly auth: boolean;
}

const NONE: MailOptions = { encoding: undefined, sizeBytes: 0, ret: 0, envid: '', auth: false };

/** The parameters of MAIL; the first that is wrong gives the reply. */
function optionsOf(args: Args): MailOptions | Reply {
  return optionsIn(commandOf(args), args);
}

/** Guards and actions ask for those of the same command. */
const optionsIn = recent(4, (command: Command, args: Args): MailOptions | Reply => {
  let options: MailOptions | Reply = NONE;
  for (const { text } of command.words.slice(3)) {
    if ('code' in options) break;
    options = readOption(args, options, text);
  }
  return options;
});

function readOption(args: Args, options: MailOptions, text: string): MailOptions | Reply {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals + 1)).toUpperCase();
  const value = equals < 0 ? '' : text.slice(equals + 1);
  switch (name) {
    case 'BODY=':
      return readBody(options, value) ?? unsupported(text);
    case 'SIZE=':
      return readSize(options, value);
    case 'RET=':
      return dsnIsHidden(args) ? R.dsnDisabled : readRet(options, value);
    case 'ENVID=':
      return dsnIsHidden(args) ? R.dsnDisabled : readEnvid(options, value);
    case 'AUTH=':
      return readAuth(args, options, value) ?? unsupported(text);
    default:
      return unsupported(text);
  }
}

/** RFC 6152 §2 */
function readBody(options: MailOptions, value: string): MailOptions | undefined {
  const body = value.toUpperCase();
  if (body === '8BITMIME') return { ...options, encoding: '8bit' };
  return body === '7BIT' ? { ...options, encoding: '7bit' } : undefined;
}

/** The largest file size there is. */
const MAX_SIZE = 2n ** 63n - 1n;

/** RFC 1870 §6 */
function readSize(options: MailOptions, value: string): MailOptions | Reply {
  if (!/^\d+$/.test(value)) return R.badSize;
  return BigInt(value) > MAX_SIZE ? R.hugeSize : { ...options, sizeBytes: Number(value) };
}

/** RFC 3461 §4.3 */
function readRet(options: MailOptions, value: string): MailOptions | Reply {
  const ret = new Map([
    ['FULL', RET.full],
    ['HDRS', RET.headers],
  ]).get(value.toUpperCase());
  return ret === undefined || options.ret !== 0 ? R.badRet : { ...options, ret };
}

/** RFC 3461 §4.4 */
function readEnvid(options: MailOptions, value: string): MailOptions | Reply {
  const envid = xtextDecode(value);
  const bad = envid === undefined || !/^[\x20-\x7e]+$/.test(envid) || options.envid !== '';
  return bad ? R.badEnvid : { ...options, envid };
}

/**
 * RFC 4954 §5: who an authenticated client says the sender was. 3.x takes it from everybody.
 * Differs: it is forgotten, because nobody can authenticate here.
 */
function readAuth({ context }: Args, options: MailOptions, value: string): MailOptions | Reply | undefined {
  if (context.settings.profile === '2.3') return undefined;
  if (options.auth) return R.manyAuth;
  return value === '<>' ? options : { ...options, auth: true };
}

/** smtpd_discard_ehlo_keywords hides DSN, and then its parameters are refused too. */
export function dsnIsHidden({ context }: Args): boolean {
  return hiddenKeywords(context.settings).includes('DSN');
}

export function mailOptionIsBad(args: Args): boolean {
  return 'code' in optionsOf(args);
}

export function sayMailOption(args: Args): Decision {
  const options = optionsOf(args);
  assert('code' in options, 'an option is wrong');
  return say(args, options);
}

/** RFC 1870 §6.1: refuse now what could not be stored later. */
export function declaredTooBig(args: Args): boolean {
  const options = optionsOf(args);
  const limit = intOf(args.context.settings, 'message_size_limit');
  return !('code' in options) && limit > 0 && options.sizeBytes > limit;
}

export function sayTooBig(args: Args): Decision {
  return say(
    args,
    R.tooBig,
    { effects: [whatsUp(args.context, 'reject', replyText(R.tooBig), R.tooBig.because)] },
    false,
    'policy',
  );
}

/** smtpd_delay_reject = no: the sender is judged before it is accepted. */
export function senderIsJudgedNow({ context }: Args): boolean {
  return !context.stdin && !boolOf(context.settings, 'smtpd_delay_reject');
}

/** smtpd_delay_open_until_valid_rcpt = no: the queue file is made for every sender. */
export function opensAtMail({ context }: Args): boolean {
  return !boolOf(context.settings, 'smtpd_delay_open_until_valid_rcpt');
}

/** The transaction begins. */
export function beginTransaction(args: Args): Decision {
  const { party } = args.context;
  const options = optionsOf(args);
  assert(!('code' in options) && party !== undefined, 'sender and options were looked at');
  const { encoding, ret, envid, sizeBytes } = options;
  const transaction: Transaction = {
    ...{ sender: party, encoding, ret, envid, sizeBytes, at: args.event.at },
    ...{ cleanup: '', queueId: '', accepted: 0, firstRecipient: '', failed: undefined },
    firstParty: undefined,
  };
  return { context: { transaction } };
}

export function acceptSender(args: Args): Decision {
  return say(args, R.senderOk);
}
