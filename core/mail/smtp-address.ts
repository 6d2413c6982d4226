/**
 * The address in a MAIL, RCPT or VRFY command: what smtpd(8) makes of the client's word. RFC 5321 §4.1.2
 */
import { parseAddressList } from './tok822.ts';
import { addressesOf } from './tok822-print.ts';

/** How much a client may get wrong. */
export interface AddressRules {
  /** `<>` is an address: the sender of a bounce. */
  readonly allowEmpty: boolean;
  /** postconf(5) strict_rfc821_envelopes: <> required, no comments, phrases or source routes. */
  readonly strict: boolean;
}

/**
 * The internal (unquoted) address, or undefined when there is not exactly one. `<>` and `` give '' if
 * allowed. Source routes are dropped (RFC 5321 §4.1.1.3), comments and phrases too unless strict. Nothing is
 * decoded: an encoded-word (RFC 2047) is an atom like any other.
 */
export function extractAddress(word: string, rules: AddressRules): string | undefined {
  const bracketed = word.startsWith('<') && word.endsWith('>');
  let text = bracketed ? word.slice(1, -1) : word;
  if (text.startsWith('@') && text.includes(':')) text = text.slice(text.indexOf(':') + 1);
  const tree = parseAddressList(text);
  const addresses = addressesOf(tree);
  if (addresses.length > 1) return undefined;
  const address = addresses[0] ?? '';
  if (address === '' && !rules.allowEmpty) return undefined;
  if (!rules.strict) return address;
  const other = tree.some((token) => token.type !== 'address' && !isBracket(token));
  return other || !word.startsWith('<') || address.startsWith('@') ? undefined : address;
}

function isBracket(token: { readonly type: string; readonly text?: string }): boolean {
  return token.type === 'op' && (token.text === '<' || token.text === '>');
}
