/**
 * Headers that a message lacks: Message-Id, Date, From, To, or their Resent- forms.
 *
 * RFC 5322 §3.6 · postconf(5) always_add_missing_headers · Postfix: cleanup_header_done_callback
 */
import { boolOf, textOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { messageIdDigits, rfc822Date } from '../mail/date.ts';
import { headerNameLength } from '../mail/headers.ts';
import { isLongId } from '../mail/queue-id.ts';
import { quote822 } from '../mail/quote.ts';
import { parseAddressList, scanAddress } from '../mail/tok822.ts';
import { externalize } from '../mail/tok822-print.ts';
import { headerContext } from './header-addresses.ts';
import { logLine } from './out.ts';
import type { CleanupContext } from './types.ts';

/** What was seen among the headers, removed ones included. */
export interface SeenHeaders {
  /** Names as we spell them. */
  readonly names: ReadonlySet<string>;
  /** A Resent- header was there: the ones that are missing are those of the resender. RFC 5322 §3.6.6 */
  readonly resent: boolean;
}

interface Added {
  readonly lines: readonly string[];
  readonly effects: readonly Effect[];
}

const VISIBLE_RECIPIENTS = ['To', 'Resent-To', 'Cc', 'Resent-Cc'];

/** Whether headers are added at all. Postfix 2.3 does it for all mail. */
function areWanted({ settings, message }: CleanupContext): boolean {
  if (settings.profile === '2.3' || boolOf(settings, 'always_add_missing_headers')) return true;
  return headerContext(settings, message) !== undefined;
}

/** The headers to add, as lines, and what is logged about the message id. */
export function missingHeaders(context: CleanupContext, { names, resent }: SeenHeaders): Added {
  const { settings, queueId, zone, arrivalAt } = context;
  const prefix = resent ? 'Resent-' : '';
  const wanted = areWanted(context);
  const lacks = (name: string) => wanted && !names.has(prefix + name);
  const lines: string[] = [];
  const effects: Effect[] = [];
  const addsId = lacks('Message-Id');
  if (addsId) {
    const id = messageId(context);
    lines.push(`${prefix}Message-Id: ${id}`);
    effects.push(logLine('info', `${queueId}: ${prefix.toLowerCase()}message-id=${id}`));
  }
  const hasId = names.has('Message-Id') || (addsId && !resent);
  if (!hasId && settings.profile !== '2.3') effects.push(logLine('info', `${queueId}: message-id=<>`));
  if (lacks('Date')) lines.push(`${prefix}Date: ${rfc822Date(arrivalAt, zone)}`);
  if (lacks('From')) lines.push(`${prefix}From: ${fromValue(context)}`);
  const hidden = wanted && !VISIBLE_RECIPIENTS.some((name) => names.has(name));
  const undisclosed = textOf(settings, 'undisclosed_recipients_header');
  if (hidden && headerNameLength(undisclosed) > 0) lines.push(undisclosed);
  // Of what smtpd(8) wants discarded nothing was read.
  return { lines, effects: context.orders.discard ? [] : effects };
}

/** Unique because the queue id is, within the second of its making. */
function messageId({ settings, queueId, createdAt }: CleanupContext): string {
  const left = isLongId(queueId) ? queueId : `${messageIdDigits(createdAt)}.${queueId}`;
  return `<${left}@${textOf(settings, 'myhostname')}>`;
}

/**
 * `Full Name <user@dom>`, as a comment `user@dom (Full Name)` before Postfix 3.3. postconf(5)
 * header_from_format
 */
function fromValue({ settings, message, sender }: CleanupContext): string {
  const address = quote822(sender === '' ? 'MAILER-DAEMON' : sender);
  const name = (message.senderFullName ?? '').replace(/[\r\n]/g, ' ');
  if (sender === '' || name === '') return address;
  if (settings.profile === '2.3' || textOf(settings, 'header_from_format') === 'obsolete')
    return `${address} ${externalize(parseAddressList(`(${name})`))}`;
  const plain = !/[%!()<>@,;:\\".[\]]/.test(name);
  const phrase = externalize(plain ? scanAddress(name) : [{ type: 'quoted', text: name }]);
  return phrase === '' ? `<${address}>` : `${phrase} <${address}>`;
}
