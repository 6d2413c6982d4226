/**
 * prose - a sentence cut into words and the names of programs, tables and queues, which are set bold.
 */

export interface Piece {
  readonly text: string;
  readonly isName: boolean;
}

const NAME = /([a-z][a-z0-9_.-]*\(\d\)|\b(?:maildrop|incoming|active|deferred|hold|corrupt)\b(?!\/))/;

/**
 * `qmgr(8)` and the names of queues apart from the rest; the pieces together are the sentence. French signs
 * stay on the line of the word before them.
 */
export function piecesOf(sentence: string): readonly Piece[] {
  return sentence
    .replace(/ (?=[;:!?»])/g, '\u00a0')
    .replace(/(?<=«) /g, '\u00a0')
    .split(NAME)
    .map((text, index) => ({ text, isName: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
