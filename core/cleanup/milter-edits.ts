/**
 * A queue file after what milters have done to it: another sender, more or fewer recipients, another text.
 *
 * MILTER_README · Postfix: src/cleanup/cleanup_milter.c
 */
import { intOf } from '../config/settings.ts';
import type { EnvelopeEdit, MilterDone } from '../kernel/milter.ts';
import { encodeContent, endContent, startContent } from '../mail/queue-content.ts';
import { encodeRecord, type QueueRecord } from '../mail/queue-records.ts';
import { nextRecord, queueReader } from '../mail/queue-walk.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf } from '../mail/tok822-print.ts';
import { bytesToLatin1, concatBytes } from '../wire/bytes.ts';
import { copyTo } from './bcc.ts';
import { sizeBytes } from './envelope.ts';
import { type Decision, inTurn, tooBig } from './out.ts';
import type { CleanupContext } from './types.ts';

/** A record with its bytes. */
interface Piece {
  readonly type: QueueRecord['type'];
  readonly bytes: Uint8Array;
  readonly value: string;
}

/** A queue file in parts; the size record and the marks between the parts are left out. */
interface Parts {
  readonly envelope: readonly Piece[];
  readonly content: Uint8Array;
  readonly extracted: readonly Piece[];
}

function partsOf(bytes: Uint8Array): Parts {
  const envelope: Piece[] = [];
  const extracted: Piece[] = [];
  const reader = queueReader(bytes);
  let part = envelope;
  let from = 0;
  let to = 0;
  for (let record = nextRecord(reader); record !== undefined; record = nextRecord(reader)) {
    const { type, offset, start, end } = record;
    if (type === 'E') break;
    if (type === 'M') [from, to] = [end, end];
    else if (type === 'X') part = extracted;
    else if (from > 0 && part === envelope) to = end;
    else if (type !== 'C')
      part.push({ type, bytes: bytes.subarray(offset, end), value: bytesToLatin1(bytes, start, end) });
  }
  return { envelope, content: bytes.subarray(from, to), extracted };
}

/** An address as a milter says it, with or without <>, in internal form; '' = nobody. */
export function milterAddress(text: string): string {
  return addressesOf(parseAddressList(text))[0] ?? '';
}

function withSender(pieces: readonly Piece[], sender: string): readonly Piece[] {
  return pieces.map((piece) =>
    piece.type === 'S' ? { type: 'S', bytes: encodeRecord('S', sender), value: sender } : piece,
  );
}

/** Whoever was meant by the address, by himself or by what virtual(5) makes of it, gets nothing. */
function without(pieces: readonly Piece[], address: string): readonly Piece[] {
  let original = '';
  return pieces.map((piece) => {
    if (piece.type === 'O') original = piece.value;
    if (piece.type !== 'R') return piece;
    const named = original === '' ? piece.value : original;
    original = '';
    if (named !== address) return piece;
    const bytes = piece.bytes.slice();
    bytes[0] = '/'.charCodeAt(0);
    return { type: '/', bytes, value: piece.value };
  });
}

/** Recipients that nobody crossed out. */
function countOf({ envelope, extracted }: Parts): number {
  return [...envelope, ...extracted].filter(({ type }) => type === 'R').length;
}

const ADDED = { parameter: 'smtpd_milters' };

/** One edit; those that were added are in their place when the next one is made. */
function edited(context: CleanupContext, parts: Parts, { type, address }: EnvelopeEdit): [Parts, Decision] {
  const who = milterAddress(address);
  if (type === 'sender')
    return [{ ...parts, envelope: withSender(parts.envelope, who) }, { context: { sender: who } }];
  if (type === 'delete') {
    const [envelope, extracted] = [without(parts.envelope, who), without(parts.extracted, who)];
    // Named again, he gets it after all.
    return [{ ...parts, envelope, extracted }, {}];
  }
  if (who === '') return [parts, {}];
  const { records, changes, effects } = copyTo(context, who, ADDED);
  const added = records.flatMap((record) => [...partsOf(record).envelope]);
  return [
    { ...parts, extracted: [...parts.extracted, ...added] },
    { context: changes, effects },
  ];
}

function textRecords(text: Uint8Array): Uint8Array {
  const { records, state } = encodeContent(startContent, text);
  return concatBytes([records, endContent(state)]);
}

/**
 * The queue file after the edits, written anew: nobody was promised the one that is there.
 *
 * Differs: Postfix adds edits to its file, whose limit is reached somewhat sooner.
 *
 * @param bytes the file as it is
 */
export function rewriteFile(context: CleanupContext, bytes: Uint8Array, done: MilterDone): Decision {
  if (done.isTooBig === true) return tooBig(context);
  if (done.text === undefined && done.edits.length === 0) return {};
  let parts = partsOf(bytes);
  if (done.text !== undefined) parts = { ...parts, content: textRecords(done.text) };
  const steps = done.edits.map((edit) => (next: CleanupContext): Decision => {
    const [after, decision] = edited(next, parts, edit);
    parts = after;
    return decision;
  });
  return inTurn(context, ...steps, (next) => {
    const envelope = concatBytes([...parts.envelope.map((piece) => piece.bytes), ...[encodeRecord('M', '')]]);
    const head = sizeBytes(next, 0).length;
    const known = { ...next, dataOffset: head + envelope.length, recipientCount: countOf(parts) };
    const limit = intOf(next.settings, 'message_size_limit');
    const whole = concatBytes([
      ...[sizeBytes(known, parts.content.length), envelope, parts.content, encodeRecord('X', '')],
      ...[...parts.extracted.map((piece) => piece.bytes), encodeRecord('E', '')],
    ]);
    if (limit > 0 && whole.length > limit) return tooBig(next);
    return {
      context: { dataOffset: known.dataOffset, recipientCount: known.recipientCount },
      effects: [
        { type: 'file.truncate', file: 'queue', sizeBytes: 0 },
        { type: 'file.append', file: 'queue', bytes: whole },
      ],
    };
  });
}
