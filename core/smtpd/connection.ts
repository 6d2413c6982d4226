/** The connection itself: greeting, sleeping, hanging up, and what is no command at all. smtpd(8) */
import { intOf, listOf, textOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { encodeReply } from '../mail/reply.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { commandOf, word } from './mail.ts';
import { closing, R, unknownCommand } from './replies.ts';
import { judgeEarly, lacksRelayControl } from './restrictions.ts';
import { type Args, clientName, type Decision, hostOf, idle, logLine, say } from './say.ts';
import type { SmtpdContext } from './types.ts';

/** Says who we are. */
export function greet({ context }: Args): Decision {
  const banner = textOf(context.settings, 'smtpd_banner');
  const bytes = latin1ToBytes(encodeReply({ code: 220, text: banner }));
  return {
    effects: [logLine(`connect from ${clientName(context)}`), { type: 'net.write', bytes }, idle(context)],
  };
}

/** The configuration would relay for everybody: refuse to work. */
export function relaysForAll({ context }: Args): boolean {
  return lacksRelayControl(context.settings);
}

export function dieOfConfiguration(args: Args): Decision {
  const list =
    args.context.settings.profile === '2.3'
      ? '"smtpd_recipient_restrictions"'
      : '"smtpd_relay_restrictions" or "smtpd_recipient_restrictions"';
  const text =
    `in parameter ${list}, specify at least one working instance of: ` +
    'reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit ' +
    'or check_relay_domains';
  const log: Effect = { type: 'log', level: 'fatal', text };
  const done = say(args, closing(hostOf(args.context), 'trouble'), { context: { hangUp: true } });
  return { ...done, effects: [log, ...(done.effects ?? [])] };
}

/** A reply is waiting for the error sleep. */
export function mustSleep({ context }: Args): boolean {
  return context.pendingReply !== undefined;
}

/** The sleep is over. */
export function sayPending({ context }: Args): Decision {
  if (context.pendingReply === undefined) return {};
  const bytes = latin1ToBytes(encodeReply(context.pendingReply));
  return { context: { pendingReply: undefined }, effects: [{ type: 'net.write', bytes }, idle(context)] };
}

export function mustHangUp({ context }: Args): boolean {
  return context.hangUp;
}

export function hasTooManyErrors({ context }: Args): boolean {
  return context.errors >= intOf(context.settings, 'smtpd_hard_error_limit');
}

export function sayTooManyErrors(args: Args): Decision {
  const { context } = args;
  const log = logLine(`too many errors after ${context.where} from ${clientName(context)}`);
  const bytes = latin1ToBytes(encodeReply(closing(hostOf(context), 'errors')));
  return { effects: [{ type: 'net.write', bytes }, log] };
}

/** The client said nothing for too long. */
export function sayTimeout({ context }: Args): Decision {
  const bytes = latin1ToBytes(encodeReply(closing(hostOf(context), 'timeout')));
  const log = logLine(`timeout after ${context.where} from ${clientName(context)}`);
  return { effects: [{ type: 'net.write', bytes }, log] };
}

export function isIdleTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'idle';
}

export function logLost({ context }: Args): Decision {
  return { effects: [logLine(`lost connection after ${context.where} from ${clientName(context)}`)] };
}

const ORDER = ['helo', 'ehlo', 'mail', 'rcpt', 'data', 'rset', 'noop', 'vrfy', 'etrn', 'quit', 'unknown'];

/** ` ehlo=1 mail=1 rcpt=2/3 commands=5/6` of 3.x. */
function counters({ counts }: SmtpdContext): string {
  let [good, all] = [0, 0];
  const parts: string[] = [];
  for (const name of ORDER) {
    const [okay, total] = counts[name] ?? [0, 0];
    if (total === 0) continue;
    parts.push(`${name}=${okay === total ? total : `${okay}/${total}`}`);
    good += okay;
    all += total;
  }
  parts.push(`commands=${good === all ? all : `${good}/${all}`}`);
  return ` ${parts.join(' ')}`;
}

