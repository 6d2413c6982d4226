/** Whole dialogues with smtpd, as clients hold them, and what is true of all dialogues. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latin1ToBytes } from '../wire/bytes.ts';
import { openSession, talk } from './test-session.ts';

test('RFC 5321 Appendix D: the conversation of the memoir, Postfix 2.3.6, byte for byte', () => {
  const mainCf = 'smtpd_banner = $myhostname ESMTP $mail_name ($mail_version)';
  const session = openSession({ profile: '2.3', mainCf, client: { address: '192.168.0.23' } });
  const said = [
    session.send(''),
    session.say('ehlo mail'),
    session.say('mail from: espera@gouv.bj'),
    session.say('rcpt to: alexandre@gouv.bj'),
    session.say('data'),
    session.say('subject: Bonjour'),
    session.say('Felicitacion mon frere on vient de reussir notre config'),
    session.say('.'),
    session.say('quit'),
  ];
  expect(said.join('')).toBe(
    [
      '220 mail.gouv.bj ESMTP Postfix (2.3.6)',
      '250-mail.gouv.bj',
      '250-PIPELINING',
      '250-SIZE 10240000',
      '250-VRFY',
      '250-ETRN',
      '250-ENHANCEDSTATUSCODES',
      '250-8BITMIME',
      '250 DSN',
      '250 2.1.0 Ok',
      '250 2.1.5 Ok',
      '354 End data with <CR><LF>.<CR><LF>',
      '250 2.0.0 Ok: queued as 5F40790ADB',
      '221 2.0.0 Bye',
      '',
    ].join('\r\n'),
  );
  expect(session.closed()).toBe(true);
  expect(session.logs).toEqual([
    'connect from unknown[192.168.0.23]',
    '5F40790ADB: client=unknown[192.168.0.23]',
    'disconnect from unknown[192.168.0.23]',
  ]);
});

test('smtpd(8): a message is handed to cleanup as it came, and promised last', () => {
  const session = openSession({ verdict: 'silent' });
  talk(session, 'EHLO mx.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<Ann@gouv.bj> NOTIFY=DELAY', 'DATA');
  expect(session.send('Subject: x\r\n\r\n..dot\r\nlast\r\n.\r\n')).toBe('');
  expect(session.state()).toBe('queueing');
  expect(session.notes.map((note) => note.type)).toEqual([
    ...['cleanup.open', 'cleanup.recipient', 'cleanup.prepend', 'cleanup.chunk', 'cleanup.close'],
  ]);
  expect(session.notes[0]).toMatchObject({
    origin: 'smtpd',
    sender: 'a@b.example',
    rewriteContext: 'remote',
  });
  expect(session.notes[0]).toMatchObject({
    client: { name: 'unknown', address: '10.0.0.7', port: 40_000, helo: 'mx.example', protocol: 'ESMTP' },
  });
  expect(session.notes[1]).toEqual({
    ...{ type: 'cleanup.recipient', address: 'Ann@gouv.bj', original: 'Ann@gouv.bj' },
    ...{ notify: 8, orcpt: 'rfc822;Ann@gouv.bj' },
  });
  expect(session.notes[3]).toMatchObject({ bytes: latin1ToBytes('Subject: x\n\n.dot\nlast\n') });
  const at = session.at();
  const done = { type: 'cleanup.done', status: 'ok', queueId: '5F40790ADB', from: 'cleanup:9', at } as const;
  expect(session.happen(done)).toBe('250 2.0.0 Ok: queued as 5F40790ADB\r\n');
});

test('RFC 2920 §3.1: commands may come in one packet; replies keep their order', () => {
  const session = openSession();
  session.say('EHLO x');
  const group = 'MAIL FROM:<a@b.example>\r\nRCPT TO:<ann@gouv.bj>\r\nRCPT TO:<no@gouv.bj>\r\nDATA\r\n';
  expect(session.send(group)).toBe(
    '250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 <no@gouv.bj>: Recipient address rejected: ' +
      'User unknown in local recipient table\r\n354 End data with <CR><LF>.<CR><LF>\r\n',
  );
  expect(session.send('x\r\n.\r\nQUIT\r\n')).toBe('250 2.0.0 Ok: queued as 5F40790ADB\r\n221 2.0.0 Bye\r\n');
});

test('smtpd(8): disconnect tells what was done, and how much of it in vain', () => {
  const session = openSession();
  talk(session, '', 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<no@gouv.bj>', 'FOO', 'QUIT');
  expect(session.logs.at(-1)).toBe(
    'disconnect from unknown[10.0.0.7] ehlo=1 mail=1 rcpt=0/1 quit=1 unknown=0/1 commands=3/5',
  );
});

test('smtpd(8): a client that goes in the middle leaves nothing behind', () => {
  const session = openSession();
  talk(session, 'HELO x', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.send('some te');
  session.leave();
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
  expect(session.logs.at(-2)).toBe('lost connection after DATA (7 bytes) from unknown[10.0.0.7]');
  expect(session.closed()).toBe(true);
});

test('smtpd(8): 2.3 counts no bytes, and says nothing of a client that has no more to say', () => {
  const session = openSession({ profile: '2.3' });
  talk(session, 'HELO x', 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.send('x\r\n.\r\n');
  session.leave();
  expect(session.logs.slice(-1)).toEqual(['disconnect from unknown[10.0.0.7]']);
  const other = openSession({ profile: '2.3' });
  talk(other, 'HELO x', 'MAIL FROM:<>');
  other.leave();
  expect(other.logs.at(-2)).toBe('lost connection after MAIL from unknown[10.0.0.7]');
});

test('postconf(5) smtpd_timeout: a silent client is told, and left', () => {
  const session = openSession();
  session.say('NOOP');
  expect(session.wait(299_999)).toBe('');
  expect(session.wait(1)).toBe('421 4.4.2 mail.gouv.bj Error: timeout exceeded\r\n');
  expect(session.logs.slice(1, 2)).toEqual(['timeout after NOOP from unknown[10.0.0.7]']);
  expect(session.closed()).toBe(true);
});

test('postconf(5) smtpd_timeout: text must not stop either; the message is forgotten', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.wait(200_000);
  session.send('x\r\n');
  expect(session.wait(299_999)).toBe('');
  expect(session.wait(1)).toContain('421 4.4.2');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
});

test('smtpd(8): when trivial-rewrite or cleanup fail, the client is asked to come again', () => {
  const silent = openSession({ rewriteIsSilent: true });
  silent.say('MAIL FROM:<a@b.example>');
  expect(silent.wait(300_000)).toBe('421 4.3.0 mail.gouv.bj Server local error\r\n');
  const dead = openSession({ rewriteIsSilent: true });
  dead.say('MAIL FROM:<a@b.example>');
  const at = dead.at();
  const died = { service: 'rewrite', process: 'rewrite', reason: 'x', from: 'rewrite', at } as const;
  expect(dead.happen({ type: 'master.childDied', ...died })).toBe(
    '451 4.3.0 <a@b.example>: Temporary lookup failure\r\n',
  );
  const full = openSession({ notOpened: true });
  expect(talk(full, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>')).toBe(
    '421 4.3.0 mail.gouv.bj Server local error\r\n',
  );
});

test('RFC 5321 §6.1: a cleanup that dies before the promise means no promise', () => {
  const session = openSession({ verdict: 'silent' });
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>', 'DATA');
  session.send('x\r\n.\r\n');
  const died = {
    service: 'cleanup',
    process: 'cleanup:9',
    reason: 'x',
    from: 'x',
    at: session.at(),
  } as const;
  const said = session.happen({ type: 'master.childDied', ...died });
  expect(said).toBe('451 4.3.0 Error: queue file write error\r\n');
  expect(session.state()).toBe('connected');
});

test('RFC 5321 §6.1: a cleanup that dies between recipients fails the whole message after the dot', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>');
  const died = {
    service: 'cleanup',
    process: 'cleanup:9',
    reason: 'x',
    from: 'x',
    at: session.at(),
  } as const;
  session.happen({ type: 'master.childDied', ...died });
  expect(talk(session, 'RCPT TO:<bob@gouv.bj>', 'DATA')).toContain('354');
  expect(session.notes.filter((note) => note.type === 'cleanup.open')).toHaveLength(1);
  expect(session.send('x\r\n.\r\n')).toBe('451 4.3.0 Error: queue file write error\r\n');
});

/** Lines that a client may say at any time; none of them ends the session or begins text. */
const LINES = [
  ...['HELO a', 'EHLO b', 'HELO', 'MAIL FROM:<a@b.example>', 'MAIL FROM:<>', 'MAIL FROM:<a@b.example> FOO'],
  ...[
    'MAIL',
    'MAIL FROM:<',
    'RCPT TO:<ann@gouv.bj>',
    'RCPT TO:<no@gouv.bj>',
    'RCPT TO:<x@y.example>',
    'RCPT',
  ],
  ...[
    'DATA x',
    'RSET',
    'RSET x',
    'NOOP',
    'VRFY',
    'VRFY ann',
    'VRFY a b',
    'ETRN',
    'ETRN relay.example',
    'FOO',
  ],
  ...['', '  ', 'STARTTLS', 'AUTH PLAIN', 'XCLIENT', 'XCLIENT A=B', 'XFORWARD A=B', 'RCPT TO:<a@1.2.3.4>'],
];

