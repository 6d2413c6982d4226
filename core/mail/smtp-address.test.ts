import { expect, test } from 'vitest';
import { extractAddress } from './smtp-address.ts';

const loose = (word: string) => extractAddress(word, { allowEmpty: true, strict: false });
const strict = (word: string) => extractAddress(word, { allowEmpty: true, strict: true });

test('RFC 5321 §4.1.2: with or without <>, quoted, with a literal', () => {
  expect(loose('<a@b>')).toBe('a@b');
  expect(loose('a@b')).toBe('a@b');
  expect(loose('<"a b"@c>')).toBe('a b@c');
  expect(loose('<a@[127.0.0.1]>')).toBe('a@[127.0.0.1]');
  expect(loose('<postmaster>')).toBe('postmaster');
  expect(loose('<a.@b>')).toBe('a.@b');
});

test('RFC 5321 §4.5.5: the empty address is allowed where the caller says so', () => {
  expect(loose('<>')).toBe('');
  expect(strict('<>')).toBe('');
  expect(extractAddress('<>', { allowEmpty: false, strict: false })).toBeUndefined();
  expect(extractAddress('', { allowEmpty: false, strict: false })).toBeUndefined();
});

test('RFC 5321 §4.1.1.3: source routes are dropped', () => {
  expect(loose('<@x,@y:a@b>')).toBe('a@b');
  expect(loose('<@local,@x:u@evil.test>')).toBe('u@evil.test');
});

test('postconf(5) strict_rfc821_envelopes: no comments, phrases, or missing <>', () => {
  expect(loose('<Ann <a@b>>')).toBe('a@b');
  for (const word of ['a@b', '<a@b (c)>', '<Ann <a@b>>', '<@nobody>']) expect(strict(word)).toBeUndefined();
  expect(strict('<a@b>')).toBe('a@b');
});

test('smtpd(8): two addresses are none', () => {
  expect(loose('<a@b, c@d>')).toBeUndefined();
  expect(loose('<a@b c@d>')).toBeUndefined();
});

test('CVE-2025-13033: quotes, comments and encoded-words do not move an address to another domain', () => {
  expect(loose('<"xclow3n@gmail.com x"@internal.domain>')).toBe('xclow3n@gmail.com x@internal.domain');
  expect(loose('<user@good-corp.com(x)evil.com>')).toBeUndefined();
  expect(loose('<=?utf-8?q?=41=42=43collab?=@psres.net>')).toBe('=?utf-8?q?=41=42=43collab?=@psres.net');
  expect(loose('<u%evil.test@local>')).toBe('u%evil.test@local');
  expect(loose('<"u@evil.test">')).toBe('u@evil.test');
  expect(loose('<u@evil.test@local>')).toBe('u@evil.test@local');
});
