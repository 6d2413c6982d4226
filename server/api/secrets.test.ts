import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWatcher, maskLog, maskPiece } from './secrets.ts';

/** What is shown of a session that arrives in these pieces. */
function shown(...pieces: readonly string[]): string {
  const watcher = createWatcher();
  return pieces
    .map((piece) => maskPiece(watcher.received('smtpd:1', Buffer.from(piece, 'latin1')), piece))
    .join('|');
}

const SECRET = 'AGFsYWRpbgBzZXNhbWU=';

test('RFC 4616 §4: the response of AUTH PLAIN is masked', () => {
  expect(shown(`AUTH PLAIN ${SECRET}\r\n`)).toBe('AUTH PLAIN ********\r\n');
  expect(shown(`ehlo a\r\nauth plain ${SECRET}\r\nquit\r\n`)).toBe(
    'ehlo a\r\nauth plain ********\r\nquit\r\n',
  );
});

test('RFC 1939 §7: the argument of PASS is masked', () => {
  expect(shown('PASS sesame\r\n')).toBe('PASS ********\r\n');
});

test('RFC 4954 §4: answers to AUTH on lines of their own are masked, commands are not', () => {
  expect(shown('AUTH LOGIN\r\n', 'YWxhZGlu\r\n', 'c2VzYW1l\r\n', 'QUIT\r\n')).toBe(
    'AUTH LOGIN\r\n|********\r\n|********\r\n|QUIT\r\n',
  );
  expect(shown('AUTH LOGIN\r\nYWxhZGlu\r\nc2VzYW1l\r\nRSET\r\n')).toBe(
    'AUTH LOGIN\r\n********\r\n********\r\nRSET\r\n',
  );
});

test('RFC 4954 §4: however a line is cut into pieces, the secret is not shown', () => {
  const session = `EHLO a\r\nAUTH PLAIN ${SECRET}\r\nQUIT\r\n`;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: session.length - 1 }), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, (places) => {
      const at = [0, ...places.sort((a, b) => a - b), session.length];
      const pieces = at.slice(1).map((end, index) => session.slice(at[index], end));
      const text = shown(...pieces);
      const leaked = (text.match(/[A-Za-z0-9]{5,}/g) ?? []).filter((run) => SECRET.includes(run));
      expect(leaked).toEqual([]);
      expect(text.replaceAll('|', '')).toContain('EHLO a\r\n');
      expect(text.replaceAll('|', '')).toContain('\r\nQUIT\r\n');
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('RFC 5321 §4.1.1: what is no secret is shown as it came', () => {
  const pieces = ['MAIL FROM:<a@exa', 'mple.org>\r\nRCPT TO', ':<b@example.org>\r\nDATA\r\n'];
  expect(shown(...pieces)).toBe(pieces.join('|'));
});

test('RFC 4954 §4: log lines that quote a command do not quote its secret', () => {
  const log = (text: string) => maskLog({ type: 'log', level: 'info', text }).text;
  expect(log(`warning: from a[1]: AUTH PLAIN ${SECRET}`)).toBe('warning: from a[1]: AUTH PLAIN ********');
  expect(log('connect from a[1]')).toBe('connect from a[1]');
});

test('RFC 4954 §4: an ended process leaves nothing behind', () => {
  const watcher = createWatcher();
  watcher.received('smtpd:1', Buffer.from('AUTH LOGIN\r\n'));
  watcher.forget('smtpd:1');
  expect(watcher.received('smtpd:1', Buffer.from('x\r\n'))).toBe('');
});
