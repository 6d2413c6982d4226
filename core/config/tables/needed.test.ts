import { expect, test } from 'vitest';
import { parseMainCf } from '../main-cf.ts';
import { parseMasterCf } from '../master-cf.ts';
import { makeSettings } from '../settings.ts';
import { filesNeeded, tablesNeeded } from './needed.ts';
import { emptyTables } from './store.ts';

function needed(main: string, master = '', files: ReadonlyMap<string, string> = new Map()) {
  return makeSettings({
    mainCf: parseMainCf(main, 'main.cf').entries,
    masterCf: parseMasterCf(master, 'master.cf').services,
    tables: { ...emptyTables, files },
  });
}

test('postconf(5) alias_maps: the default needs /etc/aliases, made by postalias', () => {
  expect(tablesNeeded(needed(''))).toEqual([
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
  expect(tablesNeeded(settings).map(({ ref, isAlias }) => [ref, isAlias])).toEqual([
    ['hash:/etc/aliases', true],
    ['hash:/etc/r', false],
    ['texthash:/etc/t', false],
    ['lmdb:/etc/access', false],
  ]);
});

test('master(5) -o: tables that only one service names', () => {
  const settings = needed('alias_maps =\n', 'a unix - - - - - smtpd -o mynetworks=hash:/etc/n,/etc/nets\n');
  expect(tablesNeeded(settings).map(({ ref }) => ref)).toEqual(['hash:/etc/n']);
  expect(filesNeeded(settings)).toEqual(['/etc/nets']);
});

test('postconf(5) mydestination: files of items, and the tables that these name', () => {
  const main = 'alias_maps =\nmydestination = a, !/etc/domains\n';
  expect(filesNeeded(needed(main))).toEqual(['/etc/domains']);
  expect(tablesNeeded(needed(main))).toEqual([]);
  const loaded = needed(main, '', new Map([['/etc/domains', 'b, hash:/etc/more\n']]));
  expect(tablesNeeded(loaded).map(({ ref }) => ref)).toEqual(['hash:/etc/more']);
});
