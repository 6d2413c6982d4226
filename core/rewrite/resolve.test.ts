import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import { resolveAddress } from './resolve.ts';

const BASE = `myhostname = mail.gouv.bj
mydestination = gouv.bj, mail.gouv.bj
inet_interfaces = all
virtual_alias_domains = alias.example
virtual_mailbox_domains = box.example
relay_domains = relay.example
`;

function settings(extra = '') {
  const computed = { interfaces: [{ address: '192.0.2.1', prefixLength: 24 }] };
  return makeSettings({
    mainCf: parseMainCf(BASE + extra, 'main.cf', '3.x').entries,
    profile: '3.x',
    computed,
  });
}

const stock = settings();

function way(address: string, extra = '', sender = '') {
  const at = extra === '' ? stock : settings(extra);
  const { transport, nexthop, recipient, addressClass, routed, failed } = resolveAddress(at, sender, address);
  return failed ?? `${transport}:${nexthop} <${recipient}> ${addressClass}${routed ? ' routed' : ''}`;
}

test.each([
  ['espera@gouv.bj', 'local:mail.gouv.bj <espera@gouv.bj> local'],
  ['espera@GOUV.BJ.', 'local:mail.gouv.bj <espera@GOUV.BJ> local'],
  ['espera', 'local:mail.gouv.bj <espera@mail.gouv.bj> local'],
  ['espera@[192.0.2.1]', 'local:mail.gouv.bj <espera@[192.0.2.1]> local'],
  ['x@alias.example', 'error:5.1.1 User unknown in virtual alias table <x@alias.example> virtual-alias'],
  ['x@box.example', 'virtual:box.example <x@box.example> virtual-mailbox'],
  ['x@relay.example', 'relay:relay.example <x@relay.example> relay'],
  ['x@sub.relay.example', 'relay:sub.relay.example <x@sub.relay.example> relay'],
  ['x@far.example', 'smtp:far.example <x@far.example> default'],
  ['x@[198.51.100.7]', 'smtp:[198.51.100.7] <x@[198.51.100.7]> default'],
])('trivial-rewrite(8): the class of %s decides', (address, expected) => {
  expect(way(address)).toBe(expected);
});

test.each([
  ['x%far.example@gouv.bj', 'smtp:far.example <x@far.example> default'],
  ['far.example!x@gouv.bj', 'smtp:far.example <x@far.example> default'],
  ['x@far.example@gouv.bj', 'smtp:far.example <x@far.example> default'],
  ['x%espera%gouv.bj@mail.gouv.bj', 'local:mail.gouv.bj <x@espera.gouv.bj> local'],
  ['@gouv.bj', 'local:mail.gouv.bj <MAILER-DAEMON@gouv.bj> local'],
  ['', 'local:mail.gouv.bj <MAILER-DAEMON@mail.gouv.bj> local'],
])('RFC 5321 §3.6.1: the route in %s through us is followed', (address, expected) => {
  expect(way(address, 'mydestination = gouv.bj, mail.gouv.bj, espera.gouv.bj\n')).toBe(expected);
});

test('postconf(5) permit_auth_destination: a route through somebody else is told', () => {
  expect(way('a%b@relay.example')).toBe('relay:relay.example <a%b@relay.example> relay routed');
  expect(way('a!b@relay.example', 'swap_bangpath = no\n')).toContain('routed');
  expect(way('a@relay.example')).not.toContain('routed');
});

test.each(['x@1.2.3.4', 'x@a..b', 'x@-a.example', 'x@[bad', 'x@', '-x@far.example', 'x@a_b.example:25'])(
  'trivial-rewrite(8): %s is bad syntax',
  (address) => {
    expect(way(address)).toBe('syntax');
  },
);

test('postconf(5) resolve_numeric_domain: reads 192.0.2.1 as [192.0.2.1], which is ours', () => {
  expect(way('x@192.0.2.1', 'resolve_numeric_domain = yes\n')).toBe(
    'local:mail.gouv.bj <x@[192.0.2.1]> local',
  );
});

