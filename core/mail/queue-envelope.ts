/**
 * The envelope of a queue file, as cleanup(8) writes it: which records, in which order. Postfix
 * `cleanup_envelope.c`
 *
 * A file is: size record, buildEnvelope, buildRecipient for each, M, content records, X, extracted
 * recipients, E.
 */
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { encodeRecords, type RecordType } from './queue-records.ts';

/** The numbers in the size record. */
export interface SizeFields {
  /** Bytes of records between M and X. */
  readonly contentSize: number;
  /** Where the first content record begins. */
  readonly dataOffset: number;
  readonly recipientCount: number;
  /** What qmgr must know before reading: see qmgrFlagsFor. */
  readonly qmgrFlags: number;
  /** Since Postfix 2.4: bytes of content records without those that were replaced. */
  readonly contentLength: number;
  /** Since Postfix 3.0: 1 = SMTPUTF8 requested, … */
  readonly sendOptions: number;
}

/** RFC 3461 §4.1, as numbers in `notify_flags`; 0 = not given. */
export const NOTIFY = { never: 1, success: 2, failure: 4, delay: 8 } as const;

/** RFC 3461 §4.3, as numbers in `ret_flags`; 0 = not given. */
export const RET = { full: 1, headers: 2 } as const;

/**
 * The size record, always at offset 0 and of fixed length, so that it can be written again when all is known.
 * @param fieldCount 6 as Postfix 3.x (97 bytes), 4 as Postfix 2.3 (65 bytes)
 */
export function sizeRecord(fields: SizeFields, fieldCount: 4 | 6 = 6): Uint8Array {
  const { contentSize, dataOffset, recipientCount, qmgrFlags, contentLength, sendOptions } = fields;
  const all = [contentSize, dataOffset, recipientCount, qmgrFlags, contentLength, sendOptions];
  return encodeRecords([['C', all.slice(0, fieldCount).map(wide).join(' ')]]);
}

function wide(value: number): string {
  return String(value).padStart(15);
}

/** Who gave us the message over the network. */
export interface QueueClient {
  readonly name: string;
  /** Name from DNS before it was verified. */
  readonly reverseName: string;
  /** Without brackets; IPv6 addresses without `IPv6:`. */
  readonly address: string;
  readonly addressFamily: 'inet' | 'inet6';
  readonly port?: number | 'unknown';
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly helo?: string;
  /** SMTP or ESMTP. */
  readonly protocol: string;
  /** As whom XCLIENT says that it has logged in. */
  readonly login?: string;
  /** What XFORWARD says instead, for logs only. */
  readonly logged?: LoggedClient;
  /** The queue id to name in logs when it is not our own. XFORWARD_README IDENT */
  readonly ident?: string;
}

/** The client to name in logs. */
export interface LoggedClient {
  readonly name: string;
  readonly address: string;
  readonly port?: number | 'unknown';
  readonly helo?: string;
  readonly protocol: string;
}

/** `name[address]`; the name alone when the address is not known, which only XFORWARD leaves so. */
export function originOf({ name, address }: LoggedClient): string {
  return address === 'unknown' ? name : `${name}[${address}]`;
}

/** Everything before the recipients. Absent = no record. */
export interface QueueEnvelope {
  readonly arrivalTime: { readonly sec: number; readonly usec: number };
  readonly createTimeSec: number;
  /** transport:nexthop of postconf(5) content_filter. */
  readonly contentFilter?: string;
  /** Queue id for logs; Postfix 3.x writes it for SMTP mail. */
  readonly logIdent?: string;
  readonly rewriteContext: 'local' | 'remote';
  readonly saslMethod?: string;
  readonly saslUsername?: string;
  readonly saslSender?: string;
  /** RFC 3461 ENVID, decoded. */
  readonly envelopeId?: string;
  readonly retFlags?: number;
  readonly fullName?: string;
  /** Internal form; '' for the null sender. */
  readonly sender: string;
  /** Recipients that the sender brings along, as records. postconf(5) sender_bcc_maps */
  readonly afterSender?: Uint8Array;
  readonly encoding?: '7bit' | '8bit';
  readonly client?: QueueClient;
  readonly verpDelimiters?: string;
  readonly warnTimeSec?: number;
}

