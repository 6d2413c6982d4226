/**
 * perl-pattern - reads regular expressions as PCRE2 does, as far as an engine in linear time can do them.
 *
 * pcre_table(5) · pcre2pattern(3)
 */
import {
  ALL,
  type ByteSet,
  bothCases,
  bytesIn,
  type Pattern,
  type PatternError,
  type PatternReader,
  type Place,
  refuse,
  type Unsupported,
  without,
} from './pattern.ts';
import {
  ESCAPED_SETS,
  escapedByte,
  LINE_BREAK,
  perlBracket,
  perlError,
  perlUnsupported,
} from './perl-bracket.ts';

export interface PerlFlags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  /** Blanks and `#` comments in the pattern mean nothing. */
  readonly extended: boolean;
  /** Matches only at the start of the key. */
  readonly anchored: boolean;
  /** `$` does not match before a last line break. */
  readonly endOnly: boolean;
  /** Repetitions are lazy unless `?` follows. */
  readonly ungreedy: boolean;
}

/** A pattern being read; `(?i)` and its like change the flags until the group ends. */
interface Reader extends PatternReader {
  flags: PerlFlags;
}

const NEWLINE = bytesIn('\n');

function setOf({ flags }: Reader, bytes: ByteSet): Pattern {
  return { type: 'set', bytes: flags.ignoreCase ? bothCases(bytes) : bytes };
}

