/**
 * rewrite - puts one address into standard form, user@domain.
 *
 * trivial-rewrite(8) "ADDRESS REWRITING CONTROLS" · Postfix: src/trivial-rewrite/rewrite.c
 */
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import { quote822 } from '../mail/quote.ts';
import { scanAddress, type Token } from '../mail/tok822.ts';
import { internalize } from '../mail/tok822-print.ts';
import {
  addressOf,
  firstOp,
  isOp,
  isPlain,
  lastOp,
  op,
  type Tokens,
  tokensOf,
  withoutLastDot,
} from './tokens.ts';

/** `@a,@b:user@dom` → `user@dom`. RFC 5321 §4.1.1.3: source routes are to be ignored. */
function withoutRoute(tokens: Tokens): Tokens {
  const colon = isOp(tokens[0], '@') ? firstOp(tokens, ':') : -1;
  return colon < 0 || colon === tokens.length - 1 ? tokens : tokens.slice(colon + 1);
}

const oneText = (token: Token): string => internalize([token]);

/** `site!user` → `user@site`, else `user%dom` → `user@dom` (right-most %), else `user` → `user@origin`. */
function withDomain(settings: Settings, tokens: Tokens, origin: string): Tokens {
  if (lastOp(tokens, '@') >= 0) return tokens;
  const bang = boolOf(settings, 'swap_bangpath') ? firstOp(tokens, '!') : -1;
  // With no site before it the user's words are printed without blanks.
  if (bang === 0) return [{ type: 'quoted', text: tokens.slice(1).map(oneText).join('') }, op('@')];
  if (bang >= 0) return [...tokens.slice(bang + 1), op('@'), ...tokens.slice(0, bang)];
  const percent = boolOf(settings, 'allow_percent_hack') ? lastOp(tokens, '%') : -1;
  if (percent >= 0) return tokens.with(percent, op('@'));
  if (origin === '' || !boolOf(settings, 'append_at_myorigin')) return tokens;
  return [...tokens, op('@'), ...scanAddress(origin)];
}

/** `user@host` → `user@host.parent`; broken forms stay as they are. */
function withParent(settings: Settings, tokens: Tokens, parent: string): Tokens {
  const at = lastOp(tokens, '@');
  if (parent === '' || at < 0 || at === tokens.length - 1) return tokens;
  const domain = tokens.slice(at + 1);
  if (firstOp(domain, '.') >= 0 || domain.some(({ type }) => type === 'literal')) return tokens;
  return boolOf(settings, 'append_dot_mydomain') ? [...tokens, op('.'), ...scanAddress(parent)] : tokens;
}

/** The standard form of an address as tokens; `origin` and `parent` complete it where they are not empty. */
export function rewriteTokens(settings: Settings, tokens: Tokens, origin: string, parent: string): Tokens {
  if (tokens.length === 0) return tokens;
  const [only, second] = tokens;
  if (second === undefined && isOp(only, '@')) return [{ type: 'quoted', text: '' }];
  if (second === undefined && only?.type === 'quoted' && only.text === '') return tokens;
  const complete = withDomain(settings, withoutRoute(tokens), origin);
  return withoutLastDot(withParent(settings, complete, parent));
}

/** The standard form in the context of this machine's own mail. */
export function rewriteLocally(settings: Settings, tokens: Tokens): Tokens {
  return rewriteTokens(settings, tokens, textOf(settings, 'myorigin'), textOf(settings, 'mydomain'));
}

function inContext(settings: Settings, context: 'local' | 'remote', tokens: Tokens): Tokens {
  if (context === 'local') return rewriteLocally(settings, tokens);
  const domain = textOf(settings, 'remote_header_rewrite_domain');
  return rewriteTokens(settings, tokens, domain, domain);
}

/**
 * The standard form of an address in internal (unquoted) form.
 *
 * @param context `remote`: headers of strangers, completed with remote_header_rewrite_domain or not at all
 */
export function rewriteAddress(settings: Settings, context: 'local' | 'remote', address: string): string {
  if (address === '@') return '';
  if (address === '' || isPlain(address)) return address;
  return addressOf(inContext(settings, context, tokensOf(address)));
}

/** The standard form of an address in external form, as it stands in a header: `"a@b"` has no domain yet. */
export function rewriteExternal(settings: Settings, context: 'local' | 'remote', address: string): string {
  if (address === '' || isPlain(address)) return address;
  return quote822(addressOf(inContext(settings, context, scanAddress(address))));
}
