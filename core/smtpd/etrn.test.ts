/** ETRN. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const STARTED = '250 Queuing started';

test.each([
  ['ETRN', '500 Syntax: ETRN domain'],
  ['ETRN a b', '500 Syntax: ETRN domain'],
  ['ETRN a..b', '501 Error: invalid parameter syntax'],
  ['ETRN -a.b', '501 Error: invalid parameter syntax'],
  ['ETRN 1.2.3.4', '501 Error: invalid parameter syntax'],
  ['ETRN [1.2.3.400]', '501 Error: invalid parameter syntax'],
  [`ETRN ${'a'.repeat(64)}.b`, '501 Error: invalid parameter syntax'],
  ['ETRN gouv.bj', '459 <gouv.bj>: service unavailable'],
  ['ETRN [1.2.3.4]', '459 <[1.2.3.4]>: service unavailable'],
  ['ETRN relay.example', STARTED],
  ['ETRN @relay.example', STARTED],
  ['ETRN #x.relay.example', STARTED],
])('RFC 1985 §5: %s', (line, reply) => {
  expect(talk(openSession(), 'HELO x', line)).toBe(`${reply}\r\n`);
});

test('RFC 1985 §5: the queue manager hears of the domain; a refusal is logged', () => {
  const session = openSession();
  talk(session, 'ETRN @Relay.Example', 'ETRN gouv.bj');
  expect(session.notes).toEqual([{ type: 'flush.send', site: 'relay.example' }]);
  expect(session.logs.at(-1)).toBe('warning: reject: ETRN gouv.bj... from unknown[10.0.0.7]');
});

test('postconf(5) smtpd_etrn_restrictions: the lists decide, those of the client first', () => {
  const session = openSession({ mainCf: 'smtpd_etrn_restrictions = reject' });
  expect(talk(session, 'HELO x', 'ETRN relay.example')).toBe(
    '554 5.7.1 <relay.example>: Etrn command rejected: Access denied\r\n',
  );
  expect(session.logs.at(-1)).toContain('proto=SMTP helo=<x>');
  const client = openSession({ mainCf: 'smtpd_client_restrictions = reject' });
  expect(talk(client, 'HELO x', 'ETRN relay.example')).toContain('Client host rejected');
});

test('RFC 1985 §5: not in the middle of a transaction', () => {
  expect(talk(openSession(), 'MAIL FROM:<>', 'ETRN relay.example')).toBe(
    '503 Error: MAIL transaction in progress\r\n',
  );
});