type Entry = readonly [RecordType, string];
type Named = readonly [name: string, value: string | number | undefined];

/** The records from the arrival time up to the first recipient. */
export function buildEnvelope(envelope: QueueEnvelope): Uint8Array {
  const { arrivalTime, client } = envelope;
  const records: Entry[] = [['T', `${arrivalTime.sec} ${arrivalTime.usec}`]];
  records.push(...attributes([['create_time', envelope.createTimeSec]]));
  if (envelope.contentFilter !== undefined) records.push(['L', envelope.contentFilter]);
  records.push(
    ...attributes([
      ['log_ident', envelope.logIdent],
      ['rewrite_context', envelope.rewriteContext],
      ['sasl_method', envelope.saslMethod],
      ['sasl_username', envelope.saslUsername],
      ['sasl_sender', envelope.saslSender],
      ['envelope_id', envelope.envelopeId],
      ['ret_flags', envelope.retFlags || undefined],
    ]),
  );
  if (envelope.fullName !== undefined) records.push(['F', envelope.fullName]);
  records.push(['S', envelope.sender]);
  const head = encodeRecords(records.splice(0));
  records.push(...attributes([['encoding', envelope.encoding]]));
  if (client !== undefined) records.push(...clientAttributes(client));
  if (envelope.verpDelimiters !== undefined) records.push(['V', envelope.verpDelimiters]);
  if (envelope.warnTimeSec !== undefined) records.push(['W', wide(envelope.warnTimeSec)]);
  return concatBytes([head, envelope.afterSender ?? EMPTY_BYTES, encodeRecords(records)]);
}

function clientAttributes(client: QueueClient): Entry[] {
  const logged: LoggedClient = client.logged ?? client;
  return attributes([
    ['log_client_name', logged.name],
    ['log_client_address', logged.address.includes(':') ? `IPv6:${logged.address}` : logged.address],
    ['log_client_port', logged.port],
    ['log_message_origin', originOf(logged)],
    ['log_helo_name', logged.helo],
    ['log_protocol_name', logged.protocol],
    ['client_name', client.name],
    ['reverse_client_name', client.reverseName],
    ['client_address', client.address],
    ['client_port', client.port],
    ['server_address', client.serverAddress],
    ['server_port', client.serverPort],
    ['helo_name', client.helo],
    ['protocol_name', client.protocol],
    // The numbers of AF_INET and AF_INET6 on Linux, where Postfix files are likely to come from.
    ['client_address_type', client.addressFamily === 'inet' ? 2 : 10],
  ]);
}

/** Attributes with a value; an empty one means "not available" and is left out, as Postfix does. */
function attributes(named: readonly Named[]): Entry[] {
  const records: Entry[] = [];
  for (const [name, value] of named) {
    if (value !== undefined && value !== '') records.push(['A', `${name}=${value}`]);
  }
  return records;
}

/** One recipient. */
export interface QueueRecipientInput {
  /** Internal form, after rewriting and aliases. */
  readonly address: string;
  /** Internal form, as the client gave it. */
  readonly origAddress: string;
  /** `rfc822;user@example.org`: the client's ORCPT, or made from its address. */
  readonly dsnOrcpt?: string;
  /** Sum of NOTIFY numbers. */
  readonly notify?: number;
}

/** The records of one recipient; the one to mark done is the last. */
export function buildRecipient(recipient: QueueRecipientInput): Uint8Array {
  return encodeRecords([
    ...attributes([
      ['notify_flags', recipient.notify || undefined],
      ['dsn_orig_rcpt', recipient.dsnOrcpt],
    ]),
    ['O', recipient.origAddress],
    ['R', recipient.address],
  ]);
}

/** The qmgr flags of the size record: which kinds of notification some recipient asked for. */
export function qmgrFlagsFor(recipients: readonly { readonly notify?: number }[]): number {
  return recipients.reduce((flags, recipient) => flags | ((recipient.notify ?? 0) << 1), 0);
}