/** Passes over what means nothing: `(?#…)`, and blanks and comments under the flag x. */
function skip(reader: Reader): void {
  for (;;) {
    const rest = reader.text.slice(reader.at);
    const nothing = reader.flags.extended ? /^(?:[ \t\n\v\f\r]+|#[^\n]*\n?)/.exec(rest)?.[0] : undefined;
    if (nothing !== undefined) {
      reader.at += nothing.length;
    } else if (rest.startsWith('(?#')) {
      const end = rest.indexOf(')');
      if (end < 0) {
        perlError(reader, reader.text.length, 'missing ) after (?# comment');
        return;
      }
      reader.at += end + 1;
    } else if (rest.startsWith('\\E')) {
      reader.at += 2;
    } else {
      return;
    }
  }
}

const PLACES: ReadonlyMap<string, Place> = new Map([
  ['b', 'wordEdge'],
  ['B', 'noWordEdge'],
  ['A', 'start'],
  ['z', 'end'],
  ['Z', 'finalEnd'],
]);

/** `\Q…\E`: every character stands for itself. A repetition behind it is for the last. */
function quoted(reader: Reader): readonly Pattern[] {
  const end = reader.text.indexOf('\\E', reader.at + 2);
  const inside = reader.text.slice(reader.at + 2, end < 0 ? undefined : end);
  reader.at = end < 0 ? reader.text.length : end + 2;
  return [...inside].map((char) => setOf(reader, bytesIn(char)));
}

/** A backslash and what it makes of what follows. */
function escaped(reader: Reader): Pattern {
  const letter = reader.text[reader.at + 1];
  if (letter === undefined) return perlError(reader, reader.text.length, '\\ at end of pattern');
  const where = PLACES.get(letter);
  if (where !== undefined) {
    reader.at += 2;
    return { type: 'place', place: where };
  }
  if (letter === 'R') {
    reader.at += 2;
    return { type: 'group', captures: false, inside: LINE_BREAK };
  }
  const bytes = letter === 'N' ? without(ALL, NEWLINE) : ESCAPED_SETS.get(letter);
  if (bytes !== undefined) {
    reader.at += 2;
    return { type: 'set', bytes };
  }
  const isReference = /^\\(?:[1-9]|g|k)/.test(reader.text.slice(reader.at));
  if (isReference)
    return perlUnsupported(reader, ['a back-reference', 'une référence arrière'], 'one rule for each text');
  const byte = escapedByte(reader);
  return byte === undefined ? refuse(reader, NOTHING) : setOf(reader, new Set([byte]));
}

/** Stands for a problem that has been told already. */
const NOTHING: PatternError = { type: 'error', text: '' };

/** `(?i)` or `(?i-s:…)`: the flags, and what stands behind them. Undefined when it is something else. */
function flagsAt(reader: Reader): { readonly flags: PerlFlags; readonly length: number } | undefined {
  const found = /^\(\?([imsxU]*)(?:-([imsxU]*))?[:)]/.exec(reader.text.slice(reader.at));
  if (found === null) return undefined;
  const [all, on = '', off = ''] = found;
  const is = (letter: string, before: boolean) =>
    off.includes(letter) ? false : on.includes(letter) || before;
  const { flags } = reader;
  const changed = {
    ...flags,
    ...{ ignoreCase: is('i', flags.ignoreCase), multiLine: is('m', flags.multiLine) },
    dotAll: is('s', flags.dotAll),
    extended: is('x', flags.extended),
    ungreedy: is('U', flags.ungreedy),
  };
  return { flags: changed, length: all.length };
}

/** Groups that look around, do not give back, choose or call themselves. */
function refuseGroup(reader: Reader): Pattern {
  const rest = reader.text.slice(reader.at);
  if (/^\(\?<?[=!]/.test(rest))
    return perlUnsupported(
      reader,
      ['look-around such as (?!x)', 'un regard autour comme (?!x)'],
      'if !/x/ and endif around',
    );
  if (rest.startsWith('(?>'))
    return perlUnsupported(
      reader,
      ['an atomic group (?>x)', 'un groupe atomique (?>x)'],
      'a plain group (?:x)',
    );
  if (/^\((?:\*|\?(?:[|(R0-9&+]|-\d|P[=>]|C))/.test(rest))
    return perlUnsupported(
      reader,
      [`the group ${rest.slice(0, 3)}...)`, `le groupe ${rest.slice(0, 3)}...)`],
      'plain groups',
    );
  return perlError(reader, reader.at + 2, 'unrecognized character after (? or (?-');
}

/** The start of a group, up to what is inside; `undefined` for flags alone, which have no inside. */
function openGroup(reader: Reader): { readonly captures: boolean } | undefined {
  const named = /^\(\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(reader.text.slice(reader.at))?.[0];
  const flags = flagsAt(reader);
  if (named !== undefined) {
    reader.at += named.length;
    return { captures: true };
  }
  if (flags !== undefined) {
    reader.at += flags.length;
    reader.flags = flags.flags;
    return reader.text[reader.at - 1] === ':' ? { captures: false } : undefined;
  }
  if (reader.text[reader.at + 1] === '?' || reader.text[reader.at + 1] === '*') {
    refuseGroup(reader);
    return undefined;
  }
  reader.at += 1;
  return { captures: true };
}

function group(reader: Reader): Pattern {
  const outside = reader.flags;
  const opened = openGroup(reader);
  if (opened === undefined) return { type: 'sequence', parts: [] };
  reader.depth += 1;
  const inside = choice(reader);
  if (reader.text[reader.at] !== ')')
    return perlError(reader, reader.text.length, 'missing closing parenthesis');
  reader.at += 1;
  reader.depth -= 1;
  reader.flags = outside;
  return { type: 'group', captures: opened.captures, inside };
}

/** One thing, or what stands for a place or for nothing, which cannot be repeated. */
function atom(reader: Reader): Pattern {
  const { text, at, flags } = reader;
  const char = text[at] ?? '';
  switch (char) {
    case '(':
      return group(reader);
    case '[':
      return perlBracket(reader, flags);
    case '\\':
      return escaped(reader);
    case ')':
      return perlError(reader, at, 'unmatched closing parenthesis');
    case '^':
      reader.at += 1;
      return { type: 'place', place: flags.multiLine ? 'lineStart' : 'start' };
    case '$':
      reader.at += 1;
      return { type: 'place', place: flags.multiLine ? 'lineEnd' : flags.endOnly ? 'end' : 'finalEnd' };
    case '.':
      reader.at += 1;
      return { type: 'set', bytes: flags.dotAll ? ALL : without(ALL, NEWLINE) };
    default:
      reader.at += 1;
      return setOf(reader, bytesIn(char));
  }
}

/** How often, the sign and its numbers taken; undefined where no sign of repetition comes next. */
function counts(reader: Reader): readonly [min: number, max: number] | undefined {
  const rest = reader.text.slice(reader.at);
  const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(rest);
  if (found === null) return undefined;
  const [all, low, comma, high] = found;
  if (low === undefined) {
    reader.at += 1;
    return [all === '+' ? 1 : 0, all === '?' ? 1 : Number.POSITIVE_INFINITY];
  }
  const min = Number(low);
  const max = comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
  const end = reader.at + all.length;
  reader.at = end;
  if (min > 65535 || (max > 65535 && max !== Number.POSITIVE_INFINITY))
    perlError(reader, end - 1, 'number too big in {} quantifier');
  else if (max < min) perlError(reader, end - 1, 'numbers out of order in {} quantifier');
  return [min, max];
}

function repeated(reader: Reader, what: Pattern): Pattern {
  skip(reader);
  const often = counts(reader);
  if (often === undefined) return what;
  const sign = reader.text[reader.at];
  if (sign === '+')
    return perlUnsupported(
      reader,
      ['a possessive repetition such as a++', 'une répétition possessive comme a++'],
      'a plain one, a+',
    );
  if (sign === '?') reader.at += 1;
  const [min, max] = often;
  return { type: 'repeat', what, min, max, lazy: (sign === '?') !== reader.flags.ungreedy };
}

/** A sign of repetition at a place where there is nothing to repeat. */
function strayRepeat(reader: Reader): boolean {
  if (counts(reader) === undefined || reader.problem !== undefined) return false;
  perlError(reader, reader.at - 1, 'quantifier does not follow a repeatable item');
  return true;
}

function canRepeat(part: Pattern): boolean {
  return part.type !== 'place' && !(part.type === 'sequence' && part.parts.length === 0);
}

function branch(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  for (skip(reader); reader.at < reader.text.length; skip(reader)) {
    const char = reader.text[reader.at];
    if (char === '|' || (char === ')' && reader.depth > 0) || strayRepeat(reader)) break;
    const isQuoted = reader.text.startsWith('\\Q', reader.at);
    const read = isQuoted ? quoted(reader) : [atom(reader)];
    const last = read.at(-1);
    if (last === undefined) continue;
    parts.push(...read.slice(0, -1), canRepeat(last) ? repeated(reader, last) : last);
  }
  return { type: 'sequence', parts };
}

function choice(reader: Reader): Pattern {
  const choices = [branch(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at += 1;
    choices.push(branch(reader));
  }
  return { type: 'choice', choices };
}

/** Reads a whole pattern (latin1 text), or says what is wrong with it as PCRE2 does. */
export function readPerl(text: string, flags: PerlFlags): Pattern | PatternError | Unsupported {
  const reader: Reader = { text, flags, at: 0, depth: 0 };
  const pattern = choice(reader);
  if (reader.problem !== undefined || !flags.anchored) return reader.problem ?? pattern;
  return { type: 'sequence', parts: [{ type: 'place', place: 'start' }, pattern] };
}
