/**
 * The text behind the headers on its way into the queue file: lines are given to body_checks, the headers of
 * parts and attached messages to mime_header_checks and nested_header_checks.
 *
 * header_checks(5) · postconf(5) body_checks_size_limit · Postfix: src/cleanup/cleanup_message.c
 */
import { intOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed } from '../kernel/joined.ts';
import { headerInfo } from '../mail/header-names.ts';
import { headerNameLength } from '../mail/headers.ts';
import { endMime, type MimeItem, type MimeState, mimeRecord } from '../mail/mime.ts';
import { encodeRecord, encodeRecords, readRecord } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes } from '../wire/bytes.ts';
import type { Verdict } from './check-actions.ts';
import { check, isOver, tablesOf } from './checks.ts';
import { headerRecords } from './header-text.ts';
import { append, type Decision, inTurn } from './out.ts';
import { complaints, says8bit, verdictOn } from './reading.ts';
import type { CleanupContext, Reading } from './types.ts';

const DASH = 45;

type HeaderItem = Extract<MimeItem, { readonly type: 'header' }>;
type LineItem = Extract<MimeItem, { readonly type: 'line' }>;

/** The text while it is looked at. Lives for one call only. */
interface Work {
  now: CleanupContext;
  changes: Partial<CleanupContext>;
  readonly effects: Effect[];
  readonly written: Uint8Array[];
}

function note(work: Work, changes: Partial<CleanupContext>, effects: readonly Effect[]): void {
  work.effects.push(...effects);
  work.changes = changed(work.changes, changes);
  work.now = changed(work.now, changes);
}

/** There are tables to ask about a line that begins after so many bytes of its body. */
function isChecked(context: CleanupContext, bodyBytes: number): boolean {
  if (tablesOf(context, 'body_checks').length === 0) return false;
  const limit = intOf(context.settings, 'body_checks_size_limit');
  return limit === 0 || bodyBytes < limit;
}

function takeLine(work: Work, { record, text, bodyBytes }: LineItem): void {
  const verdict = isChecked(work.now, bodyBytes) ? check(work.now, 'body_checks', 'body', text) : undefined;
  if (verdict?.prepended !== undefined) work.written.push(encodeRecord('N', verdict.prepended));
  const left = verdict === undefined ? text : verdict.text;
  if (left !== undefined) work.written.push(encodeRecord(record, left));
  if (verdict !== undefined) note(work, verdict.changes, verdict.effects);
}

function takeHeader(work: Work, { part, text }: HeaderItem): void {
  const { settings } = work.now;
  const name = text.slice(0, headerNameLength(text));
  const info = headerInfo(name);
  const parameter =
    part === 'multipart' || info?.mime === true ? 'mime_header_checks' : 'nested_header_checks';
  const verdict: Verdict = check(work.now, parameter, 'header', text) ?? { text, changes: {}, effects: [] };
  const limit = intOf(settings, 'header_size_limit');
  for (const one of [verdict.prepended, verdict.text])
    if (one !== undefined) work.written.push(encodeRecords(headerRecords(one, limit)));
  note(work, verdict.changes, verdict.effects);
  const isEncoding = info?.name === 'Content-Transfer-Encoding' && verdict.text !== undefined;
  if (isEncoding && says8bit(settings, text.slice(name.length + 1).trimStart()))
    note(work, { encoding: '8bit' }, []);
}

function takeItems(work: Work, items: readonly MimeItem[]): void {
  for (const item of items) {
    if (isOver(work.now)) break;
    if (item.type === 'header') takeHeader(work, item);
    else if (item.type === 'line') takeLine(work, item);
    else work.effects.push(...complaints(work.now, [item]));
  }
}

/** Lines that are nothing but lines: how far the records may be taken as they are. */
function skipPlain(context: CleanupContext, { options, state }: Reading, records: Uint8Array, from: number) {
  if (state.phase !== 'body' || options.reported.has('8bit-body')) return { at: from, state };
  const hasTables = tablesOf(context, 'body_checks').length > 0;
  let { bodyBytes, isContinued } = state;
  let at = from;
  while (at < records.length) {
    if (hasTables && isChecked(context, bodyBytes)) break;
    const read = readRecord(records, at);
    if (!read.ok) break;
    const { type, start, end } = read.record;
    if (!isContinued && records[start] === DASH && records[start + 1] === DASH) break;
    bodyBytes += end - start + 1;
    isContinued = type === 'L';
    at = end;
  }
  return { at, state: { ...state, bodyBytes, isContinued } };
}

/**
 * Content records on their way to the file, each a line of the body or a piece of a long one. Linear.
 * body_checks(5)
 */
export function appendRead(context: CleanupContext, records: Uint8Array): Decision {
  const { mime } = context;
  if (mime === undefined || records.length === 0 || isOver(context)) return append(context, records);
  const work: Work = { now: context, changes: {}, effects: [], written: [] };
  const { options } = mime;
  let state: MimeState = mime.state;
  let at = 0;
  while (at < records.length && !isOver(work.now)) {
    const plain = skipPlain(work.now, { options, state }, records, at);
    if (plain.at > at) work.written.push(records.subarray(at, plain.at));
    ({ at, state } = plain);
    const read = readRecord(records, at);
    if (at >= records.length || !read.ok) break;
    const { type, start, end } = read.record;
    const given = mimeRecord(options, state, type === 'L' ? 'L' : 'N', bytesToLatin1(records, start, end));
    ({ state } = given);
    takeItems(work, given.items);
    at = end;
  }
  return done(context, work, { options, state });
}

/** The text is over: a header of a part may have been the last line. */
export function endReading(context: CleanupContext): Decision {
  const { mime } = context;
  if (mime === undefined || isOver(context)) return {};
  const work: Work = { now: context, changes: {}, effects: [], written: [] };
  const { state, items } = endMime(mime.options, mime.state);
  takeItems(work, items);
  return inTurn(
    context,
    () => done(context, work, { ...mime, state }),
    (next) => ({ context: isOver(next) ? {} : verdictOn(next, { ...mime, state }) }),
  );
}

/** What was gathered; a verdict of a table counts after the lines before it. */
function done(context: CleanupContext, { changes, effects, written }: Work, mime: Reading): Decision {
  const { status = context.status, ...others } = changes;
  return inTurn(
    context,
    () => ({ context: { ...others, mime }, effects }),
    (next) => append(next, concatBytes(written)),
    (next) => ({ context: { status: next.status === 'ok' ? status : next.status } }),
  );
}
