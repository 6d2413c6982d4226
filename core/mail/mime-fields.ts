/**
 * What Content-Type: and Content-Transfer-Encoding: say, as far as the structure of a message depends on it.
 *
 * RFC 2045 §5.1, §6.1 · Postfix: src/global/mime_state.c, header_token.c
 */

/** How the octets of a body are written, and what they may be. RFC 2045 §6.2 */
export type MimeEncoding = '7bit' | '8bit' | 'binary' | 'base64' | 'quoted-printable';

/** What a Content-Type: says. */
export interface ContentType {
  /** Undefined: none of these, and what was known before stays. */
  readonly type: 'text' | 'message' | 'multipart' | 'other' | undefined;
  readonly subtype: string;
  /** All of them, though only one is allowed: whoever hides parts behind a second one shall not. */
  readonly boundaries: readonly string[];
}

interface Token {
  readonly isWord: boolean;
  readonly text: string;
}

const TYPE_SPECIALS = '()<>@,;:\\"/[]?=';
const ENCODING_SPECIALS = '()<>@,;:\\".[]';
/** `boundary = value`: more of a parameter is not looked at. */
const MAX_TOKENS = 3;

/** Lives for one call only. */
interface Scan {
  readonly text: string;
  readonly specials: string;
  at: number;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function isControl(char: string): boolean {
  return char < ' ' || char === '\x7f';
}

/** Behind a comment, which may hold others. */
function skipComment(scan: Scan): void {
  let level = 1;
  while (scan.at < scan.text.length && level > 0) {
    const char = scan.text.charAt(scan.at++);
    if (char === '(') level += 1;
    else if (char === ')') level -= 1;
    else if (char === '\\') scan.at += 1;
  }
}

/** Text up to the closing quote, unfolded. */
function quotedText(scan: Scan): string {
  let said = '';
  while (scan.at < scan.text.length) {
    const char = scan.text.charAt(scan.at++);
    if (char === '"') break;
    if (char === '\n') said = said.replace(/[ \t\r\n]+$/, '');
    else said += char === '\\' ? scan.text.charAt(scan.at++) : char;
  }
  return said;
}

function wordFrom(scan: Scan, start: number): string {
  while (scan.at < scan.text.length) {
    const char = scan.text.charAt(scan.at);
    if (isBlank(char) || isControl(char) || scan.specials.includes(char)) break;
    scan.at += 1;
  }
  return scan.text.slice(start, scan.at);
}

/** The tokens up to a semicolon; undefined where nothing is left. */
function parameter(scan: Scan): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const keep = (isWord: boolean, text: string) => {
    if (tokens.length < MAX_TOKENS) tokens.push({ isWord, text });
  };
  while (scan.at < scan.text.length) {
    const start = scan.at;
    const char = scan.text.charAt(scan.at++);
    if (isBlank(char)) continue;
    if (char === ';') return tokens;
    if (char === '(') skipComment(scan);
    else if (char === '"') keep(false, quotedText(scan));
    else if (scan.specials.includes(char) || isControl(char)) keep(false, char);
    else keep(true, wordFrom(scan, start));
  }
  return tokens.length === 0 ? undefined : tokens;
}

function word(token: Token | undefined): string {
  return token?.isWord === true ? token.text.toLowerCase() : '';
}

/** @param value what follows `Content-Type:`. Linear. */
export function parseContentType(value: string): ContentType {
  const scan: Scan = { text: value, specials: TYPE_SPECIALS, at: 0 };
  const first = parameter(scan);
  if (first === undefined || first.length === 0) return { type: 'other', subtype: '', boundaries: [] };
  const name = word(first[0]);
  const subtype = first[1]?.text === '/' ? word(first[2]) : '';
  if (name === 'text' || name === 'message') return { type: name, subtype, boundaries: [] };
  if (name !== 'multipart') return { type: undefined, subtype: '', boundaries: [] };
  const boundaries: string[] = [];
  for (let next = parameter(scan); next !== undefined; next = parameter(scan)) {
    const [key, equals, said] = next;
    if (word(key) === 'boundary' && equals?.text === '=' && said !== undefined) boundaries.push(said.text);
  }
  return { type: name, subtype, boundaries };
}

const ENCODINGS: readonly MimeEncoding[] = ['7bit', '8bit', 'binary', 'base64', 'quoted-printable'];

/** @param value what follows `Content-Transfer-Encoding:`; undefined = a word that is none of them. */
export function parseEncoding(value: string): MimeEncoding | undefined {
  const scan: Scan = { text: value, specials: ENCODING_SPECIALS, at: 0 };
  while (scan.at < value.length) {
    const start = scan.at;
    const char = value.charAt(scan.at++);
    if (isBlank(char)) continue;
    if (char === '(') {
      skipComment(scan);
      continue;
    }
    if (ENCODING_SPECIALS.includes(char) || isControl(char)) return undefined;
    const name = wordFrom(scan, start).toLowerCase();
    return ENCODINGS.find((one) => one === name);
  }
  return undefined;
}
