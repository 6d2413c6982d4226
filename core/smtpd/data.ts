/**
 * DATA: the text goes to cleanup as it comes, and the promise comes last.
 *
 * RFC 5321 §4.1.1.4, §6.1 · RFC 1870 §6.3 · postconf(5) message_size_limit · Postfix: src/smtpd/smtpd.c
 * data_cmd
 */
import { intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed, joined } from '../kernel/joined.ts';
import type { CleanupClose, CleanupDone, CleanupRecipient } from '../kernel/notes.ts';
import { splitDsn } from '../mail/dsn.ts';
import { endFirstLine, fixFirstLine, startFirstLine } from '../mail/first-line.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import type { Reply } from '../mail/reply.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { afterMessage, type ErrorClass, forgiven } from './chat.ts';
import { bytesOf, endOfChunks } from './chunk-count.ts';
import { bareNewlineMode, notesBareNewline } from './commands.ts';
import { forgetTransaction } from './connection.ts';
import { forgetting, wholeReply } from './filter-notes.ts';
import { NO_ORDERS, type Orders, ordersForCleanup } from './orders.ts';
import { received } from './received.ts';
import { BARE_NEWLINE, bareNewline, R } from './replies.ts';
import {
  AFTER_TEXT,
  type Args,
  begin,
  type Decision,
  hostOf,
  IN_TEXT,
  idle,
  logLine,
  say,
  tell,
  whatsUp,
} from './say.ts';
import { NO_EXTRAS, type SmtpdContext } from './types.ts';

export function noRecipientAccepted({ context }: Args): boolean {
  return (context.transaction?.accepted ?? 0) === 0;
}

/** Says 354. */
export function beginText(args: Args): Decision {
  const opened = openText(args);
  const told = tell(changed(args.context, opened.context), R.goAhead);
  const where = args.context.settings.profile === '2.3' ? {} : { where: IN_TEXT };
  return {
    context: { ...opened.context, ...told.context, textIsNext: true, ...where },
    effects: joined(opened.effects ?? [], told.effects ?? []),
  };
}

/** The message begins with this hop's Received: line, or with what access(5) puts before it. */
export function openText(args: Args): Decision {
  const begun = begin(args);
  const context = changed(args.context, begun.context);
  assert(context.transaction !== undefined, 'DATA needs a transaction');
  const lines = [...context.orders.prepend.map((line) => `${line}\n`), received(context)];
  const note = { type: 'cleanup.prepend', bytes: latin1ToBytes(lines.join('')) } as const;
  return {
    context: { ...begun.context, firstLine: startFirstLine, dataBytes: 0 },
    effects: joined(begun.effects ?? [], sendText(context, note)),
  };
}

/** The state that reads text is entered. */
export function enterText({ context }: Args): Decision {
  return context.textIsNext ? { context: { textIsNext: false } } : {};
}

/** To cleanup, as long as it takes it, and as anybody wants it. access(5) DISCARD */
export function sendText(
  { transaction, orders }: SmtpdContext,
  note: { readonly type: 'cleanup.prepend' | 'cleanup.chunk'; readonly bytes: Uint8Array },
): readonly Effect[] {
  const cleanup = transaction?.cleanup ?? '';
  return cleanup === '' || orders.discard || note.bytes.length === 0
    ? []
    : [{ type: 'send', to: cleanup, note }];
}

/** Text on its way. Beyond message_size_limit, or when cleanup has given up, it is swallowed to the dot. */
export function passText({ context, event }: Args): Decision {
  assert(event.type === 'data.chunk' && context.transaction !== undefined, 'text belongs to a transaction');
  const { transaction } = context;
  const dataBytes = event.sizeBytes;
  if (transaction.failed !== undefined) return { context: { dataBytes }, effects: [idle(context)] };
  const limit = intOf(context.settings, 'message_size_limit');
  if (limit > 0 && dataBytes > limit) return giveUp(context, dataBytes);
  const { text, state } = fixFirstLine(context.firstLine, event.bytes, event.dottedAt);
  const sent = sendText(context, { type: 'cleanup.chunk', bytes: text });
  return { context: { firstLine: state, dataBytes }, effects: [...sent, idle(context)] };
}

/** Nothing of it is kept from now on. */
export function giveUp(context: SmtpdContext, dataBytes: number): Decision {
  const { transaction } = context;
  assert(transaction !== undefined, 'text belongs to a transaction');
  const { cleanup, queueId } = transaction;
  return {
    context: { dataBytes, transaction: { ...transaction, cleanup: '', failed: 'toobig' } },
    effects: [
      logLine(`${queueId}: queue file size limit exceeded`, 'warning'),
      ...(cleanup === '' ? [] : ([{ type: 'send', to: cleanup, note: { type: 'cleanup.abort' } }] as const)),
      idle(context),
    ],
  };
}

/** The text held a bare LF where that is refused. */
export function bareNewlineSeen({ context, event }: Args): boolean {
  return event.type === 'data.end' && event.bareLf && bareNewlineMode(context) === 'reject';
}

/** The message was given up before the dot. */
export function messageHasFailed({ context }: Args): boolean {
  return context.transaction?.failed !== undefined;
}

export function sayBareNewline(args: Args): Decision {
  const { settings } = args.context;
  const code = intOf(settings, 'smtpd_forbid_bare_newline_reject_code');
  return endOfMessage(args, bareNewline(hostOf(args.context), code), [
    whatsUp({ ...args.context, where: AFTER_TEXT }, 'reject', 'bare <LF> received', BARE_NEWLINE),
  ]);
}

