/**
 * match-list - is a domain, a client or a word in a list? mydestination, relay_domains, mynetworks and
 * their kin.
 *
 * postconf(5) parent_domain_matches_subdomains · Postfix: src/util/match_ops.c,
 * src/global/match_parent_style.c
 */
import { addressBytes, isInNetwork } from './cidr.ts';
import { fold } from './fold.ts';
import { type Pattern, patternsOf } from './list-patterns.ts';
import { listOf, type Settings } from './settings.ts';
import { knowsParts, lookup } from './tables/store.ts';

/**
 * Whether an item decided, and which, as it is written. `error` when a table or file failed: nobody knows.
 * Its `text` is what Postfix logs, `cause` what is behind it.
 */
export type MatchAnswer =
  | { readonly type: 'match'; readonly item: string }
  | { readonly type: 'mismatch'; readonly item?: string }
  | { readonly type: 'error'; readonly text: string; readonly cause?: string | undefined };

const MISMATCH: MatchAnswer = { type: 'mismatch' };

/** True, false, or what went wrong. */
type Hit = boolean | { readonly text: string; readonly cause?: string | undefined };

type Test = (pattern: Pattern) => Hit;

/** The first item that matches decides; `!` before it turns the hit into a miss. */
function walk(settings: Settings, listName: string, tests: readonly Test[]): MatchAnswer {
  for (const pattern of patternsOf(settings, listName).patterns) {
    for (const test of tests) {
      const hit = test(pattern);
      if (hit === false) continue;
      if (hit !== true) return { type: 'error', text: `${listName}: ${hit.text}`, cause: hit.cause };
      return { type: pattern.negated ? 'mismatch' : 'match', item: pattern.written };
    }
  }
  return MISMATCH;
}

function askTable(settings: Settings, ref: string, keys: readonly string[]): Hit {
  for (const key of knowsParts(ref) ? keys : keys.slice(0, 1)) {
    const answer = lookup(settings.tables, ref, key);
    if (answer.type === 'found') return true;
    if (answer.type === 'error') return { text: `${ref}: table lookup problem`, cause: answer.text };
  }
  return false;
}

function unreadable(pattern: Extract<Pattern, { type: 'unreadable' }>): Hit {
  return { text: `nofile:${pattern.path}: table lookup problem`, cause: pattern.text };
}

/** Does `example.com` in this list stand for its subdomains too? */
export function parentsMatch(settings: Settings, listName: string): boolean {
  return listOf(settings, 'parent_domain_matches_subdomains').includes(listName);
}

/** `a.b.c` → `b.c`, `c` (or `.b.c`, `.c`). */
export function parentsOf(name: string, dotted: boolean): readonly string[] {
  const parents: string[] = [];
  for (let at = name.indexOf('.', 1); at >= 0; at = name.indexOf('.', at + 1)) {
    const parent = name.slice(dotted ? at : at + 1);
    if (parent !== '') parents.push(parent);
  }
  return parents;
}

function hostTest(settings: Settings, listName: string, host: string): Test {
  const name = fold(host);
  const plainParents = parentsMatch(settings, listName);
  return (pattern) => {
    if (pattern.type === 'unreadable') return name !== '' && unreadable(pattern);
    if (pattern.type === 'table')
      return name !== '' && askTable(settings, pattern.ref, [name, ...parentsOf(name, !plainParents)]);
    if (pattern.text === name) return true;
    const suffix = plainParents ? `.${pattern.text}` : pattern.text;
    return suffix.startsWith('.') && name.length > suffix.length && name.endsWith(suffix);
  };
}

function addressTest(settings: Settings, address: string): Test {
  const text = fold(address);
  const bytes = addressBytes(text);
  return (pattern) => {
    if (bytes === undefined) return false;
    if (pattern.type === 'unreadable') return unreadable(pattern);
    if (pattern.type === 'table') return askTable(settings, pattern.ref, [text]);
    if (pattern.text === text || pattern.text === `[${text}]`) return true;
    const { network } = pattern;
    if (network === undefined || text.includes(':') !== pattern.text.includes(':')) return false;
    return 'error' in network ? { text: network.error } : isInNetwork(network, bytes);
  };
}

/**
 * Is this domain or host name in the list? Case does not matter. `.example.com` stands for subdomains; plain
 * `example.com` does so too where parent_domain_matches_subdomains names the list. For relay_domains,
 * fast_flush_domains; mydestination and the virtual domains want `matchString`.
 */
export function matchDomain(settings: Settings, listName: string, domain: string): MatchAnswer {
  return walk(settings, listName, [hostTest(settings, listName, domain)]);
}

/** Is this client in the list? Every item is tried with the name as a domain, then with the address. */
export function matchAddress(
  settings: Settings,
  listName: string,
  name: string,
  address: string,
): MatchAnswer {
  return walk(settings, listName, [hostTest(settings, listName, name), addressTest(settings, address)]);
}

/**
 * Is this word in the list, exactly (case aside) or by table? mydestination, virtual_alias_domains, user
 * lists.
 */
export function matchString(settings: Settings, listName: string, text: string): MatchAnswer {
  const wanted = fold(text);
  return walk(settings, listName, [
    (pattern) => {
      if (pattern.type === 'unreadable') return unreadable(pattern);
      if (pattern.type === 'table') return askTable(settings, pattern.ref, [wanted]);
      return pattern.text === wanted;
    },
  ]);
}
