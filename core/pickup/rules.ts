/** What pickup does with a file in maildrop. pickup(8) · Postfix: src/pickup/pickup.c */
import { textOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { rfc822Date } from '../mail/date.ts';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import type { PickupContext, PickupEvent, Submission } from './types.ts';

type Args = RuleArgs<PickupContext, PickupEvent>;
type Decision = Outcome<PickupContext>;

/** Looks into maildrop. */
export function listMaildrop(): Decision {
  return { context: { again: false }, effects: [{ type: 'dir.list', path: 'maildrop', depth: 0 }] };
}

/** A wake-up from the clock: what was refused may be tried again. */
export function forgetRefused(): Decision {
  return { context: { refused: new Set() } };
}

/** Remembers to look again. */
export function rememberWakeup(): Decision {
  return { context: { again: true } };
}

/** Complete files (mode 0700) that were not refused before, oldest first. */
export function takeListing({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'takeListing belongs to dir.listed');
  const waiting = event.entries
    .filter(({ mode }) => (mode & 0o777) === 0o700)
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt)
    .map(({ name }) => `maildrop/${name}`)
    .filter((path) => !context.refused.has(path));
  return { context: { waiting } };
}

/** There is no file to take. */
export function nothingWaits({ context }: Args): boolean {
  return context.waiting.length === 0;
}

/** Nothing waits, but a wake-up came meanwhile. */
export function shouldLookAgain({ context }: Args): boolean {
  return context.waiting.length === 0 && context.again;
}

/** Opens the next file. */
export function readNext({ context }: Args): Decision {
  const [path = '', ...waiting] = context.waiting;
  return { context: { waiting, current: path }, effects: [{ type: 'file.read', file: 'maildrop', path }] };
}

/** Not a file that sendmail(1) could have made. */
export function isMalformed({ event }: Args): boolean {
  return event.type !== 'file.loaded' || submissionOf(event.bytes, event.uid) === undefined;
}

function submissionOf(bytes: Uint8Array, uid: number): Submission | undefined {
  const file = parseQueueFile(bytes);
  if (!file.complete || file.sender === undefined || file.contentOffset === undefined) return undefined;
  const encoding = file.attributes.get('encoding');
  return {
    ...{ sender: file.sender, fullName: file.fullName, uid },
    recipients: file.recipients
      .filter(({ done }) => !done)
      .map(({ address, notify, dsnOrcpt }) => ({ address, notify: notify ?? 0, orcpt: dsnOrcpt ?? '' })),
    extractRecipients: file.attributes.get('extract_recipients') === 'yes',
    dsn: {
      ret: Number(file.attributes.get('ret_flags') ?? 0),
      envid: file.attributes.get('envelope_id') ?? '',
    },
    encoding: encoding === '8bit' || encoding === '7bit' ? encoding : undefined,
  };
}

/** Has sender and recipients put into standard form. */
export function askRewrite({ event }: Args): Decision {
  assert(event.type === 'file.loaded', 'askRewrite belongs to file.loaded');
  const submission = submissionOf(event.bytes, event.uid);
  assert(submission !== undefined, 'the file was checked');
  const addresses = [submission.sender, ...submission.recipients.map(({ address }) => address)];
  const note = { type: 'rewrite.rewrite', token: 'envelope', context: 'local', addresses } as const;
  return { context: { submission }, effects: [{ type: 'send', to: 'rewrite', note }] };
}

/** Begins the message with cleanup. */
export function openMessage({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten', 'openMessage belongs to rewrite.rewritten');
  const { submission } = context;
  assert(submission !== undefined, 'a submission is under way');
  const [sender = '', ...addresses] = event.addresses;
  const recipients = submission.recipients.map((one, index) => ({
    ...one,
    address: addresses[index] ?? one.address,
  }));
  const { fullName, extractRecipients, dsn, encoding } = submission;
  const note = {
    ...({
      type: 'cleanup.open',
      origin: 'pickup',
      sender,
      rewriteContext: 'local',
      dsn,
      extractRecipients,
    } as const),
    ...(fullName === undefined ? {} : { senderFullName: fullName }),
    ...(encoding === undefined ? {} : { encoding }),
  };
  return {
    context: { submission: { ...submission, sender, recipients } },
    effects: [{ type: 'send', to: 'cleanup', note }],
  };
}

/** The message has an id: log it, read the text. */
export function readText({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened', 'readText belongs to cleanup.opened');
  const { submission, current } = context;
  assert(submission !== undefined, 'a submission is under way');
  const text = `${event.queueId}: uid=${submission.uid} from=<${submission.sender}>`;
  return {
    context: { cleanup: event.from, queueId: event.queueId },
    effects: [
      { type: 'log', level: 'info', text },
      { type: 'file.read', file: 'maildrop', path: current },
    ],
  };
}

/** Gives recipients and text to cleanup. */
export function feedCleanup({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'feedCleanup belongs to file.loaded');
  const { settings, zone, submission, cleanup, queueId } = context;
  assert(submission !== undefined, 'a submission is under way');
  const who = `(${textOf(settings, 'mail_name')}, from userid ${submission.uid})`;
  const by = `${textOf(settings, 'myhostname')} ${who}`;
  const received = `Received: by ${by}\n\tid ${queueId}; ${rfc822Date(event.at, zone)}\n`;
  const bytes = contentOf(event.bytes, parseQueueFile(event.bytes));
  const recipients = submission.recipients.map(({ address, notify, orcpt }): Effect => {
    const note = { type: 'cleanup.recipient', address, original: address, notify, orcpt } as const;
    return { type: 'send', to: cleanup, note };
  });
  return {
    effects: [
      ...recipients,
      { type: 'send', to: cleanup, note: { type: 'cleanup.prepend', bytes: latin1ToBytes(received) } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.chunk', bytes } },
      { type: 'send', to: cleanup, note: { type: 'cleanup.close' } },
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

/** The file stays where it is, with a warning; the next periodic wake-up tries again. Nothing is lost. */
export function leaveFile({ context, event }: Args): Decision {
  const { current, refused } = context;
  const why =
    event.type === 'cleanup.done'
      ? event.status
      : event.type === 'file.failed'
        ? event.code
        : 'not a maildrop file';
  const text = `${current}: left in the maildrop queue: ${why}`;
  return {
    context: { refused: new Set(refused).add(current) },
    effects: [{ type: 'log', level: 'warning', text }],
  };
}

/** Takes the new configuration. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
