/**
 * The content of a message as the postmaster's tables see it: each header as a whole, each line of the body.
 *
 * header_checks(5) · postconf(5) body_checks_size_limit · Postfix: src/cleanup/cleanup_message.c
 *
 * Differs: keys of inline, texthash and compiled tables match in any case; a text that is no UTF-8 is looked
 * for even with smtputf8_enable. IGNORE leaves no mark on the trace but the missing line. What pickup(8)
 * brought and a table rejects stays in maildrop: no bounce is made of it.
 */
import { emptyWarnings, searchTables } from '../config/search.ts';
import { boolOf, listOf } from '../config/settings.ts';
import { changed } from '../kernel/joined.ts';
import { headerInfo } from '../mail/header-names.ts';
import { type Header, headerNameLength } from '../mail/headers.ts';
import { printable } from '../mail/log-format.ts';
import { notAccepted } from './address-maps.ts';
import { isFromOutside } from './bcc.ts';
import { type CheckParameter, obey, type Verdict } from './check-actions.ts';
import { type Args, type Decision, logLine, worse } from './out.ts';
import { readHeader, reportsHeaders, startReading } from './reading.ts';
import type { CheckedHeader, CleanupContext } from './types.ts';

/** The tables of a parameter, as long as this message is to be looked at. */
export function tablesOf(context: CleanupContext, parameter: CheckParameter): readonly string[] {
  return isFromOutside(context) && !context.checksAreOver ? listOf(context.settings, parameter) : [];
}

/** Asks the tables of a parameter about one text; undefined = they do not know it. */
export function check(
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
  const because = { parameter, table };
  const isText = boolOf(context.settings, 'smtputf8_enable');
  const lines = [...emptyWarnings(parameter, answer), `${context.queueId}: ${why}`];
  return {
    ...{ text, changes: { status: worse('map', context.status) } },
    effects: lines.map((line) => ({ ...logLine('warning', printable(line, isText)), because })),
  };
}

/** The headers are complete, and there are tables to ask about them. */
export function headersNeedChecking({ context }: Args): boolean {
  if (!context.headersEnded || context.checked !== undefined || context.status !== 'ok') return false;
  const isAsked = (['header_checks', 'mime_header_checks'] as const).some(
    (name) => tablesOf(context, name).length > 0,
  );
  return isAsked || reportsHeaders(context);
}

/** Nothing of the message will be kept. */
export function isOver({ status, isDiscarded }: CleanupContext): boolean {
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
  let reading = startReading(context);
  for (const header of context.headers) {
    if (isOver(now)) break;
    const read = readHeader(context, reading, header);
    reading = read.reading;
    const one = checkHeader(now, header);
    // What is wrong with a header is told before what tables say of it.
    checked.push({ ...one, effects: [...read.effects, ...one.effects] });
    now = changed(now, one.changes);
  }
  const headers = checked.flatMap(({ header }) => (header === undefined ? [] : [header]));
  return { context: { checked, headers, mime: reading } };
}
