/**
 * cidr-table - `cidr:` tables: networks and what to answer to an address in them, or outside.
 *
 * cidr_table(5) · Postfix: src/util/dict_cidr.c
 */
import { type AddressBytes, addressBytes, isInNetwork, type Network, parseNetwork } from '../cidr.ts';
import { isSpace, trimLeft, trimRight } from '../fold.ts';
import { beginsWithWord, type Complain, type Rule, readRules } from './rules.ts';
import type { RuleTable } from './table.ts';

type AddressRule = Rule<AddressBytes>;

/** A network and whether the rule is for the addresses outside it. */
interface Condition {
  readonly network: Network;
  readonly negated: boolean;
}

/** `!` says "outside", but only of the network's own family: no IPv6 address is outside an IPv4 network. */
function holds({ network, negated }: Condition, address: AddressBytes): boolean {
  return address.length === network.bytes.length && isInNetwork(network, address) !== negated;
}

/** Takes `!`, each with the blanks behind it, off the front. */
function splitNegation(text: string): { readonly negated: boolean; readonly rest: string } {
  let negated = false;
  let rest = text;
  while (rest.startsWith('!')) {
    negated = !negated;
    rest = trimLeft(rest.slice(1));
  }
  return { negated, rest };
}

function conditionOf(negated: boolean, pattern: string, complain: Complain): Condition | undefined {
  const network = parseNetwork(pattern);
  if (!('error' in network)) return { network, negated };
  const better = /use "([^"]*)" instead/.exec(network.error)?.[1] ?? '192.0.2.0/24';
  complain(`${network.error}: skipping this rule`, {
    en: `Write a network as address/length, such as ${better}.`,
    fr: `Écrivez un réseau sous la forme adresse/longueur, comme ${better}.`,
  });
  return undefined;
}

const noPattern = 'no address pattern: skipping this rule';

function readIf(text: string, complain: Complain): AddressRule | undefined {
  const { negated, rest } = splitNegation(trimLeft(text));
  const pattern = trimRight(rest);
  if (pattern === '') {
    complain(noPattern);
    return undefined;
  }
  const condition = conditionOf(negated, pattern, complain);
  return condition && { type: 'if', holds: (address) => holds(condition, address) };
}

function readMatch(text: string, complain: Complain): AddressRule | undefined {
  const { negated, rest } = splitNegation(text);
  let end = 0;
  while (end < rest.length && !isSpace(rest[end])) end += 1;
  const [pattern, result] = [rest.slice(0, end), trimLeft(rest.slice(end))];
  if (pattern === '') {
    complain(noPattern);
    return undefined;
  }
  const condition = conditionOf(negated, pattern, complain);
  if (condition === undefined) return undefined;
  if (result === '') {
    complain('no lookup result: skipping this rule');
    return undefined;
  }
  return { type: 'match', answer: (address) => (holds(condition, address) ? result : undefined) };
}

function readLine(line: string, complain: Complain, depth: number): AddressRule | undefined {
  const text = trimRight(line);
  if (beginsWithWord(text, 'IF')) return readIf(text.slice(2), complain);
  if (!beginsWithWord(text, 'ENDIF')) return readMatch(text, complain);
  if (text.length > 5) complain('garbage after ENDIF: skipping this rule');
  else if (depth === 0) complain('ENDIF without IF: skipping this rule');
  else return { type: 'endif' };
  return undefined;
}

/**
 * Reads a `cidr:` table. Keys are addresses; any other key finds nothing.
 * Differs: IF, ENDIF and `!` work in profile 2.3 too, though Postfix got them in 3.2.
 *
 * @param name as in rules.ts
 */
export function cidrTable(text: string, name: string): RuleTable {
  return readRules({ type: 'cidr', read: readLine, keyOf: addressBytes }, text, name);
}
