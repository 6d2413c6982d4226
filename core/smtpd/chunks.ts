/**
 * BDAT: the text comes in chunks whose size is said before, and no dot ends it.
 *
 * RFC 3030 §2 · Postfix ≥ 3.4: src/smtpd/smtpd.c bdat_cmd, skip_bdat
 */
import { intOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { changed, joined } from '../kernel/joined.ts';
import { printable } from '../mail/log-format.ts';
import type { Reply } from '../mail/reply.ts';
import { startChunks } from '../wire/data.ts';
import type { ErrorClass } from './chat.ts';
import { type Chunks, countedBytes, finalBytes } from './chunk-count.ts';
import { bareNewlineMode } from './commands.ts';
import { forgetTransaction } from './connection.ts';
import { endOfMessage, giveUp, openText, sayNotQueued, sendText } from './data.ts';
import { hiddenKeywords } from './hello.ts';
import { dataIsJudged, refusedWith } from './judge.ts';
import { commandOf, word } from './odd.ts';
import { BARE_NEWLINE, bareNewline, R } from './replies.ts';
import {
  AFTER_TEXT,
  type Args,
  begin,
  clientName,
  type Decision,
  hostOf,
  IN_CHUNKS,
  idle,
  logLine,
  say,
  whatsUp,
} from './say.ts';
import { NO_EXTRAS, type SmtpdContext } from './types.ts';

/** More than this no chunk can have: the largest off_t. */
const MAX_CHUNK_BYTES = 2n ** 63n - 1n;

function noChunks(context: SmtpdContext): Chunks {
  return {
    ...{ sizeBytes: 0, leftBytes: 0, last: false, refusal: undefined, failed: false },
    ...{ text: startChunks(bareNewlineMode(context)), column: 0, continued: 0 },
  };
}

/** The chunks of this message; there must be some. */
function chunksOf({ extras }: SmtpdContext): Chunks {
  assert(extras.chunks !== undefined, 'a chunk is being read');
  return extras.chunks;
}

/** postconf(5) smtpd_discard_ehlo_keywords */
export function chunkingIsHidden({ context }: Args): boolean {
  return hiddenKeywords(context.settings).includes('CHUNKING');
}

/** Neither `BDAT 42` nor `BDAT 42 LAST`. */
export function chunkSyntaxIsBad(args: Args): boolean {
  const { words } = commandOf(args);
  const size = word(args, 1);
  if (words.length < 2 || words.length > 3 || !/^\d+$/.test(size)) return true;
  if (size.length > 19 && BigInt(size) > MAX_CHUNK_BYTES) return true;
  return BigInt(size) > MAX_CHUNK_BYTES || (words.length === 3 && !/^last$/i.test(word(args, 2)));
}

function warn({ context }: Args, text: (id: string, who: string) => string) {
  return logLine(text(context.transaction?.queueId || 'NOQUEUE', clientName(context)), 'warning');
}

/** What follows would be taken for commands: the session ends. */
export function sayChunkSyntax(args: Args): Decision {
  const line = printable(commandOf(args).line).slice(0, 100);
  const log = warn(args, (id, who) => `${id}: malformed BDAT command syntax from ${who}: ${line}`);
  return say(args, R.bdatSyntax, { effects: [log] });
}

/** The chunk as the command announces it. */
function announced(args: Args): Chunks {
  const sizeBytes = Number(word(args, 1));
  const before = args.context.extras.chunks ?? noChunks(args.context);
  const last = commandOf(args).words.length === 3;
  return { ...before, sizeBytes, leftBytes: sizeBytes, last, refusal: undefined };
}

/** Why the chunk cannot be taken, whatever the lists may say. */
function outOfPlace(args: Args): Reply | undefined {
  const { transaction } = args.context;
  const { sizeBytes, last, failed } = announced(args);
  if (sizeBytes === 0 && !last) return R.nullChunk;
  if (failed) {
    const text = `Discarded ${sizeBytes} bytes after earlier error`;
    return { code: 551, enhanced: '5.0.0', text };
  }
  if (transaction === undefined) return R.needRcpt;
  return transaction.accepted === 0 ? R.noRecipients : undefined;
}

export function chunkIsOutOfPlace(args: Args): boolean {
  return outOfPlace(args) !== undefined;
}

function withChunks({ context }: Args, chunks: Chunks): Partial<SmtpdContext> {
  return { extras: { ...context.extras, chunks } };
}

/** The chunk will be thrown away; what is said about it waits until it is read. */
export function refuse(args: Args, refusal: Reply, effects: Decision['effects'] = []): Decision {
  const begun = begin(args);
  return {
    context: { ...begun.context, ...withChunks(args, { ...announced(args), refusal }) },
    effects: joined(begun.effects ?? [], effects),
  };
}

export function refuseChunk(args: Args): Decision {
  const refusal = outOfPlace(args);
  assert(refusal !== undefined, 'the guard has looked');
  if (refusal !== R.nullChunk) return refuse(args, refusal);
  return refuse(args, refusal, [warn(args, (id, who) => `${id}: null BDAT request from ${who}`)]);
}

/** smtpd_data_restrictions hold for the first chunk. */
export function chunkIsJudged(args: Args): boolean {
  return args.context.extras.chunks === undefined && dataIsJudged(args);
}

export function refuseJudgedChunk(args: Args): Decision {
  const { reply, effects } = refusedWith(args.context);
  return refuse(args, reply, effects);
}

/** The chunk will be read; the first one begins the message. */
export function takeChunk(args: Args): Decision {
  const { settings, extras } = args.context;
  const chunks = announced(args);
  const limit = intOf(settings, 'message_size_limit');
  if (limit > 0 && countedBytes(args.context, chunks) + chunks.sizeBytes > limit) {
    const log = warn(args, (id, who) => `${id}: BDAT request from ${who} exceeds message size limit`);
    return refuse(args, R.chunkTooBig, [log]);
  }
  const opened = extras.chunks === undefined ? openText(args) : begin(args);
  return { ...opened, context: { ...opened.context, ...withChunks(args, chunks), where: IN_CHUNKS } };
}

export function chunkIsUnread({ context }: Args): boolean {
  return chunksOf(context).leftBytes > 0;
}

/** The chunk is read, and thrown away. */
export function chunkWasRefused({ context }: Args): boolean {
  return chunksOf(context).refusal !== undefined;
}

/** How many lines of this piece are so long that they need more than one record, and the column after it. */
function measured(
  text: Uint8Array,
  from: number,
  limit: number,
): readonly [continued: number, column: number] {
  let [continued, column, at] = [0, from, 0];
  for (;;) {
    const lf = text.indexOf(10, at);
    const length = column + (lf < 0 ? text.length : lf) - at;
    continued += Math.floor(length / limit) - Math.floor(column / limit);
    if (lf < 0) return [continued, length];
    column = 0;
    at = lf + 1;
  }
}

/** A piece of a chunk. What is too big, or refused, is swallowed. */
export function passChunk(args: Args): Decision {
  const { context, event } = args;
  assert(event.type === 'chunk.text', 'a chunk is being read');
  const before = chunksOf(context);
  const leftBytes = before.leftBytes - event.readBytes;
  const { transaction, settings } = context;
  if (before.refusal !== undefined || transaction === undefined)
    return { context: withChunks(args, { ...before, leftBytes }), effects: [idle(context)] };
  const [more, column] = measured(event.bytes, before.column, intOf(settings, 'line_length_limit'));
  const chunks = { ...before, leftBytes, text: event.state, column, continued: before.continued + more };
  const changes = { ...withChunks(args, chunks), dataBytes: context.dataBytes + event.readBytes };
  if (transaction.failed !== undefined) return { context: changes, effects: [idle(context)] };
  const limit = intOf(settings, 'message_size_limit');
  if (limit > 0 && countedBytes(context, chunks) > limit) {
    const given = giveUp(context, changes.dataBytes);
    return { ...given, context: { ...changes, ...given.context } };
  }
  const sent = sendText(context, { type: 'cleanup.chunk', bytes: event.bytes });
  return { context: changes, effects: [...sent, idle(context)] };
}

/** Those of the chunk itself; 551 is said of what follows, all others come from the lists. */
const BLAME: ReadonlyMap<Reply, ErrorClass | 'none'> = new Map<Reply, ErrorClass | 'none'>([
  [R.nullChunk, 'none'],
  [R.noRecipients, 'none'],
  [R.needRcpt, 'protocol'],
]);

/** Refused: until the last chunk, or RSET, all of them are. */
export function sayChunkRefused(args: Args): Decision {
  const { last, refusal } = chunksOf(args.context);
  assert(refusal !== undefined, 'the guard has looked');
  const blame = BLAME.get(refusal) ?? (refusal.code === 551 ? 'protocol' : 'policy');
  if (last) return say(args, refusal, forgetTransaction(args), false, blame);
  const context = withChunks(args, { ...chunksOf(args.context), failed: true });
  return say(args, refusal, { context }, false, blame);
}

/** A line of the text ended in a bare LF where that is refused. */
export function chunkHasBareNewline({ context }: Args): boolean {
  return chunksOf(context).text.bareLf && bareNewlineMode(context) === 'reject';
}

/** After an error the message is forgotten, but not that its other chunks are to be thrown away. */
function ended(args: Args, decision: Decision): Decision {
  const { last } = chunksOf(args.context);
  if (last) return decision;
  const chunks = { ...noChunks(args.context), failed: true };
  return {
    ...decision,
    context: { ...decision.context, where: IN_CHUNKS, extras: { ...NO_EXTRAS, chunks } },
  };
}

export function sayChunkBareNewline(args: Args): Decision {
  const { settings } = args.context;
  const code = intOf(settings, 'smtpd_forbid_bare_newline_reject_code');
  const log = whatsUp(atItsEnd(args).context, 'reject', 'bare <LF> received', BARE_NEWLINE);
  return ended(args, endOfMessage(args, bareNewline(hostOf(args.context), code), [log]));
}

/** In the log, the end of the last chunk is the end of the message. */
function atItsEnd(args: Args): Args {
  const where = chunksOf(args.context).last ? AFTER_TEXT : IN_CHUNKS;
  return { ...args, context: changed(args.context, { where }) };
}

/** It was given up, or is too big with the line that the last chunk did not end. */
export function chunkHasFailed({ context }: Args): boolean {
  return context.transaction?.failed !== undefined || isTooBigAtLast(context);
}

function isTooBigAtLast(context: SmtpdContext): boolean {
  const limit = intOf(context.settings, 'message_size_limit');
  const chunks = chunksOf(context);
  return chunks.last && limit > 0 && finalBytes(context, chunks) > limit;
}

export function sayChunkFailed(args: Args): Decision {
  const { context } = args;
  const given = context.transaction?.failed === undefined ? giveUp(context, context.dataBytes) : {};
  const said = ended(args, sayNotQueued({ ...args, context: changed(context, given.context) }));
  return {
    context: { ...given.context, ...said.context },
    effects: joined(given.effects ?? [], said.effects ?? []),
  };
}

export function chunkIsNotLast({ context }: Args): boolean {
  return !chunksOf(context).last;
}

export function sayChunkTaken(args: Args): Decision {
  const text = `Ok: ${chunksOf(args.context).sizeBytes} bytes`;
  return say(args, { code: 250, enhanced: '2.0.0', text });
}
