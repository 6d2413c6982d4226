/**
 * Address trees back to text: for the mail system (internal) and for headers (external). RFC 5322 §3.4
 */
import { quote822 } from './quote.ts';
import { scanAddress, type Token } from './tok822.ts';

/** Sendmail before 2003 overflowed when an address carried more comment than this; so we do not send it. */
const MAX_NON_ADDRESS_CHARS = 250;

/** Unquoted text of tokens; of an address's tokens: the internal form, `a b@example.org`. */
export function internalize(tokens: readonly Token[]): string {
  return print(tokens, internalText);
}

function internalText(token: Token): string {
  switch (token.type) {
    case 'address':
      return addressText(token.tokens);
    case 'literal':
      return `[${token.text}]`;
    case 'startGroup':
      return ':';
    case 'atom':
    case 'quoted':
    case 'comment':
    case 'op':
      return token.text;
    default:
      return token satisfies never;
  }
}

/** An address has no blanks between its tokens. */
function addressText(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) text += internalText(token);
  return text;
}

/** The internal forms of all addresses in a tree, in order. */
export function addressesOf(tree: readonly Token[]): string[] {
  const addresses: string[] = [];
  for (const token of tree) if (token.type === 'address') addresses.push(addressText(token.tokens));
  return addresses;
}

/**
 * An address's tokens as trivial-rewrite and the tables want them: each word quoted for itself, none apart,
 * `"a@b"@example.org`.
 */
export function externalAddress(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) text += isOp(token, ',') ? ', ' : externalText(token);
  return text;
}

/** The external forms of all addresses in a tree, in order. */
export function externalAddressesOf(tree: readonly Token[]): string[] {
  return tree.flatMap((token) => (token.type === 'address' ? [externalAddress(token.tokens)] : []));
}

/**
 * The tree with addresses replaced.
 * @param change external form to external form; undefined or the same text = leave it
 * @returns the same tree when nothing changed, so that a header need not be written anew
 */
export function mapAddresses(
  tree: readonly Token[],
  change: (address: string) => string | undefined,
): readonly Token[] {
  let changed = false;
  const result = tree.map((token): Token => {
    if (token.type !== 'address') return token;
    const before = externalAddress(token.tokens);
    const after = change(before);
    if (after === undefined) return token;
    if (after !== before) changed = true;
    // Read anew, also where it is the same: then words and commas stand apart in what is printed.
    return { type: 'address', tokens: [{ type: 'quoted', text: internalize(scanAddress(after)) }] };
  });
  return changed ? result : tree;
}

/** How externalize writes. */
export interface ExternalForm {
  /** One address a line, for foldAddressHeader. */
  readonly oneByLine?: boolean;
  /** Reduce an address with more than 250 characters of comments and phrases to <address>. */
  readonly truncate?: boolean;
}

/** Header text of a tree, quoted where RFC 5322 wants it. */
export function externalize(tree: readonly Token[], form: ExternalForm = {}): string {
  const separator = form.oneByLine === true ? ',\n' : ', ';
  const expressions: string[] = [];
  let from = 0;
  for (let i = 0; i <= tree.length; i++) {
    const token = tree[i];
    if (token !== undefined && !(token.type === 'op' && token.text === ',')) continue;
    const text = expressionText(tree.slice(from, i), form.truncate === true);
    const endsInGroup = token !== undefined && i > from && tree[i - 1]?.type === 'startGroup';
    expressions.push(endsInGroup ? `${text} ` : text);
    from = i + 1;
  }
  return expressions.join(separator);
}

/** The text between two commas. */
function expressionText(tokens: readonly Token[], truncate: boolean): string {
  const text = print(tokens, externalText);
  if (!truncate || text.length <= MAX_NON_ADDRESS_CHARS) return text;
  let plain: string | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.type === 'address') plain = externalText(token);
    else if (isOp(token, '<') && isOp(tokens[i + 1], '>')) plain = '';
  }
  if (plain === undefined) return text;
  return text.length - plain.length > MAX_NON_ADDRESS_CHARS ? `<${plain}>` : text;
}

function externalText(token: Token): string {
  switch (token.type) {
    case 'address':
      return quote822(addressText(token.tokens));
    case 'quoted':
      return `"${token.text.replace(/["\\\r\n]/g, '\\$&')}"`;
    case 'literal':
      return `[${token.text.replace(/[\\\r\n]/g, '\\$&')}]`;
    case 'startGroup':
      return ':';
    case 'atom':
    case 'comment':
    case 'op':
      return token.text;
    default:
      return token satisfies never;
  }
}

function print(tokens: readonly Token[], textOf: (token: Token) => string): string {
  let text = '';
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    text += textOf(token);
    if (wantsBlank(token, tokens[i + 1])) text += ' ';
  }
  return text;
}

function wantsBlank(token: Token, next: Token | undefined): boolean {
  if (next === undefined) return false;
  if (isOp(token, ',') || token.type === 'startGroup' || isOp(next, '<')) return true;
  return token.type !== 'op' && next.type !== 'op' && next.type !== 'startGroup';
}

function isOp(token: Token | undefined, op: string): boolean {
  return token?.type === 'op' && token.text === op;
}

/**
 * A header with an address list, folded: as many addresses a line as fit into 70 characters.
 * @param lines text from externalize with `oneByLine`
 * @returns the header with "\n\t" where it is folded
 */
export function foldAddressHeader(name: string, lines: string): string {
  let header = '';
  let line = `${name}: `;
  let first = true;
  for (const part of lines.split('\n')) {
    if (first) line += part;
    else if (line.length + 1 + part.length < 70) line += ` ${part}`;
    else {
      // A comment that was folded brings its own blank.
      header += /^[ \t]/.test(part) ? `${line}\n` : `${line}\n\t`;
      line = part;
    }
    first = false;
  }
  return header + line;
}
