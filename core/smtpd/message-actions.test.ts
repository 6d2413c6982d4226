/** What access(5) entries want done with the message: orders, log lines, and what cleanup is asked for. */
import { expect, test } from 'vitest';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { NO_ORDERS, withOrder } from './orders.ts';
import { openSession, type TestSession, talk } from './test-session.ts';

function held(value: string, mainCf = ''): TestSession {
  const session = openSession({
    mainCf: `smtpd_sender_restrictions = check_sender_access inline:{{b.example = ${value}}}\n${mainCf}`,
  });
  talk(session, 'HELO h', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann>', 'RCPT TO:<bob>', 'DATA');
  session.send('Subject: x\r\n\r\ntext\r\n.\r\n');
  return session;
}

function orders(session: TestSession): unknown {
  const note = session.notes.findLast(({ type }) => type === 'cleanup.close');
  return note?.type === 'cleanup.close' ? note.orders : 'no close';
}

/** Lines about what happened to the first recipient. */
function logged(session: TestSession): readonly string[] {
  return session.logs
    .filter((line) => /from=<a@b.example>/.test(line))
    .map((line) => line.split(';')[0] ?? '');
}

const none = { hold: false, discard: false, filter: '', redirect: '' };
const place = '<a@b.example>: Sender address';

test.each([
  ['HOLD', { ...none, hold: true }, 'hold', 'triggers HOLD action'],
  ['HOLD look at it', { ...none, hold: true }, 'hold', 'look at it'],
  ['DISCARD', { ...none, discard: true }, 'discard', 'triggers DISCARD action'],
])('access(5) %s: said once for a message', (value, wanted, word, text) => {
  const session = held(value);
  expect(orders(session)).toEqual(wanted);
  expect(logged(session)).toEqual([`NOQUEUE: ${word}: RCPT from unknown[10.0.0.7]: ${place} ${text}`]);
});

test.each([
  ['FILTER smtp:[192.0.2.1]', { ...none, filter: 'smtp:[192.0.2.1]' }, 'filter'],
  ['REDIRECT c@d.example', { ...none, redirect: 'c@d.example' }, 'redirect'],
  ['BCC c@d.example', undefined, 'bcc'],
])('access(5) %s: said for each recipient', (value, wanted, word) => {
  const session = held(value);
  expect(orders(session)).toEqual(wanted);
  const text = `${word}: RCPT from unknown[10.0.0.7]: ${place} triggers ${value}`;
  expect(logged(session)).toEqual([`NOQUEUE: ${text}`, `5F40790ADB: ${text}`]);
});

test('access(5) PREPEND: before our own Received:, once for each time that it was ordered', () => {
  const note = held('PREPEND X-Seen: yes').notes.find(({ type }) => type === 'cleanup.prepend');
  if (note?.type !== 'cleanup.prepend') throw new Error('nothing was put before the message');
  expect(bytesToLatin1(note.bytes)).toMatch(/^X-Seen: yes\nX-Seen: yes\nReceived: /);
});

test('access(5) BCC: further recipients, of whom the first has no NOTIFY', () => {
  const copies = held('BCC c@d.example').notes.flatMap((note) =>
    note.type === 'cleanup.recipient' && note.address === 'c@d.example' ? [note.notify] : [],
  );
  expect(copies).toEqual([0, 1]);
});

test('access(5) DISCARD: all further lists and checks are skipped, what was remembered is not', () => {
  const skipped = held('DISCARD', 'smtpd_recipient_restrictions = reject');
  expect(orders(skipped)).toEqual({ ...none, discard: true });
  expect(skipped.logs.join('\n')).not.toContain('reject:');
  // The client list of the second recipient is not read any more.
  const deferred = held('DISCARD', 'smtpd_client_restrictions = defer_if_permit');
  expect(deferred.logs.filter((line) => line.includes('reject:'))).toHaveLength(1);
});

test('access(5) DISCARD: cleanup gets no text of it, and one that is too long is refused like others', () => {
  const whole = held('DISCARD');
  const texts = whole.notes.filter(
    (note) => note.type === 'cleanup.chunk' || note.type === 'cleanup.prepend',
  );
  expect(texts).toEqual([]);
  expect(held('HOLD').notes.filter(({ type }) => type === 'cleanup.prepend')).toHaveLength(1);
  const long = held('DISCARD', 'message_size_limit = 1');
  expect(long.notes.filter(({ type }) => type === 'cleanup.close')).toEqual([]);
});

test('RFC 5321 §4.1.1.5: with the transaction its orders are forgotten', () => {
  for (const end of ['RSET', 'HELO h']) {
    const session = openSession({ mainCf: 'smtpd_client_restrictions = inline:{{10 = HOLD}}' });
    talk(session, 'HELO h', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann>');
    expect(session.context().orders.hold).toBe(true);
    session.say(end);
    expect(session.context().orders).toEqual(NO_ORDERS);
  }
  const queued = held('HOLD');
  expect(queued.context().orders).toEqual(NO_ORDERS);
});

test('access(5) HOLD: of a refused recipient it stays, of a refused sender it goes', () => {
  const session = openSession({ mainCf: 'smtpd_client_restrictions = inline:{{10 = HOLD}}' });
  talk(session, 'HELO h', 'MAIL FROM:<a@b.example>', 'RCPT TO:<nobody>');
  expect(session.context().orders.hold).toBe(true);
  const sender = openSession({
    mainCf: 'smtpd_delay_reject = no\nsmtpd_sender_restrictions = inline:{{b.example = HOLD}}, reject',
  });
  expect(talk(sender, 'HELO h', 'MAIL FROM:<a@b.example>')).toContain('554 5.7.1');
  expect(sender.context().orders).toEqual(NO_ORDERS);
});

test.each([
  ['FILTER', 'has FILTER entry without value'],
  ['FILTER x', 'requires transport:destination'],
  ['REDIRECT bob', 'requires user@domain target'],
  ['BCC bob', 'requires user@domain target'],
  ['PREPEND x', 'requires header: text'],
])('access(5) %s: an order that cannot be read is named and forgotten', (value, text) => {
  const session = held(value);
  expect(session.logs.filter((line) => line.endsWith(`entry "a@b.example" ${text}`))).toHaveLength(2);
  expect(orders(session)).toBeUndefined();
});

test('access(5): where no message can follow, nothing can be ordered', () => {
  const etrn = openSession({ mainCf: 'smtpd_etrn_restrictions = inline:{{relay.example = HOLD}}' });
  talk(etrn, 'HELO h', 'ETRN relay.example');
  expect(etrn.logs.at(-1)).toMatch(/: action HOLD is unavailable in smtpd_etrn_restrictions$/);
  const early = openSession({
    mainCf: 'smtpd_delay_reject = no\nsmtpd_client_restrictions = inline:{{10 = PREPEND X: y}}',
  });
  talk(early, 'HELO h');
  expect(early.logs.at(-1)).toMatch(/: with smtpd_delay_reject=no, action PREPEND is always skipped in /);
  const late = openSession({
    mainCf: 'smtpd_end_of_data_restrictions = check_client_access inline:{{10 = PREPEND X: y}}',
  });
  talk(late, 'HELO h', 'MAIL FROM:<>', 'RCPT TO:<ann>', 'DATA');
  late.send('x\r\n.\r\n');
  expect(late.logs.at(-1)).toMatch(/: action PREPEND must be used before smtpd_end_of_data_restrictions$/);
});

test('access(5) FILTER, REDIRECT: of several the last counts', () => {
  const one = withOrder(NO_ORDERS, { type: 'filter', value: 'a:b' });
  expect(withOrder(one, { type: 'filter', value: 'c:d' }).filter).toBe('c:d');
});
