import { expect, test } from 'vitest';
import { parseMainCf } from './main-cf.ts';
import { matchAddress, matchDomain, matchString, parentsOf } from './match-list.ts';
import { isLocalDomain, isOwnAddress } from './own-address.ts';
import { makeSettings, type Settings } from './settings.ts';
import type { TableStore } from './tables/store.ts';

function settingsOf(mainText: string, tables: Partial<TableStore> = {}): Settings {
  const accounts = { byName: new Map(), byUid: new Map(), groups: new Map() };
  return makeSettings({
    mainCf: parseMainCf(mainText, 'main.cf').entries,
    tables: { tables: new Map(), files: new Map(), accounts, ...tables },
    computed: {
      myhostname: 'mail.gouv.bj',
      interfaces: [
        { address: '127.0.0.1', prefixLength: 8 },
        { address: '192.168.0.250', prefixLength: 24 },
        { address: '2001:db8::1', prefixLength: 64 },
      ],
    },
  });
}

function domainIn(list: string, domain: string, more = ''): boolean {
  return (
    matchDomain(settingsOf(`relay_domains = ${list}\n${more}`), 'relay_domains', domain).type === 'match'
  );
}

function clientIn(list: string, address: string, name = 'unknown'): boolean {
  return matchAddress(settingsOf(`mynetworks = ${list}`), 'mynetworks', name, address).type === 'match';
}

test('postconf(5) relay_domains: a domain and, by default, its subdomains, case aside', () => {
  expect(domainIn('Example.COM', 'example.com')).toBe(true);
  expect(domainIn('example.com', 'a.B.example.com')).toBe(true);
  expect(domainIn('example.com', 'badexample.com')).toBe(false);
  expect(domainIn('example.com', 'com')).toBe(false);
});

test('postconf(5) parent_domain_matches_subdomains: a list not named there wants .example.com', () => {
  const none = 'parent_domain_matches_subdomains =\n';
  expect(domainIn('example.com', 'a.example.com', none)).toBe(false);
  expect(domainIn('.example.com', 'a.example.com', none)).toBe(true);
  expect(domainIn('.example.com', 'example.com', none)).toBe(false);
  expect(domainIn('inline:{example.com=x}', 'a.example.com')).toBe(true);
  expect(domainIn('inline:{example.com=x}', 'a.example.com', none)).toBe(false);
  expect(domainIn('inline:{.example.com=x}', 'a.example.com', none)).toBe(true);
  expect(parentsOf('a.b.c', false)).toEqual(['b.c', 'c']);
  expect(parentsOf('a.b.c', true)).toEqual(['.b.c', '.c']);
});

test('postconf(5) mydestination: the first item that matches decides, ! turns it round', () => {
  const settings = settingsOf('mydestination = !A.example, static:yes\n');
  expect(matchString(settings, 'mydestination', 'a.EXAMPLE')).toEqual({
    type: 'mismatch',
    item: '!A.example',
  });
  expect(matchString(settings, 'mydestination', 'b.example')).toEqual({ type: 'match', item: 'static:yes' });
  expect(matchString(settingsOf('mydestination = !!a'), 'mydestination', 'a').type).toBe('match');
});

test('postconf(5) mydestination: /file items are the lines of the file, since 3.0 with ! too', () => {
  const files = new Map([
    ['/etc/domains', '# comment\nb.example, c.example\n  d.example\n/etc/more\n'],
    ['/etc/more', 'e.example\n'],
  ]);
  const list = settingsOf('mydestination = /etc/domains\n', { files });
  for (const name of ['b', 'c', 'd', 'e'])
    expect(matchString(list, 'mydestination', `${name}.example`).type).toBe('match');
  expect(matchString(list, 'mydestination', 'comment').type).toBe('mismatch');
  const negated = settingsOf('mydestination = !/etc/domains, static:x\n', { files });
  expect(matchString(negated, 'mydestination', 'c.example').type).toBe('mismatch');
  expect(matchString(negated, 'mydestination', 'x.example').type).toBe('match');
});

test('postconf(5) mydestination 2.3: ! before a file is no negation, no lines are continued', () => {
  const files = new Map([['/f', '#a\nb\n # c\n']]);
  const main = 'postfix_version_profile = 2.3\nmydestination = ';
  const negated = settingsOf(`${main}!/f, static:x\n`, { files });
  expect(matchString(negated, 'mydestination', 'b').type).toBe('match');
  const plain = settingsOf(`${main}/f\n`, { files });
  expect(['a', 'b', 'c'].map((name) => matchString(plain, 'mydestination', name).type)).toEqual([
    ...['mismatch', 'match', 'match'],
  ]);
});

