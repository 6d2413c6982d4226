/** DATA: the text, its limits, and what is said after the dot. */
import { expect, test } from 'vitest';
import type { CleanupStatus } from '../kernel/notes.ts';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { openSession, type SessionOptions, type TestSession, talk } from './test-session.ts';

function atText(options: SessionOptions = {}): TestSession {
  const session = openSession(options);
  talk(session, 'EHLO mx.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  return session;
}

function textOf(session: TestSession): string {
  return session.notes
    .map((note) => (note.type === 'cleanup.chunk' ? bytesToLatin1(note.bytes) : ''))
    .join('');
}

test('RFC 5321 §4.4: Received: with the one recipient, the time of MAIL, and TABs', () => {
  const [prepend] = atText().notes.filter((note) => note.type === 'cleanup.prepend');
  expect(bytesToLatin1(prepend?.bytes ?? new Uint8Array())).toBe(
    'Received: from mx.example (unknown [10.0.0.7])\n' +
      '\tby mail.gouv.bj (Postfix) with ESMTP id 5F40790ADB\n' +
      '\tfor <ann@gouv.bj>; Mon, 11 Feb 2008 09:05:12 +0000 (UTC)\n',
  );
});

test.each([
  ['MAIL FROM:<>', 'DATA', '554 5.5.1 Error: no valid recipients'],
  ['RSET', 'DATA', '503 5.5.1 Error: need RCPT command'],
])('RFC 5321 §4.1.4: %s, %s', (first, second, reply) => {
  expect(talk(openSession(), 'HELO x', first, second)).toBe(`${reply}\r\n`);
});

test('RFC 5321 §4.1.1.4: DATA takes no argument', () => {
  expect(talk(openSession(), 'MAIL FROM:<>', 'RCPT TO:<ann>', 'DATA x')).toBe('501 5.5.4 Syntax: DATA\r\n');
});

test('postconf(5) message_size_limit: too much is swallowed to the dot; nothing of it is kept', () => {
  const session = atText({ mainCf: 'message_size_limit = 20' });
  session.send('0123456789\r\n');
  session.send('01234567\r\n');
  expect(session.logs).toContain('warning: 5F40790ADB: queue file size limit exceeded');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
  const count = session.notes.length;
  session.send('more\r\n');
  expect(session.send('.\r\n')).toBe('552 5.3.4 Error: message file too big\r\n');
  expect(session.notes).toHaveLength(count);
  expect(session.context()).toMatchObject({ transaction: undefined, errors: 1 });
  expect(session.say('MAIL FROM:<>')).toBe('250 2.1.0 Ok\r\n');
});

test('postconf(5) message_size_limit: bytes and two for each line, exactly', () => {
  const session = atText({ mainCf: 'message_size_limit = 12' });
  expect(session.send('0123456789\r\n.\r\n')).toContain('250 2.0.0 Ok');
});

test('smtpd(8): mbox lines become headers, a blank at the beginning gets an empty line', () => {
  const session = atText();
  session.send('From me\r\n x\r\n.\r\n');
  expect(textOf(session)).toBe('X-Mailbox-Line: From me\n\n x\n');
});

test.each<[CleanupStatus, string]>([
  ['internal', '451 4.3.0 Error: internal error 1'],
  ['toobig', '552 5.3.4 Error: message file too big'],
  ['hops', '554 5.4.0 Error: too many hops'],
  ['rejected', '550 5.7.1 Error: message content rejected'],
  ['norcpt', '451 4.3.0 Error: internal error 64'],
  ['write', '451 4.3.0 Error: queue file write error'],
  ['map', '451 4.3.0 Error: queue file write error'],
])('RFC 5321 §4.2.5: cleanup says %s', (status, reply) => {
  const session = atText({ verdict: { status } });
  expect(session.send('x\r\n.\r\n')).toBe(`${reply}\r\n`);
  expect(session.state()).toBe('ready');
  expect(session.context().errors).toBe(1);
});

test('header_checks(5) REJECT: the reason may begin with a status of its own', () => {
  const own = atText({ verdict: { status: 'rejected', reason: '5.7.9 no viruses' } });
  expect(own.send('x\r\n.\r\n')).toBe('550 5.7.9 no viruses\r\n');
  const plain = atText({ verdict: { status: 'rejected', reason: 'no viruses' } });
  expect(plain.send('x\r\n.\r\n')).toBe('550 5.7.1 no viruses\r\n');
});

test('postconf(5) virtual_alias_expansion_limit: the client hears why it has to come again', () => {
  const session = atText({ verdict: { status: 'map', reason: '4.6.0 Alias expansion error' } });
  expect(session.send('x\r\n.\r\n')).toBe('451 4.6.0 Alias expansion error\r\n');
});

const SMUGGLED = 'body\r\n\n.\nMAIL FROM:<evil@a.example>\r\nRCPT TO:<ann@gouv.bj>\r\nDATA\r\nevil\r\n.\r\n';

test('postconf(5) smtpd_forbid_bare_newline: normalize sees one message where 2.3 sees two', () => {
  expect(atText().send(SMUGGLED)).toBe('250 2.0.0 Ok: queued as 5F40790ADB\r\n');
  expect(
    atText({ profile: '2.3' })
      .send(SMUGGLED)
      .match(/queued as/g),
  ).toHaveLength(2);
  expect(atText({ mainCf: 'smtpd_forbid_bare_newline = no' }).send(SMUGGLED)).toContain('250 2.1.0 Ok');
});

test('postconf(5) smtpd_forbid_bare_newline_exclusions: our own network may', () => {
  const session = atText({ client: { address: '192.168.0.9' } });
  expect(session.send('x\n.\n')).toContain('250 2.0.0 Ok');
});

test('postconf(5) smtpd_forbid_bare_newline: reject refuses the message after the dot', () => {
  const session = atText({ mainCf: 'smtpd_forbid_bare_newline = reject' });
  expect(session.send('x\ny\r\n.\r\n')).toBe('550 5.5.2 mail.gouv.bj Error: bare <LF> received\r\n');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
  expect(session.logs.at(-1)).toBe(
    '5F40790ADB: reject: END-OF-MESSAGE from unknown[10.0.0.7]: bare <LF> received; ' +
      'from=<a@b.example> to=<ann@gouv.bj> proto=ESMTP helo=<mx.example>',
  );
  expect(session.say('NOOP')).toBe('250 2.0.0 Ok\r\n');
});

test('postconf(5) smtpd_data_restrictions, smtpd_end_of_data_restrictions: refused before and after the text', () => {
  const before = openSession({ mainCf: 'smtpd_data_restrictions = reject' });
  talk(before, 'MAIL FROM:<>', 'RCPT TO:<ann>', 'RCPT TO:<bob>');
  expect(before.say('DATA')).toBe('554 5.7.1 <DATA>: Data command rejected: Access denied\r\n');
  expect(before.state()).toBe('envelope');
  expect(before.logs.at(-1)).toContain('from=<> proto=SMTP');
  const after = atText({ mainCf: 'smtpd_end_of_data_restrictions = defer' });
  expect(after.send('x\r\n.\r\n')).toBe(
    '450 4.3.2 <END-OF-MESSAGE>: End-of-data rejected: Try again later\r\n',
  );
  expect(after.notes.at(-1)?.type).toBe('cleanup.abort');
  expect(after.state()).toBe('ready');
  expect(after.logs.at(-1)).toContain('5F40790ADB: reject: END-OF-MESSAGE from');
});
