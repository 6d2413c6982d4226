import { expect, test } from 'vitest';
import { ghostRest, rawPieces, readableText } from './visible.ts';

test('RFC 3629 §3: UTF-8 is read, other bytes stay as they are', () => {
  expect(readableText('Subject: \u00c3\u00a9t\u00c3\u00a9')).toBe('Subject: été');
  expect(readableText('caf\u00e9')).toBe('caf\u00e9');
  expect(readableText('déjà lu · 250')).toBe('déjà lu · 250');
  expect(readableText('250 2.1.0 Ok\r\n')).toBe('250 2.1.0 Ok');
  expect(readableText('250-a\r\n250 b\r\n')).toBe('250-a\n250 b');
});

test('RFC 5321 §2.3.8: the raw view names CRLF, NUL, DEL and bytes above 127', () => {
  const shown = (text: string) =>
    rawPieces(text)
      .map((piece) => (piece.isSign ? `<${piece.text}>` : piece.text))
      .join('');
  expect(shown('QUIT')).toBe('QUIT<CR><LF>');
  expect(shown('a\0b\x7f\u00c3 .\n')).toBe('a<NUL>b<DEL><C3> .<LF>');
  expect(shown('250-a\r\n250 b\r\n')).toBe('250-a<CR><LF>250 b<CR><LF>');
  expect(shown('')).toBe('<CR><LF>');
});

test('page: the proposed line is completed whatever the case, and only where it fits', () => {
  expect(ghostRest('MAIL FROM:<a@b>', 'mail ')).toBe('FROM:<a@b>');
  expect(ghostRest('MAIL FROM:<a@b>', 'RCPT')).toBe('');
  expect(ghostRest('QUIT', 'QUIT')).toBe('');
  expect(ghostRest(undefined, '')).toBe('');
  expect(ghostRest('.', '')).toBe('.');
});
