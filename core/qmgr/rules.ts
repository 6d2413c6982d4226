/** Types and small guards that all rules of qmgr share. */
import { intOf, type Settings, textOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { takeFrom } from '../kernel/shelf.ts';
import { parseQueueFile } from '../mail/queue-file.ts';
import type { QmgrContext, QmgrEvent } from './types.ts';

export type Args = RuleArgs<QmgrContext, QmgrEvent>;
export type Decision = Outcome<QmgrContext>;

/** A listing of the active queue, asked for at the start. */
export function isActiveListing({ event }: Args): boolean {
  return event.type === 'dir.listed' && event.path === 'active';
}

/** The wake-up names one message. */
export function namesOneMessage({ event }: Args): boolean {
  return event.type === 'qmgr.wakeup' && event.queueId !== undefined;
}

/** The file cannot be a queue file of ours. */
export function fileIsDamaged({ event }: Args): boolean {
  if (event.type !== 'file.loaded') return false;
  const file = parseQueueFile(event.bytes);
  return !file.complete || file.sender === undefined || file.contentOffset === undefined;
}

/** Timer of the deferred queue scan. */
export function isDeferredTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer === 'deferred';
}

/** Timer of a dead destination. */
export function isSuspensionTimer({ event }: Args): boolean {
  return event.type === 'timer.fired' && event.timer.startsWith('suspended:');
}

/** The failing operation belongs to a message that has just been taken: it stays where it was. */
export function failedToActivate({ context, event }: Args): boolean {
  if (event.type !== 'file.failed') return false;
  const path = event.path ?? '';
  const id = path.slice(path.lastIndexOf('/') + 1);
  const message = takeFrom(context.messages, event.file ?? id);
  return message !== undefined && message.chart.value === 'opening';
}

/** The number that rules a transport: `<transport>_NAME`, or `default_NAME`. */
export function transportNumber(settings: Settings, transport: string, suffix: string): number {
  const own = `${transport}_${suffix}`;
  return textOf(settings, own) === '' ? intOf(settings, `default_${suffix}`) : intOf(settings, own);
}

/** The double-bounce address never gets mail: what comes to it has gone round. */
export function isDoubleBounce(settings: Settings, address: string): boolean {
  const own = `${textOf(settings, 'double_bounce_sender')}@${textOf(settings, 'myorigin')}`;
  return address.toLowerCase() === own.toLowerCase();
}
