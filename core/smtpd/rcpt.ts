/**
 * RCPT and VRFY: who is meant, may they, and the first one opens the queue file. RFC 5321 §4.1.1.3 ·
 * Postfix: rcpt_cmd
 */
import { isOwnAddress } from '../config/own-address.ts';
import { boolOf, intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import type { Reply } from '../mail/reply.ts';
import { extractAddress } from '../mail/smtp-address.ts';
import { xtextDecode } from '../wire/xtext.ts';
import { addressWarning, commandOf, question, word } from './mail.ts';
import { R, unsupported } from './replies.ts';
import { judgeRecipient } from './restrictions.ts';
import { type Args, clientName, type Decision, logLine, rejectLog, say } from './say.ts';
import type { SmtpdContext } from './types.ts';

export function rcptSyntaxIsBad(args: Args): boolean {
  return commandOf(args).words.length < 3 || word(args, 1).toUpperCase() !== 'TO:';
}

function addressOf(args: Args, index: number): string | undefined {
  const token = commandOf(args).words[index];
  if (token === undefined || token.error) return undefined;
  const strict = boolOf(args.context.settings, 'strict_rfc821_envelopes');
  const address = extractAddress(token.text, { allowEmpty: false, strict });
  return address === '' ? undefined : address;
}

export function recipientIsBad(args: Args): boolean {
  return addressOf(args, 2) === undefined;
}

export function sayBadRecipient(args: Args): Decision {
  return say(args, R.badRecipient, { effects: [addressWarning(args, 'RCPT', word(args, 2))] });
}

interface RcptOptions {
  readonly notify: number;
  readonly orcpt: string;
}

const FLAGS: Readonly<Record<string, number>> = {
  ...{ NEVER: NOTIFY.never, SUCCESS: NOTIFY.success, FAILURE: NOTIFY.failure, DELAY: NOTIFY.delay },
};

/** `SUCCESS,FAILURE` as a sum; NEVER stands alone. RFC 3461 §4.1 */
function notifyOf(value: string): number | undefined {
  let sum = 0;
  for (const part of value.toUpperCase().split(',')) {
    const flag = FLAGS[part];
    if (flag === undefined || (sum & flag) !== 0) return undefined;
    sum |= flag;
  }
  return (sum & NOTIFY.never) !== 0 && sum !== NOTIFY.never ? undefined : sum;
}

function orcptOf(value: string): string | undefined {
  const semicolon = value.indexOf(';');
  const address = semicolon <= 0 ? undefined : xtextDecode(value.slice(semicolon + 1));
  return address === undefined || address === '' ? undefined : `${value.slice(0, semicolon)};${address}`;
}

function optionsOf(args: Args): RcptOptions | Reply {
  let options: RcptOptions = { notify: 0, orcpt: '' };
  for (const { text } of commandOf(args).words.slice(3)) {
    const equals = text.indexOf('=');
    const name = (equals < 0 ? text : text.slice(0, equals)).toUpperCase();
    const value = equals < 0 ? '' : text.slice(equals + 1);
    if (name === 'NOTIFY') {
      const notify = notifyOf(value);
      if (notify === undefined || options.notify !== 0) return R.badNotify;
      options = { ...options, notify };
    } else if (name === 'ORCPT') {
      const orcpt = orcptOf(value);
      if (orcpt === undefined || options.orcpt !== '') return R.badOrcpt;
      options = { ...options, orcpt };
    } else return unsupported(text);
  }
  return options;
}

export function rcptOptionIsBad(args: Args): boolean {
  return 'code' in optionsOf(args);
}

export function sayRcptOptionError(args: Args): Decision {
  const options = optionsOf(args);
  assert('code' in options, 'an option is wrong');
  return say(args, options);
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
  const overshoot = context.overshoot + 1;
  const free = overshoot <= intOf(context.settings, 'smtpd_recipient_overshoot_limit');
  return say(args, R.tooManyRecipients, {
    context: { overshoot, ...(free ? { errors: context.errors } : {}) },
  });
}

function ask(args: Args, verb: 'RCPT' | 'VRFY', address: string, options: RcptOptions): Decision {
  const base = question(args, verb, address);
  assert(base !== undefined, 'there is a question');
  const note = {
    type: 'rewrite.rewrite',
    token: 'recipient',
    context: 'local',
    addresses: [address],
  } as const;
  return {
    context: { where: verb, question: { ...base, ...options } },
    effects: [{ type: 'send', to: 'rewrite', note }],
  };
}

/** Asks trivial-rewrite for the recipient's standard form. */
export function askRecipient(args: Args): Decision {
  const options = optionsOf(args);
  assert(!('code' in options), 'the options were checked');
  return ask(args, 'RCPT', addressOf(args, 2) ?? '', options);
}

export function vrfySyntaxIsBad(args: Args): boolean {
  return commandOf(args).words.length < 2;
}

export function vrfyAddressIsBad(args: Args): boolean {
  return addressOf(args, 1) === undefined;
}

export function vrfyIsDisabled({ context }: Args): boolean {
  return boolOf(context.settings, 'disable_vrfy_command');
}

export function askVrfy(args: Args): Decision {
  const asked = ask(args, 'VRFY', addressOf(args, 1) ?? '', { notify: 0, orcpt: '' });
  return { ...asked, context: { ...asked.context, junk: args.context.junk + 1 } };
}

/** The standard form is known: now, where does it go? */
export function askWhere({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten' && context.question !== undefined, 'a recipient was asked about');
  const address = event.addresses[0] ?? '';
  const sender = context.transaction?.sender ?? '';
  const note = { type: 'rewrite.resolve', token: 'recipient', sender, address } as const;
  return {
    context: { question: { ...context.question, address } },
    effects: [{ type: 'send', to: 'rewrite', note }],
  };
}

function verdictOn({ context, event }: Args) {
  assert(event.type === 'rewrite.resolved' && context.question !== undefined, 'a recipient was asked about');
  const { settings, client, helo, transaction, question: asked } = context;
  const sender = transaction?.sender ?? '';
  return judgeRecipient({ settings, client, helo, sender, recipient: asked.given, resolution: event });
}

export function lookupFailed({ event }: Args): boolean {
  return event.type === 'rewrite.resolved' && event.failed === 'lookup';
}

export function addressIsUnroutable({ event }: Args): boolean {
  return event.type === 'rewrite.resolved' && event.failed === 'syntax';
}

export function isRefused(args: Args): boolean {
  return verdictOn(args) !== undefined;
}

export function isVrfy({ context }: Args): boolean {
  return context.question?.verb === 'VRFY';
}

/** The queue file is open already: only one more recipient. */
export function fileIsOpen({ context }: Args): boolean {
  return (context.transaction?.queueId ?? '') !== '';
}

export function sayLookupFailed(args: Args): Decision {
  const { question: asked } = args.context;
  const reply = { code: 451, enhanced: '4.3.0', text: `<${asked?.given ?? ''}>: Temporary lookup failure` };
  return refuse(args, reply);
}

export function sayUnroutable(args: Args): Decision {
  return say(args, R.badRecipient, { context: { question: undefined } });
}

function refuse(args: Args, reply: Reply, warnings: readonly string[] = []): Decision {
  const { context } = args;
  const { question: asked } = context;
  const effects: Effect[] = warnings.map((text) => logLine(text, 'warning'));
  effects.push(rejectLog(context, asked?.verb ?? 'RCPT', reply, asked?.given ?? ''));
  return say(args, reply, { context: { question: undefined }, effects });
}

export function sayRefused(args: Args): Decision {
  const verdict = verdictOn(args);
  assert(verdict !== undefined, 'the recipient is refused');
  return refuse(args, verdict.reply, verdict.warnings);
}

/** `252 2.0.0 ARG`: it may exist, nobody promises. RFC 5321 §7.3 */
export function sayVrfy(args: Args): Decision {
  const argument = args.context.question?.argument ?? '';
  return say(args, { code: 252, enhanced: '2.0.0', text: argument }, { context: { question: undefined } });
}

/** Header rewriting for our own machines only. postconf(5) local_header_rewrite_clients */
function rewriteContext({ settings, client }: SmtpdContext): 'local' | 'remote' {
  return isOwnAddress(settings, client.address) ? 'local' : 'remote';
}

/** The first good recipient: cleanup makes the queue file. */
export function openMessage({ context }: Args): Decision {
  const { transaction, client, helo, protocol, serverAddress } = context;
  assert(transaction !== undefined, 'a recipient needs a transaction');
  const { sender, encoding, ret, envid } = transaction;
  const note = {
    ...({ type: 'cleanup.open', origin: 'smtpd', sender, rewriteContext: rewriteContext(context) } as const),
    dsn: { ret, envid },
    client: {
      ...{ name: client.name, reverseName: client.reverseName, address: client.address, port: client.port },
      addressFamily: client.address.includes(':') ? ('inet6' as const) : ('inet' as const),
      protocol,
      ...(helo === '' ? {} : { helo }),
      ...(serverAddress === '' ? {} : { serverAddress }),
    },
    ...(encoding === undefined ? {} : { encoding }),
  };
  return { effects: [{ type: 'send', to: 'cleanup', note }] };
}

/** The message has an id. */
export function noteOpened({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened' && context.transaction !== undefined, 'cleanup was asked');
  const transaction = { ...context.transaction, cleanup: event.from, queueId: event.queueId };
  return {
    context: { transaction },
    effects: [logLine(`${event.queueId}: client=${clientName(context)}`)],
  };
}

/** Hands the recipient to cleanup and says 250. */
export function acceptRecipient(args: Args): Decision {
  const { context } = args;
  const { transaction, question: asked } = context;
  assert(transaction !== undefined && asked !== undefined, 'a recipient is being accepted');
  const { address, given, notify, orcpt } = asked;
  const note = { type: 'cleanup.recipient', address, original: given, notify, orcpt } as const;
  const accepted = transaction.accepted + 1;
  const next = { ...transaction, accepted, onlyRecipient: accepted === 1 ? address : '' };
  return say(args, R.recipientOk, {
    context: { transaction: next, question: undefined },
    effects: [{ type: 'send', to: transaction.cleanup, note }],
  });
}

/** cleanup could not make a queue file. */
export function sayNotOpened(args: Args): Decision {
  return say(args, R.writeError, { context: { question: undefined } });
}
