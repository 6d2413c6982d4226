/**
 * What a file in maildrop says: who sends what to whom. It was written by a user's program, so nothing in
 * it is believed that postdrop(1) would not have written.
 *
 * pickup(8) · postdrop(1) · Postfix: src/pickup/pickup.c
 */
import type { FileLoaded } from '../kernel/events.ts';
import type { DsnEnvelope } from '../kernel/notes.ts';
import { NOTIFY } from '../mail/queue-envelope.ts';
import { parseQueueFile, type QueueFile, type QueueRecipient } from '../mail/queue-file.ts';
import { nextRecord, queueReader } from '../mail/queue-walk.ts';

/** One recipient, addresses in internal form. */
export interface SubmittedRecipient {
  readonly address: string;
  readonly original: string;
  /** Sum of NOTIFY numbers; 0 = not given. */
  readonly notify: number;
  readonly orcpt: string;
}

/** A maildrop file without its text. */
export interface Submission {
  readonly uid: number;
  readonly mode: number;
  readonly modifiedAt: number;
  readonly sizeBytes: number;
  readonly arrivalAt: number;
  readonly sender: string;
  /** The same in standard form, once trivial-rewrite(8) has said it. */
  readonly returnTo: string;
  readonly fullName: string | undefined;
  readonly recipients: readonly SubmittedRecipient[];
  /** Those named behind the text (sendmail -t). */
  readonly extracted: readonly SubmittedRecipient[];
  readonly dsn: DsnEnvelope;
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly rewriteContext: 'local' | 'remote';
}

/** The file's meaning, or the sentence that says why it has none. */
export type Reading = Submission | { readonly problem: string };

/** Record types of envelope, text, and what is behind it; the first of each ends it. rec_type.h */
const SEGMENTS = ['MCTcFILSDRO/WVA>K<ion', 'XLNw', 'EDRO/PreAFIL>Kon'] as const;
/** postconf(5) line_length_limit: no record that postdrop(1) takes is longer. */
const RECORD_LIMIT_BYTES = 2048;
/** How Postfix numbers what is no record at all. */
const DAMAGED = -2;

/** The number of the first record that does not belong where it is; undefined when all do. */
function strangeRecord(bytes: Uint8Array): number | undefined {
  const reader = queueReader(bytes);
  for (const allowed of SEGMENTS) {
    let type = '';
    while (type !== allowed.charAt(0)) {
      const record = nextRecord(reader);
      if (record === undefined || record.end - record.start > RECORD_LIMIT_BYTES) return DAMAGED;
      type = record.type;
      if (!allowed.includes(type)) return type.charCodeAt(0);
    }
  }
  return undefined;
}

function notifyOf(notify: number): number {
  const known = notify > 0 && notify < 16;
  return known && (notify === NOTIFY.never || (notify & NOTIFY.never) === 0) ? notify : 0;
}

function recipientOf({ address, origAddress, notify, dsnOrcpt }: QueueRecipient): SubmittedRecipient {
  return { address, original: origAddress || address, notify: notifyOf(notify), orcpt: dsnOrcpt };
}

function dsnOf({ attributes }: QueueFile): DsnEnvelope {
  const ret = /^[12]$/.exec(attributes.get('ret_flags') ?? '')?.[0];
  const envid = attributes.get('envelope_id') ?? '';
  return { ret: Number(ret ?? 0), envid: /^[\x20-\x7e]*$/.test(envid) ? envid : '' };
}

/** Reads a maildrop file. */
export function readSubmission({ bytes, uid, mode, modifiedAt, path, links = 1 }: FileLoaded): Reading {
  // A name of somebody else's file: whoever made it wants that file sent to himself. Postfix: safe_open
  if (links !== 1) return { problem: `open input file ${path}: file has ${links} hard links` };
  const strange = strangeRecord(bytes);
  if (strange !== undefined) return { problem: `uid=${uid}: unexpected or malformed record type ${strange}` };
  const file = parseQueueFile(bytes);
  if (file.sender === undefined) return { problem: `${path}: uid=${uid}: no envelope sender` };
  const { arrivalTime, extractedOffset = 0, attributes } = file;
  const left = file.recipients.filter(({ done }) => !done);
  const encoding = attributes.get('encoding');
  return {
    ...{ uid, mode, modifiedAt, sizeBytes: bytes.length },
    ...{ sender: file.sender, returnTo: file.sender, fullName: file.fullName, dsn: dsnOf(file) },
    arrivalAt: arrivalTime === undefined ? modifiedAt : arrivalTime.sec * 1000 + arrivalTime.usec / 1000,
    recipients: left.filter(({ offset }) => offset < extractedOffset).map(recipientOf),
    extracted: left.filter(({ offset }) => offset > extractedOffset).map(recipientOf),
    encoding: encoding === '8bit' || encoding === '7bit' ? encoding : undefined,
    rewriteContext: attributes.get('rewrite_context') === 'remote' ? 'remote' : 'local',
  };
}
