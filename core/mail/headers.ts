/**
 * The primary headers of a message, taken out of a text that arrives in any pieces. RFC 5322 §2.2, §4.5 ·
 * cleanup(8)
 *
 * A line that is no header ends the block, as in Postfix: if it is not blank, a blank line is put before it.
 */
import { bytesToLatin1, concatBytes, EMPTY_BYTES, latin1ToBytes } from '../wire/bytes.ts';

const LF = 10;
/** Postfix reads lines in records of this size, and decides on the first one. */
const RECORD_BYTES = 2048;

/** One header with its continuation lines. */
export interface Header {
  /** As written, without the blanks before the colon. */
  readonly name: string;
  /** All of it, wire text, lines joined by LF: `Subject: a\n b`. */
  readonly text: string;
  /** Text beyond the limit was dropped. postconf(5) header_size_limit */
  readonly truncated: boolean;
}

/** Where the scanner stands. */
export interface HeaderState {
  readonly limitBytes: number;
  readonly phase: 'headers' | 'body';
  /** The header that may still go on. */
  readonly current: Header | undefined;
  /** The line that has not ended yet, at most one record of it. */
  readonly partial: string;
  /** `partial` goes on a line whose beginning is in `current` already. */
  readonly continued: boolean;
  /** A line that is no header ended the block, and a blank line was put before it. */
  readonly isCutShort: boolean;
}

/** What a chunk gave. */
export interface ScannedHeaders {
  readonly headers: readonly Header[];
  /** Text after the headers, beginning with the blank line; undefined while still among headers. */
  readonly body: Uint8Array | undefined;
  readonly state: HeaderState;
}

/** The state before any text. @param limitBytes header_size_limit, for each header */
export function startHeaders(limitBytes: number): HeaderState {
  return {
    limitBytes,
    phase: 'headers',
    current: undefined,
    partial: '',
    continued: false,
    isCutShort: false,
  };
}

/** The state while it changes. Lives for one call only. */
interface Work {
  readonly limitBytes: number;
  readonly headers: Header[];
  current: Header | undefined;
  continued: boolean;
}

/** Takes a chunk of LF-ended text. Any split of the text gives the same headers and body. Linear. */
export function scanHeaders(state: HeaderState, text: Uint8Array): ScannedHeaders {
  if (state.phase === 'body') return { headers: [], body: text, state };
  const { limitBytes, current, continued } = state;
  const work: Work = { limitBytes, headers: [], current, continued };
  let partial = state.partial;
  let start = 0;
  let lf = -1;
  while (start < text.length) {
    // Looked for once, however many records the line is cut into: time stays linear.
    if (lf < start) lf = text.indexOf(LF, start);
    if (lf < 0) lf = text.length;
    const cut = start + RECORD_BYTES - partial.length;
    if (Math.min(lf, cut - 1) >= text.length) break;
    const isEnd = lf < cut;
    const record = partial + bytesToLatin1(text, start, isEnd ? lf : cut);
    partial = '';
    start = isEnd ? lf + 1 : cut;
    if (!takeRecord(work, record, isEnd)) return endBlock(work, record, isEnd, text.subarray(start));
  }
  partial += bytesToLatin1(text, start);
  const next: HeaderState = { ...state, current: work.current, continued: work.continued, partial };
  return { headers: work.headers, body: undefined, state: next };
}

/** The end of the text: what is left of headers, and of a body that had no line end. */
export function endHeaders(state: HeaderState): ScannedHeaders {
  const { limitBytes, current, continued, partial } = state;
  if (state.phase === 'body') return { headers: [], body: undefined, state };
  const work: Work = { limitBytes, headers: [], current, continued };
  if (partial !== '' && !takeRecord(work, partial, true)) return endBlock(work, partial, true, EMPTY_BYTES);
  if (work.current !== undefined) work.headers.push(work.current);
  return { headers: work.headers, body: undefined, state: { ...startHeaders(limitBytes), phase: 'body' } };
}

/** One record of a line. False when it belongs to no header. */
function takeRecord(work: Work, record: string, isEnd: boolean): boolean {
  const goesOn = work.continued;
  const folded = record.startsWith(' ') || record.startsWith('\t');
  if (work.current !== undefined && (goesOn || folded)) {
    work.current = extend(work.current, goesOn ? record : `\n${record}`, work.limitBytes);
    work.continued = !isEnd;
    return true;
  }
  const nameLength = headerNameLength(record);
  if (nameLength === 0) return false;
  if (work.current !== undefined) work.headers.push(work.current);
  const name = record.slice(0, nameLength);
  // "Name : value" is obsolete; written as "Name: value" nobody can misread it. RFC 5322 §4.5
  const text = name + record.slice(nameLength).replace(/^[ \t]+/, '');
  work.current = { name, text, truncated: false };
  work.continued = !isEnd;
  return true;
}

/** Postfix checks the limit before it adds, so a header may be one record longer. */
function extend(header: Header, more: string, limitBytes: number): Header {
  if (header.text.length < limitBytes) return { ...header, text: header.text + more };
  return header.truncated ? header : { ...header, truncated: true };
}

function endBlock(work: Work, record: string, isEnd: boolean, rest: Uint8Array): ScannedHeaders {
  if (work.current !== undefined) work.headers.push(work.current);
  const first = latin1ToBytes(`${record === '' ? '' : '\n'}${record}${isEnd ? '\n' : ''}`);
  const state: HeaderState = {
    ...startHeaders(work.limitBytes),
    ...({ phase: 'body', isCutShort: record !== '' } as const),
  };
  return { headers: work.headers, body: concatBytes([first, rest]), state };
}

/**
 * The length of the header name that `line` begins with, or 0. Printable ASCII, then blanks, then a colon.
 */
export function headerNameLength(line: string): number {
  let at = 0;
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code <= 32 || code >= 127 || code === 58) break;
  }
  const length = at;
  while (line.charAt(at) === ' ' || line.charAt(at) === '\t') at++;
  return line.charAt(at) === ':' ? length : 0;
}

/** The text after the colon, without the blanks around it; folds stay. */
export function headerValue(header: Header): string {
  return header.text.slice(header.name.length + 1).trim();
}