/** The end: an unfinished message is forgotten, the line is closed. */
export function hangUp({ context }: Args): Decision {
  const { settings, transaction } = context;
  const tail = settings.profile === '2.3' ? '' : counters(context);
  const cleanup = transaction?.cleanup ?? '';
  const abort: readonly Effect[] =
    cleanup === '' ? [] : [{ type: 'send', to: cleanup, note: { type: 'cleanup.abort' } }];
  return {
    context: { transaction: undefined },
    effects: [
      ...abort,
      logLine(`disconnect from ${clientName(context)}${tail}`),
      { type: 'net.close' },
      { type: 'exit' },
    ],
  };
}

export function isEmpty(args: Args): boolean {
  const { words } = commandOf(args);
  return words.length === 0 || words[0]?.error === true;
}

/** Another protocol talks to us: a web browser, or a mail header. postconf(5) smtpd_forbidden_commands */
export function isForbidden(args: Args): boolean {
  const first = word(args, 0);
  const { settings } = args.context;
  const names = listOf(settings, 'smtpd_forbidden_commands').map((name) => name.toUpperCase());
  if (names.includes(first.toUpperCase()) || /^[^\s:]+:$/.test(first)) return true;
  return settings.profile === '3.x' && /^[^A-Za-z]/.test(first);
}

export function sayForbidden(args: Args): Decision {
  const { context } = args;
  const line = commandOf(args)
    .line.slice(0, 100)
    .replace(/[^\x20-\x7e]/g, '?');
  const log = logLine(`non-SMTP command from ${clientName(context)}: ${line}`, 'warning');
  return say(args, R.breakRules, { context: { hangUp: true }, effects: [log] });
}

export function isNoopCommand(args: Args): boolean {
  const names = listOf(args.context.settings, 'smtpd_noop_commands').map((name) => name.toUpperCase());
  return names.includes(word(args, 0).toUpperCase());
}

export function sayUnknown(args: Args): Decision {
  return say(args, unknownCommand(args.context.settings.profile));
}

export function sayReply(args: Args, params: { readonly reply: keyof typeof R }): Decision {
  return say(args, R[params.reply]);
}

/** NOOP, RSET and their like: beyond smtpd_junk_command_limit they are errors. */
export function sayJunk(args: Args, params: { readonly reply: keyof typeof R }): Decision {
  const { context } = args;
  const junk = context.junk + 1;
  const over = junk > intOf(context.settings, 'smtpd_junk_command_limit');
  return say(args, R[params.reply], { context: { junk, ...(over ? { errors: context.errors + 1 } : {}) } });
}

/**
 * Input behind a command after which a client must wait. RFC 2920 §3.1 · postconf(5)
 * smtpd_forbid_unauth_pipelining
 */
export function pipelinedTooEarly(args: Args): boolean {
  const { context } = args;
  if (
    context.settings.profile === '2.3' ||
    textOf(context.settings, 'smtpd_forbid_unauth_pipelining') !== 'yes'
  )
    return false;
  const { type, pending } = commandOf(args);
  if (!pending) return false;
  return context.protocol === 'SMTP'
    ? type !== 'QUIT'
    : ['EHLO', 'HELO', 'DATA', 'NOOP', 'VRFY', 'ETRN'].includes(type);
}

export function saySynchronization(args: Args): Decision {
  const { context } = args;
  const text = `improper command pipelining after ${commandOf(args).type} from ${clientName(context)}`;
  return say(args, R.synchronization, { context: { hangUp: true }, effects: [logLine(text)] });
}

/** smtpd_delay_reject = no: the client may be refused at once. */
export function clientIsRefused({ context }: Args): boolean {
  if (textOf(context.settings, 'smtpd_delay_reject') !== 'no') return false;
  return earlyVerdict(context).type === 'reject';
}

function earlyVerdict(context: SmtpdContext) {
  const { settings, client, helo } = context;
  return judgeEarly({ settings, client, helo, sender: '', recipient: '', resolution: undefined }, 'client');
}

export function sayClientRefused(args: Args): Decision {
  const verdict = earlyVerdict(args.context);
  return verdict.type === 'reject' ? say(args, verdict.reply, { context: { hangUp: true } }) : {};
}
