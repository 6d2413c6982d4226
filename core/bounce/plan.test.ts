import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { BounceFlush } from '../kernel/notes.ts';
import { NOTIFY, RET } from '../mail/queue-envelope.ts';
import type { LoggedFailure } from './log-file.ts';
import { type Case, planOf } from './plan.ts';

function failure(recipient: string, notify = 0): LoggedFailure {
  return {
    ...{ recipient, original: '', orcpt: '', notify, offset: 0, dsn: '5.1.1', action: 'failed' },
    ...{ reason: 'unknown user', diagnostic: '', remoteMta: '' },
  };
}

interface Wanted {
  readonly sender?: string;
  readonly kind?: BounceFlush['kind'];
  readonly classes?: string;
  readonly failures?: readonly LoggedFailure[];
  readonly ret?: number;
  readonly more?: Partial<Case>;
}

function plan({ sender = 'ann@a.example', kind = 'failed', classes = '', failures, ret = 0, more }: Wanted) {
  const postmaster = 'bounce_notice_recipient = boss@b.example';
  const main = `myorigin = a.example\nnotify_classes = ${classes}\n${postmaster}\n`;
  const settings = makeSettings({ mainCf: parseMainCf(main, 'main.cf').entries });
  const request: BounceFlush = {
    ...{ type: 'bounce.flush', token: '1', log: 'bounce', kind, queueId: 'A1', path: 'active/A1', sender },
    ...{ dsn: { ret, envid: '' }, arrivalAt: 0 },
  };
  const facts = {
    settings,
    request,
    logMissing: false,
    sizeBytes: 1000,
    failures: failures ?? [failure('bob@b.example')],
  };
  return planOf({ ...facts, ...more }).map(
    ({ recipient, sender: from, subject, words, whole, failures: listed, copy }) => ({
      ...{ to: recipient, from, subject, words, whole, copy, about: listed.map((one) => one.recipient) },
    }),
  );
}

const TO_SENDER = {
  ...{ to: 'ann@a.example', from: '', subject: 'Undelivered Mail Returned to Sender' },
  ...{ words: true, whole: true, copy: false, about: ['bob@b.example'] },
};
const TO_POSTMASTER = {
  ...{ to: 'boss@b.example', from: 'double-bounce@a.example', subject: 'Postmaster Copy: Undelivered Mail' },
  ...{ words: false, whole: false, copy: true, about: ['bob@b.example'] },
};

test('RFC 5321 §6.1: a failure is reported to the sender, from the null sender', () => {
  expect(plan({})).toEqual([TO_SENDER]);
});

test('postconf(5) notify_classes: bounce: the postmaster gets a copy, header only', () => {
  expect(plan({ classes: 'bounce' })).toEqual([TO_SENDER, TO_POSTMASTER]);
  expect(plan({ classes: '2bounce, delay, resource' })).toEqual([TO_SENDER]);
});

test.for(['bounce', '2bounce'])(
  'postconf(5) notify_classes: %s: a failure of mail from <> goes to 2bounce_notice_recipient',
  (classes) => {
    const whole = { ...TO_POSTMASTER, to: 'postmaster@a.example', whole: true, copy: false };
    expect(plan({ sender: '', classes })).toEqual([whole]);
  },
);

test('RFC 5321 §6.1: by default nobody hears of a failure of mail from <>', () => {
  expect(plan({ sender: '', classes: 'resource, software' })).toEqual([]);
});

test('postconf(5) double_bounce_sender: nobody hears of the failure of a notice to the postmaster', () => {
  expect(plan({ sender: 'Double-Bounce@a.example', classes: 'bounce, 2bounce, delay' })).toEqual([]);
});

test('RFC 3461 §4.1: NOTIFY decides for the sender, not for the postmaster', () => {
  const failures = [
    failure('never@b.example', NOTIFY.never),
    failure('delay@b.example', NOTIFY.delay),
    failure('failure@b.example', NOTIFY.failure + NOTIFY.success),
    failure('bob@b.example'),
  ];
  const [sender, postmaster] = plan({ failures, classes: 'bounce' });
  expect(sender?.about).toEqual(['failure@b.example', 'bob@b.example']);
  expect(postmaster?.about).toHaveLength(4);
  expect(plan({ failures: failures.slice(0, 2) })).toEqual([]);
});

test('RFC 3461 §4.3: RET=HDRS, and postconf(5) bounce_size_limit: the header only', () => {
  expect(plan({ ret: RET.headers })[0]?.whole).toBe(false);
  expect(plan({ ret: RET.full })[0]?.whole).toBe(true);
  expect(plan({ more: { sizeBytes: 50_000 } })[0]?.whole).toBe(true);
  expect(plan({ more: { sizeBytes: 50_001 } })[0]?.whole).toBe(false);
});

test('postconf(5) delay_warning_time: the sender is warned, the postmaster if delay is a class', () => {
  const warned = { ...TO_SENDER, subject: 'Delayed Mail (still being retried)', whole: false };
  const copy = { ...TO_POSTMASTER, to: 'postmaster@a.example', subject: 'Postmaster Warning: Delayed Mail' };
  expect(plan({ kind: 'delayed' })).toEqual([warned]);
  expect(plan({ kind: 'delayed', classes: 'delay' })).toEqual([warned, copy]);
  expect(plan({ kind: 'delayed', failures: [failure('bob@b.example', NOTIFY.failure)] })).toEqual([]);
  expect(plan({ kind: 'delayed', sender: '' })).toEqual([]);
  expect(plan({ kind: 'delayed', sender: '', classes: 'delay' })).toEqual([{ ...copy, copy: false }]);
});

test('RFC 3461 §4.1: a success is reported where NOTIFY=SUCCESS was said, never to <>', () => {
  const failures = [failure('bob@b.example', NOTIFY.success), failure('other@b.example')];
  expect(plan({ kind: 'success', failures })).toEqual([
    { ...TO_SENDER, subject: 'Successful Mail Delivery Report', whole: false },
  ]);
  expect(plan({ kind: 'success', failures, sender: '' })).toEqual([]);
});

test('bounce(8): with the log lost the sender hears of a failure all the same', () => {
  expect(plan({ failures: [], more: { logMissing: true } })).toEqual([{ ...TO_SENDER, about: [] }]);
  expect(plan({ kind: 'delayed', failures: [], more: { logMissing: true } })).toEqual([]);
});
