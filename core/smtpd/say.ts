/**
 * Replies: counting errors, the sleep after many of them, logs of refusals. postconf(5)
 * smtpd_soft_error_limit
 */
import { boolOf, intOf, textOf, timeMsOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { encodeReply, type Reply, softBounce } from '../mail/reply.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import type { SmtpdContext, SmtpdEvent } from './types.ts';

export type Args = RuleArgs<SmtpdContext, SmtpdEvent>;
export type Decision = Outcome<SmtpdContext>;

/** `name[address]`. */
export function clientName({ client }: SmtpdContext): string {
  return `${client.name}[${client.address}]`;
}

export function logLine(text: string, level: 'info' | 'warning' = 'info'): Effect {
  return { type: 'log', level, text };
}

/** Counts a command for the disconnect line of 3.x: `rcpt=1/2`. */
function counted(context: SmtpdContext, event: SmtpdEvent, good: boolean): SmtpdContext['counts'] {
  const verb =
    'words' in event ? (event.type === 'UNKNOWN' ? 'unknown' : event.type.toLowerCase()) : undefined;
  const key = verb ?? (context.question?.verb ?? context.where).toLowerCase();
  if (key === '' || key === 'connect') return context.counts;
  const name = key === 'end-of-message' ? 'data' : key;
  const [okay, all] = context.counts[name] ?? [0, 0];
  return { ...context.counts, [name]: [okay + (good ? 1 : 0), all + 1] };
}

/**
 * Says something. 4xx and 5xx count as errors; from smtpd_soft_error_limit on, every reply waits
 * smtpd_error_sleep_time.
 *
 * @param extra context and effects of the same row
 */
export function say(args: Args, given: Reply, extra: Decision = {}): Decision {
  const { context, event } = args;
  const { settings } = context;
  const reply = boolOf(settings, 'soft_bounce') ? softBounce(given) : given;
  const bad = reply.code >= 400;
  const errors = context.errors + (bad ? 1 : 0);
  const where = 'words' in event && event.type !== 'UNKNOWN' ? event.type : context.where;
  const counts = reply.code === 354 ? context.counts : counted(context, event, !bad);
  const next = { where, errors, counts, ...extra.context };
  const soft = intOf(settings, 'smtpd_soft_error_limit');
  const afterMs = timeMsOf(settings, 'smtpd_error_sleep_time');
  if (errors >= soft && afterMs > 0 && reply.code !== 421) {
    const effects: Effect[] = [...(extra.effects ?? []), { type: 'timer.set', timer: 'sleep', afterMs }];
    return { context: { ...next, pendingReply: reply }, effects };
  }
  const bytes = latin1ToBytes(encodeReply(reply));
  return { context: next, effects: [...(extra.effects ?? []), { type: 'net.write', bytes }, idle(context)] };
}

/** The client has this long for its next line. postconf(5) smtpd_timeout */
export function idle({ settings }: SmtpdContext): Effect {
  return { type: 'timer.set', timer: 'idle', afterMs: timeMsOf(settings, 'smtpd_timeout') };
}

/** `NOQUEUE: reject: RCPT from name[address]: TEXT; from=<s> to=<r> proto=P helo=<h>`. */
export function rejectLog(context: SmtpdContext, verb: string, reply: Reply, recipient = ''): Effect {
  const { transaction, protocol, helo } = context;
  const id =
    transaction?.queueId === undefined || transaction.queueId === '' ? 'NOQUEUE' : transaction.queueId;
  const text = typeof reply.text === 'string' ? reply.text : reply.text.join(' ');
  const enhanced = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  const from = transaction === undefined ? '' : ` from=<${transaction.sender}>`;
  const to = recipient === '' ? '' : ` to=<${recipient}>`;
  const hello = helo === '' ? '' : ` helo=<${helo}>`;
  const said = `${reply.code} ${enhanced}${text}`;
  return logLine(
    `${id}: reject: ${verb} from ${clientName(context)}: ${said};${from}${to} proto=${protocol}${hello}`,
  );
}

/** The name we go by. */
export function hostOf({ settings }: SmtpdContext): string {
  return textOf(settings, 'myhostname');
}
