/** XCLIENT: who may use it, what it says, and what becomes of the session. */
import { expect, test } from 'vitest';
import { openSession, type SessionOptions, talk } from './test-session.ts';

const TRUSTED = 'smtpd_authorized_xclient_hosts = 10.0.0.0/8';
const trusted = (mainCf = '', options: SessionOptions = {}) =>
  openSession({ ...options, mainCf: `${TRUSTED}\n${mainCf}` });

test('postconf(5) smtpd_authorized_xclient_hosts: only those who are named hear of it and may use it', () => {
  expect(talk(openSession(), 'EHLO x')).not.toContain('XCLIENT');
  expect(talk(openSession(), 'EHLO x', 'XCLIENT ADDR=127.0.0.1')).toBe(
    '550 5.7.0 Error: insufficient authorization\r\n',
  );
  expect(talk(trusted(), 'EHLO x')).toContain(
    '250-XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT\r\n',
  );
  expect(talk(trusted('', { profile: '2.3' }), 'EHLO x')).toContain(
    '250-XCLIENT NAME ADDR PROTO HELO REVERSE_NAME\r\n',
  );
});

test('XCLIENT_README: the session begins again with the new client', () => {
  const session = trusted();
  session.say('EHLO proxy');
  expect(session.say('XCLIENT NAME=c.example ADDR=192.0.2.7 PORT=99 DESTADDR=192.0.2.1 DESTPORT=25')).toBe(
    '220 mail.gouv.bj ESMTP Postfix\r\n',
  );
  expect(session.context()).toMatchObject({
    client: { name: 'c.example', reverseName: 'c.example', address: '192.0.2.7', port: 99 },
    ...{ serverAddress: '192.0.2.1', serverPort: 25, helo: '', protocol: 'SMTP' },
  });
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  expect(session.notes[0]).toMatchObject({ client: { name: 'c.example', address: '192.0.2.7', port: 99 } });
  expect(session.logs.at(-1)).toBe('5F40790ADB: client=c.example[192.0.2.7]');
  session.say('QUIT');
  expect(session.logs.at(-1)).toBe(
    'disconnect from c.example[192.0.2.7] ehlo=1 xclient=0/1 mail=1 rcpt=1 quit=1 commands=4/5',
  );
});

test('XCLIENT_README: HELO and PROTO are kept when they are said, whatever they were', () => {
  const session = trusted();
  talk(session, 'EHLO proxy', 'XCLIENT HELO=a+20b PROTO=esmtp');
  expect(session.context()).toMatchObject({ helo: 'a?b', protocol: 'ESMTP' });
  session.say('XCLIENT PROTO=SMTP HELO=[UNAVAILABLE]');
  expect(session.context()).toMatchObject({ helo: '', protocol: 'SMTP' });
});

test('security 53: a client that became a stranger may not change again', () => {
  const session = trusted();
  talk(session, 'XCLIENT ADDR=192.0.2.7');
  expect(talk(session, 'EHLO x')).not.toContain('XCLIENT');
  expect(session.say('XCLIENT ADDR=10.1.1.1')).toContain('550 5.7.0');
});

test.each([
  ['XCLIENT', '501 5.5.4 Syntax: XCLIENT attribute=value...'],
  ['XCLIENT NAME', '501 5.5.4 Error: attribute=value expected'],
  ['XCLIENT NAME=', '501 5.5.4 Error: attribute=value expected'],
  [`XCLIENT NAME=${'x'.repeat(256)}`, '501 5.5.4 Error: attribute value too long'],
  ['XCLIENT NAME=a..b', '501 5.5.4 Bad NAME syntax: a..b'],
  ['XCLIENT reverse_name=-', '501 5.5.4 Bad REVERSE_NAME syntax: -'],
  ['XCLIENT ADDR=1.2.3', '501 5.5.4 Bad ADDR syntax: 1.2.3'],
  ['XCLIENT ADDR=2001:db8::1', '501 5.5.4 Bad ADDR syntax: 2001:db8::1'],
  ['XCLIENT ADDR=[TEMPUNAVAIL]', '501 5.5.4 Bad ADDR syntax: [TEMPUNAVAIL]'],
  ['XCLIENT ADDR=a+20+3Cb', '501 5.5.4 Bad ADDR syntax: a??b'],
  ['XCLIENT NAME=a+0D+0Ab', '501 5.5.4 Bad NAME syntax: a??b'],
  ['XCLIENT PORT=65x', '501 5.5.4 Bad PORT syntax: 65x'],
  ['XCLIENT DESTPORT=123456', '501 5.5.4 Bad DESTPORT syntax: 123456'],
  ['XCLIENT PROTO=LMTP', '501 5.5.4 Bad PROTO syntax: LMTP'],
  ['XCLIENT PROTO=[UNAVAILABLE]', '501 5.5.4 Bad PROTO syntax: [UNAVAILABLE]'],
  ['XCLIENT constructor=1', '501 5.5.4 Bad XCLIENT attribute name: constructor'],
])('XCLIENT_README: %s', (line, reply) => {
  const session = trusted();
  expect(talk(session, 'EHLO x', line)).toBe(`${reply}\r\n`);
  expect(session.context().client.name).toBe('unknown');
  expect(session.context().errors).toBe(1);
});

