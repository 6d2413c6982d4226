/** The end of a message in cleanup: whole, durable, and only then promised. RFC 5321 §6.1 · cleanup(8) */
import type { Effect } from '../kernel/effects.ts';
import type { CleanupStatus } from '../kernel/notes.ts';
import { endContent } from '../mail/queue-content.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { copiesForAll } from './bcc.ts';
import { appendRead, endReading } from './body.ts';
import { sizeBytes } from './envelope.ts';
import { errnoText } from './errno-text.ts';
import { isHeld, orderRecords } from './orders.ts';
import { type Args, append, type Decision, inTurn, logLine, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** The last line of the text, what was found in it, the end. */
export function endFile({ context }: Args): Decision {
  const { encoding } = context;
  const known = encoding === undefined ? EMPTY_BYTES : encodeRecord('A', `encoding=${encoding}`);
  return inTurn(
    context,
    (next) => appendRead(next, endContent(next.content)),
    endReading,
    (next) => {
      const { records, changes, effects } = copiesForAll(next);
      return { context: { ...changes, extracted: [...next.extracted, ...records] }, effects };
    },
    (next) => {
      const contentSize = next.writtenBytes - next.dataOffset;
      const end = [
        encodeRecord('X', ''),
        ...orderRecords(next),
        known,
        ...next.extracted,
        encodeRecord('E', ''),
      ];
      const ended = append(next, concatBytes(end));
      if (next.status !== 'ok' || ended.context?.status !== undefined) return ended;
      const size = {
        type: 'file.write',
        file: 'queue',
        offset: 0,
        bytes: sizeBytes(next, contentSize),
      } as const;
      return { ...ended, effects: [...(ended.effects ?? []), size] };
    },
  );
}

/** The message cannot be kept: something failed, or nobody is to get it. */
export function isRefused({ context }: Args): boolean {
  return statusOf(context) !== 'ok';
}

function statusOf({ status, hasRecipient }: CleanupContext): CleanupStatus {
  return status === 'ok' && !hasRecipient ? 'norcpt' : status;
}

/** The mode bit that says "complete", then to the disk, the name as well as the file. */
export function makeDurable({ event }: Args): Decision {
  return {
    ...(event.type === 'file.renamed' ? { context: { path: event.to } } : {}),
    effects: [
      { type: 'file.mode', file: 'queue', mode: 0o700 },
      { type: 'file.sync', file: 'queue' },
    ],
  };
}

/** Durable: the opener may say 250, qmgr may have it unless it is on hold. */
export function tellDone(args: Args): Decision {
  const { opener, queueId } = args.context;
  const wakeup: Effect = {
    ...({ type: 'send', to: 'qmgr' } as const),
    note: { type: 'qmgr.wakeup', requests: 'W', queueId },
  };
  return {
    effects: [
      { type: 'send', to: opener, note: { type: 'cleanup.done', status: 'ok', queueId } },
      ...(isHeld(args) ? [] : [wakeup]),
      { type: 'file.close', file: 'queue' },
      { type: 'exit' },
    ],
  };
}

/** The disk failed: remembered now, told when the text is complete. */
export function noteWriteError({ context, event }: Args): Decision {
  const { queueId, status, path } = context;
  if (status === 'write' || event.type !== 'file.failed')
    return { context: { status: worse('write', status) } };
  const why = errnoText(event.code);
  const text =
    queueId === '' ? `mail_queue_enter: create file ${path}: ${why}` : `${queueId}: write queue file: ${why}`;
  return { context: { status: worse('write', status) }, effects: [logLine('warning', text)] };
}

/** trivial-rewrite died over our question: the client will come again. */
export function noteRewriteDeath({ context }: Args): Decision {
  return { context: { status: worse('internal', context.status) } };
}

/** Removes what was written and says why. */
export function refuse({ context }: Args): Decision {
  const { opener, queueId, path, reason, refusedBy } = context;
  const status = statusOf(context);
  // Without an id no file was made: one of that name belongs to somebody else.
  const ours = [
    { type: 'file.close', file: 'queue' },
    { type: 'file.remove', path },
  ] as const;
  return {
    effects: [
      ...(queueId === '' ? [] : ours),
      {
        ...({ type: 'send', to: opener } as const),
        note: {
          type: 'cleanup.done',
          status,
          queueId,
          ...(reason === '' ? {} : { reason }),
          ...(refusedBy === undefined ? {} : { because: refusedBy }),
        },
      },
      { type: 'exit' },
    ],
  };
}
