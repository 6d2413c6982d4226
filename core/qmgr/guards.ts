/** The guards of the qmgr chart: what an event is about. */
import { valueIn } from '../kernel/persistent.ts';
import { recent } from '../kernel/recent.ts';
import { parseQueueFile, type QueueFile } from '../mail/queue-file.ts';
import { idOf, messageOf } from './rules.ts';
import type { ActiveMessage, Args, QmgrContext } from './types.ts';

/** A listing of the active queue: what is there and not known was left by an earlier qmgr. */
export function isActiveListing({ event }: Args): boolean {
  return event.type === 'dir.listed' && event.path === 'active';
}

/** The wake-up names one message. */
export function namesOneMessage({ event }: Args): boolean {
  return event.type === 'qmgr.wakeup' && event.queueId !== undefined;
}

/** The queue file in these bytes. */
export const queueFileOf: (bytes: Uint8Array) => QueueFile = recent(1, parseQueueFile);

/** What makes the file unfit to be delivered; undefined when nothing does. */
export function damageOf(file: QueueFile): string | undefined {
  if (!file.complete) return 'missing end record';
  if (file.arrivalTime === undefined) return 'missing arrival time record';
  if (file.sender === undefined) return 'missing sender record';
  if (file.contentOffset === undefined) return 'missing start of content';
  return undefined;
}

/** The file cannot be a queue file of ours. */
export function fileIsDamaged({ event }: Args): boolean {
  return event.type === 'file.loaded' && damageOf(queueFileOf(event.bytes)) !== undefined;
}

/** Timer of the deferred queue scan. */
export function isDeferredTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'deferred';
}

/** Timer of what the disk refused. */
export function isTroubleTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'trouble';
}

/** Timer of a dead destination. */
export function isSuspensionTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer.startsWith('suspended:');
}

/** Timer of the pause between two deliveries to one destination. */
export function isPauseTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer.startsWith('paused:');
}

function known(context: QmgrContext, path: string | undefined): ActiveMessage | undefined {
  return path === undefined ? undefined : messageOf(context, idOf(path));
}

const LEAVING = ['deferred', 'removed', 'corrupt'];

/** A message has just come into the active queue. */
export function enteredActive({ context, event }: Args): boolean {
  if (event.type !== 'file.renamed' || !event.to.startsWith('active/')) return false;
  return known(context, event.to)?.chart.value === 'opening';
}

/** A message has left the active queue. */
export function leftActive({ context, event }: Args): boolean {
  if (event.type !== 'file.renamed' && event.type !== 'file.removed') return false;
  const path = event.type === 'file.renamed' ? event.from : event.path;
  const message = path.startsWith('active/') ? known(context, path) : undefined;
  return message !== undefined && LEAVING.includes(String(message.chart.value));
}

/** A directory could not be listed. */
export function failedToList({ event }: Args): boolean {
  return event.type === 'file.failed' && event.operation === 'dir.list';
}

/** The rename into the active queue failed: the message is where it was, or gone. */
export function failedToActivate({ context, event }: Args): boolean {
  if (event.type !== 'file.failed' || event.operation !== 'file.rename') return false;
  if (event.path?.startsWith('active/') === true) return false;
  return known(context, event.path)?.chart.value === 'opening';
}

/** A message is in the active queue, but cannot be read. */
export function failedToRead({ context, event }: Args): boolean {
  if (event.type !== 'file.failed' || event.operation !== 'file.read') return false;
  return messageOf(context, event.file ?? '')?.chart.value === 'opening';
}

/** A rename out of the active queue, or a removal from it, failed. */
export function failedToLeave({ event }: Args): boolean {
  if (event.type !== 'file.failed' || event.path?.startsWith('active/') !== true) return false;
  return event.operation === 'file.rename' || event.operation === 'file.remove';
}

/** A log was to be removed that is not there: nothing was ever noted. */
export function wasNotThere({ event }: Args): boolean {
  return event.type === 'file.failed' && event.operation === 'file.remove' && event.code === 'ENOENT';
}

/** The request that this answers is still waited for. */
export function isAwaited({ context, event }: Args): boolean {
  return event.type === 'deliver.done' && valueIn(context.running, event.token) !== undefined;
}
