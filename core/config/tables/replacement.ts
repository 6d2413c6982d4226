/**
 * replacement - the result of a rule, in which `$1`, `${1}` and `$(1)` stand for what parentheses matched.
 *
 * regexp_table(5) "TEXT SUBSTITUTION" · Postfix: src/util/mac_parse.c
 */

/** Text as it is, or the number of a pair of parentheses. */
type Part = string | { readonly group: number };

export interface Replacement {
  readonly parts: readonly Part[];
  /** The greatest number in it; 0 for plain text. */
  readonly highest: number;
}

type Reading =
  | { readonly ok: true; readonly name: string; readonly end: number }
  | { readonly ok: false; readonly warning: string };

/** What stands behind a `$` at `at`: a name, bare or in parentheses or braces. */
function reference(text: string, at: number): Reading {
  const open = text[at + 1];
  if (open !== '{' && open !== '(') {
    const name = /^\w*/.exec(text.slice(at + 1))?.[0] ?? '';
    if (name === '') return { ok: false, warning: `empty macro name: "${text}"` };
    return { ok: true, name, end: at + 1 + name.length };
  }
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === open) depth += 1;
    if (text[end] === close) depth -= 1;
    if (depth > 0) continue;
    const name = text.slice(at + 2, end);
    return name === ''
      ? { ok: false, warning: `empty macro name: "${text}"` }
      : { ok: true, name, end: end + 1 };
  }
  return { ok: false, warning: `truncated macro reference: "${text}"` };
}

/**
 * Reads a result.
 *
 * @param outOfRange how the type of table words `$0`
 * @returns the warnings, some about the text and some about the line it stands in, if it cannot be used
 */
export function readReplacement(
  text: string,
  outOfRange: string,
): Replacement | { readonly aboutText: readonly string[]; readonly aboutLine: readonly string[] } {
  const parts: Part[] = [];
  const aboutLine: string[] = [];
  let highest = 0;
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    parts.push(text.slice(at, dollar < 0 ? text.length : dollar));
    if (dollar < 0) break;
    if (text[dollar + 1] === '$') {
      parts.push('$');
      at = dollar + 2;
      continue;
    }
    const found = reference(text, dollar);
    if (!found.ok) return { aboutText: [found.warning], aboutLine };
    at = found.end;
    const group = /^\d+$/.test(found.name) ? Number(found.name) : undefined;
    if (group === undefined) aboutLine.push(`non-numeric replacement index "${found.name}"`);
    else if (group < 1) aboutLine.push(`${outOfRange} replacement index "${found.name}"`);
    else parts.push({ group });
    highest = Math.max(highest, group ?? 0);
  }
  return aboutLine.length > 0 ? { aboutText: [], aboutLine } : { parts, highest };
}

/** The result for what was captured; parentheses that took no part give nothing. */
export function replaced({ parts }: Replacement, captured: readonly (string | undefined)[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : (captured[part.group - 1] ?? ''))).join('');
}
