/**
 * The structure of a MIME message, line by line: which lines of its body are headers of parts and of attached
 * messages. RFC 2045 · RFC 2046 §5.1 · Postfix: src/global/mime_state.c
 *
 *   headers ─► text ─► (boundary) headers of a part ─► text ─► … ; message/rfc822: headers again
 */
import { headerNameLength } from './headers.ts';
import { type MimeEncoding, parseContentType, parseEncoding } from './mime-fields.ts';

/** What a message may do wrong. RFC 2045 §6.4, RFC 6152 */
export type MimeError = 'nesting' | '8bit-header' | '8bit-body' | 'encoding-domain';

/** What is looked for, and the limits. */
export interface MimeOptions {
  readonly nestingLimit: number;
  /** Characters of a boundary. */
  readonly boundaryLimit: number;
  readonly headerLimitBytes: number;
  /** Whatever headers say, all is text. postconf(5) disable_mime_input_processing */
  readonly isPlain: boolean;
  readonly reported: ReadonlySet<MimeError>;
}

interface Boundary {
  readonly text: string;
  /** Parts that say nothing else are messages. RFC 2046 §5.1.5 */
  readonly isDigest: boolean;
}

/** Where the reader stands. */
export interface MimeState {
  /** `multipart`, `nested`: among headers of a part, of an attached message. */
  readonly phase: 'primary' | 'multipart' | 'nested' | 'body';
  readonly type: 'text' | 'message' | 'multipart' | 'other';
  readonly subtype: string;
  readonly encoding: MimeEncoding;
  /** Innermost last. */
  readonly boundaries: readonly Boundary[];
  /** The header that may still go on; '' = none. */
  readonly header: string;
  /** The record before was a piece of a line. */
  readonly isContinued: boolean;
  /** Bytes of this body so far. postconf(5) body_checks_size_limit */
  readonly bodyBytes: number;
  readonly errors: readonly MimeError[];
}

/** What a record gave. `text` may be the header or the line that an error is in. */
export type MimeItem =
  | { readonly type: 'header'; readonly part: 'multipart' | 'nested'; readonly text: string }
  | { readonly type: 'line'; readonly record: 'N' | 'L'; readonly text: string; readonly bodyBytes: number }
  | { readonly type: 'error'; readonly error: MimeError; readonly text: string };

/** The record gives these; lives for one call only. */
interface Work {
  readonly options: MimeOptions;
  state: MimeState;
  readonly items: MimeItem[];
}

const TYPE = 'content-type';
const ENCODING = 'content-transfer-encoding';
/** The defaults of RFC 2045 §5.2. */
const PLAIN = { type: 'text', subtype: 'plain', encoding: '7bit' } as const;
const OTHER = { type: 'other', subtype: '', encoding: '7bit' } as const;

/** Before the first header. */
export const startMime: MimeState = {
  ...{ phase: 'primary', ...PLAIN, boundaries: [], header: '' },
  ...{ isContinued: false, bodyBytes: 0, errors: [] },
};

function set(work: Work, changes: Partial<MimeState>): void {
  work.state = { ...work.state, ...changes };
}

function report(work: Work, error: MimeError, text: string): void {
  if (!work.options.reported.has(error) || work.state.errors.includes(error)) return;
  set(work, { errors: [...work.state.errors, error] });
  work.items.push({ type: 'error', error, text });
}

/** What one header says of the structure. */
function understand(work: Work, text: string): void {
  const length = headerNameLength(text);
  // Mostly the length already says no.
  const name =
    length === TYPE.length || length === ENCODING.length ? text.slice(0, length).toLowerCase() : '';
  if (work.options.isPlain) return;
  if (name === TYPE) {
    const { type, subtype, boundaries } = parseContentType(text.slice(name.length + 1));
    if (type !== undefined) set(work, { type, subtype });
    for (const boundary of boundaries) push(work, boundary, subtype === 'digest', text);
  } else if (name === ENCODING) {
    const encoding = parseEncoding(text.slice(name.length + 1));
    if (encoding !== undefined) set(work, { encoding });
  }
  if (work.options.reported.has('8bit-header') && /[\x80-\xff]/.test(text)) report(work, '8bit-header', text);
}

function push(work: Work, boundary: string, isDigest: boolean, header: string): void {
  const { boundaries } = work.state;
  const { nestingLimit, boundaryLimit } = work.options;
  // One more than the name says, and one for the message itself, as in Postfix.
  if (boundaries.length > nestingLimit + 1) return report(work, 'nesting', header);
  set(work, { boundaries: [...boundaries, { text: boundary.slice(0, boundaryLimit), isDigest }] });
}

