/**
 * Addresses in headers: which trivial-rewrite is asked about, and the header printed again with its answers.
 *
 * postconf(5) local_header_rewrite_clients, remote_header_rewrite_domain · Postfix: cleanup_rewrite_sender
 */
import { intOf, type Settings, textOf } from '../config/settings.ts';
import type { CleanupOpen } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import { headerInfo } from '../mail/header-names.ts';
import type { Header } from '../mail/headers.ts';
import { quote822, unquote822 } from '../mail/quote.ts';
import { parseAddressList, type Token } from '../mail/tok822.ts';
import { externalAddressesOf, externalize, foldAddressHeader, mapAddresses } from '../mail/tok822-print.ts';
import { bothCauses, canonical, type Mapped } from './address-maps.ts';
import { masquerade } from './masquerade.ts';

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

/** What the headers say of addresses, parsed once for the question and its answer. */
export interface ParsedHeaders {
  /** By place among the headers; undefined where there are no addresses. */
  readonly trees: readonly (readonly Token[] | undefined)[];
  /** Every address in external form, once. */
  readonly addresses: readonly string[];
}

/** Headers without any address. */
export const NO_ADDRESSES: ParsedHeaders = { trees: [], addresses: [] };

/** Parses the headers that hold addresses. */
export function parseHeaders(settings: Settings, headers: readonly Header[]): ParsedHeaders {
  const limit = intOf(settings, 'header_address_token_limit');
  const trees = headers.map((header) => {
    if (!hasAddresses(header)) return undefined;
    // Blanks at the end belong to a comment or a quoted string that nobody closed.
    return parseAddressList(header.text.slice(header.name.length + 1), limit);
  });
  const addresses = new Set<string>();
  for (const tree of trees) {
    if (tree !== undefined) for (const address of externalAddressesOf(tree)) addresses.add(address);
  }
  return { trees, addresses: [...addresses] };
}

/** A header with its addresses in final form, and what went wrong with the tables. */
export interface Rewritten {
  readonly text: string;
  readonly problems: readonly Mapped[];
  /** What was obeyed; absent where no table changed anything. */
  readonly causes?: readonly Because[];
}

/**
 * The header printed again if an address changed, else as it was. canonical(5)
 *
 * @param tree the header parsed; undefined when it holds no addresses
 * @param replace standard forms of addresses, both external
 */
export function rewriteHeader(
  settings: Settings,
  header: Header,
  tree: readonly Token[] | undefined,
  replace: ReadonlyMap<string, string>,
): Rewritten {
  const kind = headerInfo(header.name)?.addresses;
  if (kind === undefined || tree === undefined) return { text: header.text, problems: [] };
  const problems: Mapped[] = [];
  let causes: readonly Because[] | undefined;
  const next = mapAddresses(tree, (address) => {
    const standard = replace.get(address) ?? address;
    const internal = unquote822(standard);
    const mapped = canonical(settings, internal, `header_${kind}`);
    if (mapped.warning !== undefined) problems.push(mapped);
    const [final = internal] = mapped.addresses;
    const masked = masquerade(settings, final === internal ? standard : quote822(final), `header_${kind}`);
    if (masked.warning !== undefined) problems.push(masked);
    const mine = bothCauses(mapped, masked).causes;
    if (mine !== undefined) causes = [...(causes ?? []), ...mine];
    return masked.addresses[0] ?? standard;
  });
  if (next === tree) return { text: header.text, problems };
  const lines = externalize(next, { oneByLine: true, truncate: true });
  const text = foldAddressHeader(header.name, lines);
  return causes === undefined ? { text, problems } : { text, problems, causes };
}
