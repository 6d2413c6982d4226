/**
 * fold - case folding of lookup keys, and the white space that C's isspace(3) knows.
 *
 * postmap(1) · postconf(5)
 */

/**
 * ASCII letters become lower case, every other character stays.
 * Differs: Postfix 3 with smtputf8_enable also folds beyond ASCII, because one character is one byte here.
 */
export function fold(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

/** True for the six white-space characters of the C locale. */
export function isSpace(char: string | undefined): boolean {
  return char !== undefined && char !== '' && ' \t\n\v\f\r'.includes(char);
}

/** Without C white space on the left. */
export function trimLeft(text: string): string {
  let start = 0;
  while (isSpace(text[start])) start++;
  return start === 0 ? text : text.slice(start);
}

/** Without C white space on the right. */
export function trimRight(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Without C white space on either side (String.trim also removes no-break spaces, Postfix does not). */
export function trim(text: string): string {
  return trimRight(trimLeft(text));
}
