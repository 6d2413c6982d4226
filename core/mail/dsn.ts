/**
 * Enhanced status codes: `5.1.1`. RFC 3463 §2 · Postfix `dsn_util.c`
 */

/** The length of the status code that `text` begins with, or 0. It must be followed by a blank or the end. */
export function dsnLength(text: string): number {
  return /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(text)?.[0].length ?? 0;
}

/** Whether the whole text is a status code. */
export function isDsn(text: string): boolean {
  return text !== '' && dsnLength(text) === text.length;
}

/** `5.1.1 unknown user` as code and text; undefined when it begins with none. */
export function splitDsn(text: string): { readonly dsn: string; readonly text: string } | undefined {
  const length = dsnLength(text);
  if (length === 0) return undefined;
  return { dsn: text.slice(0, length), text: text.slice(length).trimStart() };
}

/** Code and text, with `fallback` as code when the text begins with none. */
export function splitDsnOr(text: string, fallback: string): { readonly dsn: string; readonly text: string } {
  return splitDsn(text) ?? { dsn: fallback, text };
}

/** 2 = success, 4 = try again, 5 = never. */
export type DsnClass = '2' | '4' | '5';

/** The class of a valid code; undefined for other text. */
export function dsnClass(dsn: string): DsnClass | undefined {
  return isDsn(dsn) ? (dsn.charAt(0) as DsnClass) : undefined;
}

/** The same subject and detail in another class: what defer does to 5.7.1, and soft_bounce to every 5. */
export function withDsnClass(dsn: string, to: DsnClass): string {
  return to + dsn.slice(1);
}
