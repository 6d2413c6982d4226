/**
 * rule-tables - random tables of rules and keys, asked by our postmap(1) and Debian's. Every text that they
 * take differently is told, smallest part first.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { createDice } from '#sim';
import { postmap } from '../../server/cli/postmap.ts';
import { type Chance, happens, pick } from '../dialogue/chance.ts';
import { ours, real } from '../support/commands.ts';
import { oraclePath } from '../support/oracles.ts';

export interface RuleCase {
  readonly type: string;
  readonly text: string;
  readonly keys: readonly string[];
}

const ADDRESSES = ['10.0.0.0', '10.1.0.0', '10.1.2.3', '192.0.2.0', '0.0.0.0', '010.0.0.0', '10.256.0.0'];
const SIXES = ['2001:db8::', '2001:DB8:0::1', '::', '::1', '[2001:db8::]', '[::1', '::ffff:10.1.2.3', ':'];
const LENGTHS = ['', '', '/8', '/16', '/32', '/0', '/33', '/64', '/128', '/129', '/', '/x'];
const CIDR_KEYS = [
  ...['10.0.0.0', '10.1.2.3', '10.1.0.9', '192.0.2.200', '255.1.1.1', '2001:db8::1', '2001:db8:0:0::0'],
  ...['::1', '::', 'fe80::1', '::ffff:10.1.2.3', 'x', '10.1', '010.1.2.3', '2001:DB8::'],
];

function network(chance: Chance): string {
  return pick(chance, happens(chance, 65) ? ADDRESSES : SIXES) + pick(chance, LENGTHS);
}

/** One line; `pattern` makes what stands before the result. */
function line(chance: Chance, pattern: () => string, at: number): string {
  const kind = chance.dice.below(20);
  if (kind === 0) return pick(chance, ['endif x', 'if', '!', '! x', 'endif1', ' stray', '# c', '']);
  if (kind < 3) return pick(chance, ['endif', 'ENDIF', 'endif  ']);
  const negation = happens(chance, 25) ? pick(chance, ['!', '!', '!!', '! ']) : '';
  if (kind < 6) return `${pick(chance, ['if ', 'IF  '])}${negation}${pattern()}`;
  const result = happens(chance, 95) ? `  r${at} ` : '';
  return `${negation}${pattern()}${result}${happens(chance, 10) ? '\n  more' : ''}`;
}

function textOf(chance: Chance, pattern: () => string): string {
  const lines = Array.from({ length: 2 + chance.dice.below(8) }, (_, at) => line(chance, pattern, at));
  return `${lines.join('\n')}\n`;
}

/** A cidr table and keys, the same for the same seed. */
export function cidrCase(seed: number): RuleCase {
  const chance: Chance = { dice: createDice(seed), faults: 0 };
  return { type: 'cidr', text: textOf(chance, () => network(chance)), keys: CIDR_KEYS };
}

const ATOMS = ['a', 'b', 'ab', '.', 'x', '[ab]', '[^a]', '[a-c]', '[[:alpha:]]', '[[:digit:].]', '@', '\\.'];
const ODD_ATOMS = ['[]a]', '[^]a]', '[a-]', '\\w', '\\/', '[b-a]', '[[:foo:]]', '[', '\\bab', 'A', '1', '-'];
const POSIX_ATOMS = ['\\<ab', 'b\\>', '[[.a.]]', '[[=b=]]', '[\\a]', '\\W', 'a{', '\\n'];
const PERL_ATOMS = ['\\d', '\\x61', '(?:ab)', '\\S', '(?i:A)', '\\Qa.\\E', '[\\w.]', '\\t', '\\h'];
const REPEATS = ['*', '+', '?', '{2}', '{1,2}', '{,1}', '{2,}', '{2,1}', '**'];
const RESULTS = ['', '$1', '<$1>', '${1}x', '$(1)$$', '$2', '$0', '$a', '${1', '$', '$1 and $2'];
const WORDS = ['a', 'b', 'ab', 'x', 'A', 'B', '.', '@', '1', '/', '-', '_', ' ', 'c', '\\', '['];

function piece(chance: Chance, type: string, depth: number): string {
  const own = type === 'pcre' ? PERL_ATOMS : POSIX_ATOMS;
  const odd = happens(chance, 60) ? own : ODD_ATOMS;
  const atom =
    depth > 0 && happens(chance, 25)
      ? `(${expression(chance, type, depth - 1)})`
      : pick(chance, happens(chance, 80) ? ATOMS : odd);
  if (!happens(chance, 25)) return atom;
  const lazy = type === 'pcre' && happens(chance, 20) ? '?' : '';
  return atom + pick(chance, happens(chance, 85) ? REPEATS.slice(0, 5) : REPEATS) + lazy;
}

function expression(chance: Chance, type: string, depth: number): string {
  const pieces = Array.from({ length: 1 + chance.dice.below(3) }, () => piece(chance, type, depth));
  const text = pieces.join('');
  return happens(chance, 15) ? `${text}|${pick(chance, ATOMS)}` : text;
}

/** A pattern between delimiters, with flags. */
function pattern(chance: Chance, type: string): string {
  const inside = expression(chance, type, 2).replaceAll('/', '\\/');
  const start = happens(chance, 40) ? '^' : '';
  const end = happens(chance, 35) ? '$' : '';
  const flags = type === 'pcre' ? ['i', 'm', 's', 'x', 'A', 'U', 'ix', 'q'] : ['i', 'm', 'x', 'ii', 'q'];
  const written = happens(chance, 25) ? pick(chance, flags) : '';
  return `/${start}${inside}${end}${happens(chance, 2) ? '' : '/'}${written}`;
}

/** A regexp or pcre table and keys, the same for the same seed. */
export function patternCase(type: 'regexp' | 'pcre', seed: number): RuleCase {
  const chance: Chance = { dice: createDice(seed), faults: 0 };
  const keys = Array.from({ length: 12 }, () =>
    Array.from({ length: 1 + chance.dice.below(6) }, () => pick(chance, WORDS)).join(''),
  );
  const withResult = () => pattern(chance, type) + (happens(chance, 40) ? ` ${pick(chance, RESULTS)} ` : '');
  return { type, text: textOf(chance, withResult), keys };
}

/**
 * Asks both for all keys; undefined when codes, answers and warnings are the same, else what each said.
 *
 * @param folder with a main.cf
 */
export async function ruleDifference(
  folder: string,
  { type, text, keys }: RuleCase,
  label: string,
): Promise<string | undefined> {
  const file = join(folder, label);
  fs.writeFileSync(file, text, 'latin1');
  const args = ['-c', folder, '-q', '-', `${type}:${file}`];
  const stdin = `${keys.join('\n')}\n`;
  const [mine, theirs] = [
    await ours('postmap', postmap, args, stdin),
    await real(oraclePath('postmap'), args, stdin),
  ];
  fs.rmSync(file);
  if (mine.code === theirs.code && mine.out === theirs.out && mine.err === theirs.err) return undefined;
  const said = ({ code, out, err }: typeof mine) => `${code}\n${out}${err}`.replaceAll(file, 'FILE');
  return `--- ${label}: ${type} table\n${text}--- ours ${said(mine)}--- real ${said(theirs)}`;
}
