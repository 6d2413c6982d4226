/**
 * expand-reference - what stands between ${ and }: a name or a comparison, then perhaps ?text or :text.
 *
 * postconf(5) "main.cf file format" · Postfix: src/util/mac_expand.c
 */
import { compareLevels, compareText, operatorOf } from './compare.ts';
import { isSpace } from './fold.ts';
import type { Profile } from './profile.ts';

/** The unexpanded value of a parameter, or undefined when there is none of that name. */
export type Lookup = (name: string) => string | undefined;

/** One expansion under way. After the first problem nothing more is put out, but more may be warned of. */
export interface Run {
  readonly lookup: Lookup;
  readonly profile: Profile;
  /** Every branch is looked at and nothing is put out. */
  readonly scan: boolean;
  readonly output: string[];
  /** Shared with the operands of comparisons. Differs: each once; Postfix repeats them at every level. */
  readonly warnings: Set<string>;
  readonly count: { steps: number; operands: number };
  level: number;
  failed: boolean;
}

/** A problem: everything after it is read only to warn of more. */
export function fail(run: Run, warning: string): void {
  run.failed = true;
  run.warnings.add(warning);
}

/** Expands one more text into a run's output; true when that failed. */
type Recurse = (run: Run, text: string) => boolean;

/** What the part before ? or : gave, and the position after it. */
interface Subject {
  readonly value: string | undefined;
  readonly at: number;
}

/** A part of the text, and the position after it. */
interface Part {
  readonly text: string;
  readonly at: number;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at++;
  return at;
}

function near(text: string, at: number): string {
  return text.slice(at, at + 20);
}

/** A `{payload}` at `open`, and the position after it and the blanks that follow. */
function payload(run: Run, text: string, open: number): Part | undefined {
  let level = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') level++;
    if (text[at] === '}' && --level === 0)
      return { text: text.slice(open + 1, at), at: skipSpace(text, at + 1) };
  }
  fail(run, `unbalanced {} in attribute expression: "${text.slice(open)}"`);
  return undefined;
}

/** So many comparisons may stand within comparisons. */
const operandLimit = 100;

/**
 * An operand of a comparison, expanded apart from the output, its nesting counted anew.
 * Differs: a name that compares itself is an error; Postfix overflows its stack.
 */
function operand(run: Run, text: string, recurse: Recurse): string {
  const apart: Run = { ...run, output: [], level: 0, failed: false };
  if (++run.count.operands > operandLimit) fail(run, `unreasonable macro call nesting: "${text}"`);
  else if (recurse(apart, text)) run.failed = true;
  run.count.operands--;
  return apart.output.join('');
}

const anyOperator = '"==" or "!="" or "<"" or "<="" or ">="" or ">"';

/** `{left} == {right}` from `open`; true is the text `true`, false is empty. */
function comparison(run: Run, text: string, open: number, recurse: Recurse): Subject | undefined {
  const left = payload(run, text, open);
  if (left === undefined) return undefined;
  const sign = /^[<>!=?+\-*/~&|%]*/.exec(text.slice(left.at))?.[0] ?? '';
  const operator = operatorOf(sign);
  if (operator === undefined) {
    fail(run, `${anyOperator} expected at: "...${left.text}}>>>${near(text, left.at)}"`);
    return undefined;
  }
  const suffix = /^[A-Za-z0-9]*/.exec(text.slice(left.at + sign.length))?.[0] ?? '';
  if (suffix !== '' && suffix !== 'level') {
    fail(run, `bad operator suffix at: "...${sign}>>>${suffix}"`);
    return undefined;
  }
  const after = left.at + sign.length + suffix.length;
  const open2 = skipSpace(text, after);
  if (text[open2] !== '{') {
    fail(run, `"{expression}" expected at: "...{${left.text}} ${sign}>>>${near(text, after)}"`);
    return undefined;
  }
  const right = payload(run, text, open2);
  if (right === undefined) return undefined;
  const values = [operand(run, left.text, recurse), operand(run, right.text, recurse)] as const;
  if (run.scan) return run.failed ? undefined : { value: undefined, at: right.at };
  const compare = suffix === 'level' ? compareLevels : compareText;
  const answer = compare(values[0], operator, values[1]);
  if (typeof answer === 'string') fail(run, answer);
  return run.failed ? undefined : { value: answer === true ? 'true' : '', at: right.at };
}

/** A parameter name; blanks may stand around it since 3.0. */
function named(run: Run, text: string): Subject | undefined {
  const start = run.profile === '3.x' ? skipSpace(text, 0) : 0;
  let end = start;
  while (/[A-Za-z0-9_]/.test(text[end] ?? '')) end++;
  const at = run.profile === '3.x' ? skipSpace(text, end) : end;
  if (at < text.length && text[at] !== '?' && text[at] !== ':') {
    fail(
      run,
      run.profile === '2.3'
        ? `macro name syntax error: "${text}"`
        : `attribute name syntax error at: "...${text.slice(0, end)}>>>${near(text, end)}"`,
    );
    return undefined;
  }
  return { value: run.lookup(text.slice(start, end)), at };
}

/** The operand after ? or :, `{braced}` (3.0) or all the rest. */
function branch(run: Run, text: string, from: number): Part | undefined {
  const open = skipSpace(text, from);
  if (run.profile === '3.x' && text[open] === '{') return payload(run, text, open);
  return { text: text.slice(from), at: text.length };
}

/** Expands a branch that holds; what it says after a failure of its own still gets its warnings. */
function take(run: Run, part: Part, holds: boolean, recurse: Recurse): void {
  if ((holds || run.scan) && recurse(run, part.text)) run.failed = true;
}

/** `?then:otherwise` from `subject.at`; false where Postfix gives up. */
function conditional(run: Run, text: string, subject: Subject, recurse: Recurse): boolean {
  const filled = subject.value !== undefined && subject.value !== '';
  let at = subject.at;
  if (text[at] === '?') {
    const then = branch(run, text, at + 1);
    if (then === undefined) return false;
    take(run, then, filled, recurse);
    if (then.at >= text.length) return true;
    if (text[then.at] !== ':') {
      fail(run, `":" expected at: "...${then.text}}>>>${near(text, then.at)}"`);
      return false;
    }
    at = then.at;
  }
  const otherwise = branch(run, text, at + 1);
  if (otherwise === undefined) return false;
  take(run, otherwise, !filled, recurse);
  if (otherwise.at >= text.length) return true;
  fail(run, `unexpected input at: "...${otherwise.text}}>>>${near(text, otherwise.at)}"`);
  return false;
}

/**
 * Expands the inside of one `${…}` or `$(…)`, or the name of a plain `$name`. Answers false where Postfix
 * gives up on it with a warning; a part of it that fails for itself sets `run.failed` alone.
 */
export function expandReference(run: Run, text: string, recurse: Recurse): boolean {
  const open = skipSpace(text, 0);
  const relational = run.profile === '3.x' && text[open] === '{';
  const subject = relational ? comparison(run, text, open, recurse) : named(run, text);
  if (subject === undefined) return false;
  if (subject.at >= text.length) {
    if (subject.value !== undefined && subject.value !== '' && recurse(run, subject.value)) run.failed = true;
    return true;
  }
  if (text[subject.at] === '?' || text[subject.at] === ':') return conditional(run, text, subject, recurse);
  fail(run, `"?" or ":" expected at: "...}>>>${near(text, subject.at)}"`);
  return false;
}