const QUIET =
  'smtpd_error_sleep_time = 0\nsmtpd_hard_error_limit = 1000\nsmtpd_forbid_unauth_pipelining = no';

/** Complete replies: the last line of each has no hyphen behind its code. */
function repliesIn(text: string): number {
  return text.split('\r\n').filter((line) => /^\d{3} /.test(line)).length;
}

test('RFC 5321 §4.2: every command gets exactly one reply, in whatever state it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LINES), { maxLength: 25 }), fc.boolean(), (lines, old) => {
      const session = openSession({ mainCf: QUIET, profile: old ? '2.3' : '3.x' });
      session.send('');
      for (const line of lines) expect(repliesIn(session.say(line)), line).toBe(1);
      expect(['connected', 'ready', 'envelope']).toContain(session.state());
    }),
    { seed: 5321, numRuns: 100 },
  );
});

test('RFC 5321 §2.3.8: bytes may come in any pieces; the conversation is the same', () => {
  const bytes =
    'EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@gouv.bj>\r\nRCPT TO:<bob@gouv.bj>\r\nDATA\r\n' +
    'Subject: x\r\n\r\n.dot\r\n..\r\nbare\nlf\r\n\r\n.\r\nRSET\r\nFOO\r\nQUIT\r\n';
  const whole = openSession({ mainCf: QUIET });
  const wanted = whole.send(bytes);
  const text = (session: typeof whole) =>
    session.notes.flatMap((note) => (note.type === 'cleanup.chunk' ? [...note.bytes] : []));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 30 }), (cuts) => {
      const session = openSession({ mainCf: QUIET });
      const places = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b);
      const said = places.slice(1).map((end, index) => session.send(bytes.slice(places[index], end)));
      expect(said.join('')).toBe(wanted);
      expect(text(session)).toEqual(text(whole));
      expect(session.logs.filter((line) => !line.startsWith('improper'))).toEqual(
        whole.logs.filter((line) => !line.startsWith('improper')),
      );
    }),
    { seed: 2920, numRuns: 80 },
  );
});

test('RFC 5321 §4.2: no bytes at all make smtpd crash or speak anything but SMTP', () => {
  const word = fc.constantFrom(
    'MAIL FROM:',
    'RCPT TO:',
    'DATA',
    'EHLO ',
    '<',
    '>',
    '"',
    '\\',
    '\r\n',
    '.',
    '@',
  );
  const noise = fc.oneof(word, fc.string({ unit: 'binary', maxLength: 5 }));
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 60 }), (parts) => {
      const session = openSession({ mainCf: QUIET });
      const said = session.send(parts.join('').replace(/[^\0-\xff]/g, '\xff')) + session.wait(400_000);
      for (const line of said.split('\r\n').slice(0, -1)) expect(line).toMatch(/^[2-5]\d\d[ -][^\0-\x1f]*$/);
      for (const line of session.logs) expect(line).toMatch(/^[\x20-\x7e]+$/);
    }),
    { seed: 13, numRuns: 200 },
  );
});
