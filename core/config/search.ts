/**
 * search - in which order the keys of an address are tried in a table. The first hit counts.
 *
 * canonical(5) · virtual(5) · aliases(5) · transport(5) · access(5), each "TABLE SEARCH ORDER"
 */
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { fold } from './fold.ts';
import { parentsMatch, parentsOf } from './match-list.ts';
import { isLocalDomain } from './own-address.ts';
import { listOf, type Settings, textOf } from './settings.ts';
import { lookup } from './tables/store.ts';

/** What was found, under which key, in which table; `extension` is what the key lacked. */
export type SearchAnswer =
  | {
      readonly type: 'found';
      readonly value: string;
      readonly key: string;
      readonly table: string;
      readonly extension: string | undefined;
    }
  | { readonly type: 'error'; readonly text: string; readonly table: string };

/** canonical/virtual style, aliases style, transport style, access style. */
export type SearchStyle = 'address' | 'aliases' | 'transport' | 'access';

interface Key {
  readonly key: string;
  /** The extension that this key leaves out. */
  readonly extension?: string | undefined;
}

function split(settings: Settings, local: string) {
  return splitExtension(local, textOf(settings, 'recipient_delimiter'), {
    ownreqSpecial: textOf(settings, 'owner_request_special') !== 'no',
    doubleBounceSender: textOf(settings, 'double_bounce_sender'),
  });
}

/** Bare local parts count only for domains that are ours. */
function isOurs(settings: Settings, domain: string): boolean {
  return (
    fold(domain) === fold(textOf(settings, 'myorigin')) || isLocalDomain(settings, domain).type === 'match'
  );
}

function addressKeys(settings: Settings, address: string): readonly Key[] {
  const { local, domain } = splitLocalDomain(address);
  const { user, extension } = split(settings, local);
  const keys: Key[] = [];
  if (domain === undefined) {
    keys.push({ key: local });
    if (extension !== undefined) keys.push({ key: user, extension });
    return keys;
  }
  keys.push({ key: `${local}@${domain}` });
  if (extension !== undefined) keys.push({ key: `${user}@${domain}`, extension });
  if (isOurs(settings, domain)) {
    keys.push({ key: local });
    if (extension !== undefined) keys.push({ key: user, extension });
  }
  keys.push({ key: `@${domain}` });
  return keys;
}

function aliasKeys(settings: Settings, local: string): readonly Key[] {
  const { user, extension } = split(settings, local);
  return extension === undefined ? [{ key: local }] : [{ key: local }, { key: user, extension }];
}

function transportKeys(settings: Settings, address: string): readonly Key[] {
  const { local, domain } = splitLocalDomain(address);
  const { user, extension } = split(settings, local);
  const keys: Key[] = [{ key: address }];
  if (extension !== undefined && domain !== undefined) keys.push({ key: `${user}@${domain}`, extension });
  if (domain !== undefined) {
    const plain = parentsMatch(settings, 'transport_maps');
    keys.push({ key: domain }, ...parentsOf(domain, !plain).map((key) => ({ key })));
  }
  keys.push({ key: '*' });
  return keys;
}

function accessKeys(settings: Settings, address: string): readonly Key[] {
  const { local, domain } = splitLocalDomain(address);
  const { user, extension } = split(settings, local);
  if (domain === undefined) return [{ key: address }];
  const plain = parentsMatch(settings, 'smtpd_access_maps');
  const keys: Key[] = [{ key: address }];
  if (extension !== undefined) keys.push({ key: `${user}@${domain}`, extension });
  keys.push({ key: domain }, ...parentsOf(domain, !plain).map((key) => ({ key })), { key: `${local}@` });
  if (extension !== undefined) keys.push({ key: `${user}@`, extension });
  return keys;
}

function keysOf(settings: Settings, address: string, style: SearchStyle): readonly Key[] {
  switch (style) {
    case 'address':
      return addressKeys(settings, address);
    case 'aliases':
      return aliasKeys(settings, address);
    case 'transport':
      return transportKeys(settings, address);
    case 'access':
      return accessKeys(settings, address);
    default:
      return style satisfies never;
  }
}

/** Tries every key in every table of a maps parameter: all tables for a key before the next key. */
export function searchAddress(
  settings: Settings,
  mapsParameter: string,
  address: string,
  style: SearchStyle,
): SearchAnswer | undefined {
  const tables = listOf(settings, mapsParameter);
  if (tables.length === 0) return undefined;
  for (const { key, extension } of keysOf(settings, fold(address), style)) {
    for (const table of tables) {
      const answer = lookup(settings.tables, table, key);
      if (answer.type === 'found') return { type: 'found', value: answer.value, key, table, extension };
      if (answer.type === 'error') return { type: 'error', text: answer.text, table };
    }
  }
  return undefined;
}
