/** The rules of a delivery to a command. pipe(8) */
import { noAccounts } from '../config/accounts.ts';
import { commandEnvironment, commandTimeLimitMs } from '../config/command-limits.ts';
import { textOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import { bounceAppend, deliveryLog, softened } from '../kernel/delivery.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliverRequest } from '../kernel/notes.ts';
import { afterProbe, isProbe } from '../kernel/probes.ts';
import { textIn } from '../mail/queue-file.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { expandArgv } from './arguments.ts';
import { readAttributes } from './attributes.ts';
import { contentFor, envelopeLines } from './content.ts';
import type { PipeContext, PipeEvent } from './types.ts';
import { OUTPUT_BYTES, type Verdict, verdictOf } from './verdict.ts';

type Args = RuleArgs<PipeContext, PipeEvent>;
type Decision = Outcome<PipeContext>;

function requestOf({ request }: PipeContext): DeliverRequest & { readonly from: string } {
  assert(request !== undefined, 'a delivery follows a request');
  return request;
}

/** All recipients have this; what failed is given to bounce(8). */
function concluded(context: PipeContext, verdict: Verdict, at: number): Decision {
  const { settings, service, startedAt } = context;
  const request = requestOf(context);
  const { because = { rule: 'command', key: service } } = verdict;
  const results = request.recipients.map((recipient) =>
    softened(settings, { recipient, ...verdict, because }, request),
  );
  const moment = { relay: service, startedAt, doneAt: at };
  const noted = results.map((result, index) => bounceAppend(request, result, String(index)));
  const effects = results.flatMap((result, index): readonly Effect[] => [
    deliveryLog(settings, request, result, moment),
    ...(noted[index] ?? []),
  ]);
  const isKept =
    !isProbe(request) && context.services.includes(results[0]?.status === 'bounced' ? 'bounce' : 'defer');
  return { context: { results, waiting: isKept ? noted.flat().length : 0 }, effects };
}

/** Why nothing can be delivered by this line of master.cf; undefined = it can. */
function problemOf(context: PipeContext, request: DeliverRequest) {
  const { settings, service } = context;
  const entry = settings.master.find(({ name, command }) => name === service && command === 'pipe');
  const accounts = settings.tables.accounts ?? noAccounts;
  const read = readAttributes(entry?.args ?? [], accounts, textOf(settings, 'mail_owner'));
  if (!read.ok) return { level: 'fatal', text: read.fatal } as const;
  const { attributes } = read;
  const single = ['D', 'O'].find((flag) => attributes.flags.includes(flag));
  if (single !== undefined && request.recipients.length > 1)
    return {
      level: 'fatal',
      text: `flag \`${single}' requires ${service}_destination_recipient_limit = 1`,
    } as const;
  const argv = expandArgv(settings, request, attributes);
  if (!argv.ok)
    return { level: 'warning', text: `service ${service}: unknown macro name: "${argv.macro}"` } as const;
  return { level: undefined, attributes, argv: argv.argv };
}

/** The line of master.cf cannot be used for this. */
export function isMisconfigured({ context, event }: Args): boolean {
  return event.type === 'deliver.request' && problemOf(context, event).level !== undefined;
}

/** Says what is wrong; the mail waits. */
export function refuseConfiguration({ context, event }: Args): Decision {
  assert(event.type === 'deliver.request', 'refuseConfiguration belongs to deliver.request');
  const problem = problemOf(context, event);
  assert(problem.level !== undefined, 'something is wrong');
  const given = { request: event, startedAt: event.at };
  const because = { rule: 'master.cf', key: context.service };
  const verdict: Verdict =
    problem.level === 'fatal'
      ? { status: 'deferred', dsn: '4.3.0', text: 'unknown mail transport error', because }
      : { status: 'deferred', dsn: '4.3.5', text: 'mail system configuration error', because };
  const done = concluded({ ...context, ...given }, verdict, event.at);
  const log: Effect = { type: 'log', level: problem.level, text: problem.text, because };
  return { context: { ...given, ...done.context }, effects: [log, ...(done.effects ?? [])] };
}

/** Reads the message. */
export function readMessage({ context, event }: Args): Decision {
  assert(event.type === 'deliver.request', 'readMessage belongs to deliver.request');
  const problem = problemOf(context, event);
  assert(problem.level === undefined, 'nothing is wrong');
  const { attributes, argv } = problem;
  return {
    context: { request: event, startedAt: event.at, attributes, argv },
    effects: [{ type: 'file.read', file: 'message', path: event.path }],
  };
}

/** Nobody is to get it. */
export function messageIsProbe({ context }: Args): boolean {
  return isProbe(requestOf(context));
}

/** Says what would be done with a message. */
export function tellCommand({ context, event }: Args): Decision {
  const text = `delivers to command: ${context.argv[0] ?? ''}`;
  return concluded(context, { status: 'sent', dsn: '2.0.0', text }, event.at);
}

/** The message is larger than size= allows. */
export function messageTooLarge({ context }: Args): boolean {
  const limit = context.attributes?.sizeBytes ?? 0;
  return limit > 0 && requestOf(context).sizeBytes > limit;
}

const SIZE = { rule: 'size=' } as const;

/** Says so. */
export function refuseSize({ context, event }: Args): Decision {
  return concluded(
    context,
    { status: 'bounced', dsn: '5.2.3', text: 'message too large', because: SIZE },
    event.at,
  );
}

/** The queue file cannot be read: all recipients wait. */
export function deferAll({ context, event }: Args): Decision {
  assert(event.type === 'file.failed', 'deferAll belongs to file.failed');
  const text = `queue file read error: ${event.code}`;
  const because = { rule: 'disk' };
  return concluded(context, { status: 'deferred', dsn: '4.3.0', text, because }, event.at);
}

/** Starts the command with the message as its input. */
export function runCommand({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'runCommand belongs to file.loaded');
  const { settings, service, attributes, argv, zone } = context;
  assert(attributes !== undefined, 'the line of master.cf was read');
  const head = envelopeLines(settings, requestOf(context), attributes.flags, event.at, zone);
  const { directory, as } = attributes;
  return {
    effects: [
      {
        type: 'process.run',
        // What is wire text here are bytes there.
        argv: argv.map(latin1ToBytes),
        stdin: contentFor(attributes, head, textIn(event.bytes)),
        ...{ as, directory, environment: commandEnvironment(settings), outputBytes: OUTPUT_BYTES },
        timeoutMs: commandTimeLimitMs(settings, service),
      },
    ],
  };
}

/** What the command's end means for the recipients. */
export function noteEnd({ context, event }: Args): Decision {
  assert(event.type === 'process.ended', 'noteEnd belongs to process.ended');
  return concluded(context, verdictOf(event, context.service, context.argv[0] ?? ''), event.at);
}

/** Reports to qmgr. */
export function tellDone({ context }: Args): Decision {
  const request = requestOf(context);
  const { token, from } = request;
  const note = { type: 'deliver.done', token, results: afterProbe(request, context.results) } as const;
  return { effects: [{ type: 'send', to: from, note }, { type: 'exit' }] };
}
