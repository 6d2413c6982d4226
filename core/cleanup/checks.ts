/**
 * The content of a message as the postmaster's tables see it: each header as a whole, each line of the body.
 *
 * header_checks(5) · postconf(5) body_checks_size_limit · Postfix: src/cleanup/cleanup_message.c
 *
 * Differs: the headers of attached parts and messages are lines of the body here, so that
 * mime_header_checks sees only those of the message itself, nested_header_checks none, and
 * body_checks_size_limit counts from the beginning of the body. Keys of inline, texthash and compiled tables
 * match in any case. mime_nesting_limit, mime_boundary_length_limit and the strict_ parameters of MIME
 * change nothing. IGNORE leaves no mark on the trace but the missing line. What pickup(8) brought and a
 * table rejects stays in maildrop: no bounce is made of it.
 */
import { searchTables } from '../config/search.ts';
import { intOf, listOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed } from '../kernel/joined.ts';
import { headerInfo } from '../mail/header-names.ts';
import { type Header, headerNameLength } from '../mail/headers.ts';
import { encodeRecord, readRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes } from '../wire/bytes.ts';
import { notAccepted } from './address-maps.ts';
import { isFromOutside } from './bcc.ts';
import { type CheckParameter, obey, type Verdict } from './check-actions.ts';
import { type Args, append, type Decision, inTurn, logLine, worse } from './out.ts';
import type { CheckedHeader, CleanupContext } from './types.ts';

function tablesOf(context: CleanupContext, parameter: CheckParameter): readonly string[] {
  return isFromOutside(context) && !context.checksAreOver ? listOf(context.settings, parameter) : [];
}

/** Asks the tables of a parameter about one text; undefined = they do not know it. */
function check(
  context: CleanupContext,
  parameter: CheckParameter,
  place: 'header' | 'body',
  text: string,
): Verdict | undefined {
  const tables = tablesOf(context, parameter);
  if (tables.length === 0) return undefined;
  // As in Postfix a NUL ends the key.
  const answer = searchTables(context.settings, tables, text.split('\0', 1)[0] ?? '', false);
  if (answer === undefined) return undefined;
  const { table } = answer;
  if (answer.type === 'found')
    return obey(context, { parameter, table, key: answer.key }, place, text, answer.value);
  const why = `${parameter} map lookup problem${notAccepted(context.settings)}`;
  const log = logLine('warning', `${context.queueId}: ${why}`);
  return {
    ...{ text, changes: { status: worse('map', context.status) } },
    effects: [{ ...log, because: { parameter, table } }],
  };
}

/** The headers are complete, and there are tables to ask about them. */
export function headersNeedChecking({ context }: Args): boolean {
  if (!context.headersEnded || context.checked !== undefined || context.status !== 'ok') return false;
  return (['header_checks', 'mime_header_checks'] as const).some(
    (name) => tablesOf(context, name).length > 0,
  );
}

function isOver({ status, isDiscarded }: CleanupContext): boolean {
  return status !== 'ok' || isDiscarded;
}

function headerFrom(text: string): Header {
  return { name: text.slice(0, headerNameLength(text)), text, truncated: false };
}

/** header_checks(5): headers that belong to MIME have tables of their own. */
function checkHeader(context: CleanupContext, header: Header): CheckedHeader {
  const isMime = headerInfo(header.name)?.mime === true;
  const parameter = isMime ? 'mime_header_checks' : 'header_checks';
  const verdict = check(context, parameter, 'header', header.text);
  if (verdict === undefined) return { header, changes: {}, effects: [] };
  const { text, prepended, changes, effects } = verdict;
  // As in Postfix what replaces a header of MIME is put there as it is, whatever it means.
  if (isMime && text !== undefined && text !== header.text)
    return { header: undefined, prepended: text, changes, effects };
  const left = text === undefined ? undefined : text === header.text ? header : headerFrom(text);
  return { header: left, ...(prepended === undefined ? {} : { prepended }), changes, effects };
}

/** Asks about every header in turn, up to one that ends the matter. */
export function checkHeaders({ context }: Args): Decision {
  const checked: CheckedHeader[] = [];
  let now = context;
  for (const header of context.headers) {
    if (isOver(now)) break;
    const one = checkHeader(now, header);
    checked.push(one);
    now = changed(now, one.changes);
  }
  const headers = checked.flatMap(({ header }) => (header === undefined ? [] : [header]));
  return { context: { checked, headers } };
}

/** There are tables to ask about a line that begins after so many bytes of the body. */
function isChecked(context: CleanupContext, bodyBytes: number): boolean {
  if (isOver(context) || tablesOf(context, 'body_checks').length === 0) return false;
  const limit = intOf(context.settings, 'body_checks_size_limit');
  return limit === 0 || bodyBytes < limit;
}

/** The records that stand in the place of one. */
function recordsFor(
  { text, prepended }: Verdict,
  type: 'N' | 'L',
  line: string,
  record: Uint8Array,
): readonly Uint8Array[] {
  const before = prepended === undefined ? [] : [encodeRecord('N', prepended)];
  if (text === undefined) return before;
  return [...before, text === line ? record : encodeRecord(type, text)];
}

/**
 * Content records on their way to the file, each a line of the body or a piece of a long one. Linear.
 * body_checks(5)
 */
export function appendChecked(context: CleanupContext, records: Uint8Array): Decision {
  let { bodyBytes } = context;
  if (records.length === 0 || !isChecked(context, bodyBytes)) return append(context, records);
  const written: Uint8Array[] = [];
  const effects: Effect[] = [];
  let changes: Partial<CleanupContext> = {};
  let now = context;
  let at = 0;
  for (const { type, offset, start, end } of readRecords(records).records) {
    if (!isChecked(now, bodyBytes)) break;
    const line = bytesToLatin1(records, start, end);
    const record = records.subarray(offset, end);
    const verdict = check(now, 'body_checks', 'body', line);
    bodyBytes += line.length + 1;
    at = end;
    if (verdict === undefined) {
      written.push(record);
      continue;
    }
    written.push(...recordsFor(verdict, type === 'L' ? 'L' : 'N', line, record));
    effects.push(...verdict.effects);
    changes = changed(changes, verdict.changes);
    now = changed(now, verdict.changes);
  }
  return inTurn(
    context,
    () => ({ context: { ...changes, bodyBytes }, effects }),
    (next) => append(next, concatBytes([...written, records.subarray(at)])),
  );
}
