/**
 * perl-bracket - what perl-pattern.ts reads in smaller parts: brackets, and characters behind a backslash.
 *
 * pcre2pattern(3)
 */
import {
  ALL,
  type ByteSet,
  bothCases,
  bytesIn,
  CLASSES,
  type Pattern,
  type PatternReader,
  range,
  refuse,
  union,
  WORD,
  without,
} from './pattern.ts';

/** In PCRE2's words. `offset` counts characters of the pattern. */
export function perlError(reader: PatternReader, offset: number, text: string): Pattern {
  return refuse(reader, { type: 'error', text: `error in regex at offset ${offset}: ${text}` });
}

/** What to write instead, in both languages, by what it is in English. */
const INSTEAD_FR: Readonly<Record<string, string>> = {
  'one rule for each text': 'une règle par texte',
  'if !/x/ and endif around': 'if !/x/ et endif autour',
  'a plain group (?:x)': 'un groupe simple (?:x)',
  'a plain one, a+': 'une simple, a+',
  'plain groups': 'des groupes simples',
  'a bracket such as [a-z]': 'un crochet comme [a-z]',
};

/** Ends the reading at something that an engine in linear time cannot do. */
export function perlUnsupported(
  reader: PatternReader,
  [en, fr]: readonly [string, string],
  instead: string,
): Pattern {
  const insteadEn = `write ${instead}`;
  return refuse(reader, {
    ...{ type: 'unsupported', en, fr, insteadEn, insteadFr: `écrivez ${INSTEAD_FR[instead] ?? instead}` },
  });
}

const DIGIT = CLASSES.get('digit') ?? ALL;
const SPACE = CLASSES.get('space') ?? ALL;
const BLANK = bytesIn(' \t\xa0');
const VERTICAL = bytesIn('\n\v\f\r\x85');

/** `\d`, `\w`, `\s`, `\h`, `\v` and what they leave out. */
export const ESCAPED_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ...([
    ['d', DIGIT],
    ['w', WORD],
    ['s', SPACE],
    ['h', BLANK],
    ['v', VERTICAL],
  ] as const),
  ...([
    ['D', without(ALL, DIGIT)],
    ['W', without(ALL, WORD)],
    ['S', without(ALL, SPACE)],
    ['H', without(ALL, BLANK)],
    ['V', without(ALL, VERTICAL)],
  ] as const),
]);

/** `\R` */
export const LINE_BREAK: Pattern = {
  type: 'choice',
  choices: [
    { type: 'sequence', parts: ['\r', '\n'].map((char) => ({ type: 'set', bytes: bytesIn(char) })) },
    { type: 'set', bytes: bytesIn('\n\v\f\r\x85') },
  ],
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/**
 * The character that a backslash and what follows it stand for; both are taken. Undefined for what is wrong
 * or cannot be done, which is noted.
 */
export function escapedByte(reader: PatternReader): number | undefined {
  const rest = reader.text.slice(reader.at + 1);
  const letter = rest[0] ?? '';
  const number =
    /^x\{([0-9a-fA-F]+)\}/.exec(rest) ?? /^x([0-9a-fA-F]{0,2})/.exec(rest) ?? /^c([\x20-\x7e])/.exec(rest);
  const octal = /^o\{([0-7]+)\}/.exec(rest) ?? /^(0[0-7]{0,2})/.exec(rest);
  const found = number ?? octal;
  const start = reader.at;
  reader.at += 1 + (found?.[0].length ?? 1);
  if (found === null) {
    if (!/[A-Za-z0-9]/.test(letter)) return letter.charCodeAt(0);
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if ('pPXCGK'.includes(letter))
      perlUnsupported(reader, [`\\${letter}`, `\\${letter}`], 'a bracket such as [a-z]');
    else perlError(reader, start + 1, 'unrecognized character follows \\');
    return undefined;
  }
  const digits = found[1] ?? '';
  if (letter === 'c') return digits.toUpperCase().charCodeAt(0) ^ 0x40;
  const value = digits === '' ? 0 : Number.parseInt(digits, number === null ? 8 : 16);
  if (value < 256) return value;
  perlError(reader, reader.at - 1, 'character code point value in \\x{} or \\o{} is too large');
  return undefined;
}

/** What one step in a bracket reads: a character, or a set that cannot be the end of a range. */
type Element = { readonly byte: number } | { readonly bytes: ByteSet };

function namedClass(reader: PatternReader, flags: BracketFlags): Element | undefined {
  const found = /^\[([:.=])(\^?)([^\]\\]*?)\1\]/.exec(reader.text.slice(reader.at));
  if (found === null) return undefined;
  const [all, kind, negation = '', name = ''] = found;
  const bytes = CLASSES.get(name);
  if (kind !== ':') perlError(reader, reader.at, 'POSIX collating elements are not supported');
  else if (bytes === undefined)
    perlError(reader, reader.at + 2 + negation.length, 'unknown POSIX class name');
  else reader.at += all.length;
  const cased = flags.ignoreCase && (name === 'upper' || name === 'lower') ? CLASSES.get('alpha') : bytes;
  const set = cased ?? ALL;
  return { bytes: negation === '' ? set : without(ALL, set) };
}

