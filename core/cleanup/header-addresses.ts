/**
 * Addresses in headers: which trivial-rewrite is asked about, and the header printed again with its answers.
 *
 * postconf(5) local_header_rewrite_clients, remote_header_rewrite_domain · Postfix: cleanup_rewrite_sender
 */
import { intOf, type Settings, textOf } from '../config/settings.ts';
import type { CleanupOpen } from '../kernel/notes.ts';
import { headerInfo } from '../mail/header-names.ts';
import type { Header } from '../mail/headers.ts';
import { quote822, unquote822 } from '../mail/quote.ts';
import { parseAddressList, type Token } from '../mail/tok822.ts';
import { externalAddressesOf, externalize, foldAddressHeader, mapAddresses } from '../mail/tok822-print.ts';
import { canonical, type Mapped } from './address-maps.ts';

/**
 * How header addresses are completed; undefined = they are left alone, and missing headers are not added.
 * Mail of strangers is not ours to improve. postconf(5) remote_header_rewrite_domain
 */
export function headerContext(settings: Settings, message: CleanupOpen): 'local' | 'remote' | undefined {
  if (message.rewriteContext === 'local') return 'local';
  return textOf(settings, 'remote_header_rewrite_domain') === '' ? undefined : 'remote';
}

/** Whether the header holds addresses. */
export function hasAddresses({ name }: Header): boolean {
  return headerInfo(name)?.addresses !== undefined;
}

/** Each header is parsed once, though it is asked about three times. A header belongs to one message. */
const trees = new WeakMap<Header, readonly Token[]>();

function treeOf(settings: Settings, header: Header): readonly Token[] {
  const known = trees.get(header);
  if (known !== undefined) return known;
  // Blanks at the end belong to a comment or a quoted string that nobody closed.
  const value = header.text.slice(header.name.length + 1);
  const tree = parseAddressList(value, intOf(settings, 'header_address_token_limit'));
  trees.set(header, tree);
  return tree;
}

/** The question and its answer each want the addresses of the same headers. */
const found = new WeakMap<readonly Header[], readonly string[]>();

/** Every address of those headers in external form, once. */
export function addressesIn(settings: Settings, headers: readonly Header[]): readonly string[] {
  const known = found.get(headers);
  if (known !== undefined) return known;
  const all = headers.filter(hasAddresses).flatMap((header) => externalAddressesOf(treeOf(settings, header)));
  const once = [...new Set(all)];
  found.set(headers, once);
  return once;
}

/** A header with its addresses in final form, and what went wrong with the tables. */
export interface Rewritten {
  readonly text: string;
  readonly problems: readonly Mapped[];
}

/**
 * The header printed again if an address changed, else as it was. canonical(5)
 *
 * @param replace standard forms of addresses, both external
 */
export function rewriteHeader(
  settings: Settings,
  header: Header,
  replace: ReadonlyMap<string, string>,
): Rewritten {
  const kind = headerInfo(header.name)?.addresses;
  if (kind === undefined) return { text: header.text, problems: [] };
  const problems: Mapped[] = [];
  const tree = treeOf(settings, header);
  const next = mapAddresses(tree, (address) => {
    const standard = replace.get(address) ?? address;
    const internal = unquote822(standard);
    const mapped = canonical(settings, internal, `header_${kind}`);
    if (mapped.warning !== undefined) problems.push(mapped);
    const [final = internal] = mapped.addresses;
    return final === internal ? standard : quote822(final);
  });
  if (next === tree) return { text: header.text, problems };
  const lines = externalize(next, { oneByLine: true, truncate: true });
  return { text: foldAddressHeader(header.name, lines), problems };
}
