/**
 * What is no command at all: nonsense, other protocols, lines of the wrong form, input at the wrong time; and
 * commands that stand alone.
 *
 * RFC 5321 §4.2.4 · postconf(5) smtpd_forbidden_commands, smtpd_noop_commands, smtpd_forbid_unauth_pipelining
 */
import { fold } from '../config/fold.ts';
import { matchString } from '../config/match-list.ts';
import { boolOf, intOf, listOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { printable } from '../mail/log-format.ts';
import type { ErrorClass } from './chat.ts';
import { isNoop } from './commands.ts';
import { accessDenied, BARE_NEWLINE, bareNewline, R, unknownCommand } from './replies.ts';
import {
  type Args,
  clientName,
  type Decision,
  hostOf,
  idle,
  isCommand,
  logLine,
  longLineWarning,
  say,
  speaksTooEarly,
  tell,
  whatsUp,
} from './say.ts';
import type { Command } from './types.ts';

/** The command of this step, or the one that waits for an answer. */
export function commandOf({ context, event }: Args): Command {
  const command = isCommand(event) ? event : context.command;
  assert(command !== undefined, 'a command rule needs a command');
  return command;
}

/** Word `index` of the command, '' when there is none. */
export function word(args: Args, index: number): string {
  return commandOf(args).words[index]?.text ?? '';
}

export function hasArguments(args: Args): boolean {
  return commandOf(args).words.length > 1;
}

export function lacksArguments(args: Args): boolean {
  return !hasArguments(args);
}

/** Sentences that Postfix does not count among the mistakes in the protocol. */
const BLAME: Readonly<Partial<Record<keyof typeof R, ErrorClass | 'none'>>> = {
  ...{ vrfyDisabled: 'policy', notAuthorised: 'policy', noRecipients: 'none' },
};

/** A fixed sentence. */
export function sayReply(args: Args, params: { readonly reply: keyof typeof R }): Decision {
  return say(args, R[params.reply], {}, undefined, BLAME[params.reply]);
}

/** Nothing on the line, or only blanks. */
export function isEmpty(args: Args): boolean {
  return commandOf(args).words.length === 0;
}

export function sayBadSyntax(args: Args): Decision {
  return say(args, R.badSyntax);
}

export function isNoopCommand(args: Args): boolean {
  return isNoop(args.context, word(args, 0));
}

/** The stock value of smtpd_forbidden_commands in 3.x, without a table of regular expressions. */
const NOT_A_LETTER = 'regexp:{{/^[^A-Z]/ Bogus}}';

/** Another protocol talks to us: a web browser, or the header of a mail. */
export function isForbidden(args: Args): boolean {
  const first = word(args, 0);
  const { settings } = args.context;
  if (/^[\x21-\x39\x3b-\x7e]+:/.test(first)) return true;
  const names = listOf(settings, 'smtpd_forbidden_commands');
  if (names.some((name) => fold(name) === fold(first))) return true;
  if (names.includes(NOT_A_LETTER) && !/^[a-z]/i.test(first)) return true;
  return matchString(settings, 'smtpd_forbidden_commands', first).type === 'match';
}

export function sayForbidden(args: Args): Decision {
  const { context } = args;
  const line = printable(commandOf(args).line).slice(0, 100);
  const log = logLine(`non-SMTP command from ${clientName(context)}: ${line}`, 'warning');
  return say(args, R.breakRules, { context: { hangUp: true }, effects: [log] }, false, 'none');
}

export function sayUnknown(args: Args): Decision {
  return say(args, unknownCommand(args.context.settings.profile));
}

/** Only QUIT helps a client that was refused when it came. RFC 5321 §3.1 */
export function sayDenied(args: Args): Decision {
  const { where } = args.context;
  const said = say(args, accessDenied(clientName(args.context)), {}, false, 'policy');
  return { ...said, context: { ...said.context, where } };
}

/** Input behind a command after which a client must wait. RFC 2920 §3.1 */
export function pipelinedTooEarly(args: Args): boolean {
  const { context } = args;
  if (context.pipelined || !speaksTooEarly(context, commandOf(args))) return false;
  return boolOf(context.settings, 'smtpd_forbid_unauth_pipelining');
}

export function saySynchronization(args: Args): Decision {
  return say(args, R.synchronization, { context: { hangUp: true } }, false, 'none');
}

/** The client ends in this session. */
export function sayBye(args: Args): Decision {
  return say(args, R.bye, { context: { hangUp: true } });
}

/** postconf(5) smtpd_forbid_bare_newline = reject, smtpd_forbid_bare_newline_reject_code */
export function sayBareLine({ context, event }: Args): Decision {
  const code = intOf(context.settings, 'smtpd_forbid_bare_newline_reject_code');
  const line = event.type === 'line.bare' ? event.line : undefined;
  const told = tell(context, bareNewline(hostOf(context), code), 'protocol', line);
  const log = whatsUp(context, 'reject', 'bare <LF> received', BARE_NEWLINE);
  return { context: { ...told.context, hangUp: true }, effects: [log, ...(told.effects ?? [])] };
}

/** The beginning of a long line is the command; the rest of it is skipped. postconf(5) line_length_limit */
export function holdLongLine({ context, event }: Args): Decision {
  assert(event.type === 'line.long', 'holdLongLine belongs to line.long');
  if (context.longLine !== undefined) return { effects: [idle(context)] };
  return { context: { longLine: event.line }, effects: [longLineWarning(context, event.line)] };
}