test('postconf(5) mydestination: a file that includes itself comes to an end', () => {
  const settings = settingsOf('mydestination = /f\n', { files: new Map([['/f', '/f']]) });
  expect(matchString(settings, 'mydestination', 'a').type).toBe('error');
});

test('postconf(5) mydestination: a table or file that fails leaves the question open', () => {
  expect(matchString(settingsOf('mydestination = a, hash:/x\n'), 'mydestination', 'b')).toEqual({
    type: 'error',
    text: 'mydestination: hash:/x: table lookup problem',
    cause: 'open database /x.db: No such file or directory',
  });
  expect(matchString(settingsOf('mydestination = /x\n'), 'mydestination', 'b')).toEqual({
    type: 'error',
    text: 'mydestination: nofile:/x: table lookup problem',
    cause: 'open file /x: No such file or directory',
  });
  expect(matchString(settingsOf('mydestination = a, hash:/x\n'), 'mydestination', 'a').type).toBe('match');
});

test.each([
  ['127.0.0.0/8', '127.1.2.3', true],
  ['192.168.0.0/24', '192.168.1.1', false],
  ['!192.168.0.66, 192.168.0.0/24', '192.168.0.66', false],
  ['!192.168.0.66, 192.168.0.0/24', '192.168.0.67', true],
  ['192.168.0.66', '192.168.0.66', true],
  ['[::1]/128', '::1', true],
  ['[2001:DB8::]/32', '2001:db8::5', true],
  ['[2001:db8::5]', '2001:db8:0:0::5', true],
  ['10.0.0.0/8', '::1', false],
  ['inline:{{10.0.0.1=x}}', '10.0.0.1', true],
])('postconf(5) mynetworks: %s, client %s: %s', (list, address, expected) => {
  expect(clientIn(list, address)).toBe(expected);
});

test('postconf(5) mynetworks: items are tried with the client’s name too', () => {
  expect(clientIn('example.com', '10.0.0.1', 'a.example.com')).toBe(true);
  expect(clientIn('inline:{example.com=x}', '10.0.0.1', 'a.example.com')).toBe(true);
  expect(clientIn('example.com', '10.0.0.1')).toBe(false);
});

test('postconf(5) mynetworks: a network with host bits is an error, for addresses of its family', () => {
  const settings = settingsOf('mynetworks = 10.0.0.1/8\n');
  expect(matchAddress(settings, 'mynetworks', 'unknown', '192.0.2.1')).toMatchObject({
    type: 'error',
    text:
      'mynetworks: non-null host address bits in "10.0.0.1/8", ' +
      'perhaps you should use "10.0.0.0/8" instead',
  });
  expect(matchAddress(settings, 'mynetworks', 'unknown', '::1').type).toBe('mismatch');
});

test('postconf(5) mydestination: words, one dot at the end aside; no subdomains, no .patterns', () => {
  const settings = settingsOf('mydestination = $myhostname, gouv.bj, .example\n');
  const local = (domain: string): boolean => isLocalDomain(settings, domain).type === 'match';
  expect(['Gouv.BJ', 'gouv.bj.', 'mail.gouv.bj'].map(local)).toEqual([true, true, true]);
  expect(['www.gouv.bj', 'gouv.bj..', '', '.', 'a.example'].map(local)).toEqual(Array(5).fill(false));
});

test('RFC 5321 §4.1.3: [address] is local when the address is ours', () => {
  const settings = settingsOf('mydestination =\nproxy_interfaces = 203.0.113.9\n');
  const local = (domain: string): boolean => isLocalDomain(settings, domain).type === 'match';
  expect(['[192.168.0.250]', '[IPv6:2001:db8:0::1]', '[203.0.113.9]'].map(local)).toEqual([true, true, true]);
  expect(['[192.168.0.251]', '192.168.0.250', '[x]', '[]'].map(local)).toEqual(Array(4).fill(false));
});

test('postconf(5) mydestination: !name excludes even what comes later', () => {
  expect(isLocalDomain(settingsOf('mydestination = !a, a\n'), 'a').type).toBe('mismatch');
  expect(isLocalDomain(settingsOf('mydestination = hash:/x\n'), 'a').type).toBe('error');
});

test('postconf(5) inet_interfaces: addresses that it leaves out are not ours', () => {
  const loopback = settingsOf('inet_interfaces = loopback-only\n');
  expect([isOwnAddress(loopback, '127.0.0.1'), isOwnAddress(loopback, '192.168.0.250')]).toEqual([
    true,
    false,
  ]);
  const named = settingsOf('inet_interfaces = $myhostname\ninet_protocols = ipv4\n');
  expect(isOwnAddress(named, '192.168.0.250')).toBe(true);
  expect(isOwnAddress(named, '127.0.0.1')).toBe(false);
  expect(isOwnAddress(named, '2001:db8::1')).toBe(false);
});
