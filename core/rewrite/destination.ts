/**
 * destination - where an address really points once our own domains and the routes through us are undone.
 *
 * trivial-rewrite(8) · RFC 5321 §3.6.1, §4.1.1.3 · Postfix: src/trivial-rewrite/resolve.c
 */
import { isLocalDomain } from '../config/own-address.ts';
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import { quote822 } from '../mail/quote.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { scanAddress } from '../mail/tok822.ts';
import { rewriteLocally } from './rewrite.ts';
import { addressOf, isOp, isPlain, lastOp, op, type Tokens, tokensOf, withoutLastDot } from './tokens.ts';

/** A table that failed, somewhere on the way. */
export interface Failure {
  readonly failed: 'lookup';
  /** The parameter that names the table. */
  readonly parameter: string;
}

/** What a failed table gives. */
export function lookupFailed(parameter: string): Failure {
  return { failed: 'lookup', parameter };
}

/** The recipient in the form user@domain, and whether that domain is ours. */
export interface Destination {
  readonly recipient: string;
  readonly domain: string;
  readonly isLocal: boolean;
}

/** Every turn takes something off the address; no address has more routes than that. */
const HOP_LIMIT = 100;

/** What one turn leaves: more to do, the end, or a table that failed. */
type Turn =
  | { readonly tokens: Tokens; readonly saved: Tokens | undefined; readonly ended: boolean }
  | Failure;

/**
 * Takes local domains off the right end and follows the route that remains, as if the mail went through us.
 *
 * @param address internal form; it need not be complete
 */
export function destinationOf(settings: Settings, address: string): Destination | Failure {
  if (isPlain(address)) {
    const { domain = '' } = splitLocalDomain(address);
    return finish(settings, address, domain, undefined);
  }
  let tokens = tokensOf(address);
  let saved: Tokens | undefined;
  for (let hop = 0; hop <= HOP_LIMIT; hop += 1) {
    const turn = stripOnce(settings, tokens, saved);
    if ('failed' in turn) return turn;
    ({ tokens, saved } = turn);
    if (turn.ended) return complete(settings, tokens, saved);
  }
  return lookupFailed('mydestination');
}

function stripOnce(settings: Settings, before: Tokens, savedBefore: Tokens | undefined): Turn {
  let tokens = lastOp(before, '@') < 0 ? before : withoutLastDot(before);
  let saved = savedBefore;
  if (boolOf(settings, 'resolve_null_domain') && isOp(tokens.at(-1), '@')) tokens = tokens.slice(0, -1);
  const at = lastOp(tokens, '@');
  if (at >= 0) {
    if (at < tokens.length - 1) {
      const answer = isLocalDomain(settings, addressOf(tokens.slice(at + 1)));
      if (answer.type === 'error') return lookupFailed('mydestination');
      if (answer.type === 'mismatch') return { tokens, saved: undefined, ended: true };
    }
    saved = tokens.slice(at);
    tokens = tokens.slice(0, at);
  }
  if (hasOperator(settings, tokens)) return { tokens: rewriteLocally(settings, tokens), saved, ended: false };
  const cracked = crackQuoted(settings, tokens);
  if (cracked !== undefined) return { tokens: rewriteLocally(settings, cracked), saved, ended: false };
  if (isEmpty(tokens)) tokens = scanAddress(textOf(settings, 'empty_address_recipient'));
  return { tokens, saved, ended: true };
}

function isEmpty(tokens: Tokens): boolean {
  const [only] = tokens;
  return only === undefined || (tokens.length === 1 && only.type === 'quoted' && only.text === '');
}

/** Operators that make us route further. */
function hasOperator(settings: Settings, tokens: Tokens): boolean {
  if (lastOp(tokens, '@') >= 0) return true;
  if (boolOf(settings, 'swap_bangpath') && lastOp(tokens, '!') >= 0) return true;
  return boolOf(settings, 'allow_percent_hack') && lastOp(tokens, '%') >= 0;
}

/** A quoted local part that hides a route: opened, or the next machine would follow it. */
function crackQuoted(settings: Settings, tokens: Tokens): Tokens | undefined {
  const [only] = tokens;
  if (tokens.length !== 1 || only?.type !== 'quoted' || !boolOf(settings, 'resolve_dequoted_address'))
    return undefined;
  const { text } = only;
  if (text.includes('@')) return tokensOf(text);
  const percent = boolOf(settings, 'allow_percent_hack') ? text.lastIndexOf('%') : -1;
  if (percent >= 0) return scanAddress(quote822(`${text.slice(0, percent)}@${text.slice(percent + 1)}`));
  return boolOf(settings, 'swap_bangpath') && text.includes('!') ? scanAddress(text) : undefined;
}

/** Gives the address its domain back, or this machine's name where it had none. */
function complete(settings: Settings, tokens: Tokens, saved: Tokens | undefined): Destination | Failure {
  const hasDomain = lastOp(tokens, '@') >= 0;
  const host = [op('@'), ...scanAddress(textOf(settings, 'myhostname'))];
  const recipient = addressOf(hasDomain ? tokens : [...tokens, ...(saved ?? host)]);
  const { domain = '' } = splitLocalDomain(recipient);
  return finish(settings, recipient, domain, hasDomain ? false : saved === undefined ? undefined : true);
}

/** @param isLocal undefined = not asked yet */
function finish(
  settings: Settings,
  recipient: string,
  domain: string,
  isLocal: boolean | undefined,
): Destination | Failure {
  if (isLocal === undefined) {
    const answer = isLocalDomain(settings, domain);
    return answer.type === 'error'
      ? lookupFailed('mydestination')
      : { recipient, domain, isLocal: answer.type === 'match' };
  }
  return { recipient, domain, isLocal };
}