test('postconf(5) relayhost: for relay and default domains, brackets and port stay', () => {
  const relayhost = 'relayhost = [smtp.example]:587\n';
  expect(way('x@far.example', relayhost)).toBe('smtp:[smtp.example]:587 <x@far.example> default');
  expect(way('x@relay.example', relayhost)).toBe('relay:[smtp.example]:587 <x@relay.example> relay');
  expect(way('x@gouv.bj', relayhost)).toBe('local:mail.gouv.bj <x@gouv.bj> local');
});

test('postconf(5) sender_dependent_relayhost_maps: beats relayhost; DUNNO and others leave it', () => {
  const maps =
    'relayhost = r.example\n' +
    'sender_dependent_relayhost_maps = inline:{ {a@s.example=own.example} {@d.example=DUNNO} }\n';
  expect(way('x@far.example', maps, 'a@s.example')).toContain('smtp:own.example ');
  expect(way('x@far.example', maps, 'z@d.example')).toContain('smtp:r.example ');
  expect(way('x@far.example', maps, '')).toContain('smtp:r.example ');
});

test.each([
  ['u+e@k.example', 'smtp:one'],
  ['u+f@k.example', 'smtp:two'],
  ['v@k.example', 'smtp:three'],
  ['v@a.p.example', 'smtp:four'],
  ['v@p.example', 'smtp:p.example'],
  ['v@noop.example', 'smtp:noop.example'],
  ['v@hop.example', 'smtp:h'],
  ['v@tran.example', 'uucp:tran.example'],
  ['v@err.example', 'error:Address is undeliverable'],
  ['espera@gouv.bj', 'lmtp:gouv.bj'],
])('transport(5) TABLE SEARCH ORDER and RESULT FORMAT: %s goes by %s', (address, expected) => {
  const table =
    'recipient_delimiter = +\ntransport_maps = inline:{ {u+e@k.example=smtp:one} {u@k.example=smtp:two} ' +
    '{k.example=smtp:three} {.p.example=smtp:four} {noop.example=:} {hop.example=:h} {tran.example=uucp:} ' +
    '{err.example=error:} {gouv.bj=lmtp:} }\n';
  expect(way(address, table).startsWith(`${expected} <`)).toBe(true);
});

test('relocated(5): comes last and answers with the new address', () => {
  const moved = 'relocated_maps = inline:{ {old@gouv.bj=new@far.example} }\n';
  expect(way('old@gouv.bj', moved)).toBe('error:5.1.6 User has moved to new@far.example <old@gouv.bj> local');
});

test.each(['mydestination', 'virtual_alias_domains', 'relay_domains', 'transport_maps', 'relocated_maps'])(
  'trivial-rewrite(8): a table of %s that fails means "later", never another way',
  (parameter) => {
    const failing = settings(`${parameter} = fail:table\n`);
    const { failed, because } = resolveAddress(failing, '', 'x@far.example');
    expect({ failed, parameter: because?.parameter }).toEqual({ failed: 'lookup', parameter });
  },
);

test('trivial-rewrite(8): any text gets a transport and a next hop, or is called bad', () => {
  const unit = fc.constantFrom(
    'a',
    '.',
    '@',
    '!',
    '%',
    '"',
    '\\',
    ' ',
    '[',
    ']',
    ':',
    'gouv.bj',
    'x.example',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (address) => {
      const { failed, transport, nexthop, recipient } = resolveAddress(stock, '', address);
      if (failed === undefined) expect([transport, nexthop, recipient]).not.toContain('');
      else expect(failed).toBe('syntax');
    }),
    { seed: 25, numRuns: 3000 },
  );
});

test('transport(5): a virtual alias domain is opened by no entry, whatever its key', () => {
  for (const key of ['x@alias.example', 'alias.example', '*']) {
    const extra = `transport_maps = inline:{ {${key}=smtp:hub.example} }\n`;
    expect(way('x@alias.example', extra)).toBe(
      'error:5.1.1 User unknown in virtual alias table <x@alias.example> virtual-alias',
    );
  }
  expect(way('x@box.example', 'transport_maps = inline:{ {*=smtp:hub.example} }\n')).toContain('smtp:hub');
});
