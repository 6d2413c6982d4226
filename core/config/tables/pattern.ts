/**
 * pattern - what a regular expression says, whoever's syntax it is written in, and its text for the engine.
 *
 * Bytes are characters 0 to 255 here, as in C's locale: case, classes and dots are settled while a pattern is
 * read, so that nothing is left to what the engine thinks of Unicode.
 *
 * regexp_table(5) · pcre_table(5) · decision 17
 */

export type ByteSet = ReadonlySet<number>;

/** A place between characters. `finalEnd` is the end, or before a line break that ends the text. */
export type Place =
  | 'start'
  | 'end'
  | 'finalEnd'
  | 'lineStart'
  | 'lineEnd'
  | 'wordEdge'
  | 'noWordEdge'
  | 'wordStart'
  | 'wordEnd';

export type Pattern =
  | { readonly type: 'set'; readonly bytes: ByteSet }
  | { readonly type: 'place'; readonly place: Place }
  | { readonly type: 'group'; readonly captures: boolean; readonly inside: Pattern }
  | {
      readonly type: 'repeat';
      readonly what: Pattern;
      readonly min: number;
      /** Infinity for no limit. */
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly type: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly type: 'choice'; readonly choices: readonly Pattern[] };

/** A pattern that is wrong; `text` is what the C library says, with its offset where it tells one. */
export interface PatternError {
  readonly type: 'error';
  readonly text: string;
}

/** A sound pattern that asks for what an engine in linear time cannot do. */
export interface Unsupported {
  readonly type: 'unsupported';
  /** What it asks for, and what to write instead. */
  readonly en: string;
  readonly fr: string;
  readonly insteadEn: string;
  readonly insteadFr: string;
}

/** A pattern being read. */
export interface PatternReader {
  readonly text: string;
  at: number;
  /** Parentheses that are open. */
  depth: number;
  /** The first thing that is wrong; then the reader stands at the end of the text. */
  problem?: PatternError | Unsupported;
}

/** Notes what is wrong and ends the reading. The pattern it gives means nothing. */
export function refuse(reader: PatternReader, problem: PatternError | Unsupported): Pattern {
  reader.problem ??= problem;
  reader.at = reader.text.length;
  return { type: 'sequence', parts: [] };
}

/** Bytes from one to the other, both included. */
export function range(from: number, to: number): ByteSet {
  return new Set(Array.from({ length: to - from + 1 }, (_, at) => from + at));
}

/** The bytes of a text. */
export function bytesIn(text: string): ByteSet {
  return new Set([...text].map((char) => char.charCodeAt(0)));
}

export function union(...sets: readonly ByteSet[]): ByteSet {
  return new Set(sets.flatMap((set) => [...set]));
}

export const ALL: ByteSet = range(0, 255);

export function without(set: ByteSet, less: ByteSet): ByteSet {
  return new Set([...set].filter((byte) => !less.has(byte)));
}

const DIGIT = range(0x30, 0x39);
const UPPER = range(0x41, 0x5a);
const LOWER = range(0x61, 0x7a);
const ALPHA = union(UPPER, LOWER);
const SPACE = bytesIn(' \t\n\v\f\r');

/** Letters, digits and `_`. */
export const WORD: ByteSet = union(ALPHA, DIGIT, bytesIn('_'));

/** The classes of C's locale: `[:alpha:]` and the rest. */
export const CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', ALPHA],
  ['upper', UPPER],
  ['lower', LOWER],
  ['digit', DIGIT],
  ['alnum', union(ALPHA, DIGIT)],
  ['xdigit', union(DIGIT, bytesIn('abcdefABCDEF'))],
  ['space', SPACE],
  ['blank', bytesIn(' \t')],
  ['punct', without(range(0x21, 0x7e), union(ALPHA, DIGIT))],
  ['print', range(0x20, 0x7e)],
  ['graph', range(0x21, 0x7e)],
  ['cntrl', union(range(0, 0x1f), new Set([0x7f]))],
  ['word', WORD],
  ['ascii', range(0, 0x7f)],
]);

/** The set with the other case of each of its letters. */
export function bothCases(set: ByteSet): ByteSet {
  return union(set, new Set([...set].filter((byte) => ALPHA.has(byte)).map((byte) => byte ^ 0x20)));
}

function hex(byte: number): string {
  return `\\x{${byte.toString(16)}}`;
}

function setText(bytes: ByteSet): string {
  if (bytes.size === 0) return '[^\\x{0}-\\x{10ffff}]';
  const spans: string[] = [];
  for (let at = 0; at < 256; at += 1) {
    if (!bytes.has(at)) continue;
    const from = at;
    while (bytes.has(at + 1)) at += 1;
    spans.push(`${hex(from)}-${hex(at)}`);
  }
  return bytes.size === 1 ? hex([...bytes][0] ?? 0) : `[${spans.join('')}]`;
}

