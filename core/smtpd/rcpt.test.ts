/** RCPT and VRFY: every refusal, as the real Postfix words it. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const BAD = '501 5.1.3 Bad recipient address syntax';
const NOTIFY = '501 5.5.4 Error: Bad NOTIFY parameter syntax';
const ORCPT = '501 5.5.4 Error: Bad ORCPT parameter syntax';
const SYNTAX = '501 5.5.4 Syntax: RCPT TO:<address>';
const OK = '250 2.1.5 Ok';

test.each([
  ['RCPT', SYNTAX],
  ['RCPT TO', SYNTAX],
  ['RCPT FROM:<ann>', SYNTAX],
  ['RCPT TO:<>', BAD],
  ['RCPT TO:<ann@gouv.bj', BAD],
  ['RCPT TO:ann,bob', BAD],
  ['RCPT TO:<ann@1.2.3.4> NOTIFY=', BAD],
  ['RCPT TO:<ann> <bob>', '555 5.5.4 Unsupported option: <bob>'],
  ['RCPT TO:ann@gouv.bj', OK],
  ['RCPT TO:<ann> NOTIFY=SUCCESS,SUCCESS', OK],
  ['RCPT TO:<ann> NOTIFY=success,', OK],
  ['RCPT TO:<ann> NOTIFY=', NOTIFY],
  ['RCPT TO:<ann> NOTIFY=,', NOTIFY],
  ['RCPT TO:<ann> NOTIFY=NEVER,DELAY', NOTIFY],
  ['RCPT TO:<ann> NOTIFY=NEVER NOTIFY=NEVER', NOTIFY],
  ['RCPT TO:<ann> NOTIFY=constructor', NOTIFY],
  ['RCPT TO:<ann> NOTIFY', '555 5.5.4 Unsupported option: NOTIFY'],
  ['RCPT TO:<ann> ORCPT=rfc822;', OK],
  ['RCPT TO:<ann> ORCPT=rfc822', ORCPT],
  ['RCPT TO:<ann> ORCPT=;a', ORCPT],
  ['RCPT TO:<ann> ORCPT=rfc822;a+zz', ORCPT],
  ['RCPT TO:<ann> ORCPT=rfc822;a+0Ab', ORCPT],
  ['RCPT TO:<ann> ORCPT=rfc822;a ORCPT=rfc822;a', ORCPT],
])('RFC 5321 §4.1.1.3: %s', (line, reply) => {
  expect(talk(openSession(), 'MAIL FROM:<>', line)).toBe(`${reply}\r\n`);
});

test('RFC 5321 §4.1.4: RCPT needs MAIL', () => {
  expect(talk(openSession(), 'HELO x', 'RCPT TO:<ann>')).toBe('503 5.5.1 Error: need MAIL command\r\n');
});

test('RFC 3461 §4.2: ORCPT is decoded; without it the client’s own word counts', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann> ORCPT=rfc822;a+2Bb NOTIFY=NEVER', 'RCPT TO:"bob"@gouv.bj');
  expect(session.notes.slice(1)).toMatchObject([
    { address: 'ann@gouv.bj', original: 'ann', notify: 1, orcpt: 'rfc822;a+b' },
    { address: 'bob@gouv.bj', original: 'bob@gouv.bj', notify: 0, orcpt: 'rfc822;"bob"@gouv.bj' },
  ]);
});

test('RFC 3461 §4.1: an unknown word of NOTIFY is named in the log', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann> NOTIFY=DELAY,bogus');
  expect(session.logs.at(-1)).toBe('warning: unknown DSN NOTIFY command value "bogus" in "DELAY,bogus"');
});

test('postconf(5) smtpd_recipient_limit: the rest may come again; far too many are errors', () => {
  const mainCf = 'smtpd_recipient_limit = 1\nsmtpd_recipient_overshoot_limit = 2';
  const session = openSession({ mainCf });
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann>');
  const refused = '452 4.5.3 Error: too many recipients\r\n';
  for (const errors of [0, 0, 1]) {
    expect(session.say('RCPT TO:<bob>')).toBe(refused);
    expect(session.context().errors).toBe(errors);
  }
});

test.each([
  ['VRFY', '501 5.5.4 Syntax: VRFY address'],
  ['VRFY ann', '252 2.0.0 ann'],
  ['VRFY <ann@gouv.bj>', '252 2.0.0 <ann@gouv.bj>'],
  ['VRFY a b@gouv.bj', BAD],
  ['VRFY postmaster', '252 2.0.0 postmaster'],
  ['VRFY no', '550 5.1.1 <no>: Recipient address rejected: User unknown in local recipient table'],
  ['VRFY x@y.example', '454 4.7.1 <x@y.example>: Relay access denied'],
])('RFC 5321 §3.5: %s', (line, reply) => {
  expect(talk(openSession(), 'NOOP', line)).toBe(`${reply}\r\n`);
});

test('RFC 5321 §7.3: VRFY can be switched off, and works inside a transaction', () => {
  expect(talk(openSession({ mainCf: 'disable_vrfy_command = yes' }), 'NOOP', 'VRFY ann')).toBe(
    '502 5.5.1 VRFY command is disabled\r\n',
  );
  const session = openSession();
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann>', 'VRFY bob')).toBe('252 2.0.0 bob\r\n');
  expect(session.state()).toBe('envelope');
});
