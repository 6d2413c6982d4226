/**
 * posix-pattern - reads regular expressions as regcomp(3) of the GNU C library does, extended or basic.
 *
 * regexp_table(5) · POSIX.1-2017 §9 · regex(7)
 */
import {
  ALL,
  type ByteSet,
  bothCases,
  bytesIn,
  CLASSES,
  type Pattern,
  type PatternError,
  type PatternReader,
  type Place,
  range,
  refuse,
  type Unsupported,
  union,
  WORD,
  without,
} from './pattern.ts';

export interface PosixFlags {
  readonly ignoreCase: boolean;
  /** REG_NEWLINE: `^` and `$` match at line breaks, `.` and `[^a]` do not match them. */
  readonly multiLine: boolean;
  readonly extended: boolean;
}

interface Reader extends PatternReader {
  readonly flags: PosixFlags;
}

const NEWLINE = bytesIn('\n');

function wrong(reader: Reader, text: string): Pattern {
  return refuse(reader, { type: 'error', text });
}

const BAD_REPEAT = 'Invalid preceding regular expression';
const BAD_COUNT = 'Invalid content of \\{\\}';
const BAD_RANGE = 'Invalid range end';
const OPEN_BRACKET = 'Unmatched [, [^, [:, [., or [=';

/** The operator that starts here, in its extended form, and its length; undefined for any other text. */
function operatorAt({ text, at, flags }: Reader): readonly [operator: string, length: number] | undefined {
  const char = text[at];
  if (char === undefined) return undefined;
  if (char === '*') return ['*', 1];
  const isBackslash = char === '\\';
  if (isBackslash === flags.extended) return undefined;
  const name = isBackslash ? text[at + 1] : char;
  if (name === undefined || !'(){}|+?'.includes(name)) return undefined;
  return [name, isBackslash ? 2 : 1];
}

function isOperator(reader: Reader, operators: string): boolean {
  const operator = operatorAt(reader)?.[0];
  return operator !== undefined && operators.includes(operator);
}

/** Takes the operator if it comes next. */
function take(reader: Reader, operator: string): boolean {
  const found = operatorAt(reader);
  if (found?.[0] !== operator) return false;
  reader.at += found[1];
  return true;
}

function setOf({ flags }: Reader, bytes: ByteSet): Pattern {
  return { type: 'set', bytes: flags.ignoreCase ? bothCases(bytes) : bytes };
}

function literal(reader: Reader): Pattern {
  const char = reader.text[reader.at] ?? '';
  reader.at += 1;
  return setOf(reader, bytesIn(char));
}

function place(reader: Reader, where: Place, length: number): Pattern {
  reader.at += length;
  return { type: 'place', place: where };
}

/** One end of a range, or a thing that stands for itself. */
type Element = { readonly byte: number } | { readonly bytes: ByteSet };

function noElement(reader: Reader, text: string): Element {
  wrong(reader, text);
  return { byte: 0 };
}

/** `[:alpha:]`, `[.-.]` or `[=a=]` at the reader's place. */
function namedElement(reader: Reader, kind: string): Element {
  const end = reader.text.indexOf(`${kind}]`, reader.at + 2);
  if (end < 0) return noElement(reader, OPEN_BRACKET);
  const name = reader.text.slice(reader.at + 2, end);
  reader.at = end + 2;
  if (kind !== ':') {
    if (name.length !== 1) return noElement(reader, 'Invalid collation character');
    return kind === '.' ? { byte: name.charCodeAt(0) } : { bytes: bytesIn(name) };
  }
  const bytes = name === 'word' || name === 'ascii' ? undefined : CLASSES.get(name);
  return bytes === undefined ? noElement(reader, 'Invalid character class name') : { bytes };
}