const PLACES: Readonly<Record<Place, string>> = {
  start: '\\A',
  end: '\\z',
  finalEnd: '(?:\\z|\\n\\z)',
  lineStart: '(?m:^)',
  lineEnd: '(?m:$)',
  wordEdge: '\\b',
  noWordEdge: '\\B',
  wordStart: '\\b',
  wordEnd: '\\b',
};

function countText({ min, max }: { readonly min: number; readonly max: number }): string {
  if (max !== Number.POSITIVE_INFINITY) return min === 0 && max === 1 ? '?' : `{${min},${max}}`;
  return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
}

/** The bytes that may stand at one end of what the pattern matches; undefined where it may match nothing. */
function edge(pattern: Pattern | undefined, side: 0 | -1): ByteSet | undefined {
  switch (pattern?.type) {
    case 'set':
      return pattern.bytes;
    case 'group':
      return edge(pattern.inside, side);
    case 'repeat':
      return pattern.min === 0 ? undefined : edge(pattern.what, side);
    case 'sequence':
      return edge(pattern.parts.at(side), side);
    case 'choice': {
      const edges = pattern.choices.map((choice) => edge(choice, side));
      return edges.includes(undefined) ? undefined : union(...edges.filter((each) => each !== undefined));
    }
    default:
      return undefined;
  }
}

/** `\<` and `\>` are edges of words if a letter is sure to stand on the right side of them. */
function wordPlaceProblem(parts: readonly Pattern[]): Unsupported | undefined {
  for (const [at, part] of parts.entries()) {
    if (part.type !== 'place' || (part.place !== 'wordStart' && part.place !== 'wordEnd')) continue;
    const isStart = part.place === 'wordStart';
    const beside = isStart ? edge(parts[at + 1], 0) : edge(at === 0 ? undefined : parts[at - 1], -1);
    if (beside !== undefined && [...beside].every((byte) => WORD.has(byte))) continue;
    const written = isStart ? '\\<' : '\\>';
    return {
      type: 'unsupported',
      en: `"${written}" that is not ${isStart ? 'followed' : 'preceded'} by a letter, a digit or "_"`,
      fr: `« ${written} » qui n'est pas ${isStart ? 'suivi' : 'précédé'} d'une lettre, d'un chiffre ou de « _ »`,
      insteadEn: 'write \\b',
      insteadFr: 'écrivez \\b',
    };
  }
  return undefined;
}

/** More than so often the engine does not repeat. */
const MOST_REPEATS = 1000;

/** What is said of a repetition beyond that, and of repetitions inside each other. */
export const TOO_OFTEN: Unsupported = {
  type: 'unsupported',
  en: 'a repetition of more than 1000 times',
  fr: 'une répétition de plus de 1000 fois',
  insteadEn: 'write {n,} or + without an upper limit',
  insteadFr: 'écrivez {n,} ou + sans limite supérieure',
};

/** What the engine cannot do of a pattern, or undefined. */
export function unsupportedIn(pattern: Pattern): Unsupported | undefined {
  switch (pattern.type) {
    case 'set':
      return undefined;
    case 'place':
      return wordPlaceProblem([pattern]);
    case 'group':
      return unsupportedIn(pattern.inside);
    case 'repeat': {
      const most = pattern.max === Number.POSITIVE_INFINITY ? pattern.min : pattern.max;
      return most > MOST_REPEATS ? TOO_OFTEN : unsupportedIn(pattern.what);
    }
    case 'sequence': {
      const inside = pattern.parts.filter((part) => part.type !== 'place');
      return wordPlaceProblem(pattern.parts) ?? firstUnsupported(inside);
    }
    case 'choice':
      return firstUnsupported(pattern.choices);
    default:
      return pattern satisfies never;
  }
}

function firstUnsupported(patterns: readonly Pattern[]): Unsupported | undefined {
  for (const pattern of patterns) {
    const found = unsupportedIn(pattern);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The pattern in the engine's syntax. */
export function patternText(pattern: Pattern): string {
  switch (pattern.type) {
    case 'set':
      return setText(pattern.bytes);
    case 'place':
      return PLACES[pattern.place];
    case 'group':
      return `(${pattern.captures ? '' : '?:'}${patternText(pattern.inside)})`;
    case 'repeat': {
      const { what, min, max, lazy } = pattern;
      return `(?:${patternText(what)})${countText({ min, max })}${lazy ? '?' : ''}`;
    }
    case 'sequence':
      return pattern.parts.map(patternText).join('');
    case 'choice':
      return `(?:${pattern.choices.map(patternText).join('|')})`;
    default:
      return pattern satisfies never;
  }
}

/** How many parentheses of the pattern capture what they match. */
export function captureCount(pattern: Pattern): number {
  switch (pattern.type) {
    case 'group':
      return (pattern.captures ? 1 : 0) + captureCount(pattern.inside);
    case 'repeat':
      return captureCount(pattern.what);
    case 'sequence':
      return pattern.parts.reduce((sum, part) => sum + captureCount(part), 0);
    case 'choice':
      return pattern.choices.reduce((sum, choice) => sum + captureCount(choice), 0);
    default:
      return 0;
  }
}
