/**
 * causes - why qmgr lets mail wait, for the trace: which limit, and the figures. qmgr(8) · SCHEDULER_README
 *
 * Nothing here is asked about a message that goes straight to its agent.
 */
import { intOf, type Settings, textOf, timeMsOf } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient, Resolution } from '../kernel/notes.ts';
import { valueIn } from '../kernel/persistent.ts';
import { type Because, bothCauses } from '../mail/because.ts';
import type { QueueContext } from './queue.ts';
import { explained } from './rules.ts';
import type { ActiveMessage, Destination, QmgrContext, Transport, Verdict } from './types.ts';

/**
 * Time until the next try: the age of the message, kept between the two limits. postconf(5)
 * minimal_backoff_time
 */
export function backoffMs(ageMs: number, minimalMs: number, maximalMs: number): number {
  return Math.max(Math.min(ageMs, maximalMs), minimalMs);
}

/** Which of the two limits has decided about that time; the age itself where neither did. */
export function retryCause(ageMs: number, minimalMs: number, maximalMs: number): Because {
  const figures = { ageMs, minimalMs, maximalMs };
  if (ageMs <= minimalMs || minimalMs >= maximalMs) return { parameter: 'minimal_backoff_time', figures };
  if (ageMs >= maximalMs) return { parameter: 'maximal_backoff_time', figures };
  return { rule: 'age', parameter: 'maximal_backoff_time', figures };
}

/** Which lifetime is over. */
export function expiryCause(
  settings: Settings,
  { sender, createdAt }: Pick<ActiveMessage, 'sender' | 'createdAt'>,
  at: number,
): Because {
  const maximal = timeMsOf(settings, 'maximal_queue_lifetime');
  const notice = timeMsOf(settings, 'bounce_queue_lifetime');
  const isNotice = sender === '' && notice < maximal;
  const parameter = isNotice ? 'bounce_queue_lifetime' : 'maximal_queue_lifetime';
  return { parameter, figures: { ageMs: at - createdAt, limitMs: isNotice ? notice : maximal } };
}

/** The name under which a number for a transport is set: its own, or the default. */
function ownName(settings: Settings, transport: string, suffix: string): string {
  const own = `${transport}_${suffix}`;
  return textOf(settings, own) === '' ? `default_${suffix}` : own;
}

/** Why a destination counts as dead, and for how long. */
export function deadCauses(settings: Settings, { transport, chart }: Destination): readonly Because[] {
  const { profile, window, cohortLimit, failedCohorts } = chart.context as QueueContext;
  const retry = { parameter: 'minimal_backoff_time' };
  if (profile === '2.3') return [{ rule: 'window is used up', figures: { window } }, retry];
  const suffix = 'destination_concurrency_failed_cohort_limit';
  const parameter = ownName(settings, transport, suffix);
  return [{ parameter, figures: { failedCohorts, cohortLimit } }, retry];
}

/** Why a destination pauses between two deliveries. */
export function rateCause({ transport, chart }: Destination): Because {
  const { delayMs } = chart.context as QueueContext;
  return { parameter: `${transport}_destination_rate_delay`, figures: { delayMs } };
}

/** Why a message stays in incoming. */
export function fullCause({ settings, messages }: QmgrContext): Because {
  const limit = intOf(settings, 'qmgr_message_active_limit');
  return { parameter: 'qmgr_message_active_limit', figures: { active: messages.size, limit } };
}

/** Why the other recipients of a message are not looked at yet. */
export function memoryCause({ settings, inMemory }: QmgrContext): Because {
  const limit = intOf(settings, 'qmgr_message_recipient_limit');
  return { parameter: 'qmgr_message_recipient_limit', figures: { inMemory, limit } };
}

/** Why there is no agent for a transport. */
export function noAgent(transport: string): Because {
  return { rule: 'master.cf', parameter: 'transport_retry_time', key: transport };
}

/** A recipient with the reason of its verdict: the agent that carries it out can say it. */
export function withCause(recipient: DeliveryRecipient, { because }: Verdict): DeliveryRecipient {
  const both = bothCauses(recipient.because, because);
  return both === undefined ? recipient : { ...recipient, because: both };
}

/** A recipient with the row that has changed its way; the ordinary way of an address class goes unsaid. */
export function sentBy(recipient: DeliveryRecipient, { because, transport }: Resolution): DeliveryRecipient {
  if (because === undefined || (because.table === undefined && transport !== 'error')) return recipient;
  return { ...recipient, because };
}

/** Why the entries of a message wait for these destinations; nothing for those that are on their way. */
export function waitingCauses(context: QmgrContext, id: string, keys: Iterable<string>): readonly Effect[] {
  const effects: Effect[] = [];
  for (const key of keys) {
    const destination = valueIn(context.destinations, key);
    const transport = destination && context.transports.get(destination.transport);
    if (destination?.waiting === undefined || transport === undefined) continue;
    const job = valueIn(transport.jobs, id);
    if (job === undefined || valueIn(job.destinations, key) === undefined) continue;
    effects.push(explained(`${key} waits`, [waitCause(context.settings, destination, transport)], id));
  }
  return effects;
}

function waitCause(settings: Settings, destination: Destination, transport: Transport): Because {
  const { window, busy, limit } = destination.chart.context as QueueContext;
  if (destination.chart.value === 'paused') return rateCause(destination);
  if (busy >= window) {
    const suffix = 'destination_concurrency_limit';
    const isFull = limit > 0 && window >= limit;
    const parameter = isFull ? ownName(settings, transport.name, suffix) : 'initial_destination_concurrency';
    return { parameter, figures: { window, busy } };
  }
  const { limit: processes, busy: running } = transport;
  const figures = { processes, running };
  if (running >= processes) {
    const line = settings.master.find(({ name, type }) => name === transport.name && type !== 'inet');
    return line?.processLimit === undefined
      ? { parameter: 'default_process_limit', figures }
      : { rule: 'master.cf', key: transport.name, figures };
  }
  return { rule: 'job order' };
}
