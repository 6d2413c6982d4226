/**
 * The header as a whole: which lines go, which are rewritten, which are added, and what the log says of them.
 *
 * RFC 5322 §3.6 · cleanup(8) · Postfix: src/cleanup/cleanup_message.c
 */
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed } from '../kernel/joined.ts';
import type { CleanupStatus } from '../kernel/notes.ts';
import { headerInfo } from '../mail/header-names.ts';
import type { Header } from '../mail/headers.ts';
import { printable } from '../mail/log-format.ts';
import { encodeRecords } from '../mail/queue-records.ts';
import { concatBytes } from '../wire/bytes.ts';
import { writeRecipients } from './envelope.ts';
import {
  hasAddresses,
  headerContext,
  NO_ADDRESSES,
  type ParsedHeaders,
  parseHeaders,
  rewriteHeader,
} from './header-addresses.ts';
import { type HeaderRecord, headerRecords } from './header-text.ts';
import { missingHeaders } from './missing.ts';
import { type Args, append, type Decision, inTurn, logLine, worse } from './out.ts';
import { endHeaders, readHeaders, says8bit } from './reading.ts';
import { appendText } from './text.ts';
import type { CheckedHeader, CleanupContext } from './types.ts';

/** All headers are there. */
export function headersAreComplete({ context }: Args): boolean {
  return context.headersEnded;
}

/** The headers hold addresses that may be completed for this kind of client. */
export function headersNeedRewriting({ context }: Args): boolean {
  const { settings, message, headersEnded, headers, status } = context;
  if (!headersEnded || status !== 'ok') return false;
  return headerContext(settings, message) !== undefined && headers.some(hasAddresses);
}

/** Asks trivial-rewrite about all header addresses at once. */
export function askRewrite({ context }: Args): Decision {
  const { settings, headers, message } = context;
  const parsed = parseHeaders(settings, headers);
  const style = headerContext(settings, message) ?? 'remote';
  const note = {
    type: 'rewrite.rewrite',
    token: 'headers',
    form: 'external',
    context: style,
    addresses: parsed.addresses,
  } as const;
  return { context: { parsed }, effects: [{ type: 'send', to: 'rewrite', note }] };
}

/** The opener has sent everything already. */
export function closeWasAsked({ context }: Args): boolean {
  return context.closeAsked;
}

const DROPPED_2: readonly string[] = ['bcc', 'content-length', 'resent-bcc', 'return-path'];

/** Headers that are taken out of every message. postconf(5) message_drop_headers */
function isDropped(settings: Settings, name: string): boolean {
  const names = settings.profile === '2.3' ? DROPPED_2 : listOf(settings, 'message_drop_headers');
  return names.some(
    // Mostly the length already says no.
    (dropped) => dropped.length === name.length && dropped.toLowerCase() === name.toLowerCase(),
  );
}

/** The pass over the headers, while it goes on. */
interface Pass {
  readonly context: CleanupContext;
  readonly parsed: ParsedHeaders;
  /** Standard forms of the addresses in `parsed`. */
  readonly replace: ReadonlyMap<string, string>;
  readonly names: Set<string>;
  readonly records: HeaderRecord[];
  readonly effects: Effect[];
  resent: boolean;
  hops: number;
  status: CleanupStatus;
  encoding: '7bit' | '8bit' | undefined;
}

/** A header that the mail system knows: remembered, logged, counted. */
function notice(pass: Pass, header: Header, name: string): void {
  const { settings, queueId } = pass.context;
  const value = header.text.slice(header.name.length + 1).replace(/^\s+/, '');
  pass.names.add(name);
  if (name === 'Message-Id' || name === 'Resent-Message-Id') {
    const shown = printable(value, boolOf(settings, 'smtputf8_enable'));
    pass.effects.push(logLine('info', `${queueId}: ${name.toLowerCase()}=${shown}`));
  }
  if (name === 'Content-Transfer-Encoding' && says8bit(settings, value)) pass.encoding = '8bit';
  if (name === 'Received') countHop(pass);
}

const TOO_MANY_HOPS = { parameter: 'hopcount_limit' };