test('XCLIENT_README: addresses of version 6, and of 4 within 6', () => {
  const session = trusted('inet_protocols = all');
  talk(session, 'EHLO x', 'XCLIENT ADDR=IPv6:2001:DB8:0::1');
  expect(session.context().client.address).toBe('2001:db8::1');
  const other = trusted('inet_protocols = all');
  talk(other, 'EHLO x', 'XCLIENT ADDR=IPV6:::ffff:192.0.2.7');
  expect(other.context().client.address).toBe('192.0.2.7');
});

test('XCLIENT_README: [UNAVAILABLE] and [TEMPUNAVAIL] are two reasons to have no name', () => {
  const rule = 'smtpd_client_restrictions = reject_unknown_client\nunknown_client_reject_code = 550';
  const refused = (line: string) => {
    const session = trusted(rule);
    return talk(session, 'EHLO x', line, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  };
  expect(refused('XCLIENT NAME=[UNAVAILABLE] ADDR=192.0.2.7')).toContain('550 5.7.25 Client host rejected');
  expect(refused('XCLIENT NAME=[tempunavail] ADDR=192.0.2.7')).toContain('450 4.7.25 Client host rejected');
  expect(refused('XCLIENT NAME=c.example ADDR=192.0.2.7')).toBe('250 2.1.5 Ok\r\n');
});

test('postconf(5) smtpd_delay_reject: the new client is judged before it is greeted', () => {
  const session = trusted(
    'smtpd_delay_reject = no\nsmtpd_client_restrictions = check_client_access inline:{192.0.2.7=REJECT}',
  );
  expect(talk(session, 'EHLO x', 'XCLIENT ADDR=192.0.2.7')).toContain('554 5.7.1');
  expect(session.state()).toBe('denied');
  expect(session.logs.at(-1)).toContain('NOQUEUE: reject: XCLIENT from unknown[192.0.2.7]: 554 5.7.1');
});

test('XCLIENT_README LOGIN: whoever the proxy has logged in is permitted, and named', () => {
  const session = trusted('smtpd_sasl_authenticated_header = yes\nsmtpd_sasl_auth_enable = yes');
  talk(session, 'EHLO x', 'XCLIENT ADDR=192.0.2.7 LOGIN=ann+5C) PROTO=ESMTP HELO=c', 'MAIL FROM:<>');
  expect(session.say('RCPT TO:<x@elsewhere.example>')).toContain('250 2.1.5 Ok');
  expect(session.logs.at(-1)).toContain(', sasl_method=XCLIENT, sasl_username=ann\\)');
  session.say('DATA');
  const received = session.notes.find(({ type }) => type === 'cleanup.prepend');
  const text = received?.type === 'cleanup.prepend' ? new TextDecoder().decode(received.bytes) : '';
  expect(text).toContain('\n\t(Authenticated sender: ann??)\n\tby mail.gouv.bj (Postfix) with ESMTPA id ');
  const nobody = trusted('smtpd_sasl_auth_enable = yes');
  talk(nobody, 'EHLO x', 'XCLIENT LOGIN=[UNAVAILABLE]', 'MAIL FROM:<>');
  expect(nobody.say('RCPT TO:<x@elsewhere.example>')).toContain('Relay access denied');
});

test('XCLIENT_README: not in the middle of a transaction', () => {
  expect(talk(trusted(), 'EHLO x', 'MAIL FROM:<>', 'XCLIENT ADDR=192.0.2.7')).toBe(
    '503 5.5.1 Error: MAIL transaction in progress\r\n',
  );
});
