/**
 * problem - what is wrong in a configuration file, in Postfix's words, and what to do about it in plain ones.
 *
 * postconf(5) · master(5) · postmap(1)
 */

/** One sentence for people, in both languages of the product. */
export interface Remedy {
  readonly fr: string;
  readonly en: string;
}

/**
 * One finding. `fatal` means that every program reading the file stops (exit 1); `text` is what Postfix
 * logs after `fatal: ` or `warning: `, word for word.
 */
export interface Problem {
  readonly severity: 'fatal' | 'warning';
  readonly text: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly remedy?: Remedy | undefined;
}
