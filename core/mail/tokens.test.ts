import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeCommand } from './tokens.ts';

const words = (line: string) => tokenizeCommand(line).map((token) => token.text);
const wrong = (line: string) => tokenizeCommand(line).some((token) => token.error);

test('RFC 5321 §4.1.1.2: all common spellings of MAIL FROM give the same words', () => {
  expect(words('MAIL FROM:<a@b> SIZE=1')).toEqual(['MAIL', 'FROM:', '<a@b>', 'SIZE=1']);
  expect(words('MAIL FROM: <a@b>  SIZE=1')).toEqual(['MAIL', 'FROM:', '<a@b>', 'SIZE=1']);
  expect(words('mail from:a@b\tx')).toEqual(['mail', 'from:', 'a@b', 'x']);
  expect(words('rcpt To:<"a b"@c>')).toEqual(['rcpt', 'To:', '<"a b"@c>']);
  expect(words('  NOOP  ')).toEqual(['NOOP']);
  expect(words('RCPT to :<a>')).toEqual(['RCPT', 'to', ':<a>']);
});

test('RFC 5321 §4.1.2: text in <> and quotes stays together, backslash hides a character', () => {
  expect(words('x "a b" <c <d> e> f\\ g "h>" <"i>j"> k<l m>n')).toEqual([
    'x',
    '"a b"',
    '<c <d> e>',
    'f\\ g',
    '"h>"',
    '<"i>j">',
    'k<l m>n',
  ]);
  expect(words('<a\\> b>')).toEqual(['<a\\> b>']);
});

test('smtpd(8): a missing > or " marks the word, an empty line has none', () => {
  for (const bad of ['RCPT TO:<a@b', 'MAIL FROM:"a', 'X <"a>']) expect(wrong(bad)).toBe(true);
  expect(wrong('EHLO caf\xe9 <a\tb> \x1b[2J <a\x7f>')).toBe(false);
  expect(tokenizeCommand('')).toEqual([]);
  expect(tokenizeCommand(' \t ')).toEqual([]);
});

test('smtpd(8): a NUL ends the line', () => {
  expect(words('NOOP\0')).toEqual(['NOOP']);
  expect(words('HELO client\0.example')).toEqual(['HELO', 'client']);
  expect(tokenizeCommand('NOOP\0"')).toEqual([{ text: 'NOOP', error: false }]);
  expect(tokenizeCommand('\0NOOP')).toEqual([]);
});

test('smtpd(8): no character but blanks is lost, whatever the line', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '<', '>', '"', '\\', ':', '\x01') });
  fc.assert(
    fc.property(line, (text) => {
      expect(words(text).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
    { seed: 11 },
  );
});
