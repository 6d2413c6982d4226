/** The end of a message in cleanup: whole, durable, and only then promised. RFC 5321 §6.1 · cleanup(8) */
import type { Effect } from '../kernel/effects.ts';
import type { CleanupStatus } from '../kernel/notes.ts';
import { endContent } from '../mail/queue-content.ts';
import { buildRecipient, qmgrFlagsFor, sizeRecord } from '../mail/queue-envelope.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { concatBytes } from '../wire/bytes.ts';
import type { Args, Decision } from './file.ts';
import { expandVirtual } from './recipients.ts';
import type { CleanupContext } from './types.ts';

function extractedRecipients({ settings, extracted }: CleanupContext) {
  return extracted.flatMap((address) => {
    const targets = expandVirtual(settings, address);
    const list = 'error' in targets ? [address] : targets;
    return list.map((target) => ({
      ...{ address: target, origAddress: address, dsnOrcpt: `rfc822;${address}`, notify: 0 },
    }));
  });
}

/** The message cannot be kept: something failed, or nobody is to get it. */
export function isRefused({ context }: Args): boolean {
  return statusOf(context) !== 'ok';
}

function statusOf(context: CleanupContext): CleanupStatus {
  if (context.status !== 'ok') return context.status;
  return context.recipients.length + context.extracted.length === 0 ? 'norcpt' : 'ok';
}

/** Last records, true size record, mode bit "complete", then to the disk. */
export function finishFile({ context }: Args): Decision {
  const { settings, dataOffset, recipients } = context;
  const last = endContent(context.content);
  const extracted = extractedRecipients(context);
  const all = [...recipients, ...extracted];
  const contentSize = context.contentBytes + last.length;
  const tail = concatBytes([
    last,
    encodeRecord('X', ''),
    ...extracted.map(buildRecipient),
    encodeRecord('E', ''),
  ]);
  const size = sizeRecord(
    {
      ...{ contentSize, dataOffset, recipientCount: all.length },
      ...{ qmgrFlags: qmgrFlagsFor(all), contentLength: contentSize, sendOptions: 0 },
    },
    settings.profile === '2.3' ? 4 : 6,
  );
  return {
    effects: [
      { type: 'file.append', file: 'queue', bytes: tail },
      { type: 'file.write', file: 'queue', offset: 0, bytes: size },
      { type: 'file.mode', file: 'queue', mode: 0o700 },
      { type: 'file.sync', file: 'queue' },
    ],
  };
}

/** Durable: the opener may say 250, qmgr may have it. */
export function tellDone({ context }: Args): Decision {
  const { opener, queueId } = context;
  return {
    effects: [
      { type: 'send', to: opener, note: { type: 'cleanup.done', status: 'ok', queueId } },
      { type: 'send', to: 'qmgr', note: { type: 'qmgr.wakeup', requests: 'W', queueId } },
      { type: 'file.close', file: 'queue' },
      { type: 'exit' },
    ],
  };
}

/** The disk failed: remembered now, told when the text is complete. */
export function noteWriteError({ context, event }: Args): Decision {
  if (event.type !== 'file.failed') return { context: { status: 'write' } };
  const what = `${context.queueId || context.temporaryPath}: queue file write error: ${event.code}`;
  const log: Effect = { type: 'log', level: 'warning', text: what };
  return { context: { status: 'write' }, effects: context.status === 'write' ? [] : [log] };
}

/** No queue file could be made. */
export function tellNotOpened(args: Args): Decision {
  const noted = noteWriteError(args);
  const gone = refuse({ ...args, context: { ...args.context, status: 'write' } });
  return { context: { status: 'write' }, effects: [...(noted.effects ?? []), ...(gone.effects ?? [])] };
}

/** Removes what was written and says why. */
export function refuse({ context }: Args): Decision {
  const { opener, queueId, path, temporaryPath } = context;
  const status = statusOf(context);
  return {
    effects: [
      { type: 'file.close', file: 'queue' },
      { type: 'file.remove', path: path || temporaryPath },
      { type: 'send', to: opener, note: { type: 'cleanup.done', status, queueId } },
      { type: 'exit' },
    ],
  };
}
