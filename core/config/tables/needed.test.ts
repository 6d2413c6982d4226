import { expect, test } from 'vitest';
import { parseMainCf } from '../main-cf.ts';
import { parseMasterCf } from '../master-cf.ts';
import { makeSettings, type Settings } from '../settings.ts';
import { filesNeeded, tablesNeeded } from './needed.ts';
import { emptyTables } from './store.ts';

function needed(main: string, master = '', files: ReadonlyMap<string, string> = new Map()) {
  return makeSettings({
    mainCf: parseMainCf(main, 'main.cf').entries,
    masterCf: parseMasterCf(master, 'master.cf').services,
    tables: { ...emptyTables, files },
  });
}

/** Without the rules that smtpd_forbidden_commands has by default. */
function tablesOf(settings: Settings) {
  return tablesNeeded(settings).filter(({ path }) => !path.includes('Bogus'));
}

test('postconf(5) alias_maps: the default needs /etc/aliases, made by postalias', () => {
  expect(tablesOf(needed(''))).toEqual([
    { ref: 'hash:/etc/aliases', type: 'hash', path: '/etc/aliases', isAlias: true },
  ]);
});

test('postconf(5): tables in maps, lists and restrictions, proxies and ! removed, each once', () => {
  const settings = needed(
    'alias_maps = proxy:hash:/etc/aliases\nlocal_recipient_maps = unix:passwd.byname $alias_maps\n' +
      'relay_domains = !hash:/etc/r, texthash:/etc/t\nvirtual_alias_maps = inline:{a=b}, regexp:/etc/re\n' +
      'smtpd_recipient_restrictions = check_recipient_access lmdb:/etc/access, reject\n' +
      'alias_database = hash:/etc/other\nsmtpd_banner = hash:/etc/banner\n',
  );
  expect(tablesOf(settings).map(({ ref, isAlias }) => [ref, isAlias])).toEqual([
    ['hash:/etc/aliases', true],
    ['hash:/etc/r', false],
    ['texthash:/etc/t', false],
    ['lmdb:/etc/access', false],
    ['regexp:/etc/re', false],
  ]);
});

test('master(5) -o: tables that only one service names', () => {
  const settings = needed('alias_maps =\n', 'a unix - - - - - smtpd -o mynetworks=hash:/etc/n,/etc/nets\n');
  expect(tablesOf(settings).map(({ ref }) => ref)).toEqual(['hash:/etc/n']);
  expect(filesNeeded(settings)).toEqual(['/etc/nets']);
});

test('postconf(5) mydestination: files of items, and the tables that these name', () => {
  const main = 'alias_maps =\nmydestination = a, !/etc/domains\n';
  expect(filesNeeded(needed(main))).toEqual(['/etc/domains']);
  expect(tablesOf(needed(main))).toEqual([]);
  const loaded = needed(main, '', new Map([['/etc/domains', 'b, hash:/etc/more\n']]));
  expect(tablesOf(loaded).map(({ ref }) => ref)).toEqual(['hash:/etc/more']);
});

test('cidr_table(5): rules in braces need no file, yet somebody to read them', () => {
  const rules = '{{192.0.2.0/24 OK}, {::/0 NO}}';
  expect(tablesOf(needed(`alias_maps =\nmynetworks = cidr:${rules}, cidr:relative\n`))).toEqual([
    { ref: `cidr:${rules}`, type: 'cidr', path: rules, isAlias: false },
  ]);
  expect(tablesNeeded(needed('alias_maps =')).map(({ type }) => type)).toEqual(['regexp']);
});
