/**
 * pattern-table - `regexp:` and `pcre:` tables: patterns, and what to answer to a key that matches.
 *
 * regexp_table(5) · pcre_table(5) · Postfix: src/util/dict_regexp.c, src/util/dict_pcre.c
 */
import { isSpace, trimLeft, trimRight } from '../fold.ts';
import { compilePattern, type Matcher } from './engine.ts';
import { captureCount, type Pattern, type PatternError, type Unsupported } from './pattern.ts';
import { readPerl } from './perl-pattern.ts';
import { readPosix } from './posix-pattern.ts';
import { readReplacement, replaced } from './replacement.ts';
import { type Complain, type Rule, readRules } from './rules.ts';
import type { RuleTable } from './table.ts';

export type PatternType = 'regexp' | 'pcre';

/** What only one of the two types does, or words, so. */
interface Dialect {
  readonly unclosed: string;
  readonly outOfRange: string;
  readonly letters: string;
  /** `toggled` holds the letters that stand behind the pattern an odd number of times. */
  readonly read: (pattern: string, toggled: ReadonlySet<string>) => Pattern | PatternError | Unsupported;
  readonly longest: boolean;
}

const DIALECTS: Readonly<Record<PatternType, Dialect>> = {
  regexp: {
    unclosed: 'skipping',
    outOfRange: 'out-of-range',
    letters: 'imx',
    longest: true,
    read: (pattern, toggled) =>
      readPosix(pattern, {
        ...{ ignoreCase: !toggled.has('i'), multiLine: toggled.has('m'), extended: !toggled.has('x') },
      }),
  },
  pcre: {
    unclosed: 'ignoring',
    outOfRange: 'out of range',
    letters: 'imsxAEUX',
    longest: false,
    read: (pattern, toggled) =>
      readPerl(pattern, {
        ...{ ignoreCase: !toggled.has('i'), multiLine: toggled.has('m'), dotAll: !toggled.has('s') },
        ...{ extended: toggled.has('x'), anchored: toggled.has('A'), endOnly: toggled.has('E') },
        ungreedy: toggled.has('U'),
      }),
  },
};

/** `!/pattern/flags` and what follows, blanks in between removed. */
interface Written {
  readonly negated: boolean;
  readonly pattern: string;
  readonly toggled: ReadonlySet<string>;
  readonly rest: string;
}

/** Where the pattern ends: at the delimiter that has no backslash before it. -1: nowhere. */
function patternEnd(text: string, delimiter: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === delimiter) return at;
  }
  return -1;
}

function written(dialect: Dialect, text: string, complain: Complain): Written | undefined {
  let negated = false;
  let rest = text;
  while (rest.startsWith('!')) {
    negated = !negated;
    rest = trimLeft(rest.slice(1));
  }
  const delimiter = rest[0];
  if (delimiter === undefined) {
    complain('no regexp: skipping this rule');
    return undefined;
  }
  const end = patternEnd(rest.slice(1), delimiter);
  if (end < 0) {
    complain(`no closing regexp delimiter "${delimiter}": ${dialect.unclosed} this rule`);
    return undefined;
  }
  const toggled = new Set<string>();
  let at = end + 2;
  for (; at < rest.length && !isSpace(rest[at]) && rest[at] !== '!'; at += 1) {
    const letter = rest[at] ?? '';
    if (!dialect.letters.includes(letter)) {
      complain(`unknown regexp option "${letter}": skipping this rule`);
      return undefined;
    }
    if (!toggled.delete(letter)) toggled.add(letter);
  }
  return { negated, pattern: rest.slice(1, end + 1), toggled, rest: trimLeft(rest.slice(at)) };
}

/** The pattern made ready, and how much it captures. */
interface Ready {
  readonly matches: Matcher;
  readonly captures: number;
}

