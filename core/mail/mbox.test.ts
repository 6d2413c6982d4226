import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { endMbox, fromLine, quoteFromLines, startMbox } from './mbox.ts';

function quote(chunks: readonly string[]): string {
  let state = startMbox;
  let out = '';
  for (const chunk of chunks) {
    const quoted = quoteFromLines(state, latin1ToBytes(chunk));
    out += bytesToLatin1(quoted.text);
    state = quoted.state;
  }
  return out + bytesToLatin1(endMbox(state));
}

test('local(8): the From line has two blanks and the quoted sender', () => {
  const zone = { offsetMinutes: 60, name: 'WAT' };
  const ms = Date.UTC(2008, 1, 11, 9, 5, 12);
  expect(fromLine('espera@gouv.bj', ms, zone)).toBe('From espera@gouv.bj  Mon Feb 11 10:05:12 2008\n');
  expect(fromLine('a b@c', ms, zone)).toBe('From "a b"@c  Mon Feb 11 10:05:12 2008\n');
  expect(fromLine('', ms, zone)).toBe('From MAILER-DAEMON  Mon Feb 11 10:05:12 2008\n');
});

test('RFC 4155: lines that begin with "From " get a >, others do not, and a blank line follows', () => {
  expect(quote(['From a\nFrom: b\n>From c\n From d\nxFrom e\nFrom f\n'])).toBe(
    '>From a\nFrom: b\n>From c\n From d\nxFrom e\n>From f\n\n',
  );
  expect(quote(['no end'])).toBe('no end\n\n');
  expect(quote(['a\nFro'])).toBe('a\nFro\n\n');
  expect(quote([''])).toBe('\n');
});

test('RFC 4155: any split of the text gives the same', () => {
  const unit = fc.constantFrom('From ', 'F', 'r', 'o', 'm', ' ', '\n');
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 4 })), (chunks) => {
      const text = chunks.join('');
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      expect(quote(chunks)).toBe(`${whole.replace(/^From /gm, '>From ')}\n`);
    }),
    { seed: 26, numRuns: 300 },
  );
});
