/**
 * The file that sendmail(1) leaves in maildrop/: envelope, text, recipients found in the text, end.
 * postdrop(1)
 *
 * The order of records is that of Postfix 3.7, whose pickup(8) and postcat(1) read it too.
 */
import type { CleanupOpen, CleanupRecipient } from '../kernel/cleanup-notes.ts';
import { encodeContent, endContent, startContent } from '../mail/queue-content.ts';
import { encodeRecord, encodeRecords, type RecordType } from '../mail/queue-records.ts';
import { concatBytes } from '../wire/bytes.ts';
import { headerRecipients } from './header-recipients.ts';

export interface MaildropParts {
  /** When it was submitted, ms since the epoch, its fraction down to microseconds. */
  readonly at: number;
  /** Internal form; '' for the null sender. */
  readonly sender: string;
  readonly fullName?: string;
  /** Internal forms. */
  readonly recipients: readonly string[];
  /**
   * Named attributes in order: envelope_id, ret_flags, rewrite_context (`local` when it is not among them),
   * encoding, trace_flags.
   */
  readonly attributes?: readonly (readonly [name: string, value: string])[];
  /** Sum of NOTIFY numbers for all recipients; 0 = not given. RFC 3461 §4.1 */
  readonly notify?: number;
  /** Delimiters for sendmail -XV. */
  readonly verpDelimiters?: string;
  /** Recipients are in the header too (-t): headerRecipients says whether there are any. */
  readonly extractRecipients?: boolean;
  /** The message, LF line ends. */
  readonly content: Uint8Array;
}

type Entry = readonly [RecordType, string];

/** These come behind the sender. */
const LATE: readonly string[] = ['encoding', 'trace_flags'];

function recipientEntries(recipients: readonly string[], notify: number): readonly Entry[] {
  return recipients.flatMap((address): Entry[] => {
    const recipient: Entry = ['R', address];
    return notify === 0 ? [recipient] : [['A', `notify_flags=${notify}`], recipient];
  });
}

function envelope(parts: Omit<MaildropParts, 'at'>): readonly Entry[] {
  const { sender, fullName, verpDelimiters, recipients, notify = 0 } = parts;
  const given = parts.attributes ?? [];
  const hasContext = given.some(([name]) => name === 'rewrite_context');
  const named = hasContext ? given : [...given, ['rewrite_context', 'local'] as const];
  const attributes = (late: boolean): Entry[] =>
    named.filter(([name]) => LATE.includes(name) === late).map(([name, value]) => ['A', `${name}=${value}`]);
  return [
    ...attributes(false),
    ...(fullName === undefined ? [] : [['F', fullName] as const]),
    ['S', sender],
    ...attributes(true),
    ...(verpDelimiters === undefined ? [] : [['V', verpDelimiters] as const]),
    ...recipientEntries(recipients, notify),
  ];
}

/** What sendmail(1) tells postdrop(1): the file without its time. */
export function submissionRecords(parts: Omit<MaildropParts, 'at'>): Uint8Array {
  const { content, extractRecipients, notify = 0 } = parts;
  const { records, state } = encodeContent(startContent, content);
  const found = extractRecipients === true ? headerRecipients(content) : [];
  return concatBytes([
    encodeRecords([...envelope(parts), ['M', '']]),
    records,
    endContent(state),
    encodeRecord('X', ''),
    encodeRecords(recipientEntries(found, notify)),
    encodeRecord('E', ''),
  ]);
}

/** The record that the file begins with: when it was submitted. @param at ms since the epoch */
export function timeRecord(at: number): Uint8Array {
  const total = Math.round(at * 1000);
  return encodeRecord('T', `${Math.floor(total / 1_000_000)} ${total % 1_000_000}`);
}

/** The whole file. */
export function maildropFile(parts: MaildropParts): Uint8Array {
  return concatBytes([timeRecord(parts.at), submissionRecords(parts)]);
}

/**
 * The records of a message that came by SMTP, from `sendmail -bs`.
 *
 * @param text the message in pieces, LF line ends
 */
export function sessionRecords(
  { sender, dsn, encoding }: CleanupOpen,
  recipients: readonly CleanupRecipient[],
  text: readonly Uint8Array[],
): Uint8Array {
  const { records, state } = encodeContent(startContent, concatBytes(text));
  const given: readonly (readonly [name: string, value: string])[] = [
    ['envelope_id', dsn.envid],
    ['ret_flags', dsn.ret === 0 ? '' : String(dsn.ret)],
    ['encoding', encoding ?? ''],
  ];
  const attributes = (pairs: typeof given): Entry[] =>
    pairs.filter(([, value]) => value !== '').map(([name, value]) => ['A', `${name}=${value}`]);
  const named = recipients.flatMap(({ original, notify, orcpt }): Entry[] => [
    ...attributes([
      ['notify_flags', notify === 0 ? '' : String(notify)],
      ['dsn_orig_rcpt', orcpt],
    ]),
    ['R', original],
  ]);
  return concatBytes([
    encodeRecords([...attributes(given), ['S', sender], ...named, ['M', '']]),
    records,
    endContent(state),
    encodeRecords([
      ['X', ''],
      ['E', ''],
    ]),
  ]);
}
