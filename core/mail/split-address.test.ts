import { expect, test } from 'vitest';
import { splitExtension, splitLocalDomain } from './split-address.ts';

test('RFC 5321 §2.3.11: the right-most @ separates local part and domain', () => {
  expect(splitLocalDomain('a@b@c')).toEqual({ local: 'a@b', domain: 'c' });
  expect(splitLocalDomain('a')).toEqual({ local: 'a', domain: undefined });
  expect(splitLocalDomain('a@')).toEqual({ local: 'a', domain: '' });
});

test('postconf(5) recipient_delimiter: the first delimiter separates the extension', () => {
  expect(splitExtension('user+a+b', '+')).toEqual({ user: 'user', extension: 'a+b' });
  expect(splitExtension('user-a+b', '+-')).toEqual({ user: 'user', extension: 'a+b' });
  expect(splitExtension('user+', '+')).toEqual({ user: 'user', extension: '' });
  expect(splitExtension('+user', '+')).toEqual({ user: '+user', extension: undefined });
  expect(splitExtension('user+x', '')).toEqual({ user: 'user+x', extension: undefined });
});

test('postconf(5) owner_request_special: owner-list and list-request stay whole', () => {
  expect(splitExtension('Owner-list', '-').extension).toBeUndefined();
  expect(splitExtension('list-Request', '-').extension).toBeUndefined();
  expect(splitExtension('owner-list+x', '+').user).toBe('owner-list');
  expect(splitExtension('owner-list', '-', { ownreqSpecial: false }).user).toBe('owner');
  expect(splitExtension('-request', '-')).toEqual({ user: '-request', extension: undefined });
});

test('postconf(5) double_bounce_sender: system names are never split', () => {
  expect(splitExtension('double-bounce', '-').extension).toBeUndefined();
  expect(splitExtension('Mailer-Daemon', '-').extension).toBeUndefined();
  expect(splitExtension('two-b', '-', { doubleBounceSender: 'TWO-b' }).extension).toBeUndefined();
});
