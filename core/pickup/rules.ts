/** From a file in maildrop to a message in cleanup. pickup(8) · Postfix: src/pickup/pickup.c */

import { accountByName, accountByUid } from '../config/accounts.ts';
import { matchString } from '../config/match-list.ts';
import { leftOut } from '../config/overrides.ts';
import { forService, type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { CleanupDone, CleanupStatus, Note } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import { rfc822Date } from '../mail/date.ts';
import { printable } from '../mail/log-format.ts';
import { textIn } from '../mail/queue-file.ts';
import { quote822 } from '../mail/quote.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { type Args, type Decision, reading, refusedFor, warning } from './scan.ts';
import { readSubmission, type Submission, type SubmittedRecipient } from './submission.ts';
import type { PickupContext } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The message that is under way. */
export function underWay({ submission }: PickupContext): Submission {
  assert(submission !== undefined, 'a submission is under way');
  return submission;
}

/**
 * Who is not in authorized_submit_users leaves no mail: postdrop(1) refuses it, but users can write into
 * maildrop without it. What postsuper(1) -r puts there is the mail system's own.
 */
function refusal(settings: Settings, { uid, mode }: Pick<Submission, 'uid' | 'mode'>): string | undefined {
  if (textOf(settings, 'authorized_submit_users').startsWith('static:')) return undefined;
  if (isRequeued(settings, { uid, mode })) return undefined;
  const name = accountByUid(settings.tables.accounts, uid)?.name ?? 'unknown';
  if (matchString(settings, 'authorized_submit_users', name).type === 'match') return undefined;
  return `uid=${uid}: User ${name}(${uid}) is not allowed to submit mail`;
}

/** Why the file is nobody's to send; undefined when it may be sent. */
function problemOf({ context, event }: Args): string | undefined {
  assert(event.type === 'file.loaded', 'problemOf belongs to file.loaded');
  const reading = readSubmission(event);
  return 'problem' in reading ? reading.problem : refusal(context.settings, reading);
}

/** Not a file that postdrop(1) could have made. */
export function isMalformed(args: Args): boolean {
  return args.event.type !== 'file.loaded' || problemOf(args) !== undefined;
}

/** Says what is wrong with the file and removes it: no program of the mail system has left it there. */
export function removeMalformed(args: Args): Decision {
  const problem = problemOf(args) ?? '';
  return { effects: [warning(problem), { type: 'file.remove', path: args.context.current }] };
}

/** Has sender and recipients put into standard form. */
export function askRewrite({ event }: Args): Decision {
  assert(event.type === 'file.loaded', 'askRewrite belongs to file.loaded');
  const read = readSubmission(event);
  assert(!('problem' in read), 'the file was checked');
  // The sender wrote the time too: mail from the future would never become too old for the queue.
  const submission = { ...read, arrivalAt: Math.min(read.arrivalAt, event.at) };
  const named = [...submission.recipients, ...submission.extracted];
  const addresses = [submission.sender, ...named.map(({ address }) => address)];
  const note = { type: 'rewrite.rewrite', token: 'envelope', context: 'local', addresses } as const;
  return { context: { submission }, effects: [{ type: 'send', to: 'rewrite', note }] };
}

/** Begins the message with cleanup. */
export function openMessage({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten', 'openMessage belongs to rewrite.rewritten');
  const submission = underWay(context);
  const [sender = '', ...rewritten] = event.addresses;
  const count = submission.recipients.length;
  const renamed = (one: SubmittedRecipient, index: number) => ({
    ...one,
    address: rewritten[index] ?? one.address,
  });
  const { fullName, dsn, encoding, arrivalAt, rewriteContext } = submission;
  const contentFilter = textOf(ownSettings(context.settings), 'content_filter');
  const without = leftOut(ownSettings(context.settings));
  const note: Note = {
    ...({ type: 'cleanup.open', origin: 'pickup', sender, rewriteContext, dsn, arrivalAt } as const),
    ...(fullName === undefined ? {} : { senderFullName: fullName }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(contentFilter === '' ? {} : { contentFilter }),
    ...(without === undefined ? {} : { leftOut: without }),
    ...(isRequeued(context.settings, submission) ? { isRequeued: true } : {}),
  };
  return {
    context: {
      submission: {
        ...submission,
        returnTo: sender,
        recipients: submission.recipients.map(renamed),
        extracted: submission.extracted.map((one, index) => renamed(one, count + index)),
      },
    },
    effects: [{ type: 'send', to: 'cleanup', note }],
  };
}

/**
 * postsuper(1) -r puts queue files into maildrop: they belong to the mail system, and nobody else may
 * read them.
 */
function isRequeued(settings: Settings, { uid, mode }: Pick<Submission, 'uid' | 'mode'>): boolean {
  const owner = accountByName(settings.tables.accounts, textOf(settings, 'mail_owner'));
  return owner?.uid === uid && (mode & 0o044) === 0;
}

/** What the log says about a message that is taken. */
function logLines(context: PickupContext, queueId: string, at: number): Effect[] {
  const { settings, current } = context;
  const submission = underWay(context);
  const { uid, sender, modifiedAt } = submission;
  const shown = printable(settings.profile === '2.3' || sender === '' ? sender : quote822(sender));
  const from = `${queueId}: uid=${uid} from=<${shown}>`;
  const origin = isRequeued(settings, submission) ? ` orig_id=${current.replace('maildrop/', '')}` : '';
  const effects: Effect[] = [];
  if (modifiedAt > at + 2 * HOUR_MS) {
    const seconds = Math.floor((modifiedAt - at) / 1000);
    effects.push(warning(`${queueId}: message dated ${seconds} seconds into the future`));
  } else if (modifiedAt < at - DAY_MS) {
    const days = Math.floor((at - modifiedAt) / DAY_MS);
    effects.push(warning(`${queueId}: message has been queued for ${days} days`));
  }
  return [...effects, { type: 'log', level: 'info', text: from + origin }];
}

/** With what `-o` says in pickup's own line of master.cf: what a filter gives back is not filtered again. */
function ownSettings(settings: Settings): Settings {
  const line = settings.master.find(({ command }) => command === 'pickup');
  return line === undefined ? settings : forService(settings, line);
}

/**
 * The message has an id: log it, read the text. It was not kept since the first reading, for a text can
 * be long.
 */
export function readText({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'readText belongs to cleanup.opened');
  return {
    context: { cleanup: event.from, queueId: event.queueId },
    effects: [...logLines(context, event.queueId, event.at), reading(context.settings, context.current)],
  };
}

/** `Received: by HOST (Postfix, from userid UID)`: the owner's number, not his name. RFC 5321 §4.4 */
function receivedHeader(
  { settings, zone, queueId }: PickupContext,
  { uid, modifiedAt }: Submission,
  at: number,
) {
  const by = `${textOf(settings, 'myhostname')} (${textOf(settings, 'mail_name')}, from userid ${uid})`;
  const date = modifiedAt > at + 2 * HOUR_MS ? at : modifiedAt;
  return latin1ToBytes(`Received: by ${by}\n\tid ${queueId}; ${rfc822Date(date, zone)}\n`);
}

/** A first line that begins with a blank would continue our Received: header. */
function apartFromHeader(text: Uint8Array): Uint8Array {
  return text[0] === 0x20 || text[0] === 0x09 ? concatBytes([Uint8Array.of(0x0a), text]) : text;
}

/** Gives recipients and text to cleanup. */
export function feedCleanup({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'feedCleanup belongs to file.loaded');
  const submission = underWay(context);
  const send = (note: Note): Effect => ({ type: 'send', to: context.cleanup, note });
  const named = (one: SubmittedRecipient) => send({ type: 'cleanup.recipient', ...one });
  const text = apartFromHeader(textIn(event.bytes));
  return {
    effects: [
      ...submission.recipients.map(named),
      send({ type: 'cleanup.prepend', bytes: receivedHeader(context, submission, event.at) }),
      send({ type: 'cleanup.chunk', bytes: text }),
      ...submission.extracted.map(named),
      send({ type: 'cleanup.close' }),
    ],
  };
}

/** cleanup did not take it. */
export function wasRefused({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status !== 'ok';
}

/** The message is in the queue, durable: the maildrop file may go. */
export function removeFile({ context }: Args): Decision {
  return { effects: [{ type: 'file.remove', path: context.current }] };
}

/** The file is gone already. */
export function hasVanished({ event }: Args): boolean {
  return event.type === 'file.failed' && event.code === 'ENOENT';
}

/**
 * The file cannot be removed: not to be taken a second time, it is passed over as long as this process
 * lives.
 */
export function keepTaken({ context, event }: Args): Decision {
  assert(event.type === 'file.failed', 'keepTaken belongs to file.failed');
  const { current, refused } = context;
  return {
    context: { refused: new Map(refused).set(current, Number.POSITIVE_INFINITY) },
    effects: [warning(`remove ${current}: ${event.code}`)],
  };
}

/** What cleanup's verdicts are called. Postfix: src/global/cleanup_strerror.c */
export const VERDICTS: Readonly<Record<CleanupStatus, string>> = {
  ok: 'Success',
  internal: 'internal protocol error',
  toobig: 'message file too big',
  hops: 'too many hops',
  rejected: 'message content rejected',
  norcpt: 'no recipients specified',
  write: 'queue file write error',
  map: 'queue file write error',
};

const REFUSALS: Readonly<Partial<Record<CleanupStatus, Because>>> = {
  ...{ toobig: { parameter: 'message_size_limit' }, hops: { parameter: 'hopcount_limit' } },
  norcpt: { rule: 'no recipients' },
};

/** Why cleanup(8) did not take it: as it says, or as its word implies. */
export function refusalCause(event: { readonly type: string } | CleanupDone): Because {
  if (!('status' in event)) return { rule: 'disk' };
  return event.because ?? REFUSALS[event.status] ?? { rule: 'disk' };
}

function why({ current, queueId }: PickupContext, event: Args['event']): string {
  if (event.type === 'file.failed') return `open input file ${current}: ${event.code}`;
  const status = event.type === 'cleanup.done' ? event.status : 'write';
  return `${current}: error writing ${queueId === '' ? 'queue file' : queueId}: ${VERDICTS[status]}`;
}

/**
 * The file stays where it is, with a warning, and is tried again with the next periodic wake-up.
 *
 * The only copy of a mail is never removed before it, or the notice about it, is in the queue.
 */
export function leaveFile({ context, event }: Args): Decision {
  return {
    context: { refused: refusedFor(context, event.at) },
    effects: [warning(why(context, event), refusalCause(event))],
  };
}

/** The text could not be read a second time: cleanup forgets the message. */
export function abortMessage({ context }: Args): Decision {
  return { effects: [{ type: 'send', to: context.cleanup, note: { type: 'cleanup.abort' } }] };
}

/** Why cleanup(8) did not take it, for the log. */
export function warnRefused({ context, event }: Args): Effect {
  return warning(why(context, event), refusalCause(event));
}

/** Between the first reading and the second the file became another: somebody plays with it. */
export function hasChanged({ context, event }: Args): boolean {
  if (event.type !== 'file.loaded') return false;
  const now = readSubmission(event);
  const { uid, modifiedAt, sizeBytes } = underWay(context);
  if ('problem' in now) return true;
  return now.uid !== uid || now.modifiedAt !== modifiedAt || now.sizeBytes !== sizeBytes;
}
