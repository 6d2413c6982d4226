/**
 * Stands where cleanup(8) would, in a session of `sendmail -bs`: what smtpd(8) says about a message goes to
 * postdrop(1), as records. Postfix: src/smtpd/smtpd.c mail_open_stream
 *
 * Differs: the sender is in standard form already; ENVID and RET are kept, which Postfix forgets here.
 */
import { arrived, type Note, type Settings, sessionRecords, type WorldEvent } from '#core';
import { now } from '../clock.ts';
import type { Elsewhere, Performer } from '../perform.ts';
import { DROPPED, dropRecords, newQueueId } from './postdrop.ts';
import type { Io } from './program.ts';

type Of<Type> = Extract<Note, { readonly type: Type }>;
type CleanupStatus = Of<'cleanup.done'>['status'];

/** A message under way. */
interface Message {
  readonly queueId: string;
  readonly open: Of<'cleanup.open'>;
  readonly recipients: Of<'cleanup.recipient'>[];
  readonly text: Uint8Array[];
}

const NAME = 'cleanup';

/** What smtpd(8) is told about postdrop(1)'s answer. */
function statusOf(status: number | undefined): CleanupStatus {
  if (status === DROPPED.ok) return 'ok';
  if (status === DROPPED.tooBig) return 'toobig';
  return status === DROPPED.write ? 'write' : 'internal';
}

/** @param tell gives the session an answer */
export function cleanupIntoMaildrop(io: Io, settings: Settings, tell: Performer['tell']): Elsewhere {
  let message: Message | undefined;

  const answer = (to: string, note: Note): void => tell(to, arrived(note, NAME, now()));

  /** postdrop(1) says why on standard error. */
  async function drop({ queueId, open, recipients, text }: Message): Promise<CleanupStatus> {
    try {
      const records = sessionRecords(open, recipients, text);
      return statusOf((await dropRecords(io, settings, records, queueId))?.status);
    } catch (error) {
      io.err(`postdrop: fatal: ${error instanceof Error ? error.message : String(error)}\n`);
      return 'write';
    }
  }

  function hear(note: Note, from: string): void {
    switch (note.type) {
      case 'cleanup.open':
        message = { queueId: newQueueId(now()), open: note, recipients: [], text: [] };
        return answer(from, { type: 'cleanup.opened', queueId: message.queueId });
      case 'cleanup.recipient':
        return void message?.recipients.push(note);
      case 'cleanup.prepend':
      case 'cleanup.chunk':
        return void message?.text.push(note.bytes);
      case 'cleanup.abort':
        message = undefined;
        return;
      case 'cleanup.close': {
        const whole = message;
        message = undefined;
        if (whole === undefined) return;
        const done = { type: 'cleanup.done', queueId: whole.queueId } as const;
        return void drop(whole).then((status) => answer(from, { ...done, status }));
      }
      default:
    }
  }

  return {
    owns: (to) => to === NAME,
    deliver: (_to, event: WorldEvent) => {
      if ('from' in event && event.type !== 'file.renamed') hear(event, event.from);
    },
    flush: () => undefined,
    pendingBytes: () => 0,
  };
}
