/** XFORWARD: what a content filter says of the client before it. */
import { expect, test } from 'vitest';
import { openSession, type SessionOptions, talk } from './test-session.ts';

const trusted = (options: SessionOptions = {}) =>
  openSession({ ...options, mainCf: 'smtpd_authorized_xforward_hosts = 10.0.0.7' });

/** What cleanup hears of the client. */
function opened(session: ReturnType<typeof openSession>) {
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  return session.notes.filter(({ type }) => type === 'cleanup.open').at(-1);
}

test('postconf(5) smtpd_authorized_xforward_hosts: only those who are named', () => {
  expect(talk(openSession(), 'EHLO x')).not.toContain('XFORWARD');
  expect(talk(openSession(), 'EHLO x', 'XFORWARD NAME=a')).toContain('550 5.7.0 Error: insufficient');
  expect(talk(trusted(), 'EHLO x')).toContain(
    '250-XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT\r\n250-ENHANCEDSTATUSCODES',
  );
  expect(talk(trusted({ profile: '2.3' }), 'EHLO x')).toContain(
    '250-XFORWARD NAME ADDR PROTO HELO SOURCE\r\n',
  );
});

test('XFORWARD_README: it holds for one message, in logs and the queue file; several commands add up', () => {
  const session = trusted();
  talk(session, 'EHLO x', 'XFORWARD NAME=spike.example ADDR=192.0.2.4 PORT=77 PROTO=ESMTP');
  talk(session, 'XFORWARD HELO=spike IDENT=4Zz1 SOURCE=LOCAL');
  expect(opened(session)).toMatchObject({
    rewriteContext: 'local',
    client: {
      ...{ address: '10.0.0.7', ident: '4Zz1' },
      logged: { name: 'spike.example', address: '192.0.2.4', port: 77, protocol: 'ESMTP', helo: 'spike' },
    },
  });
  expect(session.logs.at(-1)).toBe(
    '5F40790ADB: client=unknown[10.0.0.7], orig_queue_id=4Zz1, orig_client=spike.example[192.0.2.4]',
  );
  session.say('RSET');
  expect(opened(session)).toMatchObject({
    client: expect.not.objectContaining({ logged: expect.anything() }),
  });
});

test('XFORWARD_README: a message that was taken ends it too', () => {
  const session = trusted();
  talk(session, 'EHLO x', 'XFORWARD NAME=a', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.send('x\r\n.\r\n');
  expect(opened(session)).toMatchObject({
    client: expect.not.objectContaining({ logged: expect.anything() }),
  });
});

test('XFORWARD_README: what was not said is unknown; what the message is called says nothing of the client', () => {
  const named = trusted();
  talk(named, 'EHLO x', 'XFORWARD NAME=spike.example HELO=[UNAVAILABLE]');
  expect(opened(named)).toMatchObject({
    client: { logged: { name: 'spike.example', address: 'unknown', port: 'unknown', protocol: 'unknown' } },
  });
  expect(named.logs.at(-1)).toContain(', orig_client=spike.example');
  const called = trusted();
  talk(called, 'EHLO x', 'XFORWARD IDENT=7');
  expect(opened(called)).toMatchObject({
    client: expect.not.objectContaining({ logged: expect.anything() }),
  });
  expect(called.logs.at(-1)).toMatch(/, orig_queue_id=7$/);
});

test.each([
  ['XFORWARD', '501 5.5.4 Syntax: XFORWARD attribute=value...'],
  ['XFORWARD x', '501 5.5.4 Error: attribute=value expected'],
  ['XFORWARD NAME=a+20b', '501 5.5.4 Bad NAME syntax: a?b'],
  ['XFORWARD NAME=[TEMPUNAVAIL]', '501 5.5.4 Bad NAME syntax: [TEMPUNAVAIL]'],
  ['XFORWARD ADDR=x', '501 5.5.4 Bad ADDR syntax: x'],
  [`XFORWARD PROTO=${'p'.repeat(65)}`, `501 5.5.4 Bad PROTO syntax: ${'p'.repeat(65)}`],
  ['XFORWARD SOURCE=here', '501 5.5.4 Bad SOURCE syntax: here'],
  ['XFORWARD REVERSE_NAME=a', '501 5.5.4 Bad XFORWARD attribute name: REVERSE_NAME'],
])('XFORWARD_README: %s', (line, reply) => {
  const session = trusted();
  expect(talk(session, 'EHLO x', line)).toBe(`${reply}\r\n`);
  expect(session.context().extras.forwarded).toBeUndefined();
});

test('security 53: who became another by XCLIENT may no longer tell of others', () => {
  const mainCf = 'smtpd_authorized_xforward_hosts = 10.0.0.7\nsmtpd_authorized_xclient_hosts = 10.0.0.7';
  const session = openSession({ mainCf });
  talk(session, 'EHLO x', 'XCLIENT ADDR=192.0.2.9');
  expect(talk(session, 'EHLO x', 'XFORWARD NAME=a')).toContain('550 5.7.0');
});
