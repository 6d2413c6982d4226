/**
 * The connection itself: greeting, sleeping, hanging up.
 *
 * smtpd(8) · RFC 5321 §3.1, §3.8 · postconf(5) smtpd_hard_error_limit · Postfix: src/smtpd/smtpd.c
 * smtpd_proto
 */
import { boolOf, intOf, textOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { startFirstLine } from '../mail/first-line.ts';
import { NOTHING_KNOWN } from './asking.ts';
import { chatEnded, isWorthANotice, startChat } from './chat.ts';
import { countedClient, departure } from './counting.ts';
import { forgetting, leaving, NO_FILTERS } from './filter-notes.ts';
import { NO_ORDERS } from './orders.ts';
import { closing } from './replies.ts';
import { missingRelayControl } from './restriction-plan.ts';
import {
  AFTER_TEXT,
  type Args,
  clientName,
  type Decision,
  hostOf,
  IN_CHUNKS,
  IN_TEXT,
  idle,
  logLine,
  tell,
  written,
} from './say.ts';
import { COUNTED, NO_EXTRAS, type SmtpdContext, type SmtpdInput } from './types.ts';

/** The context of a session that has just begun. */
export function newSession(input: SmtpdInput): SmtpdContext {
  const { settings, zone, pid } = input;
  const stdin = input.stdin === true;
  return {
    ...{ settings, zone, pid, client: countedClient(settings, input.client, stdin), stdin },
    ...{ serverAddress: input.serverAddress ?? '', serverPort: input.serverPort ?? 0 },
    ...{ helo: '', protocol: 'SMTP', where: 'CONNECT', errors: 0, junk: 0, overshoot: 0 },
    ...{ pipelined: false, bareLfNoted: false, denied: false, longLine: undefined, command: undefined },
    ...{ party: undefined, stage: 'connect', cursor: undefined, finding: { type: 'accepted' }, deferred: {} },
    ...{
      known: NOTHING_KNOWN,
      transaction: undefined,
      orders: NO_ORDERS,
      pendingReply: undefined,
      textIsNext: false,
      hangUp: false,
      extras: NO_EXTRAS,
      filters: NO_FILTERS,
      chat: startChat(settings, input.stdin === true),
    },
    ...{ firstLine: startFirstLine, dataBytes: 0, counts: COUNTED.flatMap(() => [0, 0]) },
  };
}

/** Who has come. */
export function logConnect({ context }: Args): Decision {
  return { effects: [logLine(`connect from ${clientName(context)}`)] };
}

/** The configuration would relay for everybody: refuse to work. */
export function relaysForAll({ context }: Args): boolean {
  return missingRelayControl(context.settings) !== undefined;
}

/**
 * Says why, and leaves. Differs: in Postfix smtpd dies before it has a client, and master lets the client
 * wait until it starts the next one a minute later; here the client hears of it, or at least sees the line
 * closed (2.3).
 */
export function dieOfConfiguration({ context }: Args): Decision {
  const log = logLine(missingRelayControl(context.settings) ?? '', 'fatal');
  if (context.settings.profile === '2.3') return { context: { hangUp: true }, effects: [log] };
  const told = tell(context, closing(hostOf(context), 'trouble'));
  return { ...told, effects: [log, ...(told.effects ?? [])] };
}

/** smtpd_delay_reject = no: the client is judged before it hears a word. */
export function clientIsJudgedNow({ context }: Args): boolean {
  return !context.stdin && !boolOf(context.settings, 'smtpd_delay_reject');
}

/** Says who we are. */
export function greet({ context }: Args): Decision {
  return tell(context, { code: 220, text: textOf(context.settings, 'smtpd_banner') });
}

/** A reply is waiting for the error sleep. */
export function mustSleep({ context }: Args): boolean {
  return context.pendingReply !== undefined;
}

/** The sleep is over. */
export function sayPending({ context }: Args): Decision {
  if (context.pendingReply === undefined) return {};
  const effects = [written(context.pendingReply), idle(context)];
  return { context: { pendingReply: undefined }, effects };
}

/** Any 421, QUIT, or a client that speaks another protocol. */
export function mustHangUp({ context }: Args): boolean {
  return context.hangUp;
}

/** The session is over, or a long history, and the postmaster is to hear of it. */
export function noticeIsDue({ context }: Args): boolean {
  return context.chat?.due !== undefined || (context.hangUp && isWorthANotice(context));
}

/** The client has gone, and the postmaster is to hear of it. */
export function lossIsNoticed({ context }: Args): boolean {
  return isWorthANotice(context);
}

/** 354 was said. */
export function expectsText({ context }: Args): boolean {
  return context.textIsNext;
}

export function isDenied({ context }: Args): boolean {
  return context.denied;
}

export function inTransaction({ context }: Args): boolean {
  return context.transaction !== undefined;
}

export function hasSaidHello({ context }: Args): boolean {
  return context.helo !== '';
}

export function hasTooManyErrors({ context }: Args): boolean {
  return context.errors >= intOf(context.settings, 'smtpd_hard_error_limit');
}

/** The error sleep, as opposed to the client's own time. */
export function isSleepTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'sleep';
}

