/** Who is told of what. bounce(8) · RFC 3461 §4.1 · RFC 5321 §6.1 · postconf(5) notify_classes */
import { intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { BounceFlush } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import { NOTIFY, RET } from '../mail/queue-envelope.ts';
import type { LoggedFailure } from './log-file.ts';
import type { Notice } from './types.ts';

/** What the plan is made of. */
export interface Case {
  readonly settings: Settings;
  readonly request: BounceFlush;
  readonly failures: readonly LoggedFailure[];
  readonly logMissing: boolean;
  readonly sizeBytes: number;
}

/** An address of this host gets this host's domain, as cleanup(8) would give it. */
function full(settings: Settings, address: string): string {
  return address === '' || address.includes('@') ? address : `${address}@${textOf(settings, 'myorigin')}`;
}

/** Sender of notices to the postmaster: what cannot be delivered from it is thrown away. postconf(5) */
export function doubleBounce(settings: Settings): string {
  return full(settings, textOf(settings, 'double_bounce_sender'));
}

/** The message came from the double-bounce address: it was itself a notice to the postmaster. */
export function isDoubleBounce(settings: Settings, sender: string): boolean {
  return sender.toLowerCase() === doubleBounce(settings).toLowerCase();
}

const SENDER_SUBJECT = {
  failed: 'Undelivered Mail Returned to Sender',
  delayed: 'Delayed Mail (still being retried)',
  success: 'Successful Mail Delivery Report',
} as const;
const POSTMASTER_SUBJECT = {
  failed: 'Postmaster Copy: Undelivered Mail',
  delayed: 'Postmaster Warning: Delayed Mail',
} as const;

/** The notices about one message, in order; none for the double-bounce address. */
export function planOf(facts: Case): readonly Notice[] {
  const { settings, request } = facts;
  const { sender, kind } = request;
  const classes = listOf(settings, 'notify_classes');
  if (isDoubleBounce(settings, sender)) return [];
  if (kind === 'success') return sender === '' ? [] : toSender(facts, NOTIFY.success);
  if (kind === 'delayed') {
    const copies = classes.includes('delay')
      ? [toPostmaster(facts, 'delay_notice_recipient', sender !== '')]
      : [];
    return sender === '' ? copies : [...toSender(facts, NOTIFY.delay), ...copies];
  }
  if (sender === '') {
    const wanted = classes.includes('bounce') || classes.includes('2bounce');
    return wanted
      ? [{ ...toPostmaster(facts, '2bounce_notice_recipient', false), whole: isSmall(facts) }]
      : [];
  }
  const copies = classes.includes('bounce') ? [toPostmaster(facts, 'bounce_notice_recipient', true)] : [];
  return [...toSender(facts, NOTIFY.failure), ...copies];
}

/** Larger messages are quoted by their header. postconf(5) bounce_size_limit */
function isSmall({ settings, sizeBytes }: Case): boolean {
  return sizeBytes <= intOf(settings, 'bounce_size_limit');
}

/** The notice for the sender, about the recipients for which the sender did not refuse one. */
function toSender(facts: Case, wanted: number): readonly Notice[] {
  const { request, failures, logMissing } = facts;
  const silence = request.kind === 'success' ? false : undefined;
  const listed = failures.filter(({ notify }) =>
    notify === 0 ? silence !== false : (notify & wanted) !== 0,
  );
  const lost = logMissing && request.kind === 'failed';
  if (listed.length === 0 && !lost) return [];
  const { sender, kind, dsn } = request;
  const whole = kind === 'failed' && dsn.ret !== RET.headers && isSmall(facts);
  return [
    {
      ...{ to: 'sender', recipient: sender, original: sender, sender: '', subject: SENDER_SUBJECT[kind] },
      ...{ words: true, whole, failures: listed, copy: false, because: wishOf(kind, listed) },
    },
  ];
}

const WISHES = { failed: 'FAILURE', delayed: 'DELAY', success: 'SUCCESS' } as const;

/** NOTIFY of the recipients, or that none was said: then failures and delays are told. RFC 3461 §4.1 */
function wishOf(kind: BounceFlush['kind'], failures: readonly LoggedFailure[]): Because {
  const rule = failures.some(({ notify }) => notify !== 0) ? `NOTIFY=${WISHES[kind]}` : 'no NOTIFY';
  return kind === 'delayed' ? { rule, parameter: 'delay_warning_time' } : { rule };
}

const CLASSES: Readonly<Record<string, string>> = {
  ...{ bounce_notice_recipient: 'bounce', '2bounce_notice_recipient': '2bounce' },
  delay_notice_recipient: 'delay',
};

/** The notice for the postmaster, about all recipients, whatever the sender wished. */
function toPostmaster({ settings, request, failures }: Case, parameter: string, copy: boolean): Notice {
  const original = textOf(settings, parameter);
  const recipient = full(settings, original);
  const subject = POSTMASTER_SUBJECT[request.kind === 'delayed' ? 'delayed' : 'failed'];
  return {
    ...{ to: 'postmaster', recipient, original, sender: doubleBounce(settings), subject },
    ...{ words: false, whole: false, failures, copy },
    because: [{ parameter: 'notify_classes', key: CLASSES[parameter] ?? '' }, { parameter }],
  };
}
