/**
 * The text of a delivery status notification. RFC 3462 · RFC 3464 · bounce(5)
 *
 * Three parts: words for people, a report for programs, the message (or its headers).
 */
import { intOf, type Settings, textOf, timeMsOf } from '../config/settings.ts';
import type { BounceFlush } from '../kernel/notes.ts';
import { rfc822Date, type Zone } from '../mail/date.ts';
import { RET } from '../mail/queue-envelope.ts';
import { quote822 } from '../mail/quote.ts';
import { bytesToLatin1, concatBytes, indexOfBytes, latin1ToBytes } from '../wire/bytes.ts';
import type { LoggedFailure } from './log-file.ts';

export interface NoticeParts {
  readonly settings: Settings;
  readonly zone: Zone;
  readonly request: BounceFlush;
  readonly failures: readonly LoggedFailure[];
  readonly noticeId: string;
  readonly at: number;
  /** The message that could not be delivered, LF line ends. */
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
  lines.push(line);
  return lines.join('\n');
}

function failedWords(host: string): string {
  return [
    `This is the mail system at host ${host}.`,
    '',
    'Your message could not be delivered to everyone it was meant for. It is attached',
    'below, with the reason for each address.',
    '',
    'If you need help, write to the postmaster and include this report; your own text',
    'may be left out.',
  ].join('\n');
}

function delayedWords(host: string, settings: Settings): string {
  const days = Math.round(timeMsOf(settings, 'maximal_queue_lifetime') / 86_400_000);
  const hours = Math.round(timeMsOf(settings, 'delay_warning_time') / 3_600_000);
  return [
    `This is the mail system at host ${host}.`,
    '',
    'THIS IS ONLY A WARNING. You need not send your message again.',
    '',
    `It could not be delivered for more than ${hours} hour(s). New tries will be made until it is`,
    `${days} day(s) old.`,
  ].join('\n');
}

function recipientWords({ recipient, original, reason }: LoggedFailure): string {
  const expanded = original !== '' && original !== recipient ? ` (expanded from <${original}>)` : '';
  return wrapped(`<${recipient}>${expanded}: ${reason}`);
}

function recipientReport(parts: NoticeParts, failure: LoggedFailure): string {
  const { settings, request, zone } = parts;
  const mailName = textOf(settings, 'mail_name');
  const lines = [`Final-Recipient: rfc822; ${quote822(failure.recipient)}`];
  if (failure.orcpt !== '')
    lines.push(`Original-Recipient: ${failure.orcpt.replace(';', '; ').replace(';  ', '; ')}`);
  else if (failure.original !== '') lines.push(`Original-Recipient: rfc822; ${quote822(failure.original)}`);
  lines.push(`Action: ${failure.action}`, `Status: ${failure.dsn}`);
  lines.push(wrapped(`Diagnostic-Code: X-${mailName}; ${failure.reason}`));
  if (request.kind === 'delayed') {
    const until = request.arrivalAt + timeMsOf(settings, 'maximal_queue_lifetime');
    lines.push(`Will-Retry-Until: ${rfc822Date(until, zone)}`);
  }
  return lines.join('\n');
}

function report(parts: NoticeParts): string {
  const { settings, request, failures, zone } = parts;
  const mailName = textOf(settings, 'mail_name');
  const lines = [`Reporting-MTA: dns; ${textOf(settings, 'myhostname')}`];
  if (request.dsn.envid !== '') lines.push(`Original-Envelope-Id: ${request.dsn.envid}`);
  lines.push(`X-${mailName}-Queue-ID: ${request.queueId}`);
  if (request.sender !== '') lines.push(`X-${mailName}-Sender: rfc822; ${quote822(request.sender)}`);
  lines.push(`Arrival-Date: ${rfc822Date(request.arrivalAt, zone)}`);
  return [lines.join('\n'), ...failures.map((failure) => recipientReport(parts, failure))].join('\n\n');
}

/** Only the header lines of a message. */
function headersOf(message: Uint8Array): Uint8Array {
  const end = indexOfBytes(message, latin1ToBytes('\n\n'));
  return end < 0 ? message : message.subarray(0, end + 1);
}

/** The whole notice, ready for cleanup. */
export function noticeText(parts: NoticeParts): Uint8Array {
  const { settings, request, failures, noticeId, at, original } = parts;
  const host = textOf(settings, 'myhostname');
  const failed = request.kind === 'failed';
  const short =
    !failed || request.dsn.ret === RET.headers || original.length > intOf(settings, 'bounce_size_limit');
  const boundary = `${noticeId}.${Math.floor(at / 1000)}/${host}`;
  const subject = failed ? 'Undelivered Mail Returned to Sender' : 'Delayed Mail (still being retried)';
  const eightBit = bytesToLatin1(original).match(/[\x80-\xff]/) !== null;
  const encoding = `Content-Transfer-Encoding: ${eightBit ? '8bit' : '7bit'}`;
  const undelivered = failed ? 'Undelivered Message' : 'Delayed Message';
  const head = [
    `From: MAILER-DAEMON@${textOf(settings, 'myorigin')} (Mail Delivery System)`,
    `Subject: ${subject}`,
    `To: ${quote822(request.sender)}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...(eightBit ? [encoding] : []),
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Description: Notification',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    failed ? failedWords(host) : delayedWords(host, settings),
    ...failures.map((failure) => `\n${recipientWords(failure)}`),
    '',
    `--${boundary}`,
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    report(parts),
    '',
    `--${boundary}`,
    `Content-Description: ${undelivered}${short ? ' Headers' : ''}`,
    `Content-Type: ${short ? 'text/rfc822-headers' : 'message/rfc822'}`,
    encoding,
    '',
    '',
  ].join('\n');
  const shown = short ? headersOf(original) : original;
  return concatBytes([latin1ToBytes(head), shown, latin1ToBytes(`\n--${boundary}--\n`)]);
}
