/**
 * differences - where the real Postfix 3.7, which the dialogues are held with, says something else than they.
 *
 * A difference that is not named here fails the tests, and so does one that no dialogue shows.
 */

/** One difference. `theirs` is replaced by `ours` in what Postfix says, and then both must be equal. */
export interface Difference {
  readonly name: string;
  readonly because: string;
  readonly profiles: readonly ('2.3' | '3.x')[];
  /** Only these; without it, all. */
  readonly dialogues?: readonly string[];
  /** Found in the lines of one answer, joined by LF. */
  readonly theirs: RegExp;
  /** Replacement, as in String.replace. */
  readonly ours: string;
}

export const differences: readonly Difference[] = [
  {
    name: 'unknown command',
    because: 'Postfix answers 500 since 3.7, as RFC 5321 §4.2.4 has it; before, 502.',
    profiles: ['2.3'],
    theirs: /^500 5\.5\.2 Error: command not recognized$/m,
    ours: '502 5.5.2 Error: command not recognized',
  },
  {
    name: 'CHUNKING',
    because: 'Postfix has BDAT since 3.4.',
    profiles: ['2.3'],
    theirs: /^250-(.*)\n250 CHUNKING$/m,
    ours: '250 $1',
  },
  {
    name: 'after a refusal at the end of the text',
    because:
      'RFC 5321 §4.1.1.4 forgets the envelope after the text, whatever came of it. Postfix keeps the sender.',
    profiles: ['2.3', '3.x'],
    dialogues: ['end-restrictions'],
    theirs: /^503 5\.5\.1 Error: nested MAIL command$/m,
    ours: '250 2.1.0 Ok',
  },
  {
    name: 'control characters',
    because: 'What a client sent must not move the cursor of whoever reads the answer: ? stands for it here.',
    profiles: ['2.3', '3.x'],
    theirs: /[\x01-\x08\x0b-\x1f\x7f]/,
    ours: '?',
  },
  {
    name: 'SIZE of a refused MAIL',
    because:
      'Postfix remembers a SIZE= that was too big and holds it against the next MAIL that has none. Here each MAIL speaks for itself.',
    profiles: ['3.x'],
    dialogues: ['size-again'],
    theirs: /^(552 5\.3\.4 Message size exceeds fixed limit)\n\1$/m,
    ours: '$1\n250 2.1.0 Ok',
  },
  {
    name: 'control characters in ORCPT',
    because:
      'A decoded line end would make lines of its own in logs, queue files and notices (core/wire/xtext.ts).',
    profiles: ['2.3', '3.x'],
    dialogues: ['orcpt-control'],
    theirs: /^250 2\.1\.5 Ok$/m,
    ours: '501 5.5.4 Error: Bad ORCPT parameter syntax',
  },
];
