/** Small things that all rules of qmgr share. */
import { intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { Effect, LogLevel } from '../kernel/effects.ts';
import { joined } from '../kernel/joined.ts';
import { valueIn, withEntry } from '../kernel/persistent.ts';
import { stepChart } from '../kernel/process.ts';
import type { Because } from '../mail/because.ts';
import { queuePath } from '../mail/queue-id.ts';
import { type MessageEvent, message as messageChart } from './message.ts';
import type { ActiveMessage, Progress, QmgrContext } from './types.ts';

/** Directory levels of a queue. postconf(5) hash_queue_names, hash_queue_depth */
export function depthOf(settings: Settings, queueName: string): number {
  return listOf(settings, 'hash_queue_names').includes(queueName) ? intOf(settings, 'hash_queue_depth') : 0;
}

/** Where a message is in a queue, or its log in a log directory. */
export function pathIn(settings: Settings, queueName: string, id: string): string {
  const hashQueueNames = listOf(settings, 'hash_queue_names');
  return queuePath(queueName, id, { hashQueueNames, hashQueueDepth: intOf(settings, 'hash_queue_depth') });
}

/** The queue id that a path ends in. */
export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The number that rules a transport: `<transport>_NAME`, or `default_NAME`. */
export function transportNumber(settings: Settings, transport: string, suffix: string): number {
  const own = `${transport}_${suffix}`;
  return textOf(settings, own) === '' ? intOf(settings, `default_${suffix}`) : intOf(settings, own);
}

/** A log line. */
export function logged(text: string, level: LogLevel = 'info', because?: Because): Effect {
  return because === undefined ? { type: 'log', level, text } : { type: 'log', level, text, because };
}

/** For the trace: why a message or a destination waits. @param until ms since the epoch */
export function explained(what: string, because: readonly Because[], queueId = '', until?: number): Effect {
  return { type: 'explain', queueId, what, because, ...(until === undefined ? {} : { until }) };
}

/** Nothing happens. */
export function unchanged(context: QmgrContext): Progress {
  return { context, effects: [] };
}

/** One piece of work after another. */
export function andThen(first: Progress, next: (context: QmgrContext) => Progress): Progress {
  const second = next(first.context);
  return { context: second.context, effects: joined(first.effects, second.effects) };
}

/** The context with this message in place of its older self. */
export function withMessage(context: QmgrContext, message: ActiveMessage): QmgrContext {
  return { ...context, messages: withEntry(context.messages, message.id, message) };
}

/** A message after a step of its small chart. */
export function stepped(message: ActiveMessage, event: MessageEvent): ActiveMessage {
  return { ...message, chart: stepChart(messageChart, message.chart, event).state, movedAt: event.at };
}

/** The message of this id, while it is active. */
export function messageOf(context: QmgrContext, id: string): ActiveMessage | undefined {
  return valueIn(context.messages, id);
}

/** Nothing of the message is under way, and every recipient has been placed. */
export function isIdle({ waiting, placed, recipients, chart }: ActiveMessage): boolean {
  return chart.value === 'delivering' && waiting === 0 && placed >= recipients.length;
}
