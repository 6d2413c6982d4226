/** Beginning and end of a delivery: the message is read, loops are found, qmgr gets the result. local(8) */
import { intOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import { afterProbe } from '../kernel/probes.ts';
import { headerValue, scanHeaders, startHeaders } from '../mail/headers.ts';
import { headerIn } from '../mail/queue-file.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { type Args, concluded, type Decision, handle, requestOf, type Verdict } from './shared.ts';
import type { LocalContext, LocalInput, Work } from './types.ts';

/** A process that has no request yet. */
export function nothingYet({ settings, pid, zone, at }: LocalInput): LocalContext {
  return {
    ...{ settings, pid, zone, request: undefined, startedAt: at, deliveredTo: new Set(), work: [] },
    ...{ served: new Set(), target: undefined, cleanup: '', forwardId: '', results: [], waiting: 0 },
  };
}

/** Reads the message: its Delivered-To: lines tell whether it was here before. */
export function readMessage({ context, event }: Args): Decision {
  assert(event.type === 'deliver.request', 'readMessage belongs to deliver.request');
  return {
    context: { request: event, startedAt: event.at },
    effects: [{ type: 'file.read', file: handle(context, 'message'), path: event.path }],
  };
}

/** Addresses in Delivered-To: lines of the header, in lower case. */
function deliveredTo(settings: Settings, bytes: Uint8Array): ReadonlySet<string> {
  const scanner = startHeaders(intOf(settings, 'header_size_limit'));
  const { headers } = scanHeaders(scanner, headerIn(bytes));
  const lines = headers.filter(({ name }) => name.toLowerCase() === 'delivered-to');
  return new Set(lines.map((header) => headerValue(header).toLowerCase()));
}

/** Every recipient becomes work. `\\user` means: no alias, no .forward. */
export function startWork({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'startWork belongs to file.loaded');
  const work = requestOf(context).recipients.map(({ address }, index): Work => {
    const { local } = splitLocalDomain(address);
    const direct = local.startsWith('\\');
    const name = direct ? local.slice(1) : local;
    return { type: 'name', name, direct, address, chain: undefined, for: index };
  });
  return { context: { work, deliveredTo: deliveredTo(context.settings, event.bytes) } };
}

/** A message that may be accepted could not be stored: nothing is delivered before that is put right. */
export function limitsContradict({ context }: Args): boolean {
  const mailbox = intOf(context.settings, 'mailbox_size_limit');
  const message = intOf(context.settings, 'message_size_limit');
  return mailbox > 0 && (message === 0 || message > mailbox);
}

/** Says so as Postfix does; the mail waits. */
export function refuseConfiguration(args: Args): Decision {
  const text = 'main.cf configuration error: mailbox_size_limit is smaller than message_size_limit';
  const because = { parameter: 'mailbox_size_limit' };
  const said = 'mail system configuration error';
  const verdict = { status: 'deferred', dsn: '4.3.5', text: said, because } as const;
  const done = deferWith(args, verdict);
  return { ...done, effects: [{ type: 'log', level: 'fatal', text }, ...(done.effects ?? [])] };
}

/** The queue file cannot be read: all recipients wait. */
export function deferAll(args: Args): Decision {
  assert(args.event.type === 'file.failed', 'deferAll belongs to file.failed');
  const text = `queue file read error: ${args.event.code}`;
  return deferWith(args, { status: 'deferred', dsn: '4.3.0', text, because: { rule: 'disk' } });
}

function deferWith({ context, event }: Args, verdict: Verdict): Decision {
  let next: LocalContext = context;
  const effects: Effect[] = [];
  for (const [index, { address }] of requestOf(context).recipients.entries()) {
    const done = concluded(next, { for: index, address }, verdict, event.at);
    next = { ...next, ...done.context };
    effects.push(...done.effects);
  }
  return { context: next, effects };
}

function withoutEntry(context: LocalContext, token: string, isKept: boolean): Decision {
  const results = context.results.map((entry, index) =>
    !isKept && String(index) === token
      ? { ...entry, result: { ...entry.result, status: 'deferred' as const } }
      : entry,
  );
  return { context: { results, waiting: context.waiting - 1 } };
}

/** bounce(8) has kept an entry; one that it could not keep is only put off. */
export function noteLogged({ context, event }: Args): Decision {
  assert(event.type === 'bounce.appended', 'noteLogged belongs to bounce.appended');
  return withoutEntry(context, event.token, event.ok);
}

/** bounce(8) died over an entry. */
export function logProcessDied({ event }: Args): boolean {
  return event.type === 'master.childDied' && event.request?.type === 'bounce.append';
}

/** The entry counts as not kept. */
export function noteLogLost({ context, event }: Args): Decision {
  assert(
    event.type === 'master.childDied' && event.request?.type === 'bounce.append',
    'an entry was asked for',
  );
  return withoutEntry(context, event.request.token, false);
}

/** Nothing is left to be confirmed. */
export function allAreLogged({ context }: Args): boolean {
  return context.waiting <= 0;
}

const RANK = { sent: 0, bounced: 1, deferred: 2 } as const;

/** The worst of what happened for a recipient counts. */
function worst(context: LocalContext, index: number): DeliveryResult {
  const recipient = requestOf(context).recipients[index];
  assert(recipient !== undefined, 'a result belongs to a recipient');
  const mine = context.results.filter((entry) => entry.for === index).map(({ result }) => result);
  const sorted = [...mine].sort((a, b) => RANK[b.status] - RANK[a.status]);
  const nothing = { status: 'sent', dsn: '2.0.0', text: 'nothing to deliver' } as const;
  return { ...(sorted[0] ?? nothing), recipient };
}

/** Reports to qmgr and ends. */
export function tellDone({ context }: Args): Decision {
  const request = requestOf(context);
  const worstOfAll = request.recipients.map((_recipient, index) => worst(context, index));
  const results = afterProbe(request, worstOfAll);
  const note = { type: 'deliver.done', token: request.token, results } as const;
  return { effects: [{ type: 'send', to: request.from, note }, { type: 'exit' }] };
}