/** The `sleep` restriction. */
export function isPauseTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'pause';
}

export function sayTooManyErrors({ context }: Args): Decision {
  return lastWord(context, 'errors', 'too many errors');
}

/** The client said nothing for too long. */
export function sayTimeout({ context }: Args): Decision {
  return lastWord(context, 'timeout', 'timeout');
}

/** A service of ours that has to be asked says nothing. */
export function sayTrouble({ context }: Args): Decision {
  return tell(context, closing(hostOf(context), 'trouble'), 'software');
}

function lastWord(context: SmtpdContext, kind: 'errors' | 'timeout', reason: string): Decision {
  const blame = kind === 'errors' ? 'protocol' : undefined;
  const told = tell(context, closing(hostOf(context), kind), blame);
  const chat = chatEnded(told.context?.chat, reason);
  return {
    context: { ...told.context, chat },
    effects: [...(told.effects ?? []), logLine(`${reason} after ${whereLost(context)}`)],
  };
}

/** The number of bytes helps with networks that let no large packet through. */
function whereLost(context: SmtpdContext): string {
  const { settings, where, dataBytes } = context;
  if (where === IN_CHUNKS) return `BDAT (${dataBytes} bytes) from ${clientName(context)}`;
  if (where !== IN_TEXT) return `${where} from ${clientName(context)}`;
  return `DATA${settings.profile === '2.3' ? '' : ` (${dataBytes} bytes)`} from ${clientName(context)}`;
}

/** The client has gone. One that goes after its message was taken, without QUIT, is not worth a line. */
export function logLost({ context }: Args): Decision {
  const chat = chatEnded(context.chat, 'lost connection');
  if (context.where === AFTER_TEXT) return { context: { chat, hangUp: true } };
  return {
    context: { chat, hangUp: true },
    effects: [logLine(`lost connection after ${whereLost(context)}`)],
  };
}

/** ` ehlo=1 mail=1 rcpt=2/3 commands=5/6` since 3.0. */
function counters({ counts, bareLfNoted }: SmtpdContext): string {
  let [good, all] = [0, 0];
  const parts: string[] = [];
  for (const [index, name] of COUNTED.entries()) {
    const okay = counts[2 * index] ?? 0;
    const total = counts[2 * index + 1] ?? 0;
    if (total === 0) continue;
    parts.push(`${name.toLowerCase()}=${okay === total ? total : `${okay}/${total}`}`);
    good += okay;
    all += total;
  }
  parts.push(`commands=${good === all && all > 0 ? all : `${good}/${all}`}`);
  return ` ${parts.join(' ')}${bareLfNoted ? ' notes=bare_lf' : ''}`;
}

/** The end: an unfinished message is forgotten, the line is closed. */
export function hangUp({ context }: Args): Decision {
  const tail = context.settings.profile === '2.3' ? '' : counters(context);
  const log = logLine(`disconnect from ${clientName(context)}${tail}`);
  return {
    effects: [
      ...abortion(context),
      ...leaving(context),
      ...departure(context),
      log,
      { type: 'net.close' },
      { type: 'exit' },
    ],
  };
}

/** Tells cleanup and the milters to forget the message, if there is one. */
export function abortion(context: SmtpdContext): readonly Effect[] {
  const { transaction, filters } = context;
  const cleanup = transaction?.cleanup ?? '';
  const forget = filters.process === '' ? [] : forgetting(context, transaction === undefined ? 0 : 1);
  return cleanup === ''
    ? forget
    : [{ type: 'send', to: cleanup, note: { type: 'cleanup.abort' } }, ...forget];
}

/** Forgets the transaction. RFC 5321 §4.1.1.5 · Postfix: mail_reset, rcpt_reset */
export function forgetTransaction({ context }: Args): Decision {
  const nothing = { transaction: undefined, orders: NO_ORDERS, overshoot: 0, extras: NO_EXTRAS };
  return { context: nothing, effects: abortion(context) };
}