function ready(dialect: Dialect, { pattern, toggled }: Written, complain: Complain): Ready | undefined {
  const read = dialect.read(pattern, toggled);
  if (read.type === 'error') {
    complain(read.text);
    return undefined;
  }
  const matches = read.type === 'unsupported' ? read : compilePattern(read, dialect.longest);
  if (typeof matches === 'function')
    return { matches, captures: read.type === 'unsupported' ? 0 : captureCount(read) };
  complain(`unsupported here: ${matches.en}: skipping this rule`, {
    en: `The rule is skipped, because matching takes linear time here; instead of ${matches.en}, ${matches.insteadEn}.`,
    fr: `La règle est ignorée, car la recherche se fait ici en temps linéaire ; au lieu de ${matches.fr}, ${matches.insteadFr}.`,
  });
  return undefined;
}

function readIf(dialect: Dialect, text: string, complain: Complain): Rule<string> | undefined {
  const said = written(dialect, trimLeft(text), complain);
  if (said === undefined) return undefined;
  if (said.rest !== '') {
    complain(`ignoring extra text after IF statement: "${said.rest}"`);
    complain('do not prepend whitespace to statements between IF and ENDIF');
  }
  const made = ready(dialect, said, complain);
  if (made === undefined) return undefined;
  return { type: 'if', holds: (key) => (made.matches(key) !== undefined) !== said.negated };
}

function readMatch(dialect: Dialect, text: string, complain: Complain): Rule<string> | undefined {
  const said = written(dialect, text, complain);
  if (said === undefined) return undefined;
  if (said.rest === '') complain('no replacement text: using empty string');
  const result = readReplacement(said.rest, dialect.outOfRange);
  if ('aboutText' in result) {
    for (const warning of result.aboutLine) complain(warning);
    for (const warning of result.aboutText) complain(warning, undefined, true);
    complain('bad replacement syntax: skipping this rule');
    return undefined;
  }
  if (said.negated && result.highest > 0) {
    complain('$number found in negative match replacement text: skipping this rule');
    return undefined;
  }
  const made = ready(dialect, said, complain);
  if (made === undefined) return undefined;
  if (result.highest > made.captures) {
    complain(`out of range replacement index "${result.highest}": skipping this rule`);
    return undefined;
  }
  const { negated } = said;
  return {
    type: 'match',
    answer: (key) => {
      const captured = made.matches(key);
      if ((captured !== undefined) === negated) return undefined;
      return replaced(result, captured ?? []);
    },
  };
}

/** `if` and `endif` in any case, and nothing that only begins like them. */
function beginsWith(text: string, word: string): boolean {
  return text.slice(0, word.length).toUpperCase() === word && !/[a-z0-9]/i.test(text[word.length] ?? '');
}

function readLine(
  dialect: Dialect,
  line: string,
  complain: Complain,
  depth: number,
): Rule<string> | undefined {
  const text = trimRight(line);
  if (!/^[a-z0-9]/i.test(text)) return readMatch(dialect, text, complain);
  if (beginsWith(text, 'IF')) return readIf(dialect, text.slice(2), complain);
  if (!beginsWith(text, 'ENDIF')) complain('ignoring unrecognized request');
  else if (depth === 0) complain('ignoring ENDIF without matching IF');
  else {
    if (text.length > 5) complain('ignoring extra text after ENDIF');
    return { type: 'endif' };
  }
  return undefined;
}

/**
 * Reads a `regexp:` or `pcre:` table.
 * Differs: what an engine in linear time cannot do, such as look-around and back-references, is a warning,
 * and the rule is skipped; where parentheses can share a match in several ways glibc may share it otherwise.
 *
 * @param name as in rules.ts
 */
export function patternTable(type: PatternType, text: string, name: string): RuleTable {
  const dialect = DIALECTS[type];
  return readRules<string>(
    {
      type,
      read: (line, complain, depth) => readLine(dialect, line, complain, depth),
      keyOf: (key) => key,
    },
    text,
    name,
  );
}
