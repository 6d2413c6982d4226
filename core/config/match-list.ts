/**
 * match-list - domain and address lists: mydestination, relay_domains, mynetworks and their kin.
 *
 * postconf(5) parent_domain_matches_subdomains · Postfix: src/util/match_ops.c,
 * src/global/match_parent_style.c
 */
import { addressBytes, isInNetwork, type Network, parseNetwork } from './cidr.ts';
import { fold } from './fold.ts';
import { splitItems } from './items.ts';
import { listOf, type Settings } from './settings.ts';
import { isTableName, lookup } from './tables/store.ts';

/** Whether an item matched, and which; `error` when a table failed: nobody knows. */
export type MatchAnswer =
  | { readonly type: 'match'; readonly item: string }
  | { readonly type: 'mismatch'; readonly item?: string }
  | { readonly type: 'error'; readonly text: string };

const MISMATCH: MatchAnswer = { type: 'mismatch' };

type Test = (item: string) => MatchAnswer | undefined;

const expanded = new WeakMap<Settings, Map<string, readonly string[]>>();

/** Items with `/file` replaced by the lines of the file. */
function itemsOf(settings: Settings, listName: string): readonly string[] {
  let mine = expanded.get(settings);
  if (mine === undefined) {
    mine = new Map();
    expanded.set(settings, mine);
  }
  const known = mine.get(listName);
  if (known !== undefined) return known;
  const items = listOf(settings, listName).flatMap((item) => {
    const negated = item.startsWith('!') ? '!' : '';
    const path = item.slice(negated.length);
    if (!path.startsWith('/')) return [item];
    const text = settings.tables.files.get(path);
    if (typeof text !== 'string') return [`fail:${path}`];
    const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
    return lines.flatMap((line) => splitItems(line, settings.profile)).map((inner) => negated + inner);
  });
  mine.set(listName, items);
  return items;
}

/** The first item that says something decides; `!` turns a hit into a miss. */
function walk(settings: Settings, listName: string, test: Test): MatchAnswer {
  for (const item of itemsOf(settings, listName)) {
    const negated = item.startsWith('!');
    const answer = test(negated ? item.slice(1) : item);
    if (answer === undefined) continue;
    if (answer.type === 'match' && negated) return { type: 'mismatch', item };
    return answer;
  }
  return MISMATCH;
}

function askTable(settings: Settings, table: string, keys: readonly string[]): MatchAnswer | undefined {
  for (const key of keys) {
    const answer = lookup(settings.tables, table, key);
    if (answer.type === 'found') return { type: 'match', item: table };
    if (answer.type === 'error') return answer;
  }
  return undefined;
}

/** Does `example.com` in this list stand for its subdomains too? */
export function parentsMatch(settings: Settings, listName: string): boolean {
  return listOf(settings, 'parent_domain_matches_subdomains').includes(listName);
}

/** `a.b.c` → `b.c`, `c` (or `.b.c`, `.c`), for names that are not addresses. */
export function parentsOf(name: string, dotted: boolean): readonly string[] {
  const parents: string[] = [];
  for (let at = name.indexOf('.', 1); at >= 0; at = name.indexOf('.', at + 1))
    parents.push(name.slice(dotted ? at : at + 1));
  return parents;
}

function isNumeric(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}

const networks = new Map<string, Network | undefined>();

/** True when `item` is an address or network that holds `address`; what is parsed once is remembered. */
function matchesNetwork(item: string, address: string): boolean {
  const bytes = addressBytes(address);
  if (bytes === undefined) return false;
  if (!networks.has(item)) {
    if (networks.size > 10_000) networks.clear();
    const parsed = parseNetwork(item);
    networks.set(item, 'error' in parsed ? undefined : parsed);
  }
  const network = networks.get(item);
  return network !== undefined && isInNetwork(network, bytes);
}

/** Is this domain or host name in the list? Case does not matter. */
export function matchDomain(settings: Settings, listName: string, domain: string): MatchAnswer {
  const name = fold(domain);
  const undotted = parentsMatch(settings, listName);
  return walk(settings, listName, (item) => {
    if (isTableName(item)) {
      const parents = isNumeric(name) ? [] : parentsOf(name, !undotted);
      return askTable(settings, item, [name, ...parents]);
    }
    const wanted = fold(item);
    if (wanted === name) return { type: 'match', item };
    if (isNumeric(name)) return undefined;
    const suffix = wanted.startsWith('.') ? wanted : undotted ? `.${wanted}` : undefined;
    return suffix !== undefined && name.endsWith(suffix) && name !== suffix
      ? { type: 'match', item }
      : undefined;
  });
}

/** Is this client in the list? Names match as domains, addresses as addresses or networks. */
export function matchAddress(
  settings: Settings,
  listName: string,
  name: string,
  address: string,
): MatchAnswer {
  return walk(settings, listName, (item) => {
    if (isTableName(item))
      return askTable(settings, item, name === 'unknown' ? [address] : [fold(name), address]);
    if (matchesNetwork(item, address)) return { type: 'match', item };
    if (name === 'unknown' || name === '') return undefined;
    const wanted = fold(item);
    const known = fold(name);
    if (wanted === known) return { type: 'match', item };
    const suffix = wanted.startsWith('.')
      ? wanted
      : parentsMatch(settings, listName)
        ? `.${wanted}`
        : undefined;
    return suffix !== undefined && known.endsWith(suffix) ? { type: 'match', item } : undefined;
  });
}

/** Is this word in the list, exactly (case aside) or by table? */
export function matchString(settings: Settings, listName: string, text: string): MatchAnswer {
  const wanted = fold(text);
  return walk(settings, listName, (item) => {
    if (isTableName(item)) return askTable(settings, item, [wanted]);
    return fold(item) === wanted ? { type: 'match', item } : undefined;
  });
}