function bracketElement(reader: Reader, mayBeHyphen: boolean): Element {
  const { text, at } = reader;
  const char = text[at];
  if (char === undefined) return noElement(reader, OPEN_BRACKET);
  const kind = text[at + 1] ?? '';
  if (char === '[' && kind !== '' && ':.='.includes(kind)) return namedElement(reader, kind);
  if (char === '-' && !mayBeHyphen && text[at + 1] !== ']')
    return noElement(reader, at + 1 < text.length ? BAD_RANGE : OPEN_BRACKET);
  reader.at += 1;
  return { byte: char.charCodeAt(0) };
}

function bytesOf(element: Element): ByteSet {
  return 'byte' in element ? new Set([element.byte]) : element.bytes;
}

/** `[…]`, the reader being behind the bracket. A backslash is a character like any other. */
function bracket(reader: Reader): Pattern {
  const { text, flags } = reader;
  const negated = text[reader.at] === '^';
  if (negated) reader.at += 1;
  if (reader.at >= text.length) return wrong(reader, 'Invalid regular expression');
  const sets: ByteSet[] = [];
  for (let isFirst = true; isFirst || text[reader.at] !== ']'; isFirst = false) {
    const from = bracketElement(reader, isFirst);
    if (reader.problem !== undefined) break;
    if (text[reader.at] !== '-' || text[reader.at + 1] === ']') {
      sets.push(bytesOf(from));
      continue;
    }
    reader.at += 1;
    const to = bracketElement(reader, true);
    if (!('byte' in from) || !('byte' in to) || from.byte > to.byte) return wrong(reader, BAD_RANGE);
    sets.push(range(from.byte, to.byte));
  }
  reader.at += 1;
  const named = union(...sets);
  const bytes = flags.ignoreCase ? bothCases(named) : named;
  if (!negated) return { type: 'set', bytes };
  return { type: 'set', bytes: without(ALL, flags.multiLine ? union(bytes, NEWLINE) : bytes) };
}

const GNU_PLACES: ReadonlyMap<string, Place> = new Map([
  ['<', 'wordStart'],
  ['>', 'wordEnd'],
  ['b', 'wordEdge'],
  ['B', 'noWordEdge'],
  ['`', 'start'],
  ["'", 'end'],
]);

function gnuSet(letter: string): ByteSet | undefined {
  const bytes = { w: WORD, s: CLASSES.get('space') }[letter.toLowerCase()];
  if (bytes === undefined || letter === letter.toLowerCase()) return bytes;
  return without(ALL, bytes);
}

/** A backslash and what it makes of the next character. */
function escaped(reader: Reader): Pattern {
  const next = reader.text[reader.at + 1];
  if (next === undefined) return wrong(reader, 'Trailing backslash');
  const where = GNU_PLACES.get(next);
  if (where !== undefined) return place(reader, where, 2);
  if (/[1-9]/.test(next))
    return refuse(reader, {
      type: 'unsupported',
      en: `the back-reference \\${next}`,
      fr: `la référence arrière \\${next}`,
      insteadEn: 'write out what is repeated, one rule for each text',
      insteadFr: 'écrivez ce qui se répète, une règle par texte',
    });
  reader.at += 1;
  const bytes = gnuSet(next);
  if (bytes === undefined) return literal(reader);
  reader.at += 1;
  return { type: 'set', bytes };
}

function group(reader: Reader): Pattern {
  reader.depth += 1;
  const inside = choice(reader);
  if (!take(reader, ')')) return wrong(reader, 'Unmatched ( or \\(');
  reader.depth -= 1;
  return { type: 'group', captures: true, inside };
}

/** In basic syntax `^` and `$` are anchors only at the ends of a branch. */
function anchorHere(reader: Reader, isFirst: boolean): Place | undefined {
  const { text, at, flags } = reader;
  const char = text[at];
  if (char === '^' && (flags.extended || isFirst)) return flags.multiLine ? 'lineStart' : 'start';
  if (char !== '$') return undefined;
  const after = { ...reader, at: at + 1 };
  if (!flags.extended && at + 1 < text.length && !isOperator(after, ')|')) return undefined;
  return flags.multiLine ? 'lineEnd' : 'end';
}