/** The transaction is over, one way or the other. */
export function endOfMessage(
  args: Args,
  reply: Reply,
  logs: readonly Effect[] = [],
  blame: ErrorClass = 'protocol',
): Decision {
  const forgotten = forgetTransaction(args);
  const context = { ...forgotten.context, where: AFTER_TEXT, ...noteInText(args) };
  const effects = [...logs, ...(forgotten.effects ?? [])];
  return messageIsOver(args, say(args, reply, { context, effects }, false, blame));
}

/** A long history is forgotten with the message. */
export function messageIsOver({ context }: Args, said: Decision): Decision {
  return { ...said, context: { ...said.context, chat: afterMessage(said.context?.chat, context) } };
}

function noteInText({ context, event }: Args): Partial<SmtpdContext> {
  const seen = event.type === 'data.end' && event.bareLf && notesBareNewline(context);
  return seen ? { bareLfNoted: true } : {};
}

/**
 * Further recipients. access(5) BCC
 *
 * Postfix 3.7 writes NOTIFY=NEVER behind each of them, where it holds for the next one: of the first,
 * failures are reported. It is so here, because which of them are duplicates depends on it.
 */
function copies({ bcc }: Orders): readonly CleanupRecipient[] {
  return bcc.map((address, index) => {
    const notify = index === 0 ? 0 : NOTIFY.never;
    return { type: 'cleanup.recipient', address, original: address, notify, orcpt: '' };
  });
}

function closeNote({ orders, filters }: SmtpdContext): CleanupClose {
  const wanted = ordersForCleanup(orders);
  return {
    type: 'cleanup.close',
    ...(wanted === undefined ? {} : { orders: wanted }),
    ...(filters.process === '' ? {} : { milter: filters.process }),
  };
}

/** The text is complete: cleanup makes it whole and durable. */
export function closeMessage(args: Args): Decision {
  const { context } = args;
  const { transaction } = context;
  assert(transaction !== undefined, 'text belongs to a transaction');
  const { cleanup } = transaction;
  const missing =
    context.extras.chunks === undefined ? endFirstLine(context.firstLine) : endOfChunks(context);
  const last = sendText(context, { type: 'cleanup.chunk', bytes: missing });
  const toCleanup = (note: CleanupRecipient | CleanupClose): Effect => ({ type: 'send', to: cleanup, note });
  return {
    context: { where: AFTER_TEXT, ...noteInText(args) },
    effects: [...last, ...copies(context.orders).map(toCleanup), toCleanup(closeNote(context))],
  };
}

export function messageIsQueued({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status === 'ok';
}

/** Only now: 250 means that the message is on disk. All earlier errors are forgiven. RFC 5321 §6.1 */
export function promise(args: Args): Decision {
  const { context } = args;
  const text = `Ok:${bytesOf(context)} queued as ${context.transaction?.queueId ?? ''}`;
  const reply = { code: 250, enhanced: '2.0.0', text };
  const over = { transaction: undefined, orders: NO_ORDERS, overshoot: 0, extras: NO_EXTRAS };
  const chat = forgiven(context.chat);
  const changes = { ...over, errors: 0, junk: 0, chat };
  const said = say(args, reply, { context: changes, effects: forgetting(context, 1) });
  return messageIsOver(args, said);
}

const AFTER_DOT: Readonly<Record<CleanupDone['status'], Reply>> = {
  ...{ ok: R.internal, internal: R.internal, toobig: R.messageTooBig, hops: R.tooManyHops },
  ...{ rejected: R.rejected, norcpt: R.internalRcpt, write: R.writeError, map: R.writeError },
};

const BLAME: Readonly<Record<CleanupDone['status'], ErrorClass>> = {
  ...({ ok: 'software', internal: 'software', norcpt: 'software', toobig: 'bounce' } as const),
  ...({ hops: 'bounce', rejected: 'policy', map: 'policy', write: 'resource' } as const),
};

/** Whose fault it was. A table that fails is none of the sender's; a rule that says 4.x.x has a reason. */
function blameFor(status: CleanupDone['status'], reason: string | undefined): ErrorClass {
  return status === 'map' && reason === undefined ? 'resource' : BLAME[status];
}

/** Verdicts that may come with a reason; it may begin with a status of its own. cleanup_strerror.c */
const REASONED: Readonly<Partial<Record<CleanupDone['status'], readonly [code: number, dsn: string]>>> = {
  rejected: [550, '5.7.1'],
  map: [451, '4.7.1'],
};

function reasoned(status: CleanupDone['status'], reason: string | undefined): Reply | undefined {
  // A milter has given the whole reply.
  if (reason !== undefined && /^[45]\d\d /.test(reason)) return wholeReply(reason);
  const [code, dsn] = REASONED[status] ?? [];
  if (reason === undefined || code === undefined || dsn === undefined) return undefined;
  const own = splitDsn(reason);
  return { code, enhanced: own?.dsn ?? dsn, text: own?.text ?? reason };
}

/** The message could not be kept. */
export function sayNotQueued(args: Args): Decision {
  const { context, event } = args;
  const failed = context.transaction?.failed;
  const status = event.type === 'cleanup.done' ? event.status : (failed ?? 'write');
  const reason = event.type === 'cleanup.done' ? event.reason : undefined;
  const gone = { ...args, context: { ...context, transaction: undefined } };
  const reply = reasoned(status, reason) ?? AFTER_DOT[status];
  const because = event.type === 'cleanup.done' ? event.because : undefined;
  const told = because === undefined ? reply : { ...reply, because };
  const heard = failed === undefined ? forgetting(context, 1) : [];
  return endOfMessage(failed === undefined ? gone : args, told, heard, blameFor(status, reason));
}
