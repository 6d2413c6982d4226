/** Errors, junk and sleeps. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const many = (line: string, count: number): readonly string[] => Array.from({ length: count }, () => line);

test('postconf(5) smtpd_soft_error_limit: after ten errors every reply waits a second', () => {
  const session = openSession();
  expect(talk(session, ...many('FOO', 10))).toContain('500 5.5.2');
  expect(session.say('NOOP')).toBe('');
  expect(session.state()).toBe('sleeping');
  expect(session.wait(999)).toBe('');
  expect(session.wait(1)).toBe('250 2.0.0 Ok\r\n');
});

test('postconf(5) smtpd_error_sleep_time: a reply of many lines waits for each of them', () => {
  const session = openSession({ profile: '2.3' });
  talk(session, ...many('FOO', 10), 'EHLO x');
  expect(session.wait(7999)).toBe('');
  expect(session.wait(1)).toMatch(/^250-mail.*250 DSN\r\n$/s);
});

test('postconf(5) smtpd_error_sleep_time: nothing is read meanwhile', () => {
  const session = openSession({ profile: '2.3' });
  talk(session, ...many('FOO', 10));
  expect(session.send('NOOP\r\nRSET\r\n')).toBe('');
  expect(session.wait(1000)).toBe('250 2.0.0 Ok\r\n');
  expect(session.wait(1000)).toBe('250 2.0.0 Ok\r\n');
});

test('postconf(5) smtpd_error_sleep_time: 354 waits too, and text is read only then', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', ...many('FOO', 10));
  expect(session.say('DATA')).toBe('');
  expect(session.wait(1000)).toContain('354');
  expect(session.state()).toBe('receiving');
});

test('postconf(5) smtpd_hard_error_limit: the twentieth error ends the session', () => {
  const session = openSession({ mainCf: 'smtpd_error_sleep_time = 0' });
  expect(talk(session, ...many('FOO', 20))).toBe(
    '500 5.5.2 Error: command not recognized\r\n421 4.7.0 mail.gouv.bj Error: too many errors\r\n',
  );
  expect(session.logs.slice(1)).toEqual([
    'too many errors after UNKNOWN from unknown[10.0.0.7]',
    'disconnect from unknown[10.0.0.7] unknown=0/20 commands=0/20',
  ]);
});

test('postconf(5) smtpd_hard_error_limit: with sleeps the end is the same', () => {
  const session = openSession();
  let said = '';
  for (let i = 0; i < 20; i++) said = session.say('FOO') + session.wait(1000);
  expect(said + session.wait(1000)).toContain('421 4.7.0 mail.gouv.bj Error: too many errors\r\n');
  expect(session.closed()).toBe(true);
});

test('postconf(5) smtpd_junk_command_limit: more than a hundred idle commands count as errors', () => {
  const session = openSession();
  talk(session, ...many('NOOP', 101));
  expect(session.context()).toMatchObject({ junk: 101, errors: 0 });
  talk(session, 'RSET', 'EHLO x', 'VRFY ann');
  expect(session.context()).toMatchObject({ junk: 104, errors: 3 });
});

test('smtpd(8): a message that was taken makes all errors forgotten', () => {
  const session = openSession();
  talk(session, ...many('FOO', 9), 'NOOP', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.send('x\r\n.\r\n');
  expect(session.context()).toMatchObject({ junk: 0, errors: 0, overshoot: 0 });
});

test('postconf(5) soft_bounce: what would be for ever is for now', () => {
  const session = openSession({ mainCf: 'soft_bounce = yes' });
  expect(talk(session, 'FOO')).toContain('400 4.5.2');
  expect(session.say('HELO')).toBe('401 Syntax: HELO hostname\r\n');
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<no@gouv.bj>')).toMatch(/^450 4\.1\.1/);
  expect(session.logs.at(-1)).toContain(': 450 4.1.1 <no@gouv.bj>: Recipient address rejected');
});

test('smtpd(8): what a client says about itself cannot make lines or end brackets in the log', () => {
  const session = openSession();
  talk(session, 'EHLO a)\x1b[2J<b>', 'MAIL FROM:<"x y"@b.example>', 'RCPT TO:<no@gouv.bj>');
  expect(session.logs.at(-1)).toBe(
    'NOQUEUE: reject: RCPT from unknown[10.0.0.7]: 550 5.1.1 <no@gouv.bj>: Recipient address rejected: ' +
      'User unknown in local recipient table; ' +
      'from=<"x y"@b.example> to=<no@gouv.bj> proto=ESMTP helo=<a??[2J?b?>',
  );
});