/** What a repetition may follow. */
function atom(reader: Reader): Pattern {
  const { text, at, flags } = reader;
  const operator = operatorAt(reader)?.[0];
  if (operator === '(') {
    take(reader, '(');
    return group(reader);
  }
  if (operator === ')' && !flags.extended) return wrong(reader, 'Unmatched ) or \\)');
  if (operator === '{' || (flags.extended && operator !== undefined && '*+?'.includes(operator)))
    return wrong(reader, BAD_REPEAT);
  // What is left of the operators has no meaning here: it stands for itself.
  if (operator !== undefined) reader.at += (operatorAt(reader)?.[1] ?? 1) - 1;
  else if (text[at] === '\\') return escaped(reader);
  else if (text[at] === '[' || text[at] === '.') {
    reader.at += 1;
    if (text[at] === '[') return bracket(reader);
    const all = without(ALL, bytesIn('\0'));
    return { type: 'set', bytes: flags.multiLine ? without(all, NEWLINE) : all };
  }
  return literal(reader);
}

/** A bad number is only told as such if something ends it. */
function countEnds(rest: string, close: string): boolean {
  return rest.includes(',') || rest.includes(close);
}

/** `{n}`, `{n,}`, `{,m}`, `{n,m}`, the reader being behind the brace. */
function counts(reader: Reader): readonly [min: number, max: number] {
  const close = reader.flags.extended ? '}' : '\\}';
  const found = /^(\d*)(,?)(\d*)/.exec(reader.text.slice(reader.at));
  const [all = '', low = '', comma = '', high = ''] = found ?? [];
  const behind = reader.at + all.length;
  if (!reader.text.startsWith(close, behind) || (low === '' && comma === ''))
    wrong(reader, countEnds(reader.text.slice(behind), close) ? BAD_COUNT : 'Unmatched \\{');
  else reader.at = behind + close.length;
  const min = Number(low);
  const max = high !== '' ? Number(high) : comma === '' ? min : Number.POSITIVE_INFINITY;
  const most = max === Number.POSITIVE_INFINITY ? min : max;
  if (max < min) wrong(reader, BAD_COUNT);
  else if (most > 0x7fff) wrong(reader, 'Regular expression too big');
  return [min, max];
}

function repeated(reader: Reader, atomRead: Pattern): Pattern {
  let what = atomRead;
  while (isOperator(reader, '*+?{')) {
    const [operator = '', length = 0] = operatorAt(reader) ?? [];
    reader.at += length;
    const [min, max] =
      operator === '{'
        ? counts(reader)
        : [operator === '+' ? 1 : 0, operator === '?' ? 1 : Number.POSITIVE_INFINITY];
    what = { type: 'repeat', what, min, max, lazy: false };
    if (!reader.flags.extended && isOperator(reader, '*{')) return wrong(reader, BAD_REPEAT);
  }
  return what;
}

function branch(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  while (reader.at < reader.text.length && !isOperator(reader, '|')) {
    if (reader.depth > 0 && isOperator(reader, ')')) break;
    const anchor = anchorHere(reader, parts.length === 0);
    const part = anchor === undefined ? atom(reader) : place(reader, anchor, 1);
    // Nothing repeats a place: the sign that follows it is at the start of something new.
    parts.push(part.type === 'place' ? part : repeated(reader, part));
  }
  return { type: 'sequence', parts };
}

function choice(reader: Reader): Pattern {
  const choices = [branch(reader)];
  while (take(reader, '|')) choices.push(branch(reader));
  return { type: 'choice', choices };
}

/** Reads a whole pattern (latin1 text), or says what is wrong with it as regerror(3) does. */
export function readPosix(text: string, flags: PosixFlags): Pattern | PatternError | Unsupported {
  const reader: Reader = { text, flags, at: 0, depth: 0 };
  const pattern = choice(reader);
  return reader.problem ?? pattern;
}
