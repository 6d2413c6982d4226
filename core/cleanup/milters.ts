/**
 * Milters see the message when it is complete, before anybody is promised anything: those of an SMTP session
 * through the process that this session speaks with; for mail of this machine a session is played.
 *
 * MILTER_README · postconf(5) non_smtpd_milters · Postfix: src/cleanup/cleanup_milter.c
 */
import { noMilters } from '../config/overrides.ts';
import { intOf, listOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { MilterMessage, MilterOpen, MilterVerdict } from '../kernel/milter.ts';
import { macroLists, milterList, ownMacros } from '../kernel/milter-list.ts';
import { textIn } from '../mail/queue-file.ts';
import { shownOrigin, shownPeople } from './check-actions.ts';
import { rewriteFile } from './milter-edits.ts';
import { happeningsFor, macrosFor } from './milter-local.ts';
import { leaving, type MilterWork, NOTHING_TOLD } from './milter-work.ts';
import { type Args, type Decision, inTurn, logLine, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** Somebody wants to see the message. */
export function miltersAreWanted({ context }: Args): boolean {
  const { milters, message, settings } = context;
  if (milters !== undefined) return true;
  if (message.origin !== 'pickup' || message.isRequeued === true || noMilters(settings)) return false;
  const items = listOf(settings, 'non_smtpd_milters');
  return items.length > 0 && milterList(settings, items).servers.length > 0;
}

/** The file is read as it is: the text is nowhere else. */
export function readBack({ context: { path } }: Args): Decision {
  return { effects: [{ type: 'file.read', file: 'message', path }] };
}

/** They are shown the message, or first told how it came. */
export function beginMilters({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'the file was read');
  const { settings } = context;
  const milters = { ...(context.milters ?? NOTHING_TOLD), bytes: event.bytes };
  if (!milters.isOurs) return showMessage(context, milters);
  const happenings = happeningsFor(context, event.bytes);
  const { servers, problems } = milterList(settings, listOf(settings, 'non_smtpd_milters'));
  const note: MilterOpen = {
    ...{ type: 'milter.open', token: context.queueId, servers, lists: macroLists(settings) },
    ...{ macros: { ...ownMacros(settings), ...macrosFor(context) }, happenings: happenings.slice(0, 1) },
  };
  return {
    context: { milters: { ...milters, happenings } },
    effects: [...problems.map((text) => logLine('warning', text)), { type: 'send', to: 'milter', note }],
  };
}

function showMessage(context: CleanupContext, milters: MilterWork): Decision {
  const macros = milters.isOurs ? { ...ownMacros(context.settings), ...macrosFor(context) } : {};
  const note: MilterMessage = {
    ...{ type: 'milter.message', token: context.queueId, text: textIn(milters.bytes) },
    macros: { ...macros, i: context.queueId },
    limitBytes: intOf(context.settings, 'message_size_limit'),
  };
  return { context: { milters }, effects: [{ type: 'send', to: milters.process, note }] };
}

/** They have heard of a step of the session that is played: the next one, or the message. */
export function tellMore({ context, event }: Args): Decision {
  assert(event.type === 'milter.answer' && context.milters !== undefined, 'the milters were told');
  const [heard, ...happenings] = context.milters.happenings;
  const milters = { ...context.milters, process: event.from, happenings };
  const stage = heard?.stage ?? 'connect';
  return inTurn(
    context,
    () => ({ context: { milters } }),
    (next) => obey(next, event.verdict, stage.toUpperCase()),
    (next) => (stage === 'rcpt' && next.status !== context.status ? cannotRefuse(next) : {}),
    (next) => {
      if (next.status !== 'ok' || next.isDiscarded)
        return { context: { milters: { ...milters, isDone: true } } };
      const [happening] = happenings;
      if (happening === undefined) return showMessage(next, milters);
      const macros = { ...ownMacros(next.settings), ...macrosFor(next) };
      const note = { type: 'milter.tell', token: next.queueId, macros, happening } as const;
      return { effects: [{ type: 'send', to: milters.process, note }] };
    },
  );
}

/** All recipients of mail of this machine are in one file: none of them can be refused alone. */
function cannotRefuse({ queueId }: CleanupContext): Decision {
  const what = "milter configuration error: can't reject recipient in non-smtpd(8) submission";
  return {
    context: { status: 'map', reason: '4.3.5 Server configuration error' },
    effects: [
      logLine('warning', `${queueId}: ${what}`),
      logLine('warning', `${queueId}: deferring delivery of this message`),
    ],
  };
}

/** What they say of the message is done. */
export function obeyMilters({ context, event }: Args): Decision {
  assert(event.type === 'milter.done' && context.milters !== undefined, 'the milters have seen the message');
  const { bytes } = context.milters;
  const held: MilterVerdict = { type: event.quarantine === undefined ? 'continue' : 'hold' };
  return inTurn(
    context,
    () => ({ context: { milters: { ...(context.milters ?? NOTHING_TOLD), process: event.from } } }),
    (next) => obey(next, held, 'END-OF-MESSAGE'),
    (next) => obey(next, event.verdict, 'END-OF-MESSAGE'),
    (next) => (next.status === 'ok' && !next.isDiscarded ? rewriteFile(next, bytes, event) : {}),
    (next) => ({ context: finished(next) }),
  );
}

function finished({ milters }: CleanupContext): Partial<CleanupContext> {
  const left = milters ?? NOTHING_TOLD;
  return { milters: { ...left, bytes: NOTHING_TOLD.bytes, isDone: true } };
}

/** Whoever spoke with them died of our own mistake: the client will come again. */
export function noteMilterDeath({ context }: Args): Decision {
  return { context: { status: worse('internal', context.status), ...finished(context) } };
}

export function miltersAreDone({ context }: Args): boolean {
  return context.milters?.isDone === true;
}

/** Those that were called for this message are left. */
export function leaveMilters({ context }: Args): Decision {
  return { effects: leaving(context) };
}

function told(context: CleanupContext, word: string, event: string, text: string): Effect {
  // A session that is played has a client, to Postfix too.
  const origin = context.milters?.isOurs === true ? 'localhost[127.0.0.1]' : shownOrigin(context);
  const where = `${word}: ${event} from ${origin}`;
  return logLine('info', `${context.queueId}: ${where}: ${text}; ${shownPeople(context)}`);
}

/**
 * A verdict: kept back, thrown away, or refused. The client hears the reply as it is.
 *
 * Differs: where a milter wants the line closed over a message, the client is told to come again; Postfix
 * promises that message and throws it away.
 */
function obey(context: CleanupContext, verdict: MilterVerdict, event: string): Decision {
  switch (verdict.type) {
    case 'continue':
      return {};
    case 'hold':
      if (context.isHeld) return {};
      return {
        context: { isHeld: true },
        effects: [told(context, 'milter-hold', event, 'milter triggers HOLD action')],
      };
    case 'discard':
      return {
        context: { isDiscarded: true },
        effects: [told(context, 'milter-discard', event, 'milter triggers DISCARD action')],
      };
    case 'shutdown':
      return refusal(context, event, '421 4.7.0 Service unavailable');
    case 'reply':
      return refusal(context, event, verdict.text);
    default:
      return verdict satisfies never;
  }
}

function refusal(context: CleanupContext, event: string, reply: string): Decision {
  const status = worse(reply.startsWith('4') ? 'map' : 'rejected', context.status);
  // There is a client that hears the reply, or a notice that needs its words alone.
  const reason = context.message.origin === 'smtpd' ? reply : reply.slice(4);
  return {
    context: { status, reason },
    effects: [told(context, 'milter-reject', event, reply.slice(4))],
  };
}
