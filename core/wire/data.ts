/**
 * The text after DATA: from bytes in any pieces to content with LF line ends, and back. RFC 5321 §4.5.2 ·
 * smtpd(8)
 *
 * Where the text ends depends on `smtpd_forbid_bare_newline`: see BareNewline. Line ends and dots are all
 * this file knows; it keeps no line, so an endless line costs nothing.
 */
import { EMPTY_BYTES } from './bytes.ts';

const LF = 10;
const CR = 13;
const DOT = 46;
/** A longer run of CRs is text, whatever follows; so a client cannot make us remember more. */
const MAX_PENDING_CR = 2048;

/**
 * postconf(5) smtpd_forbid_bare_newline.
 * - `no`: a bare LF is as good as CRLF, also around the final dot (Postfix before 3.9).
 * - `normalize`: only CRLF.CRLF ends the text; a bare LF inside ends a line, a lone dot next to one is
 *   dropped.
 * - `reject`: as normalize; the caller looks at `state.bareLf` and refuses the message.
 */
export type BareNewline = 'no' | 'normalize' | 'reject';

/** Where the decoder stands between two chunks. Small and plain, whatever came before. */
export interface DataState {
  readonly mode: BareNewline;
  /** A leading dot is not text, and a lone one is the end: so after DATA, not after BDAT. */
  readonly stuffed: boolean;
  /** start: nothing of this line seen · dot: only its leading dot · text: more. */
  readonly line: 'start' | 'dot' | 'text';
  /** CRs seen that may belong to the line end. */
  readonly pendingCr: number;
  /** The previous line ended in a bare LF. */
  readonly afterBareLf: boolean;
  /** Some line ended in a bare LF; not reported in mode `no`. */
  readonly bareLf: boolean;
  /** What Postfix counts against message_size_limit: bytes of text, and two for each line end. */
  readonly sizeBytes: number;
  /** Some line has lost its leading dot. */
  readonly dotted: boolean;
}

/** One chunk decoded. */
export interface DecodedData {
  /** Content with LF line ends, dots unstuffed. A stray CR is kept: see replaceStrayCr. */
  readonly text: Uint8Array;
  /** The final dot was seen; `rest` follows it. */
  readonly ended: boolean;
  readonly rest: Uint8Array;
  /**
   * Where in `text` the first line begins that lost its leading dot (the final dot is one, too); 0 when it
   * came in an earlier chunk.
   */
  readonly dottedAt: number | undefined;
  readonly state: DataState;
}

/** The state after the 354 reply. */
export function startData(mode: BareNewline): DataState {
  return startText(mode, true);
}

/** The state before the first chunk of a message: dots mean nothing. RFC 3030 §2 */
export function startChunks(mode: BareNewline): DataState {
  return startText(mode, false);
}

function startText(mode: BareNewline, stuffed: boolean): DataState {
  return {
    mode,
    stuffed,
    line: 'start',
    pendingCr: 0,
    afterBareLf: false,
    bareLf: false,
    sizeBytes: 0,
    dotted: false,
  };
}

/** Decodes a chunk. Any split of the same bytes gives the same text. Linear in the chunk. */
export function decodeData(state: DataState, bytes: Uint8Array): DecodedData {
  const out = new Uint8Array(bytes.length + state.pendingCr + 1);
  const kept = state.pendingCr;
  // One native copy, then each line moves up within it: cheaper than a view of each line.
  out.set(bytes, kept);
  const work: Work = { ...state, out, kept, size: 0, lines: 0, dottedAt: state.dotted ? 0 : undefined };
  let at = 0;
  while (at < bytes.length) {
    if (work.line === 'text' && work.pendingCr === 0) at = copyText(work, bytes, at);
    if (at === bytes.length) break;
    const byte = bytes[at++] ?? 0;
    if (byte === CR) addCr(work);
    else if (byte !== LF) addText(work, byte);
    else if (endLine(work)) return finish(work, true, bytes.subarray(at));
  }
  return finish(work, false, EMPTY_BYTES);
}

/** The state while it changes, and the output so far. Lives for one call only. */
interface Work {
  readonly mode: BareNewline;
  readonly stuffed: boolean;
  line: DataState['line'];
  pendingCr: number;
  afterBareLf: boolean;
  bareLf: boolean;
  readonly sizeBytes: number;
  /** The output, and behind it the input: what is read is never behind what is written. */
  readonly out: Uint8Array;
  /** Where the input begins in `out`. */
  readonly kept: number;
  size: number;
  lines: number;
  dottedAt: number | undefined;
}

