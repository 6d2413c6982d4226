/**
 * What cleanup(8) does not take for good goes back to its sender: the reason is noted for every recipient,
 * then bounce(8) sends the notice, with the text from maildrop. cleanup(8) · Postfix:
 * src/cleanup/cleanup_bounce.c
 *
 * Differs: Postfix has cleanup(8) do it, from the queue file, so there the notice quotes the headers that
 * cleanup(8) added and names addresses after canonical(5) and virtual(5). Here it is done from maildrop,
 * where the mail stays until the notice is durable.
 */
import { deliveryLog } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { CleanupDone, CleanupStatus, DeliveryResult } from '../kernel/notes.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import { refusalCause, removeFile, underWay, VERDICTS, warnRefused } from './rules.ts';
import type { Args, Decision } from './scan.ts';
import type { SubmittedRecipient } from './submission.ts';
import type { PickupContext } from './types.ts';

/** The codes of verdicts that no second try would change. Postfix: src/global/cleanup_strerror.c */
const FINAL: Readonly<Partial<Record<CleanupStatus, string>>> = {
  rejected: '5.7.1',
  toobig: '5.3.4',
  hops: '5.4.0',
};

function recipientsOf(context: PickupContext): readonly SubmittedRecipient[] {
  const { recipients, extracted } = underWay(context);
  return [...recipients, ...extracted];
}

/** No second try would help, and there is somebody who writes the notice. */
export function isForSender({ context, event }: Args): boolean {
  if (event.type !== 'cleanup.done' || FINAL[event.status] === undefined) return false;
  return context.services.includes('bounce') && recipientsOf(context).length > 0;
}

/** There is nobody whom it could be sent to. */
export function namesNobody({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status === 'norcpt';
}

/** A message to nobody goes, with a warning. Postfix: src/pickup/pickup.c */
export function removeRefused(args: Args): Decision {
  const effects = [warnRefused(args), ...(removeFile(args).effects ?? [])];
  return { effects };
}

function resultFor(one: SubmittedRecipient, event: CleanupDone): DeliveryResult {
  const { dsn, text } = splitDsnOr(event.reason ?? VERDICTS[event.status], FINAL[event.status] ?? '5.0.0');
  return { recipient: { ...one, offset: -1 }, status: 'bounced', dsn, text, because: refusalCause(event) };
}

/** Logs each recipient as bounced and has it noted. */
export function noteRefusal({ context, event }: Args): Decision {
  if (event.type !== 'cleanup.done') return {};
  const { settings, queueId } = context;
  const { arrivalAt } = underWay(context);
  const recipients = recipientsOf(context);
  const effects = recipients.flatMap((one, index): readonly Effect[] => {
    const result = resultFor(one, event);
    const when = { queueId, arrivalAt, activeAt: event.at };
    const moment = { relay: 'none', startedAt: event.at, doneAt: event.at };
    const note = { type: 'bounce.append', token: `${index}`, log: 'bounce', queueId, result } as const;
    return [deliveryLog(settings, when, result, moment), { type: 'send', to: 'bounce', note }];
  });
  return { context: { unnoted: recipients.length }, effects };
}

/** bounce(8) could not do it. */
export function noticeFailed({ event }: Args): boolean {
  return (event.type === 'bounce.appended' || event.type === 'bounce.flushed') && !event.ok;
}

/** One more is noted; behind the last the notice is asked for. */
export function askNotice({ context }: Args): Decision {
  const { queueId, current: path } = context;
  const unnoted = context.unnoted - 1;
  if (unnoted > 0) return { context: { unnoted } };
  const { returnTo: sender, dsn, arrivalAt } = underWay(context);
  const what = { type: 'bounce.flush', token: queueId, log: 'bounce', kind: 'failed' } as const;
  const note = { ...what, queueId, path, sender, dsn, arrivalAt };
  return { context: { unnoted }, effects: [{ type: 'send', to: 'bounce', note }] };
}
