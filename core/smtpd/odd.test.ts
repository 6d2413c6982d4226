/** Nonsense, other protocols, input at the wrong time. */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const RULES = '221 2.7.0 Error: I can break rules, too. Goodbye.\r\n';

test.each([
  ['2.3', 'FOO', '502 5.5.2 Error: command not recognized\r\n'],
  ['3.x', 'FOO', '500 5.5.2 Error: command not recognized\r\n'],
  ['3.x', 'HELP', '500 5.5.2 Error: command not recognized\r\n'],
  ['3.x', 'BURL 5', '500 5.5.2 Error: command not recognized\r\n'],
  ['3.x', '', '500 5.5.2 Error: bad syntax\r\n'],
  ['3.x', ' \t ', '500 5.5.2 Error: bad syntax\r\n'],
  ['3.x', 'GET / HTTP/1.1', RULES],
  ['2.3', 'post /', RULES],
  ['3.x', 'Subject: hello', RULES],
  ['2.3', 'x-y:z', RULES],
  ['2.3', ':x', '502 5.5.2 Error: command not recognized\r\n'],
  ['3.x', '<script>', RULES],
  ['3.x', '\x16\x03\x01', RULES],
  ['2.3', '<script>', '502 5.5.2 Error: command not recognized\r\n'],
] as const)('postconf(5) smtpd_forbidden_commands: %s %j', (profile, line, reply) => {
  const session = openSession({ profile });
  session.send('');
  expect(session.say(line)).toBe(reply);
  expect(session.closed()).toBe(reply === RULES);
});

test('smtpd(8): a command that is no SMTP is logged, shortened and made harmless', () => {
  const session = openSession();
  session.say(`GET /${'x'.repeat(200)}\x07`);
  expect(session.logs[1]).toBe(`warning: non-SMTP command from unknown[10.0.0.7]: GET /${'x'.repeat(95)}`);
});

test('postconf(5) smtpd_forbidden_commands: only what the list says', () => {
  const session = openSession({ mainCf: 'smtpd_forbidden_commands = FOO' });
  expect(talk(session, 'GET /')).toContain('500 5.5.2');
  expect(session.say('1 2')).toContain('500 5.5.2');
  expect(session.say('foo bar')).toBe(RULES);
});

test('postconf(5) smtpd_noop_commands: they come before all verbs, and before what is forbidden', () => {
  const session = openSession({ mainCf: 'smtpd_noop_commands = HELO, GET' });
  expect(talk(session, 'NOOP', 'HELO x')).toBe('250 2.0.0 Ok\r\n');
  expect(session.say('get /')).toBe('250 2.0.0 Ok\r\n');
  expect(session.context()).toMatchObject({ helo: '', junk: 3 });
  session.leave();
  expect(session.logs.slice(1)).toEqual([
    'lost connection after NOOP from unknown[10.0.0.7]',
    'disconnect from unknown[10.0.0.7] noop=1 commands=1',
  ]);
});

test.each([
  ['STARTTLS', '502 5.5.1 Error: command not implemented'],
  ['STARTTLS x', '501 5.5.4 Syntax: STARTTLS'],
  ['AUTH', '503 5.5.1 Error: authentication not enabled'],
  ['XCLIENT NAME=x', '550 5.7.0 Error: insufficient authorization'],
  ['XCLIENT', '501 5.5.4 Syntax: XCLIENT attribute=value...'],
  ['XFORWARD NAME=x', '550 5.7.0 Error: insufficient authorization'],
  ['RSET x', '501 5.5.4 Syntax: RSET'],
  ['NOOP x y', '250 2.0.0 Ok'],
  ['DATA', '503 5.5.1 Error: need RCPT command'],
])('smtpd(8): %s', (line, reply) => {
  expect(talk(openSession(), 'HELO x', line)).toBe(`${reply}\r\n`);
});

test('XCLIENT_README: not in the middle of a transaction', () => {
  const session = openSession();
  expect(talk(session, 'MAIL FROM:<>', 'XCLIENT NAME=x')).toBe(
    '503 5.5.1 Error: MAIL transaction in progress\r\n',
  );
});

