import { expect, test } from 'vitest';
import { parseMainCf } from './main-cf.ts';
import { matchDomain } from './match-list.ts';
import { type SearchStyle, searchAddress, searchAddressIn } from './search.ts';
import { searchClient, searchName, searchNetwork } from './search-access.ts';
import { makeSettings, type Settings } from './settings.ts';

function settingsOf(mainText = ''): Settings {
  const text = `myhostname = mail.gouv.bj\nmydestination = gouv.bj\nrecipient_delimiter = +\n${mainText}`;
  return makeSettings({ mainCf: parseMainCf(text, 'main.cf').entries });
}

/** Which keys are tried, seen by a table that answers to one of them after the other. */
function keysTried(address: string, style: SearchStyle, main = '', candidates: readonly string[] = []) {
  const settings = settingsOf(main);
  const tried: string[] = [];
  let left = [...candidates];
  for (;;) {
    if (left.length === 0) return tried;
    const table = `inline:{${left.map((key) => `{${key}=v}`).join(' ')}}`;
    const answer = searchAddressIn(settings, [table], address, style);
    if (answer?.type !== 'found') return tried;
    tried.push(answer.extension === undefined ? answer.key : `${answer.key} less ${answer.extension}`);
    left = left.filter((key) => key !== answer.key.toLowerCase());
  }
}

test('virtual(5) TABLE SEARCH ORDER: whole, without extension, bare if ours, @domain', () => {
  const all = ['u+e@gouv.bj', 'u@gouv.bj', 'u+e', 'u', '@gouv.bj', 'gouv.bj', '.bj', '*'];
  expect(keysTried('u+e@gouv.bj', 'address', '', all)).toEqual([
    ...['u+e@gouv.bj', 'u@gouv.bj less e', 'u+e', 'u less e', '@gouv.bj'],
  ]);
  expect(keysTried('u+e@mail.gouv.bj', 'address', '', ['u', 'u+e'])).toEqual(['u+e', 'u less e']);
  const away = ['u+e@a.b', 'u@a.b', 'u+e', 'u', '@a.b', 'a.b'];
  expect(keysTried('u+e@a.b', 'address', '', away)).toEqual(['u+e@a.b', 'u@a.b less e', '@a.b']);
});

test('virtual(5): keys keep their case, lookups do not care', () => {
  expect(keysTried('User+Ext@Gouv.BJ', 'address', '', ['user@gouv.bj'])).toEqual(['User@Gouv.BJ less Ext']);
});

test('postconf(5) recipient_delimiter: without one there are no extensions', () => {
  const main = 'recipient_delimiter =\n';
  expect(keysTried('u+e@a.b', 'address', main, ['u+e@a.b', 'u@a.b'])).toEqual(['u+e@a.b']);
});

test('aliases(5): the name, then without its extension', () => {
  expect(keysTried('u+e', 'aliases', '', ['u+e', 'u', '*'])).toEqual(['u+e', 'u less e']);
  expect(keysTried('owner-list', 'aliases', 'recipient_delimiter = -\n', ['owner-list', 'owner'])).toEqual([
    'owner-list',
  ]);
});

test('transport(5) TABLE SEARCH ORDER: address, domain, .parents, *', () => {
  const all = ['u+e@a.b.c', 'u@a.b.c', 'a.b.c', '.b.c', '.c', 'b.c', 'c', '*', '@a.b.c', 'u'];
  expect(keysTried('u+e@a.b.c', 'transport', '', all)).toEqual([
    ...['u+e@a.b.c', 'u@a.b.c less e', 'a.b.c', '.b.c', '.c', '*'],
  ]);
  const parents = 'parent_domain_matches_subdomains = transport_maps\n';
  expect(keysTried('u@a.b.c', 'transport', parents, ['.b.c', '.c', 'b.c', 'c', '*'])).toEqual([
    ...['b.c', 'c', '*'],
  ]);
});

test('access(5) EMAIL ADDRESS PATTERNS: address, domain and parents, user@', () => {
  const all = ['u+e@a.b', 'u@a.b', 'a.b', 'b', '.b', 'u+e@', 'u@', 'u', '@a.b', '*'];
  expect(keysTried('u+e@a.b', 'access', '', all)).toEqual([
    ...['u+e@a.b', 'u@a.b less e', 'a.b', 'b', 'u+e@', 'u@ less e'],
  ]);
  expect(keysTried('<>', 'access', '', ['<>'])).toEqual(['<>']);
});

test('postmap(1) 3.2: a key that needs quotes is asked for with them first', () => {
  expect(keysTried('a,b@x.y', 'address', '', ['"a,b"@x.y', 'a,b@x.y'])).toEqual(['"a,b"@x.y', 'a,b@x.y']);
  expect(keysTried('a,b@gouv.bj', 'address', '', ['"a,b"'])).toEqual(['"a,b"']);
  const old = 'postfix_version_profile = 2.3\n';
  expect(keysTried('a,b@x.y', 'address', old, ['"a,b"@x.y', 'a,b@x.y'])).toEqual(['a,b@x.y']);
});

