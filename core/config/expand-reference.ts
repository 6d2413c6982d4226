/**
 * expand-reference - what stands between ${ and }: a name or a comparison, then perhaps ?text or :text.
 *
 * postconf(5) "main.cf file format" · Postfix: src/util/mac_expand.c
 */
import { compareLevels, compareText, operatorOf } from './compare.ts';
import type { Run } from './expand.ts';
import { isSpace } from './fold.ts';

/** Expands one more text into the same output. */
type Recurse = (text: string) => void;

/** What the part before ? or : gave, and the position after it. */
interface Subject {
  readonly value: string | undefined;
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
function payload(
  run: Run,
  text: string,
  open: number,
): { readonly text: string; readonly at: number } | undefined {
  let level = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') level++;
    if (text[at] === '}' && --level === 0)
      return { text: text.slice(open + 1, at), at: skipSpace(text, at + 1) };
  }
  run.problem ??= `unbalanced {} in attribute expression: "${text.slice(open)}"`;
  return undefined;
}

/** An operand of a comparison, expanded apart from the output. */
function operand(run: Run, text: string, recurse: Recurse): string {
  const kept = run.output.splice(0);
  recurse(text);
  const result = run.output.splice(0).join('');
  run.output.push(...kept);
  return result;
}

const anyOperator = '"==" or "!="" or "<"" or "<="" or ">="" or ">"';

/** `{left} == {right}` from `open`; true is the text `true`, false is empty. */
function comparison(run: Run, text: string, open: number, recurse: Recurse): Subject | undefined {
  const left = payload(run, text, open);
  if (left === undefined) return undefined;
  const sign = /^[<>!=?+\-*/~&|%]*/.exec(text.slice(left.at))?.[0] ?? '';
  const operator = operatorOf(sign);
  if (operator === undefined) {
    run.problem ??= `${anyOperator} expected at: "...${left.text}}>>>${near(text, left.at)}"`;
    return undefined;
  }
  const suffix = /^[A-Za-z0-9]*/.exec(text.slice(left.at + sign.length))?.[0] ?? '';
  if (suffix !== '' && suffix !== 'level') {
    run.problem ??= `bad operator suffix at: "...${sign}>>>${suffix}"`;
    return undefined;
  }
  const after = left.at + sign.length + suffix.length;
  const open2 = skipSpace(text, after);
  if (text[open2] !== '{') {
    const before = `{${left.text}} ${sign}${suffix}`;
    run.problem ??= `"{expression}" expected at: "...${before}>>>${near(text, after)}"`;
    return undefined;
  }
  const right = payload(run, text, open2);
  if (right === undefined) return undefined;
  const compare = suffix === 'level' ? compareLevels : compareText;
  const values = [operand(run, left.text, recurse), operand(run, right.text, recurse)] as const;
  const answer = run.problem === undefined && compare(values[0], operator, values[1]);
  if (typeof answer === 'string') run.problem ??= answer;
  return { value: answer === true ? 'true' : '', at: right.at };
}

/** A parameter name; blanks may stand around it since 3.0. */
function named(run: Run, text: string): Subject | undefined {
  const start = run.profile === '3.x' ? skipSpace(text, 0) : 0;
  let end = start;
  while (/[A-Za-z0-9_]/.test(text[end] ?? '')) end++;
  const at = run.profile === '3.x' ? skipSpace(text, end) : end;
  if (at < text.length && text[at] !== '?' && text[at] !== ':') {
    run.problem ??=
      run.profile === '2.3'
        ? `macro name syntax error: "${text}"`
        : `attribute name syntax error at: "...${text.slice(0, end)}>>>${near(text, end)}"`;
    return undefined;
  }
  return { value: run.lookup(text.slice(start, end)), at };
}

/** The operand after ? or :, `{braced}` (3.0) or all the rest. */
function branch(
  run: Run,
  text: string,
  from: number,
): { readonly text: string; readonly at: number } | undefined {
  const open = skipSpace(text, from);
  if (run.profile === '3.x' && text[open] === '{') return payload(run, text, open);
  return { text: text.slice(from), at: text.length };
}

function conditional(run: Run, text: string, subject: Subject, recurse: Recurse): void {
  const filled = subject.value !== undefined && subject.value !== '';
  let at = subject.at;
  if (text[at] === '?') {
    const then = branch(run, text, at + 1);
    if (then === undefined) return;
    if (filled) recurse(then.text);
    if (then.at >= text.length) return;
    if (text[then.at] !== ':') {
      run.problem ??= `":" expected at: "...${then.text}}>>>${near(text, then.at)}"`;
      return;
    }
    at = then.at;
  }
  const otherwise = branch(run, text, at + 1);
  if (otherwise === undefined) return;
  if (!filled) recurse(otherwise.text);
  if (otherwise.at < text.length)
    run.problem ??= `unexpected input at: "...${otherwise.text}}>>>${near(text, otherwise.at)}"`;
}

/**
 * Expands the inside of one `${…}` or `$(…)`, or the name of a plain `$name`; problems go to `run.problem`.
 */
export function expandReference(run: Run, text: string, recurse: Recurse): void {
  const open = skipSpace(text, 0);
  const relational = run.profile === '3.x' && text[open] === '{';
  const subject = relational ? comparison(run, text, open, recurse) : named(run, text);
  if (subject === undefined || run.problem !== undefined) return;
  if (subject.at >= text.length) {
    if (relational) run.output.push(subject.value ?? '');
    else if (subject.value !== undefined) recurse(subject.value);
  } else if (text[subject.at] === '?' || text[subject.at] === ':') conditional(run, text, subject, recurse);
  else run.problem ??= `"?" or ":" expected at: "...}>>>${near(text, subject.at)}"`;
}