/**
 * The hot path: bytes up to the next CR or LF that needs a thought. Plain CRLFs between plain lines need
 * none.
 */
function copyText(work: Work, bytes: Uint8Array, from: number): number {
  const { out, kept } = work;
  let size = work.size;
  let start = from;
  for (;;) {
    const end = endOfRun(bytes, start);
    if (size < kept + start) out.copyWithin(size, kept + start, kept + end);
    size += end - start;
    const next = bytes[end + 2];
    const isPlain = bytes[end] === CR && bytes[end + 1] === LF;
    if (!isPlain || next === undefined || next === DOT || next <= CR) {
      work.size = size;
      return end;
    }
    // afterBareLf may stay: it matters for a line of one dot only, and the next line is none.
    work.lines++;
    out[size++] = LF;
    start = end + 2;
  }
}

/** Where the next CR or LF is; else the length. */
function endOfRun(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && bytes[at] !== CR && bytes[at] !== LF) at++;
  return at;
}

function addText(work: Work, byte: number): void {
  if (work.line === 'start' && byte === DOT && work.pendingCr === 0 && work.stuffed) {
    work.line = 'dot';
    work.dottedAt ??= work.size;
    return;
  }
  flushCr(work);
  work.line = 'text';
  work.out[work.size++] = byte;
}

function addCr(work: Work): void {
  // Since bare newlines are looked for, only one CR belongs to the line end; before, all of them did.
  if (work.pendingCr >= (work.mode === 'no' ? MAX_PENDING_CR : 1)) {
    flushCr(work);
    work.line = 'text';
  }
  work.pendingCr++;
}

function flushCr(work: Work): void {
  for (; work.pendingCr > 0; work.pendingCr--) work.out[work.size++] = CR;
}

/** An LF came. True when the line was the final dot. */
function endLine(work: Work): boolean {
  const { line, afterBareLf } = work;
  const bare = work.pendingCr === 0;
  work.pendingCr = 0;
  work.line = 'start';
  if (work.mode !== 'no') {
    work.afterBareLf = bare;
    if (bare) work.bareLf = true;
  }
  if (line === 'dot') {
    // Smuggled end of data: neither the end nor text. Postfix 3.9 drops the line as well.
    return work.mode === 'no' || !(bare || afterBareLf);
  }
  work.out[work.size++] = LF;
  work.lines++;
  return false;
}

function finish(work: Work, ended: boolean, rest: Uint8Array): DecodedData {
  const { mode, stuffed, line, pendingCr, afterBareLf, bareLf, dottedAt } = work;
  const sizeBytes = work.sizeBytes + work.size + work.lines;
  const text = work.out.subarray(0, work.size);
  const dotted = dottedAt !== undefined;
  return {
    text,
    ended,
    rest,
    dottedAt,
    state: { mode, stuffed, line, pendingCr, afterBareLf, bareLf, sizeBytes, dotted },
  };
}

/** What is missing when the text ends here: CRs that were kept back, and the end of the last line. */
export function endText({ line, pendingCr }: DataState): Uint8Array {
  if (line === 'start' && pendingCr === 0) return EMPTY_BYTES;
  const end = new Uint8Array(pendingCr + 1).fill(CR);
  end[pendingCr] = LF;
  return end;
}

/**
 * postconf(5) cleanup_replace_stray_cr_lf: each CR in LF-ended text becomes a blank, so that no later hop can
 * read it as a line end. The same array when there is none.
 */
export function replaceStrayCr(text: Uint8Array): Uint8Array {
  let at = text.indexOf(CR);
  if (at < 0) return text;
  const clean = text.slice();
  for (; at >= 0; at = clean.indexOf(CR, at + 1)) clean[at] = 32;
  return clean;
}

/**
 * LF-ended text as a client sends it after 354: CRLF, dots stuffed, the final dot. Stray CRs become blanks.
 */
export function toSmtpData(text: Uint8Array): Uint8Array {
  const clean = replaceStrayCr(text);
  let extra = 5;
  for (let i = 0; i < clean.length; i++) if (clean[i] === LF || clean[i] === DOT) extra++;
  const out = new Uint8Array(clean.length + extra);
  let size = 0;
  let lineStart = true;
  for (let i = 0; i < clean.length; i++) {
    const byte = clean[i] as number;
    if (byte === LF) out[size++] = CR;
    else if (lineStart && byte === DOT) out[size++] = DOT;
    out[size++] = byte;
    lineStart = byte === LF;
  }
  for (const byte of lineStart ? [DOT, CR, LF] : [CR, LF, DOT, CR, LF]) out[size++] = byte;
  return out.slice(0, size);
}
