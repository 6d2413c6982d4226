/**
 * source - reads what people write: postmap(1) sources (`key value`) and aliases(5) sources (`name: value`).
 *
 * postmap(1) · postalias(1) · aliases(5) · Postfix: src/postmap/postmap.c, src/postalias/postalias.c
 */

import { scanAddress, type Token } from '../../mail/tok822.ts';
import { internalize } from '../../mail/tok822-print.ts';
import { fold, isSpace, trim, trimLeft, trimRight } from '../fold.ts';
import { logicalLines } from '../logical-lines.ts';
import type { Problem } from '../problem.ts';

export interface TableSource {
  readonly entries: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

export interface SourceOptions {
  /** Fold keys to lower case; off with `postmap -f`. */
  readonly fold: boolean;
  /** A key that comes again: keep the first and warn, keep the first silently (-w), take the last (-r). */
  readonly duplicates: 'warn' | 'ignore' | 'replace';
}

const USUAL: SourceOptions = { fold: true, duplicates: 'warn' };

function warning(file: string, line: number, what: string): Problem {
  return { severity: 'warning', text: `${file}, line ${line}: ${what}`, file, line };
}

function add(
  entries: Map<string, string>,
  problems: Problem[],
  options: SourceOptions,
  entry: { readonly key: string; readonly value: string; readonly file: string; readonly line: number },
): void {
  const key = options.fold ? fold(entry.key) : entry.key;
  if (entries.has(key) && options.duplicates !== 'replace') {
    if (options.duplicates === 'warn')
      problems.push({
        ...{ severity: 'warning', file: entry.file, line: entry.line },
        text: `${entry.file}.db: duplicate entry: "${key}"`,
      });
    return;
  }
  entries.set(key, entry.value);
}

/** `key white space value` lines; a key may be quoted in 3.2 and later (`"a b" value`). */
export function parseMapSource(text: string, file: string, options: SourceOptions = USUAL): TableSource {
  const { lines, problems: found } = logicalLines(text, file);
  const problems: Problem[] = [...found];
  const entries = new Map<string, string>();
  for (const { text: line, lastLine } of lines) {
    let end = 0;
    if (line[0] === '"') {
      end = line.indexOf('"', 1) + 1;
      if (end === 0) end = line.length;
    }
    while (end < line.length && !isSpace(line[end])) end += 1;
    const raw = line.slice(0, end);
    const key = /^"[^"\\]*"$/.test(raw) ? raw.slice(1, -1) : raw;
    const value = trimRight(trimLeft(line.slice(end)));
    if (value === '') {
      problems.push(warning(file, lastLine, 'expected format: key whitespace value'));
      continue;
    }
    if (key.endsWith(':'))
      problems.push(warning(file, lastLine, 'record is in "key: value" format; is this an alias file?'));
    add(entries, problems, options, { key, value, file, line: lastLine });
  }
  return { entries, problems };
}

/** Splits `name : value` at the first colon outside quotes, by RFC 822 tokens. */
function splitAlias(
  tokens: readonly Token[],
): { readonly name: readonly Token[]; readonly at: number } | undefined {
  const at = tokens.findIndex((token) => token.type === 'op' && token.text === ':');
  return at <= 0 ? undefined : { name: tokens.slice(0, at), at };
}

/** Position of the colon that ends the name: quotes and backslashes are skipped. */
function colonAt(line: string): number {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') quoted = !quoted;
    else if (line[at] === ':' && !quoted) return at;
  }
  return -1;
}

/** aliases(5) lines. The markers `@` and YP_* that postalias(1) adds are not entries and are left out. */
export function parseAliasSource(text: string, file: string, options: SourceOptions = USUAL): TableSource {
  const { lines, problems: found } = logicalLines(text, file);
  const problems: Problem[] = [...found];
  const entries = new Map<string, string>();
  for (const { text: line, lastLine } of lines) {
    const split = splitAlias(scanAddress(line));
    const colon = colonAt(line);
    const value = colon < 0 ? '' : trim(line.slice(colon + 1));
    if (split === undefined || value === '') {
      problems.push(warning(file, lastLine, 'need name:value pair'));
      continue;
    }
    const name = internalize(split.name);
    if (split.name.some((token) => token.type === 'op' && token.text === '@')) {
      problems.push(warning(file, lastLine, 'name must be local'));
      continue;
    }
    add(entries, problems, options, { key: name, value, file, line: lastLine });
  }
  return { entries, problems };
}
