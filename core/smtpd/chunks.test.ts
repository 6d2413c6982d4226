/** BDAT: chunks of a message, in whatever pieces they come. */
import { expect, test } from 'vitest';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { openSession, type SessionOptions, talk } from './test-session.ts';

const ready = (options: SessionOptions = {}) => {
  const session = openSession(options);
  talk(session, 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  return session;
};

/** What cleanup got as text. */
function text(session: ReturnType<typeof openSession>): string {
  return session.notes
    .map((note) => (note.type === 'cleanup.chunk' ? bytesToLatin1(note.bytes) : ''))
    .join('');
}

test('RFC 3030 §2: chunks make one message; dots, From lines and blanks in them mean nothing', () => {
  const session = ready();
  expect(session.send('BDAT 5\r\n From')).toBe('250 2.0.0 Ok: 5 bytes\r\n');
  expect(session.send('BDAT 10\r\n\r\n..\r\n.\r\n.')).toBe('250 2.0.0 Ok: 10 bytes\r\n');
  expect(session.send('bdat 1 last\r\nx')).toBe('250 2.0.0 Ok: 18 bytes queued as 5F40790ADB\r\n');
  expect(text(session)).toBe(' From\n..\n.\n.x\n');
  expect(session.say('QUIT')).toBe('221 2.0.0 Bye\r\n');
  expect(session.logs.at(-1)).toMatch(/ ehlo=1 mail=1 rcpt=1 bdat=3 quit=1 commands=7$/);
});

test('RFC 3030 §2: any split of the same bytes gives the same answers and the same text', () => {
  const bytes = 'BDAT 7\r\na\r\n\r\nb\rBDAT 2\r\n\ncBDAT 0 LAST\r\nNOOP\r\n';
  const whole = ready();
  const said = whole.send(bytes);
  expect(said).toBe(
    '250 2.0.0 Ok: 7 bytes\r\n250 2.0.0 Ok: 2 bytes\r\n250 2.0.0 Ok: 11 bytes queued as 5F40790ADB\r\n250 2.0.0 Ok\r\n',
  );
  expect(text(whole)).toBe('a\n\nb\nc\n');
  for (let at = 1; at < bytes.length; at++) {
    const session = ready();
    expect(session.send(bytes.slice(0, at)) + session.send(bytes.slice(at)), String(at)).toBe(said);
    expect(text(session)).toBe(text(whole));
  }
  const slow = ready();
  expect([...bytes].map((byte) => slow.send(byte)).join('')).toBe(said);
  expect(text(slow)).toBe(text(whole));
});

test.each([
  ['BDAT', '521 5.5.4 Syntax: BDAT count [LAST]'],
  ['BDAT -1', '521 5.5.4 Syntax: BDAT count [LAST]'],
  ['BDAT 1 FIRST', '521 5.5.4 Syntax: BDAT count [LAST]'],
  ['BDAT 1 LAST x', '521 5.5.4 Syntax: BDAT count [LAST]'],
  ['BDAT 9223372036854775808', '521 5.5.4 Syntax: BDAT count [LAST]'],
  [`BDAT ${'9'.repeat(2000)}`, '521 5.5.4 Syntax: BDAT count [LAST]'],
])('security 5: %s is no chunk, and ends the session', (line, reply) => {
  const session = ready();
  expect(session.say(line)).toBe(`${reply}\r\n`);
  expect(session.closed()).toBe(true);
  expect(session.logs.at(-2)).toContain('malformed BDAT command syntax from unknown[10.0.0.7]: BDAT');
});

test('security 5: exactly so many bytes are text, and no more', () => {
  const session = ready();
  expect(session.send('BDAT 5\r\nhelloQUIT\r\n')).toBe('250 2.0.0 Ok: 5 bytes\r\n221 2.0.0 Bye\r\n');
});

test('security 5: no mixing with DATA, nor with another envelope', () => {
  const session = ready();
  session.send('BDAT 1\r\nx');
  expect(session.say('DATA')).toBe('503 5.5.1 Error: DATA after BDAT\r\n');
  expect(session.say('RCPT TO:<bob@gouv.bj>')).toBe('503 5.5.1 Error: RCPT after BDAT\r\n');
  expect(session.say('MAIL FROM:<>')).toBe('503 5.5.1 Error: nested MAIL command\r\n');
  talk(session, 'RSET', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  expect(session.say('DATA')).toContain('354 ');
});

test('RFC 3030 §2: after a refusal, chunks are thrown away up to the last, and no command is made of them', () => {
  const session = openSession();
  talk(session, 'EHLO x', 'MAIL FROM:<>');
  expect(session.send('BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n')).toBe(
    '554 5.5.1 Error: no valid recipients\r\n551 5.0.0 Discarded 6 bytes after earlier error\r\n',
  );
  expect(session.say('BDAT 0')).toBe('551 5.7.1 Null BDAT request\r\n');
  expect(session.say('MAIL FROM:<>')).toBe('503 5.5.1 Error: MAIL after BDAT\r\n');
  expect(session.say('DATA')).toBe('503 5.5.1 Error: DATA after BDAT\r\n');
  expect(talk(session, 'RSET', 'MAIL FROM:<>')).toBe('250 2.1.0 Ok\r\n');
});

test('security 5: the size is looked at for each chunk, and for what is in it', () => {
  const mainCf = 'message_size_limit = 20';
  const session = ready({ mainCf });
  expect(session.send('BDAT 21\r\n123456789012345678901')).toBe(
    '552 5.3.4 Chunk exceeds message size limit\r\n',
  );
  expect(session.say('BDAT 99999999999')).toBe('');
  expect(session.state()).toBe('readingChunk');
  const crowded = ready({ mainCf });
  crowded.send('BDAT 15\r\n1\r\n2\r\n3\r\n4\r\n5\r\n');
  expect(crowded.send('BDAT 5 LAST\r\n6\r\n78')).toBe('552 5.3.4 Error: message file too big\r\n');
  expect(crowded.logs).toContain('warning: 5F40790ADB: queue file size limit exceeded');
  expect(crowded.say('MAIL FROM:<>')).toBe('250 2.1.0 Ok\r\n');
});

test('postconf(5) smtpd_forbid_bare_newline: reject holds for chunks; normalize makes lines of them', () => {
  const strict = ready({ mainCf: 'smtpd_forbid_bare_newline = reject' });
  expect(strict.send('BDAT 4\r\na\nb\r')).toContain('550 5.5.2 mail.gouv.bj Error: bare <LF> received');
  expect(strict.send('BDAT 1 LAST\r\n\n')).toContain('551 5.0.0 Discarded 1 bytes');
  const lenient = ready({ mainCf: 'smtpd_forbid_bare_newline = normalize' });
  expect(lenient.send('BDAT 7 LAST\r\na\n.\nb\r\n')).toContain('Ok: 9 bytes queued');
  expect(text(lenient)).toBe('a\n.\nb\n');
});

test('postconf(5) smtpd_data_restrictions: the first chunk is judged, and read before the answer', () => {
  const session = ready({ mainCf: 'smtpd_data_restrictions = reject' });
  expect(session.say('BDAT 2')).toBe('');
  expect(session.say('')).toBe('554 5.7.1 <DATA>: Data command rejected: Access denied\r\n');
  const permitted = ready({ mainCf: 'smtpd_data_restrictions = sleep 1, permit' });
  permitted.send('BDAT 1 LAST\r\nx');
  expect(permitted.wait(1000)).toContain('queued as');
});

test('postconf(5) smtpd_discard_ehlo_keywords: without CHUNKING there is no BDAT, and 2.3 never knew it', () => {
  const hidden = openSession({ mainCf: 'smtpd_discard_ehlo_keywords = chunking' });
  expect(talk(hidden, 'EHLO x')).not.toContain('CHUNKING');
  expect(hidden.say('BDAT 1')).toBe('521 5.5.1 Error: command not implemented\r\n');
  expect(hidden.closed()).toBe(true);
  const old = openSession({ profile: '2.3' });
  expect(talk(old, 'EHLO x')).not.toContain('CHUNKING');
  expect(old.say('BDAT 1')).toBe('502 5.5.2 Error: command not recognized\r\n');
});

test('RFC 1870 §6: a line of many records counts two bytes for each', () => {
  const session = ready();
  expect(session.send(`BDAT 4096\r\n${'x'.repeat(4096)}`)).toContain('250 2.0.0 Ok: 4096 bytes');
  expect(session.send('BDAT 2 LAST\r\n\r\n')).toContain('Ok: 4102 bytes queued');
});

test('smtpd(8): a client that leaves within a chunk is named with what it had sent', () => {
  const session = ready();
  session.send('BDAT 9\r\nabc');
  session.leave();
  expect(session.logs).toContain('lost connection after BDAT (3 bytes) from unknown[10.0.0.7]');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
});
