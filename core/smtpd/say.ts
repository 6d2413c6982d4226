/**
 * Replies and what they cost: errors, junk, the sleep after many errors, the counters of the disconnect line.
 *
 * RFC 5321 §4.2 · postconf(5) smtpd_soft_error_limit, smtpd_junk_command_limit · Postfix:
 * src/smtpd/smtpd_chat.c
 */
import { boolOf, intOf, textOf, timeMsOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { Effect, LogLevel } from '../kernel/effects.ts';
import { changed, joined } from '../kernel/joined.ts';
import type { Because } from '../mail/because.ts';
import { printable } from '../mail/log-format.ts';
import { quote822 } from '../mail/quote.ts';
import { encodeReply, type Reply, softBounce } from '../mail/reply.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { chatWith, type ErrorClass } from './chat.ts';
import { isNoop, notesBareNewline } from './commands.ts';
import { R } from './replies.ts';
import { COUNTED, type Command, type SmtpdContext, type SmtpdEvent } from './types.ts';

export type Args = RuleArgs<SmtpdContext, SmtpdEvent>;
export type Decision = Outcome<SmtpdContext>;

/** `name[address]`. */
export function clientName({ client }: SmtpdContext): string {
  return `${client.name}[${client.address}]`;
}

/** The name we go by. */
export function hostOf({ settings }: SmtpdContext): string {
  return textOf(settings, 'myhostname');
}

export function logLine(text: string, level: LogLevel = 'info', because?: Because): Effect {
  return because === undefined ? { type: 'log', level, text } : { type: 'log', level, text, because };
}

/** The client has this long for its next line or piece of text. postconf(5) smtpd_timeout */
export function idle({ settings }: SmtpdContext): Effect {
  return { type: 'timer.set', timer: 'idle', afterMs: timeMsOf(settings, 'smtpd_timeout') };
}

/** Whether this event is a command line. */
export function isCommand(event: SmtpdEvent): event is Command {
  return 'words' in event;
}

/**
 * Writes a reply, at once or after the error sleep, and counts nothing. From smtpd_soft_error_limit errors
 * on every reply waits smtpd_error_sleep_time. Differs: Postfix sleeps before each line of a reply; here
 * they come together, after the same time in all.
 *
 * @param blame the class of the error, for notices to the postmaster; absent: none
 * @param line what it answers, where that is no command
 */
export function tell(context: SmtpdContext, given: Reply, blame?: ErrorClass, line?: string): Decision {
  const { settings } = context;
  const reply = boolOf(settings, 'soft_bounce') ? softBounce(given) : given;
  const lastWord = reply.code === 421 || (reply.code === 521 && settings.profile !== '2.3');
  const hangUp = context.hangUp || lastWord;
  const sleepMs = sleepBefore(context, reply);
  const chat = chatWith(context, reply, blame, line, sleepMs);
  if (chat?.due !== undefined) return { context: { hangUp, chat } };
  if (sleepMs === 0) return { context: { hangUp, chat }, effects: [written(reply), idle(context)] };
  const uttered = utter(context, reply, sleepMs);
  return { context: { ...uttered.context, hangUp, chat }, effects: uttered.effects ?? [] };
}

function sleepBefore({ settings, errors }: SmtpdContext, { text }: Reply): number {
  if (errors < intOf(settings, 'smtpd_soft_error_limit')) return 0;
  return timeMsOf(settings, 'smtpd_error_sleep_time') * (typeof text === 'string' ? 1 : text.length);
}

/** Writes a reply that is in the history, at once or after this time. */
export function utter(context: SmtpdContext, reply: Reply, sleepMs: number): Decision {
  if (sleepMs === 0) return { effects: [written(reply), idle(context)] };
  return {
    context: { pendingReply: reply },
    effects: [{ type: 'timer.set', timer: 'sleep', afterMs: sleepMs }],
  };
}

/** The bytes of a reply, and what it comes from. */
export function written(reply: Reply): Effect {
  const bytes = latin1ToBytes(encodeReply(reply));
  const { because } = reply;
  return because === undefined ? { type: 'net.write', bytes } : { type: 'net.write', bytes, because };
}

/** Commands that cost the client nothing and bring it nothing. */
const JUNK: readonly string[] = ['HELO', 'EHLO', 'RSET', 'NOOP', 'VRFY', 'ETRN'];
const JUNK_2: readonly string[] = [...JUNK, 'XCLIENT', 'XFORWARD'];

/**
 * The beginning of a command: what it is called in logs, and what is odd about its line. An action that
 * does not answer at once begins with this; `say` does it by itself.
 */
export function begin({ context, event }: Args): Decision {
  if (!isCommand(event) || event === context.command) return {};
  const effects: Effect[] = event.cut ? [longLineWarning(context, event.line)] : [];
  const pipelined = context.pipelined || speaksTooEarly(context, event);
  if (pipelined && !context.pipelined) {
    effects.push(logLine(`improper command pipelining after ${event.type} from ${clientName(context)}`));
  }
  const where = isEmptyLine(event) ? context.where : event.type;
  const bareLfNoted = context.bareLfNoted || (event.bareLf && notesBareNewline(context));
  const counts = doesNothing(context, event) ? context.counts : counted(context, where, 0, 1);
  return { context: { where, pipelined, bareLfNoted, longLine: undefined, command: event, counts }, effects };
}

/** Postfix does not count what is not in its table of commands, and has no word for it in the log. */
function doesNothing(context: SmtpdContext, command: Command): boolean {
  return (
    isEmptyLine(command) || (command.type === 'UNKNOWN' && isNoop(context, command.words[0]?.text ?? ''))
  );
}

function isEmptyLine({ words }: Command): boolean {
  return words.length === 0;
}

/** Everything behind the verb, as one text. */
export function wordsOf({ words }: Command): string {
  return words
    .slice(1)
    .map(({ text }) => text)
    .join(' ');
}

/** postconf(5) line_length_limit */
export function longLineWarning(context: SmtpdContext, line: string): Effect {
  const limit = intOf(context.settings, 'line_length_limit');
  const shown = printable(line).slice(0, 30);
  return logLine(`${clientName(context)}: request longer than ${limit}: ${shown}...`, 'warning');
}

/** Commands after which a client must wait for the reply. RFC 2920 §3.1 */
const LAST: readonly string[] = ['HELO', 'EHLO', 'DATA', 'NOOP', 'VRFY'];

/** Input waits behind a command where it may not; Postfix looks since 2.6, and 2.3 only in a restriction. */
export function speaksTooEarly({ settings, protocol, stdin }: SmtpdContext, command: Command): boolean {
  if (settings.profile === '2.3' || stdin || !command.pending || command.type === 'UNKNOWN') return false;
  return protocol !== 'ESMTP' || LAST.includes(command.type);
}

/**
 * The answer to a command: written, counted, and paid for.
 *
 * @param extra context and effects of the same row; effects come before the reply
 * @param good whether the command succeeded, when the reply's code does not say it
 * @param blame the class of the error, where it is one; some errors are of none
 */
export function say(
  args: Args,
  reply: Reply,
  extra: Decision = {},
  good = reply.code < 400,
  blame: ErrorClass | 'none' = 'protocol',
): Decision {
  const begun = begin(args);
  const changes = Object.assign({}, begun.context, extra.context);
  const context = changed(args.context, changes);
  const told = tell(context, reply, good || blame === 'none' ? undefined : blame);
  const counts =
    good && context.command !== undefined ? counted(context, countedAs(context), 1, 0) : context.counts;
  Object.assign(changes, told.context, paid(context, good), { counts, command: undefined, party: undefined });
  const before = joined(begun.effects ?? [], extra.effects ?? []);
  return { context: changes, effects: joined(before, told.effects ?? []) };
}

/** The last chunk is a BDAT, though the log calls what comes after it the end of the message. */
function countedAs({ command, where }: SmtpdContext): string {
  return command?.type === 'BDAT' ? command.type : where;
}

/** Errors and junk after a command. */
function paid(
  { settings, errors, junk, command, where }: SmtpdContext,
  good: boolean,
): Partial<SmtpdContext> {
  const sum = errors + (good ? 0 : 1);
  const type = command?.type ?? where;
  const list = settings.profile === '2.3' ? JUNK_2 : JUNK;
  if (!list.includes(type)) return { errors: sum };
  return { junk: junk + 1, errors: sum + (tooMuchJunk(settings, junk) ? 1 : 0) };
}

function tooMuchJunk(settings: SmtpdContext['settings'], junk: number): boolean {
  return junk > intOf(settings, 'smtpd_junk_command_limit');
}

/** An answer to one of smtpd_noop_commands: only junk is counted. */
export function sayNothingDone(args: Args): Decision {
  const { errors, junk, settings, where, counts } = args.context;
  const over = tooMuchJunk(settings, junk) ? 1 : 0;
  const said = say(args, R.ok);
  return { ...said, context: { ...said.context, where, counts, junk: junk + 1, errors: errors + over } };
}

/** For the disconnect line of 3.x: `rcpt=1/2`. */
function counted(
  { settings, counts }: SmtpdContext,
  where: string,
  good: number,
  all: number,
): SmtpdContext['counts'] {
  const place = COUNT_PLACES.get(where);
  if (place === undefined || settings.profile === '2.3') return counts;
  const next = counts.slice();
  next[place] = (next[place] ?? 0) + good;
  next[place + 1] = (next[place + 1] ?? 0) + all;
  return next;
}

/** What the log calls the time between 354 and the dot, and the time after it. */
export const IN_TEXT = 'DATA content';
export const IN_CHUNKS = 'BDAT content';
export const AFTER_TEXT = 'END-OF-MESSAGE';

const DATA_PLACE = 2 * COUNTED.indexOf('DATA');
/** Where in `counts` what a client did is counted. */
const COUNT_PLACES: ReadonlyMap<string, number> = new Map([
  ...COUNTED.map((name, index) => [name, 2 * index] as const),
  [IN_CHUNKS, 2 * COUNTED.indexOf('BDAT')],
  ...[IN_TEXT, AFTER_TEXT].map((text) => [text, DATA_PLACE] as const),
]);

/** An address in the log: as Postfix 3.5 and later write it, quoted; before, as it is. */
export function logAddress({ settings }: SmtpdContext, address: string): string {
  return printable(settings.profile === '2.3' || address === '' ? address : quote822(address));
}

/** With several recipients the lists at DATA see none: what they say holds for all. */
function firstOf({ transaction, stage }: SmtpdContext): string | undefined {
  if (transaction === undefined || transaction.accepted === 0) return undefined;
  const forAll = transaction.accepted > 1 && (stage === 'data' || stage === 'endOfData');
  return forAll ? undefined : transaction.firstRecipient;
}

/**
 * `NOQUEUE: reject: RCPT from name[address]: TEXT; from=<s> to=<r> proto=P helo=<h>`.
 *
 * @param word reject, reject_warning, …
 */
export function whatsUp(context: SmtpdContext, word: string, text: string, because?: Because): Effect {
  const { transaction, protocol, helo, where, command, party } = context;
  const id = transaction?.queueId ? transaction.queueId : 'NOQUEUE';
  const sender = transaction?.sender ?? (command?.type === 'MAIL' ? party : undefined);
  const recipient = command?.type === 'RCPT' || command?.type === 'VRFY' ? party?.given : firstOf(context);
  const from = sender === undefined ? '' : ` from=<${logAddress(context, sender.given)}>`;
  const to = recipient === undefined ? '' : ` to=<${logAddress(context, recipient)}>`;
  const name = context.stage === 'helo' && command !== undefined ? wordsOf(command) : helo;
  const hello = name === '' ? '' : ` helo=<${printable(name)}>`;
  const what = `${where} from ${clientName(context)}: ${text}`;
  const line = `${id}: ${word}: ${what};${from}${to} proto=${protocol}${hello}`;
  return logLine(line, 'info', because);
}
