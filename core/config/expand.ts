/**
 * expand - replaces $name, ${name?text}, ${{x} == {y} ? {a} : {b}} and their kin in parameter values.
 *
 * postconf(5) "main.cf file format" · Postfix: src/util/mac_parse.c, src/util/mac_expand.c
 *
 *   text ─► references and literals (here) ─► one reference at a time (expand-reference.ts) ─► text
 */
import { expandReference } from './expand-reference.ts';
import type { Profile } from './profile.ts';

/** The expanded text, or Postfix's warning; every program that asks then dies with `fatal`. */
export type Expansion =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly warning: string; readonly fatal: string };

/** The unexpanded value of a parameter, or undefined when there is none of that name. */
export type Lookup = (name: string) => string | undefined;

/** One expansion under way. It ends at the first problem. */
export interface Run {
  readonly lookup: Lookup;
  readonly profile: Profile;
  readonly output: string[];
  level: number;
  steps: number;
  problem: string | undefined;
}

const levelLimit = 100;
const stepLimit = 100_000;

/** The text between the parenthesis at `open` and its partner, or undefined when that is missing. */
function enclosed(text: string, open: number): string | undefined {
  const [opening, closing] = text[open] === '(' ? ['(', ')'] : ['{', '}'];
  let level = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === opening) level++;
    if (text[at] === closing && --level === 0) return text.slice(open + 1, at);
  }
  return undefined;
}

function plainName(text: string, start: number): string {
  let end = start;
  while (end < text.length && /[A-Za-z0-9_]/.test(text[end] ?? '')) end++;
  return text.slice(start, end);
}

/**
 * Counts one more level of nesting.
 * Differs: a total of steps is limited too, because a few lines like `a = $b$b` would otherwise never finish.
 */
function enter(run: Run, text: string): boolean {
  run.steps++;
  if (run.level++ > levelLimit || run.steps > stepLimit)
    run.problem ??= `unreasonable macro call nesting: "${text}"`;
  return run.problem === undefined;
}

function literal(run: Run, text: string): void {
  if (text === '' || !enter(run, text)) return;
  run.output.push(text);
  run.level--;
}

function reference(run: Run, text: string): void {
  if (!enter(run, text)) return;
  expandReference(run, text, (part) => expandInto(run, part));
  run.level--;
}

/** Expands `text` into the output of `run`. */
function expandInto(run: Run, text: string): void {
  let plain = '';
  let at = 0;
  while (at < text.length && run.problem === undefined) {
    const next = text[at + 1];
    if (text[at] !== '$') {
      const dollar = text.indexOf('$', at);
      const end = dollar < 0 ? text.length : dollar;
      plain += text.slice(at, end);
      at = end;
      continue;
    }
    if (next === '$') {
      plain += '$';
      at += 2;
      continue;
    }
    literal(run, plain);
    plain = '';
    const braced = next === '(' || next === '{';
    const name = braced ? enclosed(text, at + 1) : plainName(text, at + 1);
    if (name === undefined) run.problem ??= `truncated macro reference: "${text}"`;
    else if (name === '') run.problem ??= `empty macro name: "${text}"`;
    else reference(run, name);
    at += (name?.length ?? 0) + (braced ? 3 : 1);
  }
  if (run.problem === undefined) literal(run, plain);
}

/**
 * Expands every reference in `text`. Unknown names are empty. In profile 2.3 there are no `{text}` operands
 * and no comparisons: what follows `?` or `:` is taken as it stands.
 */
export function expand(text: string, lookup: Lookup, profile: Profile = '3.x'): Expansion {
  if (!text.includes('$')) return { ok: true, text };
  const run: Run = { lookup, profile, output: [], level: 0, steps: 0, problem: undefined };
  expandInto(run, text);
  if (run.problem === undefined) return { ok: true, text: run.output.join('') };
  return { ok: false, warning: run.problem, fatal: 'dictionary mail_dict: macro processing error' };
}

/** Names that a value refers to directly, in order; for tracing which parameter depends on which. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$[({]?\s*([A-Za-z0-9_]+)|\$\$/g)].flatMap((match) => match[1] ?? []);
}
