/** From a file in active to recipients that know where they go. qmgr(8) · trivial-rewrite(8) */
import type { Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { stepChart } from '../kernel/process.ts';
import { dropFrom, putInto, takeFrom } from '../kernel/shelf.ts';
import { parseQueueFile, type QueueFile } from '../mail/queue-file.ts';
import { deliverAll } from './deliver.ts';
import { message as messageChart } from './message.ts';
import type { Args, Decision } from './rules.ts';
import { fill, pathIn } from './scan.ts';
import type { ActiveMessage } from './types.ts';

function recipientsOf(file: QueueFile) {
  return file.recipients
    .filter(({ done }) => !done)
    .map(({ address, origAddress, dsnOrcpt, notify, offset }) => ({
      ...{ address, original: origAddress, notify: notify ?? 0, orcpt: dsnOrcpt ?? '', offset },
    }));
}

/** Size for logs and listings: the content, as Postfix counts it. */
function sizeOf(file: QueueFile): number {
  return file.sizeFields?.contentLength || file.sizeFields?.contentSize || 0;
}

/** Reads the envelope and asks trivial-rewrite about each recipient that is still to be served. */
export function readMessage({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'readMessage belongs to file.loaded');
  const known = takeFrom(context.messages, event.file);
  if (known === undefined) return {};
  const file = parseQueueFile(event.bytes);
  const { sender = '', arrivalTime, attributes } = file;
  const recipients = recipientsOf(file);
  const arrivalAt = arrivalTime === undefined ? event.at : arrivalTime.sec * 1000 + arrivalTime.usec / 1000;
  const next: ActiveMessage = {
    ...{ ...known, sender, recipients, arrivalAt, attributes, sizeBytes: sizeOf(file) },
    chart: stepChart(messageChart, known.chart, { type: 'message.read', at: event.at }).state,
    dsn: { ret: Number(attributes.get('ret_flags') ?? 0), envid: attributes.get('envelope_id') ?? '' },
  };
  const text = `${known.id}: from=<${sender}>, size=${next.sizeBytes}, nrcpt=${recipients.length} (queue active)`;
  const asks = recipients.map(({ address }, index): Effect => {
    const note = { type: 'rewrite.resolve', token: `${known.id}:${index}`, sender, address } as const;
    return { type: 'send', to: 'rewrite', note };
  });
  const messages = putInto(context.messages, known.id, next);
  const log: Effect = { type: 'log', level: 'info', text };
  if (recipients.length === 0) {
    const finished = deliverAll({ ...context, messages }, known.id, event.at);
    return { context: finished.context, effects: [log, ...finished.effects] };
  }
  return { context: { messages }, effects: [log, ...asks] };
}

/** Where one recipient goes is known; with the last of them, deliveries begin. */
export function takeResolution({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.resolved', 'takeResolution belongs to rewrite.resolved');
  const [id = '', index = ''] = event.token.split(':');
  const known = takeFrom(context.messages, id);
  if (known === undefined) return {};
  const resolutions = new Map(known.resolutions).set(Number(index), event);
  const next: ActiveMessage = { ...known, resolutions };
  const messages = putInto(context.messages, id, next);
  if (resolutions.size < known.recipients.length) return { context: { messages } };
  return deliverAll({ ...context, messages }, id, event.at);
}

/** The file is no message: out of the way, where a person can look at it. */
export function setAside({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'setAside belongs to file.loaded');
  const id = event.file;
  const text = `${id}: damaged queue file: moved to the corrupt queue`;
  const from = pathIn(context.settings, 'active', id);
  const rest = fill({ ...context, messages: dropFrom(context.messages, id) }, event.at);
  return {
    context: rest.context,
    effects: [
      { type: 'log', level: 'warning', text },
      { type: 'file.rename', from, to: corruptPath(context.settings, id) },
      ...rest.effects,
    ],
  };
}

function corruptPath(settings: Settings, id: string): string {
  return pathIn(settings, 'corrupt', id);
}

/** The file could not be taken (it is gone, or the disk fails): it is left for the next scan. */
export function leaveIt({ context, event }: Args): Decision {
  assert(event.type === 'file.failed', 'leaveIt belongs to file.failed');
  const path = event.path ?? '';
  const id = event.file ?? path.slice(path.lastIndexOf('/') + 1);
  const messages = dropFrom(context.messages, id);
  const rest = fill({ ...context, messages }, event.at);
  const log: Effect = {
    type: 'log',
    level: 'warning',
    text: `${id}: cannot activate queue file: ${event.code}`,
  };
  const gone = event.code === 'ENOENT';
  return { context: rest.context, effects: [...(gone ? [] : [log]), ...rest.effects] };
}

/** A disk failure in the middle of things: said, and otherwise survived (the file is where it was). */
export function warnOfFailure({ event }: Args): Decision {
  assert(event.type === 'file.failed', 'warnOfFailure belongs to file.failed');
  if (event.code === 'ENOENT' && event.operation === 'file.remove') return {};
  const text = `${event.operation} ${event.path ?? event.file ?? ''}: ${event.code}`;
  return { effects: [{ type: 'log', level: 'warning', text }] };
}

/** Takes the new configuration; destinations keep their windows. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
