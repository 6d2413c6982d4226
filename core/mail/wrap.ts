/** wrap - long lines of notices, broken at blanks. Postfix: src/util/line_wrap.c */

/** The next break: the line up to here, and where the following one begins. */
function nextBreak(text: string, from: number, width: number): readonly [end: number, next: number] {
  let fits = -1;
  for (let at = from; at < text.length; at += 1) {
    const end = text.indexOf(' ', at);
    const stop = end < 0 ? text.length : end;
    if (at > from && stop - from > width) {
      fits = at;
      break;
    }
    at = stop;
  }
  if (fits < 0) return [text.length, text.length];
  let next = fits;
  while (text[next] === ' ') next += 1;
  return [fits, next];
}

/**
 * Breaks a text at blanks; a word longer than a line stays whole, blanks at the end of a line are dropped.
 *
 * @param width bytes of a line without its indentation
 * @param indent blanks before every line but the first
 */
export function wrapLines(text: string, width: number, indent: number): readonly string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length || lines.length === 0; ) {
    const room = lines.length === 0 ? width : width - indent;
    const [end, next] = nextBreak(text, from, room);
    const line = text.slice(from, end).replace(/ +$/, '');
    lines.push(lines.length === 0 ? line : `${' '.repeat(indent)}${line}`);
    if (next >= text.length) break;
    from = next;
  }
  return lines;
}
