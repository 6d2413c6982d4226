/**
 * expand - replaces $name, ${name?text}, ${{x} == {y} ? {a} : {b}} and their kin in parameter values.
 *
 * postconf(5) "main.cf file format" · Postfix: src/util/mac_parse.c, src/util/mac_expand.c
 *
 *   text ─► references and literals (here) ─► one reference at a time (expand-reference.ts) ─► text
 */
import { expandReference, fail, type Lookup, type Run } from './expand-reference.ts';
import type { Profile } from './profile.ts';

/** The expanded text, or Postfix's warnings, the first apart; every program then dies with `fatal`. */
export type Expansion =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly warning: string;
      readonly warnings: readonly string[];
      readonly fatal: string;
    };

const levelLimit = 100;
const stepLimit = 100_000;

/** Position of the partner of the parenthesis at `open`, or undefined when that is missing. */
function closing(text: string, open: number): number | undefined {
  const [opening, end] = text[open] === '(' ? ['(', ')'] : ['{', '}'];
  let level = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === opening) level++;
    if (text[at] === end && --level === 0) return at;
  }
  return undefined;
}

function plainNameEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && /[A-Za-z0-9_]/.test(text[end] ?? '')) end++;
  return end;
}

/**
 * Counts one more level of nesting; false when nothing may be put out any more.
 * Differs: a total of steps is limited too, because a few lines like `a = $b$b` would otherwise never finish.
 */
function enter(run: Run, text: string): boolean {
  run.count.steps++;
  if (run.level++ > levelLimit || run.count.steps > stepLimit)
    fail(run, `unreasonable macro call nesting: "${text}"`);
  return !run.failed;
}

function literal(run: Run, text: string): boolean {
  if (text !== '' && enter(run, text)) {
    if (!run.scan) run.output.push(text);
    run.level--;
  }
  return run.failed;
}

function reference(run: Run, text: string): boolean {
  // As in Postfix, a reference that fails does not give its level back.
  if (enter(run, text) && expandReference(run, text, expandInto)) run.level--;
  return run.failed;
}

/**
 * Expands `text` into the output of `run`. Answers true when that failed: after a problem Postfix reads on
 * and warns of names that are missing or not closed, until the next reference in parentheses.
 */
function expandInto(run: Run, text: string): boolean {
  let failed = false;
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const next = text[at + 1];
    if (text[at] !== '$' || next === '$') {
      plain += text[at];
      at += text[at] === '$' ? 2 : 1;
      continue;
    }
    if (plain !== '') failed = literal(run, plain) || failed;
    plain = '';
    at++;
    const braced = next === '(' || next === '{';
    const end = braced ? closing(text, at) : plainNameEnd(text, at);
    if (end === undefined) run.warnings.add(`truncated macro reference: "${text}"`);
    if (end === undefined || (braced && failed)) return true;
    const name = text.slice(braced ? at + 1 : at, end);
    if (name === '') {
      run.warnings.add(`empty macro name: "${text}"`);
      return true;
    }
    failed = reference(run, name) || failed;
    at = braced ? end + 1 : end;
  }
  return failed || literal(run, plain);
}

function runOf(lookup: Lookup, profile: Profile, scan: boolean): Run {
  const [warnings, count] = [new Set<string>(), { steps: 0, operands: 0 }];
  return { lookup, profile, scan, output: [], warnings, count, level: 0, failed: false };
}

/**
 * Expands every reference in `text`. Unknown names are empty. In profile 2.3 there are no `{text}` operands
 * and no comparisons: what follows `?` or `:` is taken as it stands.
 */
export function expand(text: string, lookup: Lookup, profile: Profile = '3.x'): Expansion {
  if (!text.includes('$')) return { ok: true, text };
  const run = runOf(lookup, profile, false);
  if (!expandInto(run, text)) return { ok: true, text: run.output.join('') };
  const warnings = [...run.warnings];
  const fatal = 'dictionary mail_dict: macro processing error';
  return { ok: false, warning: warnings[0] ?? '', warnings, fatal };
}

/** What stands in a value: names it refers to in any branch, in order, and what is wrong with its syntax. */
export interface Scanned {
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads a value without expanding it, as postconf(1) does to find user-defined parameters. */
export function scan(text: string, profile: Profile = '3.x'): Scanned {
  const names: string[] = [];
  const collect = (name: string): undefined => {
    names.push(name);
  };
  const run = runOf(collect, profile, true);
  if (text.includes('$')) expandInto(run, text);
  return { names, warnings: [...run.warnings] };
}
