/** The queue as text: the table of `postqueue -p` and the lines of `postqueue -j`. postqueue(1) */
import { asctime, boolOf, printable, type Settings } from '#core';
import { zoneAt } from '../clock.ts';
import type { Listed, ListedMessage } from './queue-list.ts';

/** The column at which a reason ends. */
const REASON_END = 76;

interface Layout {
  readonly idWidth: number;
  readonly sizeWidth: number;
  readonly timeWidth: number;
  readonly headerIdWidth: number;
}

/** Long ids take more room; 2.3 has a blank less in its heading. */
function layoutOf(settings: Settings): Layout {
  const old = settings.profile === '2.3';
  if (!old && boolOf(settings, 'enable_long_queue_ids'))
    return { idWidth: 17, sizeWidth: 8, timeWidth: 19, headerIdWidth: 17 };
  return { idWidth: 11, sizeWidth: 7, timeWidth: 20, headerIdWidth: old ? 10 : 11 };
}

function markOf(queue: string): string {
  if (queue === 'active') return '*';
  return queue === 'hold' ? '!' : '';
}

/** The null sender has a name in reports. */
function senderOf(sender: string): string {
  return sender === '' ? 'MAILER-DAEMON' : printable(sender);
}

function recipientLines({ recipients }: ListedMessage, { timeWidth, idWidth, sizeWidth }: Layout): string {
  const indent = ' '.repeat(idWidth + sizeWidth + timeWidth + 3);
  let last = '';
  let text = '';
  for (const { address, reason } of recipients) {
    const shown = reason === undefined ? '' : printable(reason);
    if (reason !== undefined && shown !== last)
      text += `${' '.repeat(Math.max(0, REASON_END - shown.length))}(${shown})\n`;
    last = shown;
    text += `${indent}${printable(address)}\n`;
  }
  return text;
}

function messageText(message: Listed, layout: Layout): string {
  const { idWidth, sizeWidth, timeWidth } = layout;
  const ms = message.arrivalSec * 1000;
  const time = asctime(ms, zoneAt(ms)).slice(0, timeWidth);
  const id = `${message.id}${markOf(message.queue)}`.padEnd(idWidth);
  const line = `${id} ${String(message.sizeBytes).padStart(sizeWidth)} ${time} `;
  if ('hiddenUid' in message) return `${line}(maildrop queue, sender UID ${message.hiddenUid})\n`;
  return `${line}${senderOf(message.sender)}\n${recipientLines(message, layout)}`;
}

/** The whole report. An empty queue is one sentence. */
export function queueTable(settings: Settings, messages: Iterable<Listed>): string {
  const layout = layoutOf(settings);
  const heading = [
    '-Queue ID-'.padEnd(layout.headerIdWidth),
    '--Size--'.padStart(8),
    (layout.timeWidth === 19 ? '---Arrival Time----' : '----Arrival Time----').padEnd(layout.timeWidth),
    '-Sender/Recipient-------',
  ].join(' ');
  let text = '';
  let count = 0;
  let bytes = 0;
  for (const message of messages) {
    text += `${count === 0 ? `${heading}\n` : '\n'}${messageText(message, layout)}`;
    count += 1;
    bytes +=
      settings.profile === '2.3' && !('hiddenUid' in message) ? message.fileSizeBytes : message.sizeBytes;
  }
  if (count === 0) return 'Mail queue is empty\n';
  return `${text}\n-- ${Math.floor(bytes / 1024)} Kbytes in ${count} Request${count === 1 ? '' : 's'}.\n`;
}

/** JSON text of a latin1 string: bytes above 127 pass as they are. */
function json(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007F');
}

/** One line of `postqueue -j`. Undefined for a maildrop file that may not be read. */
export function queueJson(message: Listed): string | undefined {
  if ('hiddenUid' in message) return undefined;
  const recipients = message.recipients.map(({ address, reason }) => {
    const why = reason === undefined ? '' : `, "delay_reason": ${json(printable(reason))}`;
    return `{"address": ${json(printable(address))}${why}}`;
  });
  return (
    `{"queue_name": ${json(message.queue)}, "queue_id": ${json(message.id)}, ` +
    `"arrival_time": ${message.arrivalSec}, "message_size": ${message.sizeBytes}, ` +
    `"forced_expire": false, "sender": ${json(senderOf(message.sender))}, ` +
    `"recipients": [${recipients.join(', ')}]}\n`
  );
}
