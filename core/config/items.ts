/**
 * items - splits a list value at commas and white space; since 3.0 text in {} stays together.
 *
 * postconf(5) · Postfix: src/util/mystrtok.c, src/util/extpar.c
 */
import { trim } from './fold.ts';
import type { Profile } from './profile.ts';

const separators = ', \t\r\n';

/** The item that starts at `start`: its end (exclusive). */
function itemEnd(text: string, start: number, separator: string, braces: boolean): number {
  let level = 0;
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (braces && char === '{') level++;
    else if (level > 0 && char === '}') level--;
    else if (level === 0 && separator.includes(char)) break;
  }
  return at;
}

/** Items of a list, in order; braces around an item are kept. Empty items do not exist (`a,,b` has two). */
export function splitItems(
  text: string,
  profile: Profile,
  separator: string = separators,
): readonly string[] {
  const items: string[] = [];
  for (let at = 0; at < text.length; ) {
    while (at < text.length && separator.includes(text[at] ?? '')) at++;
    if (at >= text.length) break;
    const end = itemEnd(text, at, separator, profile === '3.x');
    items.push(text.slice(at, end));
    at = end;
  }
  return items;
}

/** Words separated by white space only, as in master.cf. */
export function splitWords(text: string, profile: Profile): readonly string[] {
  return splitItems(text, profile, ' \t\r\n\v\f');
}

/** Length of the balanced `{…}` at the start of `text`, or 0. */
function balanced(text: string): number {
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') level++;
    else if (text[at] === '}' && --level === 0) return at + 1;
    if (level === 0) return 0;
  }
  return 0;
}

/**
 * The inside of `{…}`, without blanks at its ends unless `strip` is false. On an error `text` is what Postfix
 * goes on with.
 */
export function unbrace(text: string, strip = true): { readonly text: string; readonly error?: string } {
  const stripped = strip ? trim : (inside: string): string => inside;
  if (text[0] !== '{') return { text, error: `no '{' at start of text in "${text}"` };
  const length = balanced(text);
  if (length === 0) return { text: stripped(text.slice(1)), error: `missing '}' in "${text}"` };
  const inner = stripped(text.slice(1, length - 1));
  return length === text.length
    ? { text: inner }
    : { text: inner, error: `syntax error after '}' in "${text}"` };
}

/** True when the whole text is one balanced `{…}`. */
export function isBraced(text: string): boolean {
  return text !== '' && balanced(text) === text.length;
}