/** RFC 5321 §6.3: a message that has been through so many systems goes in circles. */
function countHop(pass: Pass): void {
  const { settings, queueId } = pass.context;
  pass.hops += 1;
  if (pass.hops < intOf(settings, 'hopcount_limit')) return;
  pass.status = worse('hops', pass.status);
  if (settings.profile !== '2.3')
    pass.effects.push(logLine('warning', `${queueId}: message rejected: hopcount exceeded`, TOO_MANY_HOPS));
}

/** As in Postfix a NUL ends a line of a header. */
function withoutNul(header: Header): Header {
  return header.text.includes('\0') ? { ...header, text: header.text.replace(/\0[^\n]*/g, '') } : header;
}

function passHeader(pass: Pass, given: Header, index: number): void {
  const { settings, queueId } = pass.context;
  const header = withoutNul(given);
  const info = headerInfo(header.name);
  if (info !== undefined) notice(pass, header, info.name);
  if (pass.status !== 'ok') return;
  if (info?.resent === true) pass.resent = true;
  if (isDropped(settings, header.name)) return;
  const tree = pass.parsed.trees[index];
  const { text, problems, causes } = rewriteHeader(settings, header, tree, pass.replace);
  if (causes !== undefined)
    pass.effects.push({ type: 'explain', queueId, what: header.name, because: causes });
  for (const { warning, failed, causes: [cause] = [] } of problems) {
    pass.effects.push(logLine('warning', `${queueId}: ${warning}`, cause));
    if (failed !== undefined) pass.status = worse('map', pass.status);
  }
  pass.records.push(...headerRecords(text, intOf(settings, 'header_size_limit')));
}

/** Every header in turn, with what tables wanted done about it; gives what changed by that. */
function passAll(pass: Pass): Partial<CleanupContext> {
  const { headers, checked } = pass.context;
  const all: readonly CheckedHeader[] =
    checked ?? headers.map((header) => ({ header, changes: {}, effects: [] }));
  const limit = intOf(pass.context.settings, 'header_size_limit');
  let changes: Partial<CleanupContext> = {};
  let index = 0;
  for (const one of all) {
    // As Postfix: what comes behind the error is not even looked at.
    if (pass.status !== 'ok') break;
    changes = changed(changes, one.changes);
    pass.effects.push(...one.effects);
    if (one.prepended !== undefined) pass.records.push(...headerRecords(one.prepended, limit));
    pass.status = worse(one.changes.status ?? 'ok', pass.status);
    if (one.header !== undefined) passHeader(pass, one.header, index++);
  }
  return changes;
}

/** Envelope, header and the text that came meanwhile go into the file together. */
function writeWith(
  context: CleanupContext,
  parsed: ParsedHeaders,
  replace: ReadonlyMap<string, string>,
): Decision {
  const pass: Pass = {
    ...{ context, parsed, replace, names: new Set<string>(), records: [], effects: [] },
    ...{ resent: false, hops: 0, status: context.status, encoding: context.encoding },
  };
  const changes = passAll(pass);
  if (pass.status === 'ok' && changes.isDiscarded !== true) {
    const added = missingHeaders(context, pass);
    pass.effects.push(...added.effects);
    // What we write ourselves is not cut.
    for (const line of added.lines) pass.records.push(...headerRecords(line, Number.POSITIVE_INFINITY));
  }
  const { status, encoding } = pass;
  const mime = context.mime ?? readHeaders(context);
  const given = {
    heldBody: [],
    headers: [],
    checked: [],
    headerBytes: 0,
    parsed: NO_ADDRESSES,
    status,
    encoding,
    mime,
  };
  return inTurn(
    context,
    (next) => writeRecipients(next, true),
    (next) => ({ context: { ...changes, ...given, dataOffset: next.writtenBytes }, effects: pass.effects }),
    (next) => append(next, encodeRecords(pass.records)),
    endHeaders,
    (next) => appendText(next, concatBytes(context.heldBody)),
  );
}

/** Writes the headers with their addresses as they are. */
export function writeHeaders({ context }: Args): Decision {
  return writeWith(context, NO_ADDRESSES, new Map());
}

/** Writes the headers with the addresses that trivial-rewrite gave back. */
export function writeRewritten({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten', 'writeRewritten belongs to rewrite.rewritten');
  const replace = new Map<string, string>();
  for (const [index, address] of context.parsed.addresses.entries())
    replace.set(address, event.addresses[index] ?? address);
  return writeWith(context, context.parsed, replace);
}
