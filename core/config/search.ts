/**
 * search - in which order the keys of an address are tried in tables. The first hit counts.
 *
 * canonical(5) · virtual(5) · aliases(5) · transport(5) · access(5), each "TABLE SEARCH ORDER" ·
 * Postfix: src/global/mail_addr_find.c
 */
import { quote822 } from '../mail/quote.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import { fold } from './fold.ts';
import { parentsMatch, parentsOf } from './match-list.ts';
import { isLocalDomain } from './own-address.ts';
import { boolOf, listOf, type Settings, textOf } from './settings.ts';
import { knowsParts, lookup } from './tables/store.ts';

/**
 * What was found, under which key, in which table; `extension` is what the key lacked (without its
 * delimiter).
 */
export interface SearchHit {
  readonly type: 'found';
  readonly value: string;
  readonly key: string;
  readonly table: string;
  readonly extension: string | undefined;
}

/** A hit, or a lookup that failed: then nobody knows, and the mail waits. */
export type SearchAnswer =
  | SearchHit
  | {
      readonly type: 'error';
      readonly text: string;
      readonly table: string;
      /** The key whose value was empty; absent: the table did not answer. */
      readonly emptyKey?: string;
    };

/** canonical/virtual style, aliases style, transport style, access style. */
export type SearchStyle = 'address' | 'aliases' | 'transport' | 'access';

/**
 * A key, and the extension that it leaves out. `error` instead of a key: mydestination could not be asked.
 */
interface Key {
  readonly key: string;
  readonly extension?: string | undefined;
  readonly error?: { readonly text: string };
}

/** An address in its parts. `user` is `local` without the extension. */
interface Parts {
  readonly local: string;
  readonly domain: string | undefined;
  readonly user: string;
  readonly extension: string | undefined;
}

function partsOf(settings: Settings, address: string): Parts {
  const { local, domain } = splitLocalDomain(address);
  const rules = {
    ownreqSpecial: boolOf(settings, 'owner_request_special'),
    doubleBounceSender: textOf(settings, 'double_bounce_sender'),
  };
  return { local, domain, ...splitExtension(local, textOf(settings, 'recipient_delimiter'), rules) };
}

/** The key with the extension, then without it; `after` is what follows the local part. */
function bothKeys({ local, user, extension }: Parts, after: string): readonly Key[] {
  const full = { key: `${local}${after}` };
  return extension === undefined ? [full] : [full, { key: `${user}${after}`, extension }];
}

/** Bare local parts count only for domains that are ours: $myorigin, $mydestination, [our address]. */
function ownKeys(settings: Settings, parts: Parts): readonly Key[] {
  const domain = parts.domain ?? '';
  if (fold(domain) === fold(textOf(settings, 'myorigin'))) return bothKeys(parts, '');
  const answer = isLocalDomain(settings, domain);
  if (answer.type === 'error') return [{ key: '', error: answer }];
  return answer.type === 'match' ? bothKeys(parts, '') : [];
}

/**
 * Made one after the other, because asking mydestination costs something and most addresses do not need it.
 */
function* keysOf(settings: Settings, address: string, style: SearchStyle): Generator<Key> {
  const parts = partsOf(settings, address);
  const { domain } = parts;
  if (domain === undefined || style === 'aliases') {
    yield* style === 'aliases' ? bothKeys({ ...parts, domain: undefined }, '') : bothKeys(parts, '');
  } else {
    yield* bothKeys(parts, `@${domain}`);
    if (style === 'address') {
      yield* ownKeys(settings, parts);
      yield { key: `@${domain}` };
    } else {
      const list = style === 'transport' ? 'transport_maps' : 'smtpd_access_maps';
      for (const name of [domain, ...parentsOf(domain, !parentsMatch(settings, list))]) yield { key: name };
    }
    if (style === 'access') yield* bothKeys(parts, '@');
  }
  if (style === 'transport') yield { key: '*' };
}

/**
 * Asks every table for one key, in order. An empty value is a mistake in the table, never an answer.
 *
 * @param isPart the key is not all that there is to ask: tables of rules are passed over
 */
export function searchTables(
  settings: Settings,
  tables: readonly string[],
  key: string,
  isPart: boolean,
  extension?: string,
): SearchAnswer | undefined {
  if (key === '') return undefined;
  for (const table of tables) {
    if (isPart && !knowsParts(table)) continue;
    const answer = lookup(settings.tables, table, key);
    if (answer.type === 'error') return { type: 'error', text: answer.text, table };
    if (answer.type !== 'found') continue;
    if (answer.value !== '') return { type: 'found', value: answer.value, key, table, extension };
    const text = `${table} lookup of ${key} returns an empty string result`;
    return { type: 'error', text, table, emptyKey: key };
  }
  return undefined;
}

/**
 * What is logged about a value that is empty, before all that follows from it: two lines, or none.
 * Postfix: src/global/maps.c. Differs: only cleanup(8) does so, and not for canonical(5) and virtual(5); the
 * reply of smtpd(8) about such an address is that of a table that does not answer.
 */
export function emptyWarnings(parameter: string, answer: SearchAnswer): readonly string[] {
  if (answer.type !== 'error' || answer.emptyKey === undefined) return [];
  return [
    `${parameter} lookup of ${answer.emptyKey} returns an empty string result`,
    `${parameter} should return NO RESULT in case of NOT FOUND`,
  ];
}

/**
 * The quoted form of a key, `"a b"@example.com`, which is what postmap stores since 3.2; undefined if it
 * needs none.
 */
function quotedKey(settings: Settings, key: string): string | undefined {
  if (settings.profile === '2.3' || !/[\s"\\(),:;<>[\]]|@.*@|^\.|\.\.|\.@/.test(key)) return undefined;
  const at = key.lastIndexOf('@');
  if (at === 0 || key === '*') return undefined;
  const quoted = at < 0 ? quote822(`${key}@`).slice(0, -1) : quote822(key);
  return quoted === key ? undefined : quoted;
}

/**
 * Tries the keys of an address (internal form, unquoted) in every table of `tables`: all tables for a key
 * before the next key.
 */
export function searchAddressIn(
  settings: Settings,
  tables: readonly string[],
  address: string,
  style: SearchStyle,
): SearchAnswer | undefined {
  if (tables.length === 0) return undefined;
  let isPart = false;
  for (const { key, extension, error } of keysOf(settings, address, style)) {
    if (error !== undefined) return { type: 'error', text: error.text, table: 'mydestination' };
    const quoted = style === 'aliases' ? undefined : quotedKey(settings, key);
    const first =
      quoted === undefined ? undefined : searchTables(settings, tables, quoted, isPart, extension);
    const answer = first ?? searchTables(settings, tables, key, isPart, extension);
    if (answer !== undefined) return answer;
    // local(8) begins anew with the name less its extension.
    isPart = style !== 'aliases';
  }
  return undefined;
}

/** The same in the tables that a parameter such as virtual_alias_maps names. */
export function searchAddress(
  settings: Settings,
  mapsParameter: string,
  address: string,
  style: SearchStyle,
): SearchAnswer | undefined {
  return searchAddressIn(settings, listOf(settings, mapsParameter), address, style);
}
