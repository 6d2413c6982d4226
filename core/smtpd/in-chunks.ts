/**
 * Whether a message comes in chunks: asked of every message. What is done with them is in chunks.ts.
 *
 * RFC 3030 §2
 */
import type { Args } from './say.ts';
import type { SmtpdContext } from './types.ts';

/** The command that waits for the lists is BDAT. */
function chunkWaits({ command, stage }: SmtpdContext): boolean {
  return stage === 'data' && command?.type === 'BDAT';
}

/** The lists refuse the first chunk. */
export function chunkIsRefused({ context }: Args): boolean {
  return chunkWaits(context) && context.finding.type === 'refused';
}

export function chunkIsPermitted({ context }: Args): boolean {
  return chunkWaits(context);
}

/** A chunk came, and the message is not over. */
export function isInChunks({ context }: Args): boolean {
  return context.extras.chunks !== undefined;
}
