/** Beginning and end of a delivery: the message is read, loops are found, qmgr gets the result. local(8) */
import { assert } from '../kernel/assert.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import { headerValue, scanHeaders, startHeaders } from '../mail/headers.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { type Args, concluded, type Decision, requestOf } from './shared.ts';
import type { LocalContext, Work } from './types.ts';

/** Reads the message: its Delivered-To: lines tell whether it was here before. */
export function readMessage({ event }: Args): Decision {
  assert(event.type === 'deliver.request', 'readMessage belongs to deliver.request');
  return {
    context: { request: event, startedAt: event.at },
    effects: [{ type: 'file.read', file: 'message', path: event.path }],
  };
}

/** Addresses in Delivered-To: lines of the header, in lower case. */
export function deliveredTo(bytes: Uint8Array): ReadonlySet<string> {
  const text = contentOf(bytes, parseQueueFile(bytes));
  const { headers } = scanHeaders(startHeaders(102_400), text);
  const lines = headers.filter(({ name }) => name.toLowerCase() === 'delivered-to');
  return new Set(lines.map((header) => headerValue(header).toLowerCase()));
}

/** Every recipient becomes work; those that the message has visited before come back. RFC 5321 §6.3 */
export function startWork({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'startWork belongs to file.loaded');
  const seen = deliveredTo(event.bytes);
  let next: LocalContext = context;
  const work: Work[] = [];
  const effects = [];
  for (const [index, { address }] of requestOf(context).recipients.entries()) {
    if (seen.has(address.toLowerCase())) {
      const text = `mail forwarding loop for ${address}`;
      const done = concluded(next, index, address, { status: 'bounced', dsn: '5.4.6', text }, event.at);
      next = { ...next, ...done.context };
      effects.push(...done.effects);
      continue;
    }
    const { local } = splitLocalDomain(address);
    const direct = local.startsWith('\\');
    work.push({ type: 'name', name: direct ? local.slice(1) : local, level: 0, direct, for: index });
  }
  return { context: { ...next, work }, effects };
}

/** The queue file cannot be read: all recipients wait. */
export function deferAll({ context, event }: Args): Decision {
  assert(event.type === 'file.failed', 'deferAll belongs to file.failed');
  let next: LocalContext = context;
  const effects = [];
  const text = `queue file read error: ${event.code}`;
  for (const [index, { address }] of requestOf(context).recipients.entries()) {
    const done = concluded(next, index, address, { status: 'deferred', dsn: '4.3.0', text }, event.at);
    next = { ...next, ...done.context };
    effects.push(...done.effects);
  }
  return { context: next, effects };
}

/** bounce(8) has kept an entry; one that it could not keep is only put off. */
export function noteLogged({ context, event }: Args): Decision {
  assert(event.type === 'bounce.appended', 'noteLogged belongs to bounce.appended');
  const results = context.results.map((entry, index) =>
    !event.ok && String(index) === event.token
      ? { ...entry, result: { ...entry.result, status: 'deferred' as const } }
      : entry,
  );
  return { context: { results, waiting: context.waiting - 1 } };
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
  const results = request.recipients.map((_recipient, index) => worst(context, index));
  const note = { type: 'deliver.done', token: request.token, results } as const;
  return { effects: [{ type: 'send', to: request.from, note }, { type: 'exit' }] };
}
