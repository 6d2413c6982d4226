/**
 * Where the session meets the restriction lists: what they are asked, and how their answer is logged and
 * said.
 *
 * SMTPD_ACCESS_README · postconf(5) smtpd_delay_reject · Postfix: src/smtpd/smtpd_check.c smtpd_check_reject
 */
import { boolOf, listOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed, joined } from '../kernel/joined.ts';
import { isDsn } from '../mail/dsn.ts';
import { type Reply, replyText, softBounce } from '../mail/reply.ts';
import { NOTHING_KNOWN, questionEffects, UNANSWERED, withAnswer } from './asking.ts';
import { rememberedAt } from './causes.ts';
import type { ErrorClass } from './chat.ts';
import { forgetTransaction } from './connection.ts';
import { etrnName } from './etrn.ts';
import { saidName } from './hello.ts';
import { NO_ORDERS } from './orders.ts';
import { planOf } from './restriction-plan.ts';
import { judge, startCursor } from './restrictions.ts';
import { AFTER_TEXT, type Args, begin, type Decision, logLine, say, tell, whatsUp } from './say.ts';
import type { Party, SmtpdContext, Stage } from './types.ts';
import type { Cursor, Matter, Refusal, Remark } from './verdict.ts';

/** What the lists may know at a stage. */
function matterOf(args: Args, stage: Stage): Matter {
  const { settings, client, helo, transaction, party, pipelined, known } = args.context;
  const sender = stage === 'mail' ? party : transaction?.sender;
  const recipient = stage === 'rcpt' || stage === 'vrfy' ? party : onlyRecipient(args.context);
  return {
    ...{ settings, client, helo: stage === 'helo' ? saidName(args) : helo, sender, recipient, stage },
    etrn: stage === 'etrn' ? etrnName(args) : '',
    accepted: transaction?.accepted ?? 0,
    pipelined: pipelined || mayNotBePending(args, stage),
    answers: known.answers,
    session: args.context,
  };
}

/** Postfix 2.3 looks for early input only when a list asks. RFC 2920 §3.1 */
function mayNotBePending({ context }: Args, stage: Stage): boolean {
  const { settings, protocol, command } = context;
  if (settings.profile !== '2.3' || command?.pending !== true) return false;
  return protocol !== 'ESMTP' || stage === 'data';
}

/** With several recipients the lists at DATA see none: what they say holds for all. */
function onlyRecipient({ transaction }: SmtpdContext): Party | undefined {
  if (transaction?.accepted !== 1) return undefined;
  return transaction.firstParty;
}

/** Deferrals of stages before this one. */
function remembered({ deferred }: SmtpdContext, stage: Stage): Refusal | undefined {
  switch (stage) {
    case 'helo':
      return deferred.connect;
    case 'mail':
    case 'etrn':
      return deferred.connect ?? deferred.helo;
    case 'rcpt':
    case 'vrfy':
      return deferred.mail;
    default:
      return undefined;
  }
}

/** Begins with the lists of a stage. */
export function judgeStage(args: Args, params: { readonly stage: Stage }): Decision {
  const { stage } = params;
  const begun = begin(args);
  const where = stage === 'endOfData' ? { where: AFTER_TEXT } : {};
  const changes = Object.assign({}, begun.context, where);
  const now = { ...args, context: changed(args.context, changes) };
  const matter = matterOf(now, stage);
  const plan = args.context.stdin ? [] : planOf(matter);
  const { orders } = args.context;
  const cursor = startCursor(plan, remembered(args.context, stage), orders);
  const judged = judgeFrom(now, matter, cursor, stage);
  return {
    context: Object.assign(changes, judged.context),
    effects: joined(begun.effects ?? [], judged.effects ?? []),
  };
}

/** Goes on after a pause or an answer. */
export function judgeOn(args: Args): Decision {
  const { cursor, stage } = args.context;
  assert(cursor !== undefined, 'the lists were being read');
  return judgeFrom(args, matterOf(args, stage), cursor, stage);
}

function logged(context: SmtpdContext, remark: Remark): Effect {
  switch (remark.type) {
    case 'warning':
    case 'info':
      return logLine(remark.text, remark.type, remark.because);
    case 'whatsUp':
      return whatsUp(context, remark.word, remark.text, remark.because);
    case 'rejectWarning': {
      const { because } = remark.refusal;
      const text = replyText(replyOf(context.settings, remark.refusal));
      return whatsUp(context, 'reject_warning', text, because);
    }
    default:
      return remark satisfies never;
  }
}

/** No rule has said OK. */
const ACCEPTED = { type: 'accepted' } as const;

function judgeFrom({ context }: Args, matter: Matter, start: Cursor, stage: Stage): Decision {
  const judgement = judge(matter, start);
  const effects: Effect[] = judgement.remarks.map((remark) => logged(context, remark));
  if (judgement.type === 'pause') {
    const { cursor, afterMs, slept } = judgement;
    effects.push({ type: 'timer.set', timer: 'pause', afterMs });
    const known = slept === undefined ? context.known : withAnswer(context.known, slept, UNANSWERED);
    return { context: { stage, cursor, known, finding: { type: 'pause', afterMs } }, effects };
  }
  if (judgement.type === 'ask') {
    const { cursor, question } = judgement;
    effects.push(...questionEffects(context.settings, question));
    return { context: { stage, cursor, finding: { type: 'ask', question } }, effects };
  }
  const known = NOTHING_KNOWN;
  if (judgement.type === 'refused') {
    const { refusal } = judgement;
    const orders = stage === 'mail' ? NO_ORDERS : judgement.orders;
    const finding = { type: 'refused', refusal } as const;
    return { context: { stage, orders, known, cursor: undefined, finding }, effects };
  }
  const { deferIfPermit, orders, permitted } = judgement.cursor;
  const deferred = deferIfPermit === undefined ? {} : { [stage]: rememberedAt(deferIfPermit, stage) };
  const finding = permitted === undefined ? ACCEPTED : ({ type: 'accepted', because: permitted } as const);
  return {
    context: {
      ...{ stage, orders, known, cursor: undefined, finding },
      deferred: { ...context.deferred, [stage]: undefined, ...deferred } as SmtpdContext['deferred'],
    },
    effects,
  };
}

