/**
 * needs-code - what is thrown where code is asked for that is still to be loaded.
 *
 * Whoever steps the world undoes what has happened of the step, loads the code and steps again. It is thrown
 * in the page as built only (docs/decisions/0014-first-load.md).
 */

const NAME = 'NeedsCode';

/** @param what the program or the rule, for people */
export function needsCode(what: string): Error {
  return Object.assign(new Error(`panic: ${what} is not loaded`), { name: NAME });
}

/** Whether nothing is wrong but that code is still to be loaded. */
export function isNeedsCode(error: unknown): boolean {
  return error instanceof Error && error.name === NAME;
}
