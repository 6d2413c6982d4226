/** MAIL: every refusal, as the real Postfix words it. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const BAD_SENDER = '501 5.1.7 Bad sender address syntax';
const SYNTAX = '501 5.5.4 Syntax: MAIL FROM:<address>';
const OK = '250 2.1.0 Ok';

test.each([
  ['MAIL', SYNTAX],
  ['MAIL FROM', SYNTAX],
  ['MAIL FROM:', SYNTAX],
  ['MAIL TO:<a@b.example>', SYNTAX],
  ['MAIL FROM:<a@b.example', BAD_SENDER],
  ['MAIL FROM:<a b@c.example>', BAD_SENDER],
  ['MAIL FROM:<a\0b@c.example>', BAD_SENDER],
  ['MAIL FROM:<a@1.2.3.4>', BAD_SENDER],
  // The address is looked at before the parameters.
  ['MAIL FROM:<a@1.2.3.4> FOO', BAD_SENDER],
  ['MAIL FROM:<>', OK],
  ['mail from: a@b.example', OK],
  ['MAIL FROM:a@b.example', OK],
  ['MAIL FROM:<@x,@y:a@b.example>', OK],
  ['MAIL FROM:<a@b.example> SIZE=', '501 5.5.4 Bad message size syntax'],
  ['MAIL FROM:<a@b.example> SIZE=-1', '501 5.5.4 Bad message size syntax'],
  ['MAIL FROM:<a@b.example> SIZE=1e3', '501 5.5.4 Bad message size syntax'],
  ['MAIL FROM:<a@b.example> SIZE', '555 5.5.4 Unsupported option: SIZE'],
  ['MAIL FROM:<a@b.example> SIZE=10240000', OK],
  ['MAIL FROM:<a@b.example> SIZE=10240001', '552 5.3.4 Message size exceeds fixed limit'],
  ['MAIL FROM:<a@b.example> SIZE=9223372036854775807', '552 5.3.4 Message size exceeds fixed limit'],
  [
    'MAIL FROM:<a@b.example> SIZE=9223372036854775808',
    '552 5.3.4 Message size exceeds file system imposed limit',
  ],
  ['MAIL FROM:<a@b.example> BODY=8bitmime BODY=7BIT', OK],
  ['MAIL FROM:<a@b.example> BODY=BINARYMIME', '555 5.5.4 Unsupported option: BODY=BINARYMIME'],
  ['MAIL FROM:<a@b.example> RET=full', OK],
  ['MAIL FROM:<a@b.example> RET=FOO', '501 5.5.4 Bad RET parameter syntax'],
  ['MAIL FROM:<a@b.example> RET=FULL RET=FULL', '501 5.5.4 Bad RET parameter syntax'],
  ['MAIL FROM:<a@b.example> ENVID=a+2Bb', OK],
  ['MAIL FROM:<a@b.example> ENVID=', '501 5.5.4 Bad ENVID parameter syntax'],
  ['MAIL FROM:<a@b.example> ENVID=a ENVID=b', '501 5.5.4 Bad ENVID parameter syntax'],
  ['MAIL FROM:<a@b.example> ENVID=a+zz', '501 5.5.4 Bad ENVID parameter syntax'],
  ['MAIL FROM:<a@b.example> ENVID=x+0D+0ARCPT', '501 5.5.4 Bad ENVID parameter syntax'],
  ['MAIL FROM:<a@b.example> __proto__=1', '555 5.5.4 Unsupported option: __proto__=1'],
  ['MAIL FROM:<a@b.example> constructor', '555 5.5.4 Unsupported option: constructor'],
  ['MAIL FROM:<a@b.example> AUTH=<>', OK],
  ['MAIL FROM:<a@b.example> AUTH=a AUTH=b', '503 5.5.4 Error: multiple AUTH= options'],
])('RFC 5321 §4.1.1.2: %s', (line, reply) => {
  const session = openSession();
  session.send('');
  expect(session.say(line)).toBe(`${reply}\r\n`);
});

test('postconf(5) smtpd_sasl_auth_enable: 2.3 without SASL does not know AUTH=', () => {
  expect(talk(openSession({ profile: '2.3' }), 'NOOP', 'MAIL FROM:<> AUTH=<>')).toBe(
    '555 5.5.4 Unsupported option: AUTH=<>\r\n',
  );
});

test('RFC 5321 §4.1.4: MAIL twice is refused', () => {
  expect(talk(openSession(), 'MAIL FROM:<>', 'MAIL FROM:<a@b.example>')).toBe(
    '503 5.5.1 Error: nested MAIL command\r\n',
  );
});

test('RFC 1870 §6.1: a message that is announced too big is logged as refused', () => {
  const session = openSession();
  talk(session, 'HELO h', 'MAIL FROM:<a@b.example> SIZE=99999999');
  expect(session.logs.at(-1)).toBe(
    'NOQUEUE: reject: MAIL from unknown[10.0.0.7]: 552 5.3.4 Message size exceeds fixed limit; ' +
      'from=<a@b.example> proto=SMTP helo=<h>',
  );
});

test('postconf(5) strict_rfc821_envelopes: <> is wanted, and nothing but the address in them', () => {
  const session = openSession({ mainCf: 'strict_rfc821_envelopes = yes' });
  session.send('');
  expect(session.say('MAIL FROM:a@b.example')).toBe(`${BAD_SENDER}\r\n`);
  expect(session.logs.at(-1)).toBe(
    'warning: Illegal address syntax from unknown[10.0.0.7] in MAIL command: a@b.example',
  );
  expect(session.say('MAIL FROM:<a@b.example>')).toBe(`${OK}\r\n`);
});

test('RFC 3461 §4.3: RET, ENVID and BODY travel with the message; the sender in standard form', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<ann> RET=HDRS ENVID=a+2Bb BODY=8BITMIME', 'RCPT TO:<bob>');
  expect(session.notes[0]).toMatchObject({
    ...{ sender: 'ann@gouv.bj', dsn: { ret: 2, envid: 'a+b' }, encoding: '8bit' },
    arrivalAt: session.at(),
  });
});

test('postconf(5) smtpd_delay_open_until_valid_rcpt: no = a queue file for every sender', () => {
  const session = openSession({ mainCf: 'smtpd_delay_open_until_valid_rcpt = no' });
  expect(talk(session, 'NOOP', 'MAIL FROM:<>')).toBe('250 2.1.0 Ok\r\n');
  expect(session.logs.at(-1)).toBe('5F40790ADB: client=unknown[10.0.0.7]');
  expect(session.say('RCPT TO:<ann>')).toBe('250 2.1.5 Ok\r\n');
  expect(session.notes.map(({ type }) => type)).toEqual(['cleanup.open', 'cleanup.recipient']);
});
