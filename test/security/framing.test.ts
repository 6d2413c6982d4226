/** Hostile framing: where a command, a line and a message end. The numbers are those of docs/security.md. */
import { describe, expect, test } from 'vitest';
import { BOTH, TO_ALEXANDRE, target } from './hostile.ts';

const server = target('framing');
const EVIL = 'MAIL FROM:<evil@a.example>\r\nRCPT TO:<espera@gouv.bj>\r\nDATA\r\nsmuggled\r\n.\r\n';

/** All that a mail system somewhere took for the end of the text, and is not. RFC 5321 §4.1.1.4 */
const FALSE_ENDS = [
  ...['\n.\n', '\n.\r', '\r.\n', '\r.\r', '\n.\r\n', '\r.\r\n', '\r\n.\n', '\r\n.\r', '\r\n\0.\r\n'],
  ...['\r\n.\0\r\n', '\r\n. \r\n', '\r\n.\r\r\n', '\r\r\n.\r\r\n', '\n\r.\r\n'],
];

describe.each(BOTH)('sent in pieces: %s', (pieces) => {
  test('security 1: only CRLF dot CRLF ends a text; what looks like an end hides no second letter', async () => {
    await server.start();
    for (const end of FALSE_ENDS) {
      const { said } = await server.letter(`Subject: one\r\n\r\nbody${end}${EVIL}`, pieces);
      expect(said.match(/queued as/g), JSON.stringify(end)).toHaveLength(1);
    }
    for (const start of ['.\n', '.\r']) {
      const { said } = await server.letter(`${start}${EVIL}`, pieces);
      expect(said.match(/queued as/g), JSON.stringify(start)).toHaveLength(1);
    }
    const letters = await server.letters(FALSE_ENDS.length + 2);
    expect(letters).toHaveLength(FALSE_ENDS.length + 2);
    for (const letter of letters) expect(letter).toContain('smuggled');
    expect(server.log()).not.toContain('from=<evil@a.example>');
  });

  test('security 1: smtpd_forbid_bare_newline = reject refuses what has a bare LF', async () => {
    await server.start('smtpd_forbid_bare_newline = reject\n');
    const { said } = await server.send([...TO_ALEXANDRE, `body\n.\n${EVIL}`], pieces);
    expect(said).toMatch(/\r\n550 5\.5\.2 .*bare <LF> received/);
    expect(said).not.toContain('queued as');
    expect(await server.letters(0)).toEqual([]);
  });

  test('security 4: a leading dot goes, and only where CRLF was before it', async () => {
    await server.start();
    await server.letter('\r\n.foo\r\n..bar\r\n...\r\nx.\r\n.\r\n', pieces);
    const [letter = ''] = await server.letters(1);
    expect(letter.slice(letter.indexOf('\n\n') + 2)).toBe('foo\n.bar\n..\nx.\n');
  });
});

test('security 2: the pieces in which a text comes change nothing', async () => {
  await server.start();
  const text = '\r\n..\r\n...x\r\n.\r\n';
  const cuts = Array.from({ length: text.length - 1 }, (_, at) => at + 1);
  for (const cut of cuts) {
    const halves = [text.slice(0, cut), text.slice(cut)];
    const { said } = await server.send([...TO_ALEXANDRE.slice(0, -1), 'DATA\r\n', ...halves, 'QUIT\r\n']);
    expect(said, `cut at ${cut}`).toContain('queued as');
  }
  const letters = await server.letters(cuts.length);
  expect(letters).toHaveLength(cuts.length);
  for (const letter of letters) expect(letter.slice(letter.indexOf('\n\n') + 2)).toBe('.\n..x\n');
});

test('security 3: what leaves cleanup has no CR, and LF ends lines only, so nothing can be smuggled on', async () => {
  await server.start();
  for (const text of ['a\n.\nb', 'a\r.\rb', '\r\r\r.\r', 'a\r\r\nb'])
    await server.letter(`\r\n${text}\r\n.\r\n`);
  const letters = await server.letters(4);
  const bodies = letters.map((letter) => letter.slice(letter.indexOf('\n\n') + 2));
  expect(bodies.toSorted()).toEqual(['   . \n', 'a . b\n', 'a \nb\n', 'a\nb\n'].toSorted());
});

test('security 9: who speaks before his turn is told so and hung up on', async () => {
  await server.start();
  const hello = 'EHLO a.example\r\nMAIL FROM:<a@a.example>\r\n';
  const early = await server.send(hello);
  expect(early.said).toMatch(/\r\n554 5\.5\.0 Error: SMTP protocol synchronization\r\n$/);
  expect(early.hungUp).toBe(true);
  const atData = await server.send([...TO_ALEXANDRE.slice(0, -1), 'DATA\r\nbody\r\n.\r\n']);
  expect(atData.said).toMatch(/\r\n554 5\.5\.0 Error: SMTP protocol synchronization\r\n$/);
  expect(atData.hungUp).toBe(true);
  expect(await server.letters(0)).toEqual([]);
  expect(server.log()).toContain('improper command pipelining after EHLO from');
});

test.each([
  'POST / HTTP/1.1\r\nHost: gouv.bj\r\n\r\nMAIL FROM:<a@a.example>\r\n',
  'GET / HTTP/1.1\r\n',
  'CONNECT gouv.bj:25 HTTP/1.1\r\n',
  '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n',
])('security 10, 11: a browser or a TLS client on this port is hung up on: %j', async (bytes) => {
  await server.start();
  const { said, hungUp } = await server.send(bytes);
  expect(said).toMatch(/^220 .*\r\n221 2\.7\.0 Error: I can break rules, too\. Goodbye\.\r\n$/);
  expect(hungUp).toBe(true);
});
