/**
 * The way into the active queue, and how many may be there. qmgr(8) · postconf(5) qmgr_message_active_limit
 */
import { intOf, type Settings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import { withoutEntry } from '../kernel/persistent.ts';
import { startChart } from '../kernel/process.ts';
import { shifted } from './fifo.ts';
import { message as messageChart } from './message.ts';
import { depthOf, idOf, messageOf, pathIn, withMessage } from './rules.ts';
import type { ActiveMessage, Progress, QmgrContext } from './types.ts';

/** A bounded number each turn: a scan of many thousands must not hold up deliveries. */
const MOST_EACH_TURN = 100;

/** The order to list a queue. */
export function list(settings: Settings, queueName: string): Effect {
  return { type: 'dir.list', path: queueName, depth: depthOf(settings, queueName) };
}

/** Removes what earlier tries noted: those recipients are all in the file and are tried again. */
export function voidLogs(settings: Settings, id: string): readonly Effect[] {
  return ['defer', 'bounce'].map((log) => ({ type: 'file.remove', path: pathIn(settings, log, id) }));
}

const OPENING = startChart(messageChart, undefined).state;

/** Moves a message into the active queue. `elsewhere` is tried when it is not at `path`. */
export function enter(context: QmgrContext, path: string, at: number, elsewhere = ''): Progress {
  const id = idOf(path);
  const number = context.entered + 1;
  const message: ActiveMessage = {
    ...{
      id,
      number,
      chart: OPENING,
      from: path,
      elsewhere,
      activeAt: at,
      arrivalAt: at,
      createdAt: at,
      movedAt: at,
    },
    ...{ sender: '', sizeBytes: 0, attributes: new Map(), dsn: { ret: 0, envid: '' }, filter: '' },
    ...{ warning: undefined, recipients: [], placed: 0, resolutions: new Map() },
    ...{ inMemory: 0, isHeld: false },
    ...{ waiting: 0, appending: 0, deferred: 0, bounced: [], report: false },
  };
  const to = pathIn(context.settings, 'active', id);
  return {
    context: withMessage({ ...context, entered: number }, message),
    effects: [{ type: 'file.rename', from: path, to }],
  };
}

/** The context without this message. */
export function dropped(context: QmgrContext, id: string): QmgrContext {
  const stuck = context.stuck.has(id)
    ? new Set([...context.stuck].filter((one) => one !== id))
    : context.stuck;
  return { ...context, stuck, messages: withoutEntry(context.messages, id) };
}

/** The active queue holds as many messages as it may. postconf(5) qmgr_message_active_limit */
export function isFull(context: QmgrContext): boolean {
  return context.messages.size >= intOf(context.settings, 'qmgr_message_active_limit');
}

/** Takes candidates while there is room: one from incoming, one from deferred, and so on. */
export function fill(context: QmgrContext, at: number): Progress {
  let next = context;
  const effects: Effect[] = [];
  for (let taken = 0; taken < MOST_EACH_TURN && !isFull(next); ) {
    const fromDeferred = next.incoming.size === 0 || (next.deferredNext && next.deferred.size > 0);
    const step = shifted(fromDeferred ? next.deferred : next.incoming);
    if (step === undefined) break;
    next = { ...next, [fromDeferred ? 'deferred' : 'incoming']: step.rest, deferredNext: !fromDeferred };
    if (messageOf(next, idOf(step.first)) !== undefined) continue;
    const entered = enter(next, step.first, at);
    next = entered.context;
    effects.push(...entered.effects);
    taken += 1;
  }
  if (!next.incomingMissed || next.incoming.size > 0 || isFull(next)) return { context: next, effects };
  return {
    context: { ...next, incomingMissed: false },
    effects: [...effects, list(next.settings, 'incoming')],
  };
}
