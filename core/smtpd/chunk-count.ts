/**
 * How far a message in chunks has come, and how its bytes are counted.
 *
 * RFC 3030 §2 · RFC 1870 §6 · Postfix: src/smtpd/smtpd.c bdat_cmd
 */
import { intOf } from '../config/settings.ts';
import type { Reply } from '../mail/reply.ts';
import { EMPTY_BYTES } from '../wire/bytes.ts';
import { type DataState, endText } from '../wire/data.ts';
import type { SmtpdContext } from './types.ts';

/** Where a message in chunks stands. */
export interface Chunks {
  /** How many bytes this chunk has, and how many of them are still to come. */
  readonly sizeBytes: number;
  readonly leftBytes: number;
  /** No chunk follows it. */
  readonly last: boolean;
  /** Why this chunk is read and thrown away. */
  readonly refusal: Reply | undefined;
  /** A chunk was refused: so is each one up to the last, that client and server stay in step. */
  readonly failed: boolean;
  /** The text of all chunks so far; a line may begin in one and end in another. */
  readonly text: DataState;
  /** Bytes of the line that is not complete yet. */
  readonly column: number;
  /** Records that hold the first part of a line longer than line_length_limit. */
  readonly continued: number;
}

/** What Postfix counts against message_size_limit: complete records, and two bytes for each. */
export function countedBytes({ settings }: SmtpdContext, { text, column, continued }: Chunks): number {
  return text.sizeBytes - (column % intOf(settings, 'line_length_limit')) + 2 * continued;
}

/** The same when no more chunks come: the last line need not have an end. */
export function finalBytes(context: SmtpdContext, chunks: Chunks): number {
  const partial = (chunks.column % intOf(context.settings, 'line_length_limit')) + chunks.text.pendingCr;
  return countedBytes(context, chunks) + (partial > 0 ? partial + 2 : 0);
}

/** What is said of a message that came in chunks: its size, as it is counted. */
export function bytesOf(context: SmtpdContext): string {
  const { chunks } = context.extras;
  return chunks === undefined ? '' : ` ${finalBytes(context, chunks)} bytes`;
}

/** What the last chunk did not say of the last line. */
export function endOfChunks({ extras: { chunks } }: SmtpdContext): Uint8Array {
  return chunks === undefined ? EMPTY_BYTES : endText(chunks.text);
}
