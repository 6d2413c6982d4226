/**
 * inline - tables written in main.cf itself: inline:{key=value, {key = text with blanks}}, static:{text} and
 * the rules of cidr:{{rule}, {rule}}.
 *
 * DATABASE_README · Postfix: src/util/dict_inline.c, src/util/split_qnameval.c
 */
import { fold, isSpace, trimRight } from '../fold.ts';
import { isBraced, splitItems, unbrace } from '../items.ts';

/** The entries, or why there are none, in Postfix's words. */
export type InlineTable = ReadonlyMap<string, string> | { readonly error: string };

type Pair = { readonly key: string; readonly value: string } | { readonly error: string };

/** End of a key that may contain `"quoted blanks"` and backslashes; -1 when a quote is not closed. */
export function keyEnd(text: string, from: number, stop: (char: string) => boolean): number {
  let quoted = false;
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\') at++;
    else if (!quoted && stop(char)) break;
    else if (char === '"') quoted = !quoted;
  }
  return quoted ? -1 : Math.min(at, text.length);
}

function splitPair(text: string): Pair {
  let start = 0;
  while (isSpace(text[start])) start++;
  if (start === text.length) return { error: 'no key found; expected format: key = value' };
  const end = keyEnd(text, start, (char) => isSpace(char) || char === '=');
  if (end < 0) return { error: `unbalanced '"'` };
  let at = end;
  while (isSpace(text[at])) at++;
  if (text[at] !== '=') return { error: "missing '=' after attribute name" };
  do at++;
  while (isSpace(text[at]));
  return { key: text.slice(start, end), value: trimRight(text.slice(at)) };
}

function pairOf(item: string): Pair {
  if (!item.startsWith('{')) return splitPair(item);
  const inner = unbrace(item);
  return inner.error === undefined ? splitPair(inner.text) : { error: inner.error };
}

/** Reads what follows `inline:`. Keys are folded; the last entry wins for a key that occurs twice. */
export function parseInline(name: string): InlineTable {
  const need = `"inline:${name}"; need "inline:{name=value...}"`;
  if (!isBraced(name) || name === '{}') return { error: `bad syntax: ${need}` };
  const entries = new Map<string, string>();
  for (const item of splitItems(name.slice(1, -1), '3.x')) {
    const pair = pairOf(item);
    if ('error' in pair) return { error: `${pair.error}: ${need}` };
    entries.set(fold(pair.key), pair.value);
  }
  return entries.size === 0 ? { error: `empty table: ${need}` } : entries;
}

/**
 * The text of `cidr:{{rule}, {rule}}`, one rule a line, since 3.7; `regexp:` and `pcre:` alike.
 *
 * @returns undefined when the name is a file
 */
export function inlineRules(
  type: string,
  name: string,
): { readonly text: string } | { readonly error: string } | undefined {
  if (!name.startsWith('{')) return undefined;
  const outer = unbrace(name);
  if (outer.error !== undefined) return { error: `${type} map: ${outer.error}` };
  const lines: string[] = [];
  for (const item of splitItems(outer.text, '3.x')) {
    const { text, error } = unbrace(item);
    if (error !== undefined) return { error: `${type} map: ${error}` };
    lines.push(`${text}\n`);
  }
  return { text: lines.join('') };
}

/** The value of `static:VALUE` or `static:{VALUE}`. */
export function parseStatic(name: string): string | { readonly error: string } {
  if (!name.startsWith('{')) return name;
  const { text, error } = unbrace(name);
  return error === undefined ? text : { error: `bad static:name syntax: ${error}` };
}
