/**
 * The words of one SMTP command line, as smtpd(8) sees them. RFC 5321 §4.1.1
 *
 * Blanks separate words; text in <> or "" stays together; FROM: and TO: end a word of their own, so that
 * `MAIL FROM:<a@b>`, `MAIL FROM: a@b` and `mail from:<a@b>` all give three words.
 */

/** One word. */
export interface CommandToken {
  /** As sent, with its <> and quotes: an address parser needs them. */
  readonly text: string;
  /** The closing > or " is missing. */
  readonly error: boolean;
}

/** The line, and the word being read. Lives for one call only. */
interface Scan {
  readonly line: string;
  at: number;
  text: string;
  error: boolean;
}

/**
 * The words of a line; none for an empty one. Linear in the line. As in Postfix a NUL ends the line, so what
 * follows it is never acted on; other control characters are characters like any other.
 */
export function tokenizeCommand(text: string): readonly CommandToken[] {
  const nul = text.indexOf('\0');
  const line = nul < 0 ? text : text.slice(0, nul);
  const tokens: CommandToken[] = [];
  const scan: Scan = { line, at: 0, text: '', error: false };
  while (scan.at < line.length) {
    if (!scanPart(scan) || scan.text === '') continue;
    tokens.push({ text: scan.text, error: scan.error });
    scan.text = '';
    scan.error = false;
  }
  if (scan.text !== '') tokens.push({ text: scan.text, error: scan.error });
  return tokens;
}

/** Takes one character or one quoted part. True when the word ends here. */
function scanPart(scan: Scan): boolean {
  const char = scan.line.charAt(scan.at++);
  if (isBlank(char)) return true;
  scan.text += char;
  if (char === '<') scanQuoted(scan, '>');
  else if (char === '"') scanQuoted(scan, '"');
  else if (char === '\\') takeEscaped(scan);
  else if (char === ':') return /^(?:to|from):$/i.test(scan.text);
  return false;
}

function takeEscaped(scan: Scan): void {
  if (scan.at < scan.line.length) take(scan);
}

function take(scan: Scan): string {
  const char = scan.line.charAt(scan.at++);
  scan.text += char;
  return char;
}

/** Text up to the closing character. <> may hold <> and ""; "" holds anything but its own end. */
function scanQuoted(scan: Scan, last: string): void {
  const open = [last];
  while (scan.at < scan.line.length) {
    const wanted = open[open.length - 1];
    const char = take(scan);
    if (char === '\\') takeEscaped(scan);
    else if (char === wanted) {
      open.pop();
      if (open.length === 0) return;
    } else if (char === '"' && wanted === '>') open.push('"');
    else if (char === '<' && wanted === '>') open.push('>');
  }
  scan.error = true;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n' || char === '\v' || char === '\f';
}