/** RFC 2045 §6.4, RFC 2046 §5.2: what holds parts or a message is not encoded itself, pieces are 7-bit. */
function checkDomain(work: Work): void {
  const { type, subtype, encoding } = work.state;
  const isPiece = subtype === 'partial' || subtype === 'external-body';
  const isWhole = type === 'multipart' || subtype === 'rfc822';
  if (type !== 'multipart' && !(type === 'message' && (isPiece || isWhole))) return;
  const isEncoded = encoding === 'base64' || encoding === 'quoted-printable';
  const isBad = isWhole ? isEncoded : encoding === '8bit' || encoding === 'binary';
  if (isBad) report(work, 'encoding-domain', encoding);
}

/** A line ends a block of headers: what follows? One that is not blank ends all that headers said. */
function endBlock(work: Work, text: string): void {
  checkDomain(work);
  const { type, subtype } = work.state;
  const isMessage = type === 'message' && (subtype === 'rfc822' || subtype === 'global');
  if (text !== '') set(work, { phase: 'body', bodyBytes: 0 });
  else if (isMessage) set(work, { phase: 'nested', ...PLAIN, bodyBytes: 0 });
  else set(work, { phase: 'body', bodyBytes: 0, ...(type === 'multipart' ? OTHER : {}) });
}

function line(work: Work, record: 'N' | 'L', text: string): void {
  const { bodyBytes } = work.state;
  work.items.push({ type: 'line', record, text, bodyBytes });
  set(work, { bodyBytes: bodyBytes + text.length + 1 });
}

/** A line of a body; a boundary begins or ends a part. */
function takeLine(work: Work, record: 'N' | 'L', text: string): void {
  const { encoding, isContinued } = work.state;
  if (encoding === '7bit' && work.options.reported.has('8bit-body') && /[\x80-\xff]/.test(text))
    report(work, '8bit-body', text);
  if (!isContinued && text.length > 2 && text.startsWith('--')) takeBoundary(work, text);
  line(work, record, text);
}

function takeBoundary(work: Work, text: string): void {
  const { boundaries } = work.state;
  for (let at = boundaries.length - 1; at >= 0; at--) {
    const found = boundaries[at] as Boundary;
    if (!text.startsWith(found.text, 2)) continue;
    const isLast = text.startsWith('--', 2 + found.text.length);
    if (isLast) set(work, { phase: 'body', ...OTHER, bodyBytes: 0, boundaries: boundaries.slice(0, at) });
    else {
      const kind = found.isDigest ? ({ ...PLAIN, type: 'message', subtype: 'rfc822' } as const) : PLAIN;
      set(work, { phase: 'multipart', ...kind, boundaries: boundaries.slice(0, at + 1) });
    }
    return;
  }
}

/** The header that was collected is complete. */
function endHeader(work: Work): void {
  const { header, phase } = work.state;
  if (header === '') return;
  understand(work, header);
  if (phase === 'multipart' || phase === 'nested')
    work.items.push({ type: 'header', part: phase, text: header });
  set(work, { header: '', isContinued: false });
}

/** A record among headers. False when it is none of them: text. */
function takeHeader(work: Work, text: string): boolean {
  const { header, isContinued } = work.state;
  if (header !== '' && (isContinued || text.startsWith(' ') || text.startsWith('\t'))) {
    const isRoom = header.length < work.options.headerLimitBytes;
    if (isRoom) set(work, { header: header + (isContinued ? '' : '\n') + text });
    return true;
  }
  endHeader(work);
  const length = headerNameLength(text);
  if (length === 0) return false;
  // "Name : value", as in the headers of the message itself. RFC 5322 §4.5
  set(work, { header: text.slice(0, length) + text.slice(length).replace(/^[ \t]+/, '') });
  return true;
}

/** A header of the message itself, whole. */
export function mimeHeader(options: MimeOptions, given: MimeState, text: string) {
  const work: Work = { options, state: given, items: [] };
  understand(work, text);
  return { state: work.state, items: work.items };
}

/** A line that is no header ended the headers of the message: a blank one that was not there comes next. */
export function cutShort(options: MimeOptions, given: MimeState) {
  const work: Work = { options, state: given, items: [] };
  checkDomain(work);
  // The blank line does not count.
  set(work, { phase: 'body', bodyBytes: -1 });
  return { state: work.state, items: work.items };
}

/**
 * One record of the text that follows the headers.
 * @param record L: the line goes on in the next one
 */
export function mimeRecord(options: MimeOptions, given: MimeState, record: 'N' | 'L', text: string) {
  const work: Work = { options, state: given, items: [] };
  if (given.phase === 'body') takeLine(work, record, text);
  else {
    // As in Postfix a NUL ends the text of a header.
    const shown = text.split('\0', 1)[0] ?? '';
    if (!takeHeader(work, shown)) {
      endBlock(work, shown);
      takeLine(work, record, text);
    }
  }
  set(work, { isContinued: record === 'L' });
  return { state: work.state, items: work.items };
}

/** The text is over. */
export function endMime(options: MimeOptions, given: MimeState) {
  const work: Work = { options, state: given, items: [] };
  if (given.phase !== 'body') {
    endHeader(work);
    checkDomain(work);
    set(work, { phase: 'body' });
  }
  return { state: work.state, items: work.items };
}
