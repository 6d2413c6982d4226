/**
 * Address lists of headers and commands as a tree of tokens. RFC 5322 §3.4, §4.4
 *
 * Nothing is thrown away: what is not understood stays as tokens at the top, so a header can be written
 * again. An address is a group of tokens; comments inside it move behind it. Linear time, no recursion.
 */

/**
 * A token, or an address made of tokens. `text` is unquoted; a comment keeps its brackets and backslashes.
 */
export type Token =
  | { readonly type: 'atom' | 'quoted' | 'literal' | 'comment'; readonly text: string }
  | { readonly type: 'op'; readonly text: string }
  | { readonly type: 'startGroup' }
  | { readonly type: 'address'; readonly tokens: readonly Token[] };

const BLANKS = ' \t\r\n';
const OPERATORS = '|%!()<>@,;:".[]';

/**
 * The tokens of a text, flat.
 * @param tokenLimit postconf(5) header_address_token_limit: what follows that many tokens is ignored; 0 = no
 * limit
 */
export function scanAddress(text: string, tokenLimit = 0): Token[] {
  const tokens: Token[] = [];
  // As in Postfix a NUL ends the text.
  const nul = text.indexOf('\0');
  const end = nul < 0 ? text.length : nul;
  for (let at = 0; at < end; ) {
    const char = text.charAt(at);
    if (BLANKS.includes(char)) {
      at++;
      continue;
    }
    const [token, next] = scanToken(text, at, end);
    tokens.push(token);
    at = next;
    if (tokenLimit > 0 && tokens.length >= tokenLimit) break;
  }
  return tokens;
}

function scanToken(text: string, at: number, end: number): [Token, number] {
  const char = text.charAt(at);
  if (char === '(') {
    const close = endOfComment(text, at + 1, end);
    return [{ type: 'comment', text: text.slice(at, close) }, close];
  }
  if (char === '[') return collectTo(text, at + 1, end, 'literal', ']');
  if (char === '"') return collectTo(text, at + 1, end, 'quoted', '"');
  if (OPERATORS.includes(char)) return [{ type: 'op', text: char }, at + 1];
  return collectAtom(text, at, end);
}

/** Past the closing bracket; comments nest, a backslash hides one. */
function endOfComment(text: string, from: number, end: number): number {
  let level = 1;
  let at = from;
  while (at < end) {
    const char = text.charAt(at++);
    if (char === '(') level++;
    else if (char === ')' && --level === 0) break;
    else if (char === '\\' && at < end) at++;
  }
  return at;
}

function collectTo(
  text: string,
  from: number,
  end: number,
  type: 'literal' | 'quoted',
  close: string,
): [Token, number] {
  let value = '';
  let at = from;
  for (; at < end && text.charAt(at) !== close; at++) {
    if (text.charAt(at) === '\\') at++;
    if (at < end) value += plainBlank(text.charAt(at));
  }
  return [{ type, text: value }, Math.min(at + 1, end)];
}

/** A folded line inside quotes must not fold the header that is written from it. */
function plainBlank(char: string): string {
  return BLANKS.includes(char) ? ' ' : char;
}

/** An atom; one that hides a special behind a backslash is a quoted string in disguise. */
function collectAtom(text: string, from: number, end: number): [Token, number] {
  let value = '';
  let at = from;
  let quoted = false;
  for (; at < end; at++) {
    let char = text.charAt(at);
    if (char === '\\') {
      at++;
      if (at >= end) break;
      char = text.charAt(at);
    } else if (BLANKS.includes(char) || OPERATORS.includes(char)) break;
    if (char <= ' ' || char === '\x7f' || char === '\\' || OPERATORS.includes(char)) quoted = true;
    value += plainBlank(char);
  }
  return [{ type: quoted ? 'quoted' : 'atom', text: value }, Math.min(at, end)];
}

/** The parser's desk. It works from right to left, so both lists are in reverse order. */
interface Desk {
  readonly tokens: readonly Token[];
  /** Index of the token in hand; -1 when all are done. */
  at: number;
  /** Finished: tokens outside addresses, and addresses. */
  readonly done: Token[];
  /** Tokens that may become an address. */
  pending: Token[];
  /** A word may come here without a comma missing. */
  wordOk: boolean;
  /** A ; was seen, so a : begins its group. */
  inGroup: boolean;
}

const COMMA: Token = { type: 'op', text: ',' };

/**
 * The tree of an address list: addresses, and between them the tokens that are none. Missing commas are
 * added.
 */
export function parseAddressList(text: string, tokenLimit = 0): Token[] {
  const tokens = scanAddress(text, tokenLimit);
  const desk: Desk = { tokens, at: tokens.length - 1, done: [], pending: [], wordOk: true, inGroup: false };
  while (desk.at >= 0) parseOne(desk, tokens[desk.at] as Token);
  group(desk, false);
  return desk.done.reverse();
}

/** What is pending becomes an address. `sync`: and a comma must stand before it. */
function group(desk: Desk, sync: boolean): boolean {
  if (desk.pending.length === 0) return false;
  desk.done.push({ type: 'address', tokens: desk.pending.reverse() });
  desk.pending = [];
  if (sync) desk.done.push(COMMA);
  return true;
}

function parseOne(desk: Desk, token: Token): void {
  const op = token.type === 'op' ? token.text : '';
  if (op === ':' && desk.inGroup) {
    startOfGroup(desk);
    return;
  }
  if (op === '>') {
    route(desk);
    return;
  }
  desk.at--;
  if (token.type === 'comment') {
    desk.done.push(token);
  } else if (op === ';' || op === ',') {
    group(desk, op === ';');
    desk.done.push(token);
    desk.wordOk = true;
    if (op === ';') desk.inGroup = true;
  } else if (op === '') {
    if (!desk.wordOk) group(desk, true);
    desk.wordOk = false;
    desk.pending.push(token);
  } else {
    desk.wordOk = true;
    desk.pending.push(token);
  }
}

/** `phrase: members;` seen from its end: the phrase is no address. */
function startOfGroup(desk: Desk): void {
  group(desk, false);
  desk.done.push({ type: 'startGroup' });
  desk.at--;
  skip(desk, ',');
}

/** `phrase <address>` seen from its end: comments leave the address, the phrase is no address. */
function route(desk: Desk): void {
  group(desk, true);
  desk.done.push(desk.tokens[desk.at--] as Token);
  for (; desk.at >= 0; desk.at--) {
    const token = desk.tokens[desk.at] as Token;
    if (token.type === 'op' && token.text === '<') break;
    (token.type === 'comment' ? desk.done : desk.pending).push(token);
  }
  group(desk, false);
  if (desk.at >= 0) desk.done.push(desk.tokens[desk.at--] as Token);
  skip(desk, '>;,:');
  const stop = desk.tokens[desk.at];
  // A colon of no group stays between the addresses.
  if (!desk.inGroup && stop?.type === 'op' && stop.text === ':') {
    desk.done.push(stop);
    desk.at--;
  }
  desk.wordOk = true;
}

/** Tokens down to one of `stops` belong to no address. */
function skip(desk: Desk, stops: string): void {
  for (; desk.at >= 0; desk.at--) {
    const token = desk.tokens[desk.at] as Token;
    if (token.type === 'op' && stops.includes(token.text)) return;
    desk.done.push(token);
  }
}
