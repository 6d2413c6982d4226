/**
 * Headers: which go, which are added, which are rewritten. RFC 5322 §3.6 · cleanup(8) · Postfix:
 * src/cleanup/cleanup_message.c
 */
import { boolOf, intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { messageIdDigits, rfc822Date } from '../mail/date.ts';
import { headerInfo } from '../mail/header-names.ts';
import { type Header, headerValue } from '../mail/headers.ts';
import { buildEnvelope, buildRecipient, sizeRecord } from '../mail/queue-envelope.ts';
import { isLongId } from '../mail/queue-id.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { quote822 } from '../mail/quote.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf, externalize, foldAddressHeader, mapAddresses } from '../mail/tok822-print.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { type Args, type Decision, microseconds } from './file.ts';
import { canonical } from './recipients.ts';
import { contentOf, headerAddresses } from './text.ts';
import type { CleanupContext } from './types.ts';

/** All headers are there and none needs trivial-rewrite. */
export function headersAreComplete({ context }: Args): boolean {
  return context.headersEnded;
}

/**
 * The headers hold addresses that may be completed for this kind of client. postconf(5)
 * local_header_rewrite_clients
 */
export function headersNeedRewriting({ context }: Args): boolean {
  if (!context.headersEnded) return false;
  const { settings, message } = context;
  const extracts = message.extractRecipients === true;
  const wanted =
    message.rewriteContext === 'local' || textOf(settings, 'remote_header_rewrite_domain') !== '';
  return (wanted || extracts) && headerAddresses(context).length > 0;
}

/** The opener has sent everything already. */
export function closeWasAsked({ context }: Args): boolean {
  return context.closeAsked;
}

/** Headers that Postfix takes out of every message. postconf(5) message_drop_headers */
function isDropped(settings: Settings, name: string): boolean {
  const listed = settings.profile === '2.3' ? [] : listOf(settings, 'message_drop_headers');
  const names = listed.length > 0 ? listed : ['bcc', 'content-length', 'resent-bcc', 'return-path'];
  return names.some((dropped) => dropped.toLowerCase() === name.toLowerCase());
}

/** One header with new addresses, printed again only if one of them changed. */
function rewritten(settings: Settings, header: Header, replace: ReadonlyMap<string, string>): Header {
  const kind = headerInfo(header.name)?.addresses;
  if (kind === undefined) return header;
  const tree = parseAddressList(headerValue(header), intOf(settings, 'header_address_token_limit'));
  const classes = listOf(settings, 'canonical_classes');
  let changed = false;
  const next = mapAddresses(tree, (address) => {
    const standard = replace.get(address) ?? address;
    const final = classes.includes(`header_${kind}`) ? canonical(settings, standard, kind) : standard;
    if (final === undefined || final === address) return undefined;
    changed = true;
    return final;
  });
  if (!changed) return header;
  return { ...header, text: foldAddressHeader(header.name, externalize(next, { oneByLine: true })) };
}

interface Prepared {
  readonly lines: readonly string[];
  readonly effects: readonly Effect[];
  readonly hops: number;
}

/** The headers that go into the file, and the log line with the message id. */
function prepare(context: CleanupContext, replace: ReadonlyMap<string, string>, at: number): Prepared {
  const { settings, queueId } = context;
  const kept = context.headers
    .filter(({ name }) => !isDropped(settings, name))
    .map((header) => rewritten(settings, header, replace));
  const added = missingHeaders(context, kept, at);
  const hops = kept.filter(({ name }) => name.toLowerCase() === 'received').length;
  const all = [...kept.map(({ text }) => text), ...added];
  const effects = all.flatMap((text) => messageIdLog(queueId, text));
  const noId = !effects.some((effect) => effect.type === 'log' && effect.text.includes(': message-id='));
  if (noId && settings.profile === '3.x') effects.push(logLine(`${queueId}: message-id=<>`));
  return { lines: all, effects, hops };
}

function logLine(text: string): Effect {
  return { type: 'log', level: 'info', text };
}

function messageIdLog(queueId: string, text: string): Effect[] {
  const match = /^(Message-Id|Resent-Message-Id):\s*([\s\S]*)$/i.exec(text);
  if (match === null) return [];
  const value = (match[2] ?? '').replace(/\s+/g, ' ').trim();
  return [logLine(`${queueId}: ${(match[1] ?? '').toLowerCase()}=${value}`)];
}

