/**
 * Small questions to a list of address tokens. Postfix: src/global/tok822_node.c, tok822_parse.c
 */
import { quote822 } from '../mail/quote.ts';
import { scanAddress, type Token } from '../mail/tok822.ts';
import { internalize } from '../mail/tok822-print.ts';

export type Tokens = readonly Token[];

/** The tokens of an address in internal form: quoted first, so an operator inside quotes is no operator. */
export function tokensOf(address: string): Tokens {
  return scanAddress(quote822(address));
}

/** Is this token that operator? */
export function isOp(token: Token | undefined, op: string): boolean {
  return token?.type === 'op' && token.text === op;
}

/** Index of the first such operator; −1 without. */
export function firstOp(tokens: Tokens, op: string): number {
  return tokens.findIndex((token) => isOp(token, op));
}

/** Index of the last such operator; −1 without. */
export function lastOp(tokens: Tokens, op: string): number {
  return tokens.findLastIndex((token) => isOp(token, op));
}

/** An operator as a token. */
export function op(text: string): Token {
  return { type: 'op', text };
}

/** One dot at the end goes, unless nothing but dots or @ is before it: a bogus address stays readable. */
export function withoutLastDot(tokens: Tokens): Tokens {
  const before = tokens.at(-2);
  if (!isOp(tokens.at(-1), '.') || before === undefined || isOp(before, '.') || isOp(before, '@'))
    return tokens;
  return tokens.slice(0, -1);
}

/** Internal form. */
export function addressOf(tokens: Tokens): string {
  return internalize(tokens);
}

const PLAIN =
  /^[A-Za-z0-9_+=~^*/&$#?'{|}`-]+(?:\.[A-Za-z0-9_+=~^*/&$#?'{|}`-]+)*@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/;

/** user@host.domain without quotes, routes or operators: nearly all addresses, and nothing to take apart. */
export function isPlain(address: string): boolean {
  return PLAIN.test(address);
}
