import { expect, test } from 'vitest';
import { isLoopback, isOurs } from './hosts.ts';

test.for([
  ['127.0.0.1:8025', true],
  ['localhost:8025', true],
  ['LOCALHOST', true],
  ['[::1]:8025', true],
  ['127.9.8.7', true],
  ['mail.gouv.bj:8025', true],
  ['192.0.2.7:8025', true],
  ['192.0.2.8:8025', false],
  ['evil.example:8025', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1@evil.example', false],
  ['127.1', false],
  ['', false],
  ['localhost:8025:1', false],
] as const)('RFC 9110 §7.2: Host %j is ours: %s', ([header, expected]) => {
  expect(isOurs(header, 'mail.gouv.bj', '192.0.2.7')).toBe(expected);
});

test('RFC 9110 §7.2: a request without Host is not for us', () => {
  expect(isOurs(undefined, '127.0.0.1', '127.0.0.1')).toBe(false);
});

test('RFC 6890 §2.2.2: all of 127/8 is loopback, and nothing that only looks like it', () => {
  expect(['127.0.0.1', '127.255.0.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '128.0.0.1', '127.example', '127.0.0.1.example'].some(isLoopback)).toBe(false);
});
