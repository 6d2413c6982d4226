import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import { rewriteAddress, rewriteExternal } from './rewrite.ts';

const BASE = 'myhostname = mail.gouv.bj\nmyorigin = gouv.bj\n';

function settings(extra = '', profile: '2.3' | '3.x' = '2.3') {
  return makeSettings({ mainCf: parseMainCf(BASE + extra, 'main.cf', profile).entries, profile });
}

const stock = settings();
const local = (address: string) => rewriteAddress(stock, 'local', address);

test.each([
  ['', ''],
  ['@', ''],
  ['espera', 'espera@gouv.bj'],
  ['@a.example,@b.example:user@dom.example', 'user@dom.example'],
  ['site!user', 'user@site.gouv.bj'],
  ['a.example!b.example!user', 'b.example!user@a.example'],
  ['user%dom.example', 'user@dom.example'],
  ['a%b%c.example', 'a%b@c.example'],
  ['user%dom@other.example', 'user%dom@other.example'],
  ['user@host', 'user@host.gouv.bj'],
  ['user@[192.0.2.1]', 'user@[192.0.2.1]'],
  ['user@dom.example.', 'user@dom.example'],
  ['user@dom.example..', 'user@dom.example..'],
  ['user@.', 'user@.'],
  ['a b', 'a b@gouv.bj'],
])('trivial-rewrite(8) ADDRESS REWRITING CONTROLS: %j becomes %j', (address, expected) => {
  expect(local(address)).toBe(expected);
});

test.each([
  ['"a@b"', '"a@b"@gouv.bj'],
  ['"a@b"@c', '"a@b"@c.gouv.bj'],
  ['"a!b"', 'a!b@gouv.bj'],
  ['c!"x" "y"', '"x y"@c.gouv.bj'],
  ['!"x" "y"', 'xy@'],
  ['@', '""'],
  ['""', '""'],
])('trivial-rewrite(8): %s in a header becomes %s', (address, expected) => {
  expect(rewriteExternal(stock, 'local', address)).toBe(expected);
});

test('postconf(5) remote_header_rewrite_domain: empty leaves addresses of strangers alone', () => {
  expect(rewriteAddress(stock, 'remote', 'espera')).toBe('espera');
  expect(rewriteAddress(stock, 'remote', 'espera@mail')).toBe('espera@mail');
  expect(rewriteAddress(stock, 'remote', 'espera@gouv.bj.')).toBe('espera@gouv.bj');
});

test('postconf(5) remote_header_rewrite_domain: completes them otherwise', () => {
  const marked = settings('remote_header_rewrite_domain = domain.invalid\n');
  expect(rewriteAddress(marked, 'remote', 'espera')).toBe('espera@domain.invalid');
  expect(rewriteAddress(marked, 'remote', 'espera@mail')).toBe('espera@mail.domain.invalid');
});

test('postconf(5) append_dot_mydomain: yes in 2.3, no from compatibility_level 1 on', () => {
  const modern = settings('compatibility_level = 3.6\n', '3.x');
  expect(rewriteAddress(modern, 'local', 'user@host')).toBe('user@host');
  expect(rewriteAddress(settings('', '3.x'), 'local', 'user@host')).toBe('user@host.gouv.bj');
});

test('postconf(5) swap_bangpath, allow_percent_hack, append_at_myorigin: each can be switched off', () => {
  const off = settings('swap_bangpath = no\nallow_percent_hack = no\nappend_at_myorigin = no\n');
  expect(rewriteAddress(off, 'local', 'site!user')).toBe('site!user');
  expect(rewriteAddress(off, 'local', 'user%dom')).toBe('user%dom');
  expect(rewriteAddress(settings('swap_bangpath = no\n'), 'local', 'site!user')).toBe('site!user@gouv.bj');
});

test('trivial-rewrite(8): a complete address stays as it is, so rewriting twice changes nothing', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const name = fc.stringMatching(/^[a-zA-Z0-9._+ "%!\\-]{1,12}$/);
  fc.assert(
    fc.property(name, fc.array(label, { minLength: 2, maxLength: 4 }), (user, labels) => {
      const address = `${user}@${labels.join('.')}`;
      expect(local(address)).toBe(address);
    }),
    { seed: 23, numRuns: 500 },
  );
});

test('trivial-rewrite(8): never throws, whatever the text', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab.@!%"\\ []:<>(),;'), maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.constantFrom('local' as const, 'remote' as const), (text, context) => {
      expect(typeof rewriteAddress(stock, context, text)).toBe('string');
    }),
    { seed: 24, numRuns: 2000 },
  );
});
