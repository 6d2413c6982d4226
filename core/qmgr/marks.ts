/** Marking recipients as served in the queue file. QSHAPE_README · Postfix: src/global/deliver_completed.c */
import type { Effect } from '../kernel/effects.ts';
import type { DeliveryResult } from '../kernel/notes.ts';
import type { ActiveMessage } from './types.ts';

/** The one-byte edits for recipients that are served. */
export function doneEdits(message: ActiveMessage, results: readonly DeliveryResult[]): readonly Effect[] {
  return results
    .filter(({ status, recipient }) => status === 'sent' && recipient.offset > 0)
    .map(({ recipient }) => ({
      ...{ type: 'file.write' as const, file: `mark:${message.id}`, path: `active/${message.id}` },
      ...{ offset: recipient.offset, bytes: Uint8Array.of(0x44) },
    }));
}
