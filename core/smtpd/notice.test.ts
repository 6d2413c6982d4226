import { expect, test } from 'vitest';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { openSession, type SessionOptions, type TestSession, talk } from './test-session.ts';

function noticeOf(session: TestSession): string | undefined {
  const at = session.notes.findLastIndex((note) => note.type === 'cleanup.open' && note.origin === 'bounce');
  if (at < 0) return undefined;
  const texts = session.notes.slice(at).flatMap((note) => ('bytes' in note ? [note.bytes] : []));
  return texts.map((bytes) => bytesToLatin1(bytes)).join('');
}

/** A session with these lines, then the end. */
function sessionOf(lines: readonly string[], options: SessionOptions = {}): TestSession {
  const session = openSession({ mainCf: 'notify_classes = protocol, policy', ...options });
  talk(session, ...lines);
  session.leave();
  return session;
}

const FOO = ['FOO', 'QUIT'];

test('notify_classes: the postmaster gets the transcript before the session ends', () => {
  const session = sessionOf(FOO);
  expect(noticeOf(session)).toContain('\n In:  FOO\n Out: 500 5.5.2 Error: command not recognized\n');
  expect(session.closed()).toBe(true);
  expect(session.logs.at(-1)).toMatch(/^disconnect from/);
});

test('notify_classes: 2.3 leaves Date: to cleanup, and names no logfile', () => {
  const notice = noticeOf(sessionOf(FOO, { profile: '2.3' })) ?? '';
  expect(notice).toContain('\nFrom: MAILER-DAEMON@mail.gouv.bj (Mail Delivery System)\n');
  expect(notice).not.toMatch(/^Date:|logfile/m);
});

test.each([
  ['no error', ['EHLO y', 'QUIT'], {}],
  ['an error of another class', FOO, { mainCf: 'notify_classes = resource' }],
  ['an error by default', FOO, { mainCf: '' }],
  ['sendmail -bs', FOO, { stdin: true }],
] as const)('notify_classes: no notice for %s', (_what, lines, options) => {
  expect(noticeOf(sessionOf(lines, options))).toBeUndefined();
});

test('notify_classes: no history is kept where nobody would read it', () => {
  expect(sessionOf(FOO, { mainCf: 'notify_classes = delay, 2bounce' }).context().chat).toBeUndefined();
  expect(sessionOf(FOO, { mainCf: '' }).context().chat?.depth).toBe(3);
});

test.each([
  ['no file', { notOpened: true }],
  ['no promise', { verdict: { status: 'write' } }],
] as const)('notify_classes: %s for the notice is logged, and the session ends', (_what, options) => {
  const session = sessionOf(FOO, options);
  expect(session.closed()).toBe(true);
  expect(session.logs).toContain('warning: postmaster notify: cannot queue the transcript');
});

test('notify_classes: a cleanup that says nothing holds nobody for ever', () => {
  const session = sessionOf(FOO, { verdict: 'silent' });
  expect(session.closed()).toBe(false);
  session.wait(300_000);
  expect(session.closed()).toBe(true);
});

test('notify_classes: a message that was being sent is given up before the notice', () => {
  const session = sessionOf(['FOO', 'EHLO y', 'MAIL FROM:<a@x.org>', 'RCPT TO:<ann@gouv.bj>', 'QUIT']);
  const types = session.notes.map(({ type }) => type);
  expect(types.filter((type) => type === 'cleanup.abort')).toHaveLength(1);
  expect(types.indexOf('cleanup.abort')).toBeLessThan(types.lastIndexOf('cleanup.open'));
});

test('a long session is told whole, in pieces', () => {
  const lines = Array.from({ length: 150 }, (_, at) => `NOOP ${at}`);
  const mainCf = 'notify_classes = protocol\nsmtpd_junk_command_limit = 1000';
  const notice = noticeOf(sessionOf([...lines, ...FOO], { mainCf })) ?? '';
  expect(notice.match(/^ In: {2}NOOP \d+$/gm)).toEqual(lines.map((line) => ` In:  ${line}`));
});

/** A session with an error and a history that is too long. */
function longSession(options: SessionOptions = {}): TestSession {
  const session = openSession({
    mainCf: 'notify_classes = protocol\nsmtpd_history_flush_threshold = 4\nsmtpd_error_sleep_time = 0',
    ...options,
  });
  talk(session, 'FOO', 'NOOP');
  return session;
}

const notices = ({ notes }: TestSession): number =>
  notes.filter(({ type }) => type === 'cleanup.open').length;

test.each(['3.x', '2.3'] as const)(
  'smtpd_history_flush_threshold, %s: a notice comes before the answer to RSET, and the session goes on',
  (profile) => {
    const session = longSession({ profile });
    expect(session.say('RSET')).toBe('250 2.0.0 Ok\r\n');
    expect(noticeOf(session)).toMatch(/\n In: {2}NOOP\n Out: 250 2.0.0 Ok\n In: {2}RSET\n\n/);
    expect(talk(session, 'QUIT')).toMatch(/^221 /);
    expect([notices(session), session.closed()]).toEqual([1, true]);
  },
);

test('smtpd_history_flush_threshold: input waits until cleanup has the notice, and no longer than a client', () => {
  const session = longSession({ verdict: 'silent' });
  expect(session.say('EHLO y')).toBe('');
  expect(session.say('NOOP')).toBe('');
  expect(session.state()).toBe('noticing');
  session.wait(299_000);
  expect(session.closed()).toBe(false);
  session.wait(1_000);
  expect(session.closed()).toBe(true);
});

test('smtpd_history_flush_threshold: a notice that cannot be kept is logged, and RSET is answered', () => {
  const session = longSession({ verdict: { status: 'write' } });
  expect(session.say('RSET')).toBe('250 2.0.0 Ok\r\n');
  expect(session.logs).toContain('warning: postmaster notify: cannot queue the transcript');
  expect(session.say('NOOP')).toBe('250 2.0.0 Ok\r\n');
});

test('smtpd_error_sleep_time: the answer behind a notice waits like every other', () => {
  const mainCf = 'notify_classes = protocol\nsmtpd_history_flush_threshold = 4\nsmtpd_soft_error_limit = 1';
  const session = longSession({ mainCf });
  session.wait(2_000);
  expect(session.say('RSET')).toBe('');
  expect([notices(session), session.state()]).toEqual([1, 'sleeping']);
  expect(session.wait(1_000)).toBe('250 2.0.0 Ok\r\n');
});

test('smtpd_history_flush_threshold: errors that nobody wants to hear of are forgotten with the history', () => {
  const mainCf = 'notify_classes = policy\nsmtpd_history_flush_threshold = 4';
  const session = longSession({ mainCf });
  session.say('RSET');
  expect([notices(session), session.context().chat?.errors]).toEqual([0, []]);
});

test('notify_classes: a table of cleanup(8) that fails is a matter of resources, a rule that says 4.x.x is not', () => {
  const letter = ['EHLO y', 'MAIL FROM:<a@gouv.bj>', 'RCPT TO:<espera@gouv.bj>', 'DATA'];
  const noticed = (verdict: SessionOptions['verdict']): string | undefined => {
    const session = openSession({ mainCf: '', ...(verdict === undefined ? {} : { verdict }) });
    talk(session, ...letter, 'x', '.', 'QUIT');
    session.leave();
    return noticeOf(session);
  };
  expect(noticed({ status: 'map' })).toContain('\n Out: 451 4.3.0 Error: queue file write error\n');
  expect(noticed({ status: 'map', reason: '4.2.1 later' })).toBeUndefined();
});
