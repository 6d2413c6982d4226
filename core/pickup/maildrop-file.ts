/**
 * The file that sendmail(1) leaves in maildrop/: envelope, text, end. postdrop(1)
 *
 * Record types allowed there: A M F S R before the text, L N in it, X R E after it. Postfix:
 * src/postdrop/postdrop.c
 */
import { encodeContent, endContent, startContent } from '../mail/queue-content.ts';
import { encodeRecord, encodeRecords, type RecordType } from '../mail/queue-records.ts';
import { concatBytes } from '../wire/bytes.ts';

export interface MaildropParts {
  /** When it was submitted, ms since the epoch. */
  readonly at: number;
  /** Internal form; '' for the null sender. */
  readonly sender: string;
  readonly fullName?: string;
  readonly recipients: readonly string[];
  /** Named attributes: rewrite_context, encoding, envelope_id, ret_flags… in order. */
  readonly attributes?: readonly (readonly [string, string])[];
  /** Numbers of NOTIFY for all recipients; 0 = not given. */
  readonly notify?: number;
  /** Recipients are in the header too (-t). */
  readonly extractRecipients?: boolean;
  /** LF line ends. */
  readonly content: Uint8Array;
}

/** The whole file. */
export function maildropFile(parts: MaildropParts): Uint8Array {
  const sec = Math.floor(parts.at / 1000);
  const head: [RecordType, string][] = [['T', `${sec} ${Math.floor((parts.at - sec * 1000) * 1000)}`]];
  for (const [name, value] of parts.attributes ?? [['rewrite_context', 'local'] as const])
    head.push(['A', `${name}=${value}`]);
  if (parts.fullName !== undefined && parts.fullName !== '') head.push(['F', parts.fullName]);
  head.push(['S', parts.sender]);
  for (const recipient of parts.recipients) {
    if (parts.notify) head.push(['A', `notify_flags=${parts.notify}`]);
    head.push(['R', recipient]);
  }
  const { records, state } = encodeContent(startContent, parts.content);
  return concatBytes([
    encodeRecords(head),
    encodeRecord('M', ''),
    records,
    endContent(state),
    encodeRecord('X', ''),
    ...(parts.extractRecipients === true ? [encodeRecord('A', 'extract_recipients=yes')] : []),
    encodeRecord('E', ''),
  ]);
}
