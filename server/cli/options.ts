/** Command lines read as getopt(3) reads them for Postfix: options end at the first word that is none. */

/** One option as given; `value` is '' for a letter without argument. */
export interface Option {
  readonly letter: string;
  readonly value: string;
}

/** The options in order and the words behind them, or getopt's complaint. */
export type CommandLine =
  | { readonly ok: true; readonly options: readonly Option[]; readonly words: readonly string[] }
  | { readonly ok: false; readonly complaint: string };

/**
 * Splits a command line.
 *
 * @param letters as for getopt(3): a colon behind a letter says that it takes an argument
 */
export function readOptions(args: readonly string[], letters: string): CommandLine {
  const options: Option[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return { ok: true, options, words: args.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') return { ok: true, options, words: args.slice(at) };
    for (let index = 1; index < word.length; index += 1) {
      const letter = word.charAt(index);
      const found = letter === ':' ? -1 : letters.indexOf(letter);
      if (found < 0) return { ok: false, complaint: `invalid option -- '${letter}'` };
      if (letters[found + 1] !== ':') {
        options.push({ letter, value: '' });
        continue;
      }
      let value = word.slice(index + 1);
      if (value === '') {
        at += 1;
        const next = args[at];
        if (next === undefined) return { ok: false, complaint: `option requires an argument -- '${letter}'` };
        value = next;
      }
      options.push({ letter, value });
      break;
    }
  }
  return { ok: true, options, words: [] };
}

/** The value of the last option of that letter. */
export function lastOf(options: readonly Option[], letter: string): string | undefined {
  return options.findLast((option) => option.letter === letter)?.value;
}

/** Whether an option of that letter is there. */
export function has(options: readonly Option[], letter: string): boolean {
  return options.some((option) => option.letter === letter);
}
