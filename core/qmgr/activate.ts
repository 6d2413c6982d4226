/** From a file in incoming or deferred to a message whose recipients are known. qmgr(8) */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { QueueFile } from '../mail/queue-file.ts';
import { nextRecord, queueReader } from '../mail/queue-walk.ts';
import { dropped, fill, voidLogs } from './fill.ts';
import { damageOf, queueFileOf } from './guards.ts';
import { askNext, compareAddresses } from './resolve.ts';
import { andThen, idOf, logged, messageOf, pathIn, stepped, withMessage } from './rules.ts';
import type { ActiveMessage, Args, Decision } from './types.ts';

/** It is in the active queue: reads it. What earlier tries noted is void. */
export function readIt({ context, event }: Args): Decision {
  assert(event.type === 'file.renamed', 'readIt belongs to file.renamed');
  const id = idOf(event.to);
  const isRetry = event.from.startsWith('deferred/');
  const read: Effect = { type: 'file.read', file: id, path: event.to };
  return { effects: isRetry ? [...voidLogs(context.settings, id), read] : [read] };
}

/**
 * Who is still to be served. With a REDIRECT of header_checks(5) one address gets the message in the name of
 * the first recipient by domain, and the others nothing.
 *
 * Differs: that address goes to trivial-rewrite(8) as it was written, it is not completed first.
 */
function recipientsOf(file: QueueFile): ActiveMessage['recipients'] {
  const { redirect = '' } = file;
  const left = file.recipients
    .filter(({ done }) => !done)
    .map(({ address, origAddress, dsnOrcpt, notify, offset }) => ({
      ...{ address, original: origAddress, notify, orcpt: dsnOrcpt, offset },
    }));
  if (redirect === '') return left;
  const [first] = left.sort((a, b) => compareAddresses(a.address, b.address));
  return first === undefined ? [] : [{ ...first, address: redirect }];
}

/** Size for logs and listings: the content, as Postfix counts it. */
function sizeOf(file: QueueFile): number {
  return file.sizeFields?.contentLength || file.sizeFields?.contentSize || 0;
}

/** The delay warning that is due one day, and where its record stands. */
function warningOf(file: QueueFile, bytes: Uint8Array): ActiveMessage['warning'] {
  if (file.warnTimeSec === undefined || file.warnTimeSec === 0) return undefined;
  const reader = queueReader(bytes);
  for (let record = nextRecord(reader); record !== undefined; record = nextRecord(reader)) {
    if (record.type === 'W') return { at: file.warnTimeSec * 1000, offset: record.start };
    if (record.type === 'M') break;
  }
  return undefined;
}

function described(message: ActiveMessage, file: QueueFile, bytes: Uint8Array): ActiveMessage {
  const { sender = '', arrivalTime, attributes } = file;
  const arrivalAt =
    arrivalTime === undefined ? message.activeAt : arrivalTime.sec * 1000 + arrivalTime.usec / 1000;
  const createTime = Number(attributes.get('create_time') ?? 0);
  return {
    ...message,
    ...{ sender, arrivalAt, attributes, recipients: recipientsOf(file), sizeBytes: sizeOf(file) },
    ...{ createdAt: createTime > 0 ? createTime * 1000 : arrivalAt, warning: warningOf(file, bytes) },
    dsn: { ret: Number(attributes.get('ret_flags') ?? 0), envid: attributes.get('envelope_id') ?? '' },
    // Redirection wins over filters.
    filter: (file.redirect ?? '') === '' ? (file.contentFilter ?? '') : '',
  };
}

/** Reads the envelope and asks trivial-rewrite about the recipients that are still to be served. */
export function readMessage({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'readMessage belongs to file.loaded');
  const known = messageOf(context, event.file);
  if (known === undefined || known.chart.value !== 'opening') return {};
  const file = queueFileOf(event.bytes);
  const message = described(stepped(known, { type: 'message.read', at: event.at }), file, event.bytes);
  const { id, sender, sizeBytes } = message;
  const count = file.sizeFields?.recipientCount ?? file.recipients.length;
  const log = logged(`${id}: from=<${sender}>, size=${sizeBytes}, nrcpt=${count} (queue active)`);
  return andThen({ context: withMessage(context, message), effects: [log] }, (next) =>
    askNext(next, message, event.at),
  );
}

const DAMAGED = { rule: 'damaged queue file' } as const;

/** The file is no message: out of the way, where a person can look at it. */
export function setAside({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'setAside belongs to file.loaded');
  const known = messageOf(context, event.file);
  if (known === undefined || known.chart.value !== 'opening') return {};
  const { id } = known;
  const problem = damageOf(queueFileOf(event.bytes)) ?? '';
  const { settings } = context;
  return {
    context: withMessage(context, stepped(known, { type: 'file.damaged', at: event.at })),
    effects: [
      logged(`${id}: message rejected: ${problem}`, 'warning', DAMAGED),
      logged(`saving corrupt file "${id}" from queue "active" to queue "corrupt"`, 'warning', DAMAGED),
      { type: 'file.rename', from: pathIn(settings, 'active', id), to: pathIn(settings, 'corrupt', id) },
    ],
  };
}

/** A message has left the active queue: there is room for another. */
export function forgetIt({ context, event }: Args): Decision {
  assert(
    event.type === 'file.renamed' || event.type === 'file.removed',
    'forgetIt belongs to a file that left',
  );
  const id = idOf(event.type === 'file.renamed' ? event.from : event.path);
  const effects = event.type === 'file.removed' ? [logged(`${id}: removed`)] : [];
  return andThen({ context: dropped(context, id), effects }, (next) => fill(next, event.at));
}
