/** The text that sendmail(1) reads, as it goes into the message. Postfix: src/sendmail/sendmail.c enqueue */

/** postconf(5) sendmail_fix_line_endings */
export type LineEndings = 'always' | 'strict' | 'never';

const withoutCr = (line: string): string => line.replace(/\r+$/, '');

/**
 * Standard input with LF line ends; a lone dot ends it unless dots are ignored, and `From ` lines of a
 * mailbox go. A last line without an end gets one.
 *
 * @param endings `strict`: CR goes where the first line has one
 */
export function messageText(input: Buffer, ignoreDots: boolean, endings: LineEndings): Buffer {
  const lines = input.toString('latin1').split('\n');
  const hasEnd = lines.at(-1) === '';
  if (hasEnd) lines.pop();
  let from = 0;
  // Without an end a first line is not looked at.
  while (from < lines.length - (hasEnd ? 0 : 1) && /^>*From /.test(lines[from] ?? '')) from += 1;
  const first = lines.length > (hasEnd ? 0 : 1) ? (lines[0] ?? '') : '';
  const stripped = endings === 'always' || (endings === 'strict' && first.endsWith('\r'));
  const text: string[] = [];
  for (const [index, raw] of lines.entries()) {
    if (index < from) continue;
    const line = stripped && (hasEnd || index < lines.length - 1) ? withoutCr(raw) : raw;
    if (line === '.' && !ignoreDots) break;
    text.push(`${line}\n`);
  }
  return Buffer.from(text.join(''), 'latin1');
}
