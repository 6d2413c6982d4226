/**
 * engine - the one file on the engine for regular expressions, RE2 in JavaScript: whatever the pattern and
 * the key, the time is linear in the key.
 *
 * decision 17
 */
import { RE2JS } from 're2js';
import { type Pattern, patternText, TOO_OFTEN, type Unsupported, unsupportedIn } from './pattern.ts';

/**
 * What the parentheses captured, from `$1` on (undefined for those that took no part); undefined when the
 * key does not match.
 */
export type Matcher = (key: string) => readonly (string | undefined)[] | undefined;

/**
 * Makes a pattern ready.
 *
 * @param longest of the matches that begin first, take the longest, as POSIX does, not the one a search that
 *   goes from left to right meets first, as Perl does
 */
export function compilePattern(pattern: Pattern, longest: boolean): Matcher | Unsupported {
  const unsupported = unsupportedIn(pattern);
  if (unsupported !== undefined) return unsupported;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(patternText(pattern), longest ? RE2JS.LONGEST_MATCH : 0);
  } catch {
    // The text is ours and sound: only its size can be refused.
    return TOO_OFTEN;
  }
  return (key) => {
    const matcher = compiled.matcher(key);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() }, (_, at) => matcher.group(at + 1) ?? undefined);
  };
}
