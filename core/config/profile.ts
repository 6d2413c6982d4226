/**
 * profile - which generation of Postfix a configuration is read as.
 *
 * postconf(5)
 */

/**
 * `2.3` is Postfix 2.3.6 of January 2007; `3.x` is today's. Chosen by `postfix_version_profile` in main.cf.
 */
export type Profile = '2.3' | '3.x';

/** The profile named by a text, or undefined. */
export function profileOf(text: string): Profile | undefined {
  return text === '2.3' || text === '3.x' ? text : undefined;
}