/** Message-Id, Date, From and To for mail that lacks them, or their Resent- forms. */
function missingHeaders(context: CleanupContext, kept: readonly Header[], at: number): readonly string[] {
  const { settings, message, queueId, zone, arrivalAt } = context;
  const always = settings.profile === '2.3' || boolOf(settings, 'always_add_missing_headers');
  const has = (name: string) => kept.some((header) => header.name.toLowerCase() === name);
  const lines: string[] = [];
  if (always || message.rewriteContext === 'local') {
    const resent = kept.some(({ name }) => /^resent-/i.test(name)) ? 'Resent-' : '';
    const lower = resent.toLowerCase();
    const host = textOf(settings, 'myhostname');
    const id = isLongId(queueId) ? queueId : `${messageIdDigits(at)}.${queueId}`;
    if (!has(`${lower}message-id`)) lines.push(`${resent}Message-Id: <${id}@${host}>`);
    if (!has(`${lower}date`)) lines.push(`${resent}Date: ${rfc822Date(arrivalAt, zone)}`);
    if (!has(`${lower}from`)) lines.push(`${resent}From: ${fromValue(context)}`);
  }
  const addressed = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc'];
  const undisclosed = textOf(settings, 'undisclosed_recipients_header');
  const none = !context.headers.some(({ name }) => addressed.includes(name.toLowerCase()));
  if (undisclosed !== '' && none) lines.push(undisclosed);
  return lines;
}

/** `user@dom (Full Name)` in 2.3, `Full Name <user@dom>` since 3.3. postconf(5) header_from_format */
function fromValue({ settings, message }: CleanupContext): string {
  const sender = message.sender === '' ? `MAILER-DAEMON@${textOf(settings, 'myorigin')}` : message.sender;
  const address = quote822(sender);
  const name = message.senderFullName ?? '';
  if (name === '') return address;
  if (settings.profile === '2.3') return `${address} (${name.replace(/[()\\]/g, '\\$&')})`;
  const quoted = /^[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~]+$/.test(name)
    ? name
    : `"${name.replace(/["\\]/g, '\\$&')}"`;
  return `${quoted} <${address}>`;
}

/** Everything before the text: size record (still empty), envelope, recipients, start of content. */
function envelopeRecords(context: CleanupContext): Uint8Array {
  const { settings, message, arrivalAt, queueId, recipients } = context;
  const sec = Math.floor(arrivalAt / 1000);
  const size = sizeRecord(
    { contentSize: 0, dataOffset: 0, recipientCount: 0, qmgrFlags: 0, contentLength: 0, sendOptions: 0 },
    settings.profile === '2.3' ? 4 : 6,
  );
  const envelope = buildEnvelope({
    arrivalTime: { sec, usec: microseconds(arrivalAt) },
    ...{ createTimeSec: sec, rewriteContext: message.rewriteContext, sender: message.sender },
    ...(message.client === undefined ? {} : { client: message.client, logIdent: queueId }),
    ...(message.dsn.envid === '' ? {} : { envelopeId: message.dsn.envid }),
    ...(message.dsn.ret === 0 ? {} : { retFlags: message.dsn.ret }),
    ...(message.senderFullName === undefined ? {} : { fullName: message.senderFullName }),
    ...(message.encoding === undefined ? {} : { encoding: message.encoding }),
  });
  return concatBytes([size, envelope, ...recipients.map(buildRecipient), encodeRecord('M', '')]);
}

function writeWith({ context, event }: Args, replace: ReadonlyMap<string, string>): Decision {
  const prepared = prepare(context, replace, event.at);
  const head = envelopeRecords(context);
  const limit = intOf(context.settings, 'hopcount_limit');
  const status = context.status === 'ok' && prepared.hops >= limit ? 'hops' : context.status;
  const lines = prepared.lines.length === 0 ? '' : `${prepared.lines.join('\n')}\n`;
  const text = concatBytes([latin1ToBytes(lines), ...context.heldBody]);
  const extracted = context.message.extractRecipients === true ? extractedFrom(context, replace) : [];
  const next: CleanupContext = { ...context, dataOffset: head.length, heldBody: [], status, extracted };
  const content = contentOf(next, text);
  const { dataOffset } = next;
  return {
    context: { dataOffset, heldBody: [], status, extracted, ...content.context },
    effects: [
      ...prepared.effects,
      { type: 'file.append', file: 'queue', bytes: head },
      ...(content.effects ?? []),
    ],
  };
}

/** Recipients named by To, Cc and Bcc, or by their Resent- forms when there are any. sendmail(1) -t */
function extractedFrom(context: CleanupContext, replace: ReadonlyMap<string, string>): readonly string[] {
  const all = context.headers.filter(({ name }) => headerInfo(name)?.extract === true);
  const resent = all.filter(({ name }) => /^resent-/i.test(name));
  const used = resent.length > 0 ? resent : all;
  const addresses = used.flatMap((header) => addressesOf(parseAddressList(headerValue(header))));
  return [...new Set(addresses.map((address) => replace.get(address) ?? address))].filter(
    (one) => one !== '',
  );
}

/** Writes envelope and headers as they are. */
export function writeHeaders(args: Args): Decision {
  return writeWith(args, new Map());
}

/** Writes envelope and headers with the addresses that trivial-rewrite gave back. */
export function writeRewritten(args: Args): Decision {
  const { context, event } = args;
  assert(event.type === 'rewrite.rewritten', 'writeRewritten belongs to rewrite.rewritten');
  const replace = new Map<string, string>();
  const asked = headerAddresses(context);
  for (const [index, address] of asked.entries()) replace.set(address, event.addresses[index] ?? address);
  return writeWith(args, replace);
}