/** The longest text of a refusal, so that the reply fits a line. RFC 5321 §4.5.3.1.5 */
const MAX_TEXT = 510;

/**
 * A refusal as the client and the log see it: code and status agree, soft_bounce is obeyed, nothing
 * unprintable.
 */
export function replyOf(settings: Settings, refusal: Refusal): Reply {
  const { code, enhanced, text, because } = refusal;
  if (code < 400 || code > 599 || !isDsn(enhanced))
    return { code: 450, enhanced: '4.7.1', text: 'Service unavailable', because };
  const given = { code, enhanced, text };
  const soft = boolOf(settings, 'soft_bounce') ? softBounce(given) : given;
  const status = `${Math.floor(soft.code / 100)}${enhanced.slice(1)}`;
  const room = MAX_TEXT - `${soft.code} ${status} `.length;
  const clean = text.slice(0, room).replace(/[^\x20-\x7e]/g, ' ');
  return { code: soft.code, enhanced: status, text: clean, because };
}

export function findingIsPause({ context }: Args): boolean {
  return context.finding.type === 'pause';
}

/** Refused before it was greeted. */
export function clientIsRefused({ context }: Args): boolean {
  return context.finding.type === 'refused' && context.stage === 'connect';
}

/** Refused after the dot. */
export function messageIsRefused({ context }: Args): boolean {
  return context.finding.type === 'refused' && context.stage === 'endOfData';
}

export function isRefused({ context }: Args): boolean {
  return context.finding.type === 'refused';
}

function refusalOf({ finding }: SmtpdContext): Refusal {
  assert(finding.type === 'refused', 'somebody was refused');
  return finding.refusal;
}

/** An address that does not exist is the sender's business; our own trouble is ours. */
function blameOf({ trouble, enhanced, because }: Refusal): ErrorClass {
  if (trouble === true) return enhanced === '4.3.5' ? 'software' : 'resource';
  const rule = because.rule ?? '';
  const isUnlisted = rule.startsWith('reject_unlisted_') || rule === 'check_recipient_maps';
  return isUnlisted ? 'bounce' : 'policy';
}

/** Says no, and logs who was refused what. */
export function sayRefused(args: Args): Decision {
  const { reply, effects } = refusedWith(args.context);
  return say(args, reply, { effects }, undefined, blameOf(refusalOf(args.context)));
}

/** What is said to somebody who was refused, and logged. */
export function refusedWith(context: SmtpdContext): {
  readonly reply: Reply;
  readonly effects: readonly Effect[];
} {
  const refusal = refusalOf(context);
  const reply = replyOf(context.settings, refusal);
  const effects: Effect[] = [whatsUp(context, 'reject', replyText(reply), refusal.because)];
  if (refusal.code < 400 || refusal.code > 599) {
    const text = `SMTP reply code configuration error: ${refusal.code} ${refusal.enhanced} ${refusal.text}`;
    effects.unshift(logLine(text, 'warning', refusal.because));
  }
  return { reply, effects };
}

/**
 * The message is refused after its text came. Differs: Postfix forgets the message but keeps its sender, so
 * MAIL is then nested; here the transaction is over, because RFC 5321 §4.1.1.4 clears the buffers after the
 * text in any case.
 */
export function sayMessageRefused(args: Args): Decision {
  const said = sayRefused(args);
  const forgotten = forgetTransaction(args);
  return {
    context: { ...said.context, ...forgotten.context },
    effects: [...(forgotten.effects ?? []), ...(said.effects ?? [])],
  };
}

/** Refused when it connected: the refusal comes instead of the greeting. RFC 5321 §3.1 */
export function sayClientRefused({ context }: Args): Decision {
  const reply = replyOf(context.settings, refusalOf(context));
  const told = tell(context, reply, blameOf(refusalOf(context)));
  return {
    context: { ...told.context, denied: true, errors: context.errors + 1 },
    effects: [whatsUp(context, 'reject', replyText(reply), reply.because), ...(told.effects ?? [])],
  };
}

export function stageIsConnect({ context }: Args): boolean {
  return context.stage === 'connect';
}

export function stageIsHelo({ context }: Args): boolean {
  return context.stage === 'helo';
}

export function stageIsMail({ context }: Args): boolean {
  return context.stage === 'mail';
}

export function stageIsVrfy({ context }: Args): boolean {
  return context.stage === 'vrfy';
}

export function stageIsEtrn({ context }: Args): boolean {
  return context.stage === 'etrn';
}

export function stageIsData({ context }: Args): boolean {
  return context.stage === 'data';
}

export function stageIsEndOfData({ context }: Args): boolean {
  return context.stage === 'endOfData';
}

/** smtpd_data_restrictions is not empty, and there is somebody to judge. */
export function dataIsJudged({ context }: Args): boolean {
  return !context.stdin && listOf(context.settings, 'smtpd_data_restrictions').length > 0;
}

/** smtpd_end_of_data_restrictions is not empty, and there is somebody to judge. */
export function messageIsJudged({ context }: Args): boolean {
  return !context.stdin && listOf(context.settings, 'smtpd_end_of_data_restrictions').length > 0;
}
