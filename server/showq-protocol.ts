/**
 * The queue as showq(8) tells it to postqueue(1): names and values, each ended by a zero byte, a message
 * ended by one more; an empty message ends the report. Debian's postqueue reads ours, and ours reads Debian's.
 *
 * showq(8) · Postfix: src/showq/showq.c, src/util/attr_print0.c
 */
import type { Listed, ListedMessage, ListedRecipient } from './cli/queue-list.ts';

/** What showq(8) says first (3.6). */
export const SHOWQ_GREETING = 'protocol\0mail_queue_list_protocol\0\0';
/** What it says last. */
export const SHOWQ_END = '\0';

const HIDDEN = /^\(maildrop queue, sender UID (\d+)\)$/;

function attributes(pairs: readonly (readonly [name: string, value: string | number])[]): string {
  return pairs.map(([name, value]) => `${name}\0${String(value).replaceAll('\0', '?')}\0`).join('');
}

/**
 * One message, latin1.
 * Differs: `file_size` is ours, for the report of 2.3, which adds up the sizes of files, and said only then.
 */
export function showqMessage(message: Listed, withFileSize: boolean): string {
  const isHidden = 'hiddenUid' in message;
  const recipients = isHidden ? [] : message.recipients;
  return `${attributes([
    ...([['queue_name', message.queue] as const, ['queue_id', message.id] as const] as const),
    ...([['time', message.arrivalSec] as const, ['size', message.sizeBytes] as const] as const),
    ...(withFileSize && !isHidden ? [['file_size', message.fileSizeBytes] as const] : []),
    ['forced_expire', 0],
    ['sender', isHidden ? `(maildrop queue, sender UID ${message.hiddenUid})` : message.sender],
    ...recipients.flatMap(({ address, reason }) => [
      ['recipient', address] as const,
      ...(reason === undefined ? [] : [['reason', reason] as const]),
    ]),
  ])}\0`;
}

/** All messages of a report, or undefined where it is cut off or not one. */
export function readShowq(text: string): readonly Listed[] | undefined {
  const fields = text.split('\0');
  let at = 0;
  const messages: Listed[] = [];
  while (at < fields.length - 1) {
    const pairs: [name: string, value: string][] = [];
    for (; fields[at] !== ''; at += 2) {
      if (at + 1 >= fields.length - 1) return undefined;
      pairs.push([fields[at] ?? '', fields[at + 1] ?? '']);
    }
    at += 1;
    if (pairs.length === 0) return messages;
    if (pairs[0]?.[0] === 'protocol') continue;
    const message = messageOf(pairs);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return undefined;
}

function messageOf(pairs: readonly (readonly [name: string, value: string])[]): Listed | undefined {
  const first = new Map<string, string>();
  const recipients: { -readonly [Key in keyof ListedRecipient]: ListedRecipient[Key] }[] = [];
  for (const [name, value] of pairs) {
    const last = recipients.at(-1);
    if (name === 'recipient') recipients.push({ address: value });
    else if (name === 'reason' && last !== undefined) last.reason = value;
    else if (!first.has(name)) first.set(name, value);
  }
  const { queue_name: queue, queue_id: id, sender } = Object.fromEntries(first);
  const [arrivalSec, sizeBytes] = [Number(first.get('time')), Number(first.get('size'))];
  if (queue === undefined || id === undefined || sender === undefined) return undefined;
  if (!Number.isFinite(arrivalSec) || !Number.isFinite(sizeBytes)) return undefined;
  const hiddenUid = queue === 'maildrop' ? HIDDEN.exec(sender)?.[1] : undefined;
  if (hiddenUid !== undefined)
    return { queue: 'maildrop', id, arrivalSec, sizeBytes, hiddenUid: Number(hiddenUid) };
  const fileSizeBytes = Number(first.get('file_size') ?? sizeBytes);
  const message: ListedMessage = { queue, id, arrivalSec, sizeBytes, fileSizeBytes, sender, recipients };
  return message;
}