test('DATABASE_README: every table is asked for one key before the next key', () => {
  const settings = settingsOf('virtual_alias_maps = inline:{u@a.b=second}, inline:{{u+e@a.b=first}}\n');
  expect(searchAddress(settings, 'virtual_alias_maps', 'u+e@a.b', 'address')).toEqual({
    ...{ type: 'found', value: 'first', key: 'u+e@a.b', table: 'inline:{{u+e@a.b=first}}' },
    extension: undefined,
  });
  expect(searchAddress(settings, 'virtual_alias_maps', 'u@a.c', 'address')).toBeUndefined();
  expect(searchAddress(settings, 'canonical_maps', 'u@a.b', 'address')).toBeUndefined();
});

test('DATABASE_README: a table that fails ends the search, and so does an empty value', () => {
  const broken = settingsOf('virtual_alias_maps = hash:/x, static:y\n');
  expect(searchAddress(broken, 'virtual_alias_maps', 'u@a.b', 'address')).toEqual({
    ...{ type: 'error', table: 'hash:/x', text: 'open database /x.db: No such file or directory' },
  });
  const empty = settingsOf('virtual_alias_maps = inline:{{u@a.b=}}\n');
  expect(searchAddress(empty, 'virtual_alias_maps', 'u@a.b', 'address')).toMatchObject({
    type: 'error',
    text: 'inline:{{u@a.b=}} lookup of u@a.b returns an empty string result',
  });
});

test('postconf(5) mydestination: when it cannot be asked, nobody knows whether the bare name counts', () => {
  const settings = settingsOf('mydestination = hash:/x\nvirtual_alias_maps = inline:{u=v}\n');
  expect(searchAddress(settings, 'virtual_alias_maps', 'u@a.b', 'address')?.type).toBe('error');
  expect(searchAddress(settings, 'virtual_alias_maps', 'u@mail.gouv.bj', 'address')?.type).toBe('found');
});

test('access(5) HOST NAME/ADDRESS PATTERNS: name and parents, then shorter and shorter addresses', () => {
  const settings = settingsOf();
  const key = (table: string, name: string, address: string): string | undefined => {
    const answer = searchClient(settings, [`inline:{${table}}`], { name, address });
    return answer?.type === 'found' ? answer.key : answer?.type;
  };
  expect(key('a.example.com=1 example.com=2 10.0.0.1=3', 'a.example.com', '10.0.0.1')).toBe('a.example.com');
  expect(key('example.com=2 10.0.0.1=3', 'a.example.com', '10.0.0.1')).toBe('example.com');
  expect(key('10.0=3 10=4', 'a.example.com', '10.0.0.1')).toBe('10.0');
  expect(key('2001:db8=5', 'unknown', '2001:db8:1::2')).toBe('2001:db8');
  expect(key('unknown=6', 'unknown', '10.0.0.1')).toBe('unknown');
  expect(key('0.1=7', 'unknown', '10.0.0.1')).toBeUndefined();
});

test('access(5): a name that is an address has no parents', () => {
  const settings = settingsOf();
  expect(searchName(settings, ['inline:{0.0.1=x}'], '10.0.0.1')).toBeUndefined();
  expect(searchName(settings, ['inline:{b.c=x}'], 'a.b.c')?.type).toBe('found');
  expect(searchNetwork(settings, ['fail:x'], '10.0.0.1')?.type).toBe('error');
});

test('cidr_table(5), regexp_table(5): rules are asked with the whole key only', () => {
  const asked: string[] = [];
  const find = (key: string): undefined => {
    asked.push(key);
  };
  const rules = { type: 'rules', problems: [], find } as const;
  const tables = new Map([
    ['cidr:/c', rules],
    ['regexp:/r', rules],
  ]);
  const settings = makeSettings({
    mainCf: parseMainCf(
      'recipient_delimiter = +\nmydestination = gouv.bj\nrelay_domains = cidr:/c\n',
      'main.cf',
    ).entries,
    tables: { tables, files: new Map(), accounts: settingsOf().tables.accounts },
  });
  searchClient(settings, ['cidr:/c'], { name: 'A.gouv.bj', address: '192.0.2.1' });
  searchName(settings, ['proxy:regexp:/r'], 'B.gouv.bj');
  for (const style of ['address', 'transport', 'access'] as const)
    searchAddressIn(settings, ['regexp:/r'], `${style}+E@gouv.bj`, style);
  searchAddressIn(settings, ['regexp:/r'], 'User+E', 'aliases');
  matchDomain(settings, 'relay_domains', 'x.y.z');
  expect(asked).toEqual([
    ...['A.gouv.bj', '192.0.2.1', 'B.gouv.bj', 'address+E@gouv.bj', 'transport+E@gouv.bj'],
    ...['access+E@gouv.bj', 'User+E', 'User', 'x.y.z'],
  ]);
});
