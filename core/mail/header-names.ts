/**
 * Headers that the mail system looks at, and what it does with them. RFC 5322 §3.6 · cleanup(8)
 */

/** One known header. */
export interface HeaderInfo {
  /** Spelled as we write it. */
  readonly name: string;
  /** Holds addresses, rewritten as those of senders or of recipients. */
  readonly addresses?: 'sender' | 'recipient';
  /** Its addresses are recipients when mail is submitted with sendmail -t. */
  readonly extract?: true;
  /** Belongs to a Resent- block. RFC 5322 §3.6.6 */
  readonly resent?: true;
  /** Belongs to MIME, so mime_header_checks apply. */
  readonly mime?: true;
}

const RECIPIENT = { addresses: 'recipient', extract: true } as const;
const RESENT = { resent: true } as const;
const MIME = { mime: true } as const;
const SENDER = { addresses: 'sender' } as const;

const HEADERS: readonly HeaderInfo[] = [
  { name: 'Apparently-To', addresses: 'recipient' },
  { name: 'Bcc', ...RECIPIENT },
  { name: 'Cc', ...RECIPIENT },
  { name: 'Content-Description', ...MIME },
  { name: 'Content-Disposition', ...MIME },
  { name: 'Content-ID', ...MIME },
  { name: 'Content-Length' },
  { name: 'Content-Transfer-Encoding', ...MIME },
  { name: 'Content-Type', ...MIME },
  { name: 'Date' },
  { name: 'Delivered-To' },
  { name: 'Disposition-Notification-To', ...SENDER },
  { name: 'Errors-To', ...SENDER },
  { name: 'From', ...SENDER },
  { name: 'Mail-Followup-To', ...SENDER },
  { name: 'Message-Id' },
  { name: 'MIME-Version', ...MIME },
  { name: 'Received' },
  { name: 'Reply-To', ...SENDER },
  { name: 'Resent-Bcc', ...RECIPIENT, ...RESENT },
  { name: 'Resent-Cc', ...RECIPIENT, ...RESENT },
  { name: 'Resent-Date', ...RESENT },
  { name: 'Resent-From', ...SENDER, ...RESENT },
  { name: 'Resent-Message-Id', ...RESENT },
  { name: 'Resent-Reply-To', addresses: 'recipient', ...RESENT },
  { name: 'Resent-Sender', ...SENDER, ...RESENT },
  { name: 'Resent-To', ...RECIPIENT, ...RESENT },
  { name: 'Return-Path', ...SENDER },
  { name: 'Return-Receipt-To', ...SENDER },
  { name: 'Sender', ...SENDER },
  { name: 'To', ...RECIPIENT },
];

const BY_NAME: ReadonlyMap<string, HeaderInfo> = new Map(
  HEADERS.map((info) => [info.name.toLowerCase(), info]),
);

/** What is known about a header, by name in any case; undefined for all others. */
export function headerInfo(name: string): HeaderInfo | undefined {
  return BY_NAME.get(name.toLowerCase());
}
