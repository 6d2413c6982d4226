/**
 * letter - a delivered letter cut into header fields and body, for reading. RFC 5322 §2.1, mbox: RFC 4155.
 *
 * One character of the text is one byte; lines end in LF or CRLF.
 */

export interface Field {
  readonly name: string;
  /** With its folds, without the space behind the colon. */
  readonly value: string;
}

export interface Letter {
  /** The line `From …` that begins a letter in an mbox. */
  readonly separator?: string;
  readonly fields: readonly Field[];
  readonly body: string;
}

/** The letters of a file: one, or those of an mbox. */
export function lettersIn(text: string, isMbox: boolean): readonly Letter[] {
  const plain = text.replaceAll('\r\n', '\n');
  if (!isMbox) return [letterOf(plain)];
  return plain
    .split(/(?<=^|\n\n)(?=From )/)
    .filter((part) => part !== '')
    .map(letterOf);
}

/** What is no header field begins the body. */
export function letterOf(text: string): Letter {
  const separator = /^From [^\n]*/.exec(text)?.[0];
  const start = separator === undefined ? 0 : separator.length + 1;
  const fields: Field[] = [];
  let end = start;
  const pattern = /([!-9;-~]+):[ \t]?((?:[^\n]*)(?:\n[ \t][^\n]*)*)(?:\n|$)/y;
  pattern.lastIndex = start;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    fields.push({ name: found[1] ?? '', value: found[2] ?? '' });
    end = pattern.lastIndex;
    if (end >= text.length) break;
  }
  const body = text.slice(end).replace(/^\n/, '');
  return { fields, body, ...(separator === undefined ? {} : { separator }) };
}

/** The subject of the first letter in a text; undefined when it has none. */
export function letterSubject(text: string): string | undefined {
  const subject = letterOf(text.replaceAll('\r\n', '\n')).fields.find(
    ({ name }) => name.toLowerCase() === 'subject',
  );
  return subject?.value === '' ? undefined : subject?.value;
}
