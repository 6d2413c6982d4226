/** From lines to events. */
import { expect, test } from 'vitest';
import { bareNewlineMode, parseCommand, smtpProtocol } from './commands.ts';
import { openSession } from './test-session.ts';

const line = (text: string) => ({ line: text, cut: false, bareLf: false });

test.each([
  ['mail FROM:<a>', 'MAIL', 3],
  ['  RCPT   TO: <a>  X=1', 'RCPT', 4],
  ['EXPN x', 'UNKNOWN', 2],
  ['constructor', 'UNKNOWN', 1],
  ['', 'UNKNOWN', 0],
])('RFC 5321 §4.1.1: %j', (text, type, words) => {
  const command = parseCommand(openSession().context(), line(text), false);
  expect(command).toMatchObject({ type, line: text, pending: false });
  expect(command.words).toHaveLength(words);
});

test.each([
  ['2.3', 'smtpd_forbid_bare_newline = reject', 'no'],
  ['3.x', '', 'normalize'],
  ['3.x', 'smtpd_forbid_bare_newline = yes', 'normalize'],
  ['3.x', 'smtpd_forbid_bare_newline = No', 'no'],
  ['3.x', 'smtpd_forbid_bare_newline = reject', 'reject'],
  ['3.x', 'smtpd_forbid_bare_newline_exclusions = 10.0.0.0/8', 'no'],
] as const)('postconf(5) smtpd_forbid_bare_newline: %s %s', (profile, mainCf, mode) => {
  expect(bareNewlineMode(openSession({ profile, mainCf }).context())).toBe(mode);
});

test('RFC 5321 §4.5.2: text and its end are two events, what follows stays unread', () => {
  const bytes = new TextEncoder().encode('a\r\n.\r\nNOOP\r\n');
  const { events, rest } = smtpProtocol.decodeData(smtpProtocol.startData(openSession().context()), bytes);
  expect(events).toEqual([
    { type: 'data.chunk', bytes: new TextEncoder().encode('a\n'), sizeBytes: 3, dottedAt: 2 },
    { type: 'data.end', sizeBytes: 3, bareLf: false },
  ]);
  expect(new TextDecoder().decode(rest)).toBe('NOOP\r\n');
});
