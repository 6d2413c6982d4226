/** HELO and EHLO. */
import { expect, test } from 'vitest';
import { hiddenKeywords, keywords } from './hello.ts';
import { openSession, talk, testSettings } from './test-session.ts';

test('RFC 5321 §4.1.1.1: HELO and EHLO want a name; their replies carry no enhanced code', () => {
  const session = openSession();
  expect(talk(session, 'HELO')).toContain('501 Syntax: HELO hostname\r\n');
  expect(session.say('ehlo')).toBe('501 Syntax: EHLO hostname\r\n');
  expect(session.say('HELO x')).toBe('250 mail.gouv.bj\r\n');
});

test('smtpd(8): 3.x offers what exists here, in Postfix’s order', () => {
  expect(keywords(openSession().context())).toEqual([
    ...['PIPELINING', 'SIZE 10240000', 'VRFY', 'ETRN', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN'],
    'CHUNKING',
  ]);
});

test('RFC 1870 §4: no limit is announced as SIZE alone; a disabled VRFY not at all', () => {
  const mainCf = 'message_size_limit = 0\ndisable_vrfy_command = yes';
  expect(keywords(openSession({ mainCf, profile: '2.3' }).context()).slice(0, 3)).toEqual([
    'PIPELINING',
    'SIZE',
    'ETRN',
  ]);
});

test('postconf(5) smtpd_discard_ehlo_keywords: keywords are hidden, and that is logged', () => {
  const session = openSession({ mainCf: 'smtpd_discard_ehlo_keywords = dsn, pipelining, etrn' });
  expect(talk(session, 'EHLO x')).not.toMatch(/DSN|PIPELINING|ETRN/);
  expect(session.logs.at(-1)).toBe('discarding EHLO keywords: ETRN PIPELINING DSN');
  expect(session.say('MAIL FROM:<> RET=FULL')).toBe('501 5.7.1 DSN support is disabled\r\n');
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj> NOTIFY=NEVER')).toContain('501 5.7.1 DSN');
  const silent = openSession({ mainCf: 'smtpd_discard_ehlo_keywords = dsn, silent-discard' });
  silent.say('EHLO x');
  expect(silent.logs).toHaveLength(1);
  expect(hiddenKeywords(testSettings('smtpd_discard_ehlo_keywords = bogus'))).toEqual([]);
});

test('smtpd(8): several words are one name; what could end a comment becomes ?', () => {
  const session = openSession();
  session.say('EHLO a b  (c)');
  expect(session.context().helo).toBe('a?b??c?');
  session.say(`HELO ${'x'.repeat(400)}`);
  expect(session.context().helo).toHaveLength(255);
});

test('RFC 5321 §4.1.4: EHLO forgets the transaction; HELO does not take ESMTP back', () => {
  const session = openSession();
  talk(session, 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  session.say('HELO y');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
  expect(session.context()).toMatchObject({ transaction: undefined, protocol: 'ESMTP', helo: 'y' });
});

test('postconf(5) smtpd_helo_required: MAIL, AUTH and ETRN wait for a name', () => {
  const session = openSession({ mainCf: 'smtpd_helo_required = yes' });
  session.send('');
  expect(session.say('MAIL FROM:<>')).toBe('503 5.5.1 Error: send HELO/EHLO first\r\n');
  expect(session.say('AUTH PLAIN')).toBe('503 5.5.1 Error: send HELO/EHLO first\r\n');
  expect(session.say('ETRN relay.example')).toBe('503 Error: send HELO/EHLO first\r\n');
  expect(talk(session, 'HELO x', 'MAIL FROM:<>')).toBe('250 2.1.0 Ok\r\n');
});
