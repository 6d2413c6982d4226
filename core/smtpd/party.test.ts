/** Addresses of the envelope. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

test('trivial-rewrite(8): the queue gets the standard form, logs and texts what the client said', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<espera>', 'RCPT TO:<no>', 'RCPT TO:<ann>');
  expect(session.logs[1]).toContain('from=<espera> to=<no>');
  expect(session.notes[0]).toMatchObject({ sender: 'espera@gouv.bj' });
  expect(session.notes[1]).toMatchObject({ address: 'ann@gouv.bj', original: 'ann' });
});

test.each([
  ['RCPT TO:<u%evil.example@relay.example>', '<u%evil.example@relay.example>'],
  ['RCPT TO:<"u@evil.example"@relay.example>', '<u@evil.example@relay.example>'],
  ['RCPT TO:<@relay.example:u@evil.example>', '<u@evil.example>'],
  ['RCPT TO:<u@evil.example>', '<u@evil.example>'],
])('RFC 5321 §3.6.2: nobody relays through us: %s', (line, shown) => {
  expect(talk(openSession(), 'MAIL FROM:<>', line)).toBe(`454 4.7.1 ${shown}: Relay access denied\r\n`);
});

test('RFC 6531 §3.7.1: 3.x takes no domain outside ASCII without SMTPUTF8, 2.3 does not look', () => {
  const line = 'MAIL FROM:<a@\xc3\xa9.example>';
  expect(talk(openSession(), 'NOOP', line)).toBe('501 5.1.7 Bad sender address syntax\r\n');
  expect(talk(openSession({ profile: '2.3' }), 'NOOP', line)).toBe('250 2.1.0 Ok\r\n');
});

test('smtpd(8): an address that cannot be read is shown in the log as it came', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<x@1.2.3.4>', 'VRFY a b@c.example');
  expect(session.logs.slice(1)).toEqual([
    'warning: Illegal address syntax from unknown[10.0.0.7] in RCPT command: <x@1.2.3.4>',
    'warning: Illegal address syntax from unknown[10.0.0.7] in VRFY command: a b@c.example',
  ]);
});