function element(reader: PatternReader, flags: BracketFlags): Element {
  const { text, at } = reader;
  if (text[at] === '[') {
    const named = namedClass(reader, flags);
    if (named !== undefined) return named;
  }
  if (text[at] !== '\\') {
    reader.at += 1;
    return { byte: (text[at] ?? '').charCodeAt(0) };
  }
  const letter = text[at + 1] ?? '';
  const bytes = ESCAPED_SETS.get(letter);
  if (bytes !== undefined || letter === 'b') {
    reader.at += 2;
    return bytes === undefined ? { byte: 8 } : { bytes };
  }
  // Here, but not outside of brackets, \1 to \7 are octal; \Q and \E would quote.
  const octal = /^\\([1-7][0-7]{0,2})/.exec(text.slice(at));
  if (octal !== null) {
    reader.at += octal[0].length;
    return { byte: Number.parseInt(octal[1] ?? '0', 8) & 255 };
  }
  if (letter === 'Q' || letter === 'E') {
    perlUnsupported(reader, ['\\Q in brackets', '\\Q entre crochets'], 'a bracket such as [a-z]');
    return { byte: 0 };
  }
  if ('RX'.includes(letter) && letter !== '') {
    perlError(reader, at + 1, 'escape sequence is invalid in character class');
    return { byte: 0 };
  }
  return { byte: escapedByte(reader) ?? 0 };
}

interface BracketFlags {
  readonly ignoreCase: boolean;
}

/** `[…]`, the reader being at the bracket. A `]` that comes first is a character. */
export function perlBracket(reader: PatternReader, flags: BracketFlags): Pattern {
  const { text } = reader;
  const start = reader.at;
  if (/^\[([:.=])[^\]\\]*?\1\]/.test(text.slice(start)))
    return perlError(reader, start, 'POSIX named classes are supported only within a class');
  const negated = text[start + 1] === '^';
  reader.at = start + (negated ? 2 : 1);
  const sets: ByteSet[] = [];
  for (let isFirst = true; isFirst || text[reader.at] !== ']'; isFirst = false) {
    if (reader.at >= text.length)
      return perlError(reader, text.length, 'missing terminating ] for character class');
    const from = element(reader, flags);
    if (reader.problem !== undefined) return { type: 'sequence', parts: [] };
    if (text[reader.at] !== '-' || text[reader.at + 1] === ']' || reader.at + 1 >= text.length) {
      sets.push('byte' in from ? new Set([from.byte]) : from.bytes);
      continue;
    }
    reader.at += 1;
    const hyphen = reader.at;
    if (!('byte' in from)) return perlError(reader, hyphen - 1, 'invalid range in character class');
    const to = element(reader, flags);
    if (reader.problem !== undefined) return { type: 'sequence', parts: [] };
    if (!('byte' in to)) {
      const offset = text[hyphen] === '[' ? hyphen + 1 : reader.at;
      return perlError(reader, offset, 'invalid range in character class');
    }
    if (to.byte < from.byte) return perlError(reader, reader.at - 1, 'range out of order in character class');
    sets.push(range(from.byte, to.byte));
  }
  reader.at += 1;
  const named = union(...sets);
  const bytes = flags.ignoreCase ? bothCases(named) : named;
  return { type: 'set', bytes: negated ? without(ALL, bytes) : bytes };
}
