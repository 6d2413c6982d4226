/**
 * The protocol of policy servers: lines `name=value`, and an empty line at the end, both ways.
 *
 * SMTPD_POLICY_README · Postfix: src/util/attr_scan_plain.c
 */
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';

/** A request. What could end a line too early becomes `?`. */
export function requestBytes(attributes: readonly (readonly [string, string])[]): Uint8Array {
  const lines = attributes.map(([name, value]) => `${name}=${value.replace(/[\n\0]/g, '?')}\n`);
  return latin1ToBytes(`${lines.join('')}\n`);
}

/** An answer while it is read. */
export interface Reading {
  /** Bytes behind the last whole line, as text. */
  readonly rest: string;
  /** The first `action` so far. */
  readonly action: string | undefined;
  /** Something has come. */
  readonly begun: boolean;
}

export const NOTHING_READ: Reading = { rest: '', action: undefined, begun: false };

/**
 * Where reading stands. `excess`: more came than an answer, and what it means nobody knows; `endless`: a line
 * longer than any answer has.
 */
export type Progress =
  | { readonly type: 'more'; readonly reading: Reading }
  | { readonly type: 'answer'; readonly action: string | undefined; readonly excess: boolean }
  | { readonly type: 'endless' };

/** Bytes of a line; more is not a policy server's. */
const LONGEST_LINE = 8192;

/** Reads on. Unknown names and lines without `=` are passed over; of two actions the first counts. */
export function readOn(before: Reading, bytes: Uint8Array): Progress {
  let { rest, action } = before;
  rest += bytesToLatin1(bytes);
  for (;;) {
    const end = rest.indexOf('\n');
    if (end > LONGEST_LINE || (end < 0 && rest.length > LONGEST_LINE)) return { type: 'endless' };
    if (end < 0) return { type: 'more', reading: { rest, action, begun: true } };
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    if (line === '') return { type: 'answer', action, excess: rest !== '' };
    if (line.startsWith('action=')) action ??= line.slice('action='.length);
  }
}
