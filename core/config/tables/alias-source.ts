/**
 * alias-source - reads aliases(5) for postalias(1) and newaliases(1): a name, a colon, where its mail goes.
 *
 * aliases(5) · postalias(1) · RFC 5322 §3.4 · Postfix: src/postalias/postalias.c
 */
import { scanAddress, type Token } from '../../mail/tok822.ts';
import { externalize, internalize } from '../../mail/tok822-print.ts';
import { logicalLines } from '../logical-lines.ts';
import { complain, isReadable, newReader, type SourceOptions, store, type TableSource } from './source.ts';

function isOperator(token: Token, operators: string): boolean {
  return token.type === 'op' && operators.includes(token.text);
}

/**
 * `name: value` lines, split into RFC 822 tokens: a name may be quoted, comments and blanks come out as
 * Postfix writes them. What the value means is not looked at: loops and missing targets show at delivery.
 */
export function parseAliasSource(text: string, file: string, options: SourceOptions = {}): TableSource {
  const { lines, problems } = logicalLines(text, file);
  const reader = newReader(file, options, problems);
  for (const line of lines) {
    if (!isReadable(reader, line)) continue;
    const tokens = scanAddress(line.text);
    const colon = tokens.findIndex((token) => isOperator(token, ':'));
    const name = tokens.slice(0, colon);
    const value = tokens.slice(colon + 1);
    if (colon <= 0 || value.length === 0 || name.some((token) => isOperator(token, ',')))
      complain(reader, line, 'need name:value pair');
    else if (name.some((token) => isOperator(token, '@%'))) complain(reader, line, 'name must be local');
    else store(reader, line, internalize(name), externalize(value));
  }
  return { entries: reader.entries, problems: reader.problems };
}

/**
 * What postalias(1) adds to a finished table: `@` for Sendmail's sake, two entries for NIS. `atSeconds` is
 * Unix time. These keys are not folded, so no lookup of an address finds the latter two.
 */
export function aliasMarkers(atSeconds: number, myhostname: string): ReadonlyMap<string, string> {
  return new Map([
    ['@', '@'],
    ['YP_LAST_MODIFIED', String(Math.floor(atSeconds)).padStart(10, '0')],
    ['YP_MASTER_NAME', myhostname],
  ]);
}
