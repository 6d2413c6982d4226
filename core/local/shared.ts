/** What all rules of local share. */
import { type Settings, textOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { bounceAppend, deliveryLog, softened } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryRecipient } from '../kernel/notes.ts';
import { isProbe } from '../kernel/probes.ts';
import { type Because, bothCauses, type Causes } from '../mail/because.ts';
import { splitExtension } from '../mail/split-address.ts';
import type { Chain, LocalContext, LocalEvent, Work } from './types.ts';

export type Args = RuleArgs<LocalContext, LocalEvent>;
export type Decision = Outcome<LocalContext>;

/** The request of this process. */
export function requestOf(context: LocalContext) {
  assert(context.request !== undefined, 'local works on a request');
  return context.request;
}

/** The next piece of work. */
export function nextWork(context: LocalContext): Work | undefined {
  return context.work[0];
}

/** The next piece of work, which must be of that kind. */
export function workOf<Type extends Work['type']>(
  context: LocalContext,
  type: Type,
): Extract<Work, { readonly type: Type }> {
  const work = nextWork(context);
  assert(work?.type === type, `the next work is of the kind ${type}`);
  return work as Extract<Work, { readonly type: Type }>;
}

/** The rest of the work, without the current piece. */
export function restOf(context: LocalContext): readonly Work[] {
  return context.work.slice(1);
}

/** The recipient that a piece of work is for. */
export function recipientOf(context: LocalContext, index: number): DeliveryRecipient {
  const recipient = requestOf(context).recipients[index];
  assert(recipient !== undefined, 'work belongs to a recipient');
  return recipient;
}

/** User and extension of a local part. postconf(5) recipient_delimiter, owner_request_special */
export function splitName(settings: Settings, name: string) {
  return splitExtension(name, textOf(settings, 'recipient_delimiter'), {
    ownreqSpecial: textOf(settings, 'owner_request_special') !== 'no',
    doubleBounceSender: textOf(settings, 'double_bounce_sender'),
  });
}

export interface Verdict {
  readonly status: 'sent' | 'deferred' | 'bounced';
  readonly dsn: string;
  readonly text: string;
  /** Sent on, not delivered. RFC 3464 §2.3.3 */
  readonly action?: 'relayed';
  readonly because?: Because;
}

type Traced = Omit<Verdict, 'because'> & { readonly because?: Causes };

/** The rows and files that led to a piece of work, outermost first, then its own reason. */
function traced(chain: Chain, verdict: Verdict): Traced {
  let because: Causes = verdict.because ?? [];
  for (let link: Chain | undefined = chain; link !== undefined; link = link.parent)
    because = bothCauses(link.because, because) ?? because;
  return { ...verdict, because };
}

/** Records a result: its log line at once, its entry with bounce(8) if it failed. */
export function concluded(
  context: LocalContext,
  work: { readonly for: number; readonly address: string; readonly chain?: Chain | undefined },
  verdict: Verdict,
  at: number,
): { readonly context: Pick<LocalContext, 'results' | 'waiting'>; readonly effects: readonly Effect[] } {
  const request = requestOf(context);
  const base = recipientOf(context, work.for);
  const original = base.original === '' ? base.address : base.original;
  const recipient = work.address === base.address ? base : { ...base, address: work.address, original };
  const own = work.chain === undefined ? verdict : traced(work.chain, verdict);
  const result = softened(context.settings, { recipient, ...own }, request);
  const moment = { relay: 'local', startedAt: context.startedAt, doneAt: at };
  const token = String(context.results.length);
  const appended = bounceAppend(request, result, token);
  return {
    context: {
      results: [...context.results, { for: work.for, result }],
      waiting: context.waiting + (isProbe(request) ? 0 : appended.length),
    },
    effects: [deliveryLog(context.settings, request, result, moment), ...appended],
  };
}

/** Records a result for the current work and goes on with the rest. */
export function finished(context: LocalContext, verdict: Verdict, at: number): Decision {
  const work = nextWork(context);
  assert(work !== undefined, 'a verdict is about work');
  const done = concluded(context, work, verdict, at);
  return { context: { ...done.context, work: restOf(context), target: undefined }, effects: done.effects };
}

/** Records that something was done, so that it is not done twice. */
export function remember(context: LocalContext, what: string): ReadonlySet<string> {
  return new Set(context.served).add(what);
}

/** What this version does not do yet waits, and the log says so: nothing goes silently to another place. */
export function notSupported(
  what: string,
  because: Because,
): { readonly verdict: Verdict; readonly log: Effect } {
  const text = `delivery ${what} is not supported yet`;
  return {
    verdict: { status: 'deferred', dsn: '4.3.0', text, because },
    log: { type: 'log', level: 'warning', text, because },
  };
}

/** A name for a file of the current delivery: answers for an earlier one can be told from it. */
export function handle(context: LocalContext, kind: 'message' | 'mailbox' | 'forward'): string {
  return `${kind}${context.results.length}`;
}

/** An answer of the disk about a delivery that was given up, or a directory that need not be made. */
export function isStray({ context, event }: Args): boolean {
  if (!event.type.startsWith('file.')) return false;
  if ('file' in event && event.file !== undefined)
    return !(['message', 'mailbox', 'forward'] as const).some((kind) => handle(context, kind) === event.file);
  if (event.type === 'file.failed')
    return event.operation !== 'file.rename' || event.path !== context.target?.path;
  return false;
}

/** The disk could not give the queue file. */
export function isUnread({ context, event }: Args): boolean {
  return event.type === 'file.failed' && event.file === handle(context, 'message');
}