test('postconf(5) smtpd_forbid_unauth_pipelining: input behind EHLO or DATA ends the session', () => {
  const session = openSession();
  expect(talk(session, 'NOOP') + session.send('EHLO x\r\nMAIL FROM:<>\r\n')).toContain(
    '554 5.5.0 Error: SMTP protocol synchronization\r\n',
  );
  expect(session.closed()).toBe(true);
  expect(session.logs.slice(1)).toEqual([
    'improper command pipelining after EHLO from unknown[10.0.0.7]',
    'disconnect from unknown[10.0.0.7] ehlo=0/1 noop=1 commands=1/2',
  ]);
  const other = openSession();
  talk(other, 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<ann>');
  expect(other.send('DATA\r\ntext\r\n.\r\n')).toBe('554 5.5.0 Error: SMTP protocol synchronization\r\n');
});

test('postconf(5) smtpd_forbid_unauth_pipelining: without EHLO nothing may be pipelined', () => {
  const session = openSession();
  session.say('HELO x');
  expect(session.send('MAIL FROM:<>\r\nRCPT TO:<ann>\r\n')).toBe(
    '554 5.5.0 Error: SMTP protocol synchronization\r\n',
  );
});

test('postconf(5) smtpd_forbid_unauth_pipelining: no = one line in the log, and on', () => {
  const session = openSession({ mainCf: 'smtpd_forbid_unauth_pipelining = no' });
  expect(talk(session, 'RSET') + session.send('EHLO x\r\nNOOP\r\nNOOP\r\n')).toMatch(
    /(250 2\.0\.0 Ok\r\n){2}$/,
  );
  expect(session.logs.slice(1)).toEqual(['improper command pipelining after EHLO from unknown[10.0.0.7]']);
  const old = openSession({ profile: '2.3' });
  old.send('HELO x\r\nMAIL FROM:<>\r\n');
  expect(old.logs).toHaveLength(1);
});

test('postconf(5) line_length_limit: 2.3 takes the rest of a long line as the next', () => {
  const session = openSession({ profile: '2.3' });
  session.send('');
  expect(session.say(`NOOP ${'a'.repeat(2043)}RSET`)).toBe('250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n');
  expect(session.logs.at(-1)).toBe(
    `warning: unknown[10.0.0.7]: request longer than 2048: NOOP ${'a'.repeat(25)}...`,
  );
});

test('postconf(5) line_length_limit: 3.x skips the rest of a long line', () => {
  const session = openSession();
  session.send('');
  expect(session.send(`NOOP ${'a'.repeat(3000)}`)).toBe('');
  expect(session.say('')).toBe('250 2.0.0 Ok\r\n');
  expect(session.logs).toHaveLength(2);
  expect(session.say('RSET')).toBe('250 2.0.0 Ok\r\n');
});

test('postconf(5) line_length_limit: 3.x skips the rest however long it is, and warns once', () => {
  const session = openSession();
  session.send('');
  session.send('NOOP ');
  for (let turn = 0; turn < 20; turn += 1) expect(session.send('x'.repeat(2048))).toBe('');
  expect(session.say('')).toBe('250 2.0.0 Ok\r\n');
  expect(session.logs).toHaveLength(2);
  expect(session.say('RSET')).toBe('250 2.0.0 Ok\r\n');
});

test('postconf(5) smtpd_forbid_bare_newline: reject refuses a line that ends in LF alone', () => {
  const session = openSession({ mainCf: 'smtpd_forbid_bare_newline = reject' });
  session.say('HELO x');
  expect(session.send('NOOP\n')).toBe('550 5.5.2 mail.gouv.bj Error: bare <LF> received\r\n');
  expect(session.closed()).toBe(true);
  expect(session.logs[1]).toBe(
    'NOQUEUE: reject: HELO from unknown[10.0.0.7]: bare <LF> received; proto=SMTP helo=<x>',
  );
  expect(openSession().send('NOOP\n')).toContain('250 2.0.0 Ok');
});

test('postconf(5) smtpd_forbid_bare_newline: note mentions it when the client leaves', () => {
  const session = openSession({ mainCf: 'smtpd_forbid_bare_newline = note' });
  session.send('NOOP\n');
  session.say('QUIT');
  expect(session.logs.at(-1)).toBe(
    'disconnect from unknown[10.0.0.7] noop=1 quit=1 commands=2 notes=bare_lf',
  );
});
