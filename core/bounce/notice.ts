/**
 * The text of a delivery status notification. RFC 3462 · RFC 3464 · bounce(5)
 *
 * Three parts: words for people, a report for programs, the message (or its header).
 */
import { type Settings, textOf, timeMsOf } from '../config/settings.ts';
import type { BounceFlush } from '../kernel/notes.ts';
import { rfc822Date, type Zone } from '../mail/date.ts';
import { quote822 } from '../mail/quote.ts';
import { concatBytes, indexOfBytes, latin1ToBytes } from '../wire/bytes.ts';
import type { LoggedFailure } from './log-file.ts';
import { wordsFor } from './template.ts';
import type { Notice } from './types.ts';

export interface NoticeParts {
  readonly settings: Settings;
  readonly zone: Zone;
  readonly request: BounceFlush;
  readonly notice: Notice;
  /** `7bit`, `8bit`, or '' when the sender did not say. */
  readonly encoding: string;
  readonly at: number;
  /** The message that the notice is about, LF line ends. */
  readonly original: Uint8Array;
}

const WIDTH = 79;

/** Breaks a text at blanks; continuation lines begin with four blanks. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = `    ${word}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

function recipientWords({ recipient, original, reason }: LoggedFailure): string {
  const expanded = original !== '' && original !== recipient ? ` (expanded from <${original}>)` : '';
  return wrapped(`<${recipient}>${expanded}: ${reason}`);
}

/**
 * One recipient for programs; time turns a delay into a failure, its status stays as it was. RFC 3464 §2.3
 */
function recipientReport({ settings, request, zone }: NoticeParts, failure: LoggedFailure): string {
  const { recipient, original, orcpt, action, dsn, remoteMta, diagnostic, reason } = failure;
  const lines = [`Final-Recipient: rfc822; ${quote822(recipient)}`];
  if (orcpt !== '') lines.push(`Original-Recipient: ${orcpt}`);
  else if (original !== '') lines.push(`Original-Recipient: rfc822; ${quote822(original)}`);
  lines.push(`Action: ${request.kind === 'failed' ? 'failed' : action}`, `Status: ${dsn}`);
  if (remoteMta !== '') lines.push(`Remote-MTA: dns; ${remoteMta}`);
  const said = diagnostic === '' ? `X-${textOf(settings, 'mail_name')}; ${reason}` : diagnostic;
  lines.push(wrapped(`Diagnostic-Code: ${said}`));
  if (request.kind === 'delayed') {
    const until = request.arrivalAt + timeMsOf(settings, 'maximal_queue_lifetime');
    lines.push(`Will-Retry-Until: ${rfc822Date(until, zone)}`);
  }
  return lines.join('\n');
}

/** The sender as reports name it: the null sender is this system itself. */
function senderName(settings: Settings, sender: string): string {
  return sender === '' ? `MAILER-DAEMON@${textOf(settings, 'myorigin')}` : quote822(sender);
}

function report(parts: NoticeParts): string {
  const { settings, request, notice, zone } = parts;
  const mailName = textOf(settings, 'mail_name');
  const { envid } = request.dsn;
  const lines = [
    `Reporting-MTA: dns; ${textOf(settings, 'myhostname')}`,
    ...(envid === '' ? [] : [`Original-Envelope-Id: ${envid}`]),
    `X-${mailName}-Queue-ID: ${request.queueId}`,
    `X-${mailName}-Sender: rfc822; ${senderName(settings, request.sender)}`,
    `Arrival-Date: ${rfc822Date(request.arrivalAt, zone)}`,
  ].join('\n');
  return [lines, ...notice.failures.map((failure) => recipientReport(parts, failure))].join('\n\n');
}

/** Header lines of the notice. 2.3 leaves Date: to cleanup(8). postconf(5) header_from_format */
function header(
  { settings, zone, notice, at }: NoticeParts,
  boundary: string,
  encoding: readonly string[],
): string {
  const daemon = `MAILER-DAEMON@${textOf(settings, 'myorigin')}`;
  const old = settings.profile === '2.3' || textOf(settings, 'header_from_format') === 'obsolete';
  return [
    ...(settings.profile === '2.3' ? [] : [`Date: ${rfc822Date(at, zone)}`]),
    `From: ${old ? `${daemon} (Mail Delivery System)` : `Mail Delivery System <${daemon}>`}`,
    `Subject: ${notice.subject}`,
    `To: ${quote822(notice.recipient)}`,
    `Auto-Submitted: ${notice.to === 'sender' ? 'auto-replied' : 'auto-generated'}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...encoding,
    '',
    'What follows is in MIME format, in several parts.',
    '',
  ].join('\n');
}

/** Only the header lines of a message. */
function headerOf(message: Uint8Array): Uint8Array {
  const end = indexOfBytes(message, latin1ToBytes('\n\n'));
  return end < 0 ? message : message.subarray(0, end + 1);
}

/** First part: words, and what happened to each recipient. */
function people(parts: NoticeParts, encoding: readonly string[]): string {
  const { settings, request, notice } = parts;
  const modern = settings.profile !== '2.3' && parts.encoding === '8bit';
  const { failures } = notice;
  const lost = failures.length === 0 ? ['', '\t--- Delivery report unavailable ---'] : [];
  return [
    'Content-Description: Notification',
    `Content-Type: text/plain; charset=${modern ? 'utf-8' : 'us-ascii'}`,
    ...(modern ? encoding : []),
    '',
    ...(notice.words ? [wordsFor(request.kind, settings)] : []),
    ...failures.flatMap((failure) => ['', recipientWords(failure)]),
    ...lost,
    '',
  ].join('\n');
}

/** The whole notice, ready for cleanup. */
export function noticeText(parts: NoticeParts): Uint8Array {
  const { settings, request, notice, at, original } = parts;
  const boundary = `${request.queueId}.${Math.floor(at / 1000)}/${textOf(settings, 'myhostname')}`;
  const encoding = parts.encoding === '' ? [] : [`Content-Transfer-Encoding: ${parts.encoding}`];
  const undelivered = request.kind === 'success' ? '' : 'Undelivered ';
  const returnPath = `Return-Path: <${senderName(settings, request.sender)}>\n`;
  const text = [
    header(parts, boundary, encoding),
    `--${boundary}`,
    people(parts, encoding),
    `--${boundary}`,
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    report(parts),
    '',
    `--${boundary}`,
    `Content-Description: ${undelivered}Message${notice.whole ? '' : ' Headers'}`,
    `Content-Type: ${notice.whole ? 'message/rfc822' : 'text/rfc822-headers'}`,
    ...encoding,
    '',
    settings.profile === '2.3' ? '' : returnPath,
  ].join('\n');
  const shown = notice.whole ? original : headerOf(original);
  return concatBytes([latin1ToBytes(text), shown, latin1ToBytes(`\n--${boundary}--\n`)]);
}
