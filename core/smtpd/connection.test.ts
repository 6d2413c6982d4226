/** Greeting, refusing and leaving. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

test('postconf(5) smtpd_banner: the greeting', () => {
  expect(openSession().send('')).toBe('220 mail.gouv.bj ESMTP Postfix\r\n');
});

test('smtpd(8): QUIT ends everything, whatever stands behind it', () => {
  const session = openSession();
  expect(talk(session, 'EHLO x', 'QUIT now please')).toBe('221 2.0.0 Bye\r\n');
  expect(session.closed()).toBe(true);
});

test('SMTPD_ACCESS_README: lists that relay for everybody are refused; 2.3 says nothing', () => {
  const session = openSession({ mainCf: 'smtpd_relay_restrictions = permit_mynetworks' });
  expect(session.send('')).toBe('421 4.3.0 mail.gouv.bj Server local error\r\n');
  expect(session.closed()).toBe(true);
  expect(session.logs[1]).toBe(
    'fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one ' +
      'working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, ' +
      'defer_if_permit or check_relay_domains',
  );
  const old = openSession({ profile: '2.3', mainCf: 'smtpd_recipient_restrictions = permit_mynetworks' });
  expect(old.send('')).toBe('');
  expect(old.logs[1]).toBe(
    'fatal: parameter "smtpd_recipient_restrictions": specify at least one working instance of: ' +
      'check_relay_domains, reject_unauth_destination, reject, defer or defer_if_permit',
  );
});

test('postconf(5) smtpd_delay_reject: no = the refusal comes instead of the greeting', () => {
  const mainCf = 'smtpd_delay_reject = no\nsmtpd_client_restrictions = reject';
  const session = openSession({ mainCf });
  const text = '<unknown[10.0.0.7]>: Client host rejected: Access denied';
  expect(session.send('')).toBe(`554 5.7.1 ${text}\r\n`);
  expect(session.logs[1]).toBe(
    `NOQUEUE: reject: CONNECT from unknown[10.0.0.7]: 554 5.7.1 ${text}; proto=SMTP`,
  );
  const denied = '503 5.7.0 Error: access denied for unknown[10.0.0.7]\r\n';
  for (const line of ['EHLO x', 'NOOP', 'MAIL FROM:<>', 'FOO', 'STARTTLS'])
    expect(session.say(line)).toBe(denied);
  expect(session.say('')).toBe('500 5.5.2 Error: bad syntax\r\n');
  expect(session.say('QUIT')).toBe('221 2.0.0 Bye\r\n');
  expect(session.logs.at(-1)).toContain(
    'ehlo=0/1 starttls=0/1 mail=0/1 noop=0/1 quit=1 unknown=0/1 commands=1/6',
  );
});

test('postconf(5) smtpd_delay_reject: a refusal with 421 ends the session', () => {
  const mainCf = 'smtpd_delay_reject = no\nsmtpd_client_restrictions = reject\nreject_code = 421';
  const session = openSession({ mainCf });
  expect(session.send('')).toContain('421 4.7.1');
  expect(session.closed()).toBe(true);
});

test('postconf(5) smtpd_delay_reject: no = name and sender are judged as they come', () => {
  const helo = openSession({ mainCf: 'smtpd_delay_reject = no\nsmtpd_helo_restrictions = reject' });
  expect(talk(helo, 'NOOP', 'EHLO h')).toBe('554 5.7.1 <h>: Helo command rejected: Access denied\r\n');
  expect(helo.context().helo).toBe('');
  expect(helo.logs.at(-1)).toContain('EHLO from unknown[10.0.0.7]: 554 5.7.1 <h>');
  expect(helo.logs.at(-1)).toContain('proto=SMTP helo=<h>');
  const sender = openSession({ mainCf: 'smtpd_delay_reject = no\nsmtpd_sender_restrictions = reject' });
  expect(talk(sender, 'NOOP', 'MAIL FROM:<a@b.example>')).toBe(
    '554 5.7.1 <a@b.example>: Sender address rejected: Access denied\r\n',
  );
  expect(sender.state()).toBe('connected');
});

test('sendmail(1) -bs: a user of this machine is not judged', () => {
  const mainCf = 'smtpd_client_restrictions = reject\nsmtpd_data_restrictions = reject';
  const session = openSession({ stdin: true, mainCf });
  session.send('');
  expect(talk(session, 'MAIL FROM:<ann>', 'RCPT TO:<x@y.example>')).toBe('250 2.1.5 Ok\r\n');
  expect(session.notes[0]).toMatchObject({ rewriteContext: 'local' });
  expect(session.notes[0]).not.toHaveProperty('client');
  expect(session.say('DATA')).toContain('354');
  expect(session.send('x\r\n.\r\n')).toContain('250 2.0.0');
  expect(session.say('ETRN relay.example')).toBe('458 Unable to queue messages\r\n');
});
