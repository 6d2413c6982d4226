import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const CALM = { connections: 1, rate: 1 };

test('postconf(5) smtpd_client_connection_count_limit: one connection too many hears 421, and is counted off', () => {
  const session = openSession({ done: { connections: 51, rate: 1 } });
  expect(session.say('HELO x')).toBe('421 4.7.0 mail.gouv.bj Error: too many connections from 10.0.0.7\r\n');
  expect(session.closed()).toBe(true);
  expect(session.logs).toEqual([
    'connect from unknown[10.0.0.7]',
    'warning: Connection concurrency limit exceeded: 51 from unknown[10.0.0.7] for service smtp',
    'disconnect from unknown[10.0.0.7] commands=0/0',
  ]);
  const who = { service: 'smtp', address: '10.0.0.7' };
  expect(session.notes).toEqual([
    { type: 'anvil.count', token: 'connection', what: 'connection', ...who },
    { type: 'anvil.disconnect', ...who },
  ]);
  expect(openSession({ done: { connections: 50, rate: 1 } }).say('HELO x')).toMatch(/^220 /);
});

test('postconf(5) smtpd_client_connection_rate_limit: a client that comes too often hears the same', () => {
  const mainCf = 'smtpd_client_connection_rate_limit = 3';
  const session = openSession({ mainCf, done: { connections: 1, rate: 4 } });
  expect(session.say('HELO x')).toBe('421 4.7.0 mail.gouv.bj Error: too many connections from 10.0.0.7\r\n');
  expect(session.logs[1]).toBe(
    'warning: Connection rate limit exceeded: 4 from unknown[10.0.0.7] for service smtp',
  );
  expect(openSession({ mainCf, done: { connections: 1, rate: 3 } }).say('HELO x')).toMatch(/^220 /);
});

test('postconf(5) smtpd_client_message_rate_limit, _recipient_rate_limit: what is warned of', () => {
  const warnings = (mainCf: string): readonly string[] => {
    const session = openSession({ mainCf, done: { connections: 1, rate: 4 } });
    talk(session, 'EHLO x', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann@gouv.bj>');
    return session.logs.filter((line) => line.startsWith('warning'));
  };
  expect(warnings('smtpd_client_message_rate_limit = 3')).toEqual([
    'warning: Message delivery request rate limit exceeded: 4 from unknown[10.0.0.7] for service smtp',
  ]);
  expect(warnings('smtpd_client_recipient_rate_limit = 3')).toEqual([
    'warning: Recipient address rate limit exceeded: 4 from unknown[10.0.0.7] for service smtp',
  ]);
});

test('postconf(5) smtpd_client_event_limit_exceptions: anvil(8) never hears of $mynetworks', () => {
  const session = openSession({ done: CALM, client: { address: '192.168.0.9' } });
  talk(session, 'EHLO x', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann@gouv.bj>', 'QUIT');
  expect(session.notes.filter(({ type }) => type.startsWith('anvil.'))).toEqual([]);
});

test('anvil(8): a client is served while anvil does not answer', () => {
  const session = openSession({ done: 'dead', mainCf: 'smtpd_client_message_rate_limit = 1' });
  expect(talk(session, 'EHLO x', 'MAIL FROM:<a@b.example>')).toBe('250 2.1.0 Ok\r\n');
  expect(session.say('RCPT TO:<ann@gouv.bj>')).toBe('250 2.1.5 Ok\r\n');
});
