/**
 * A queue file read back: envelope, recipients, content. postcat(1), qmgr(8)
 *
 * Any bytes give a result. What is wrong is listed in `problems`; a file is only good to deliver when it is
 * `complete` and has none.
 */
import { bytesToLatin1 } from '../wire/bytes.ts';
import { decodeContent, isText } from './queue-content.ts';
import type { SizeFields } from './queue-envelope.ts';
import type { QueueRecord, RecordType } from './queue-records.ts';
import { nextRecord, type QueueReader, queueReader } from './queue-walk.ts';

/** One recipient in the file. */
export interface QueueRecipient {
  readonly address: string;
  readonly origAddress: string;
  readonly dsnOrcpt: string;
  /** Sum of NOTIFY numbers; 0 = not given. */
  readonly notify: number;
  /** Where its record begins: the byte that markDone changes. */
  readonly offset: number;
  readonly type: 'R' | 'D' | '/';
  /** Nothing is left to do: delivered, returned, or cancelled. */
  readonly done: boolean;
}

/** All that the records say, except the text. */
export interface QueueFile {
  readonly sizeFields: SizeFields | undefined;
  readonly arrivalTime: { readonly sec: number; readonly usec: number } | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  readonly sender: string | undefined;
  readonly fullName: string | undefined;
  readonly contentFilter: string | undefined;
  readonly redirect: string | undefined;
  readonly verpDelimiters: string | undefined;
  readonly warnTimeSec: number | undefined;
  readonly recipients: readonly QueueRecipient[];
  /** Where the first content record begins; undefined without M record. */
  readonly contentOffset: number | undefined;
  /** Where the X record begins; undefined without one. */
  readonly extractedOffset: number | undefined;
  /** The end record was reached. */
  readonly complete: boolean;
  readonly problems: readonly string[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The result while it grows, and what belongs to the next recipient. */
interface Parse extends Omit<Mutable<QueueFile>, 'attributes' | 'recipients' | 'problems'> {
  readonly attributes: Map<string, string>;
  readonly recipients: QueueRecipient[];
  readonly problems: string[];
  origAddress: string;
  dsnOrcpt: string;
  notify: number;
}

/** Reads a queue file, or a maildrop file (which has no size record). */
export function parseQueueFile(bytes: Uint8Array): QueueFile {
  const parse = emptyParse();
  const reader = queueReader(bytes);
  for (let record = nextRecord(reader); record !== undefined; record = nextRecord(reader)) {
    if (record.type === 'M' && parse.contentOffset === undefined) {
      parse.contentOffset = record.end;
      skipContent(parse, reader);
    } else if (record.type === 'X') {
      parse.extractedOffset ??= record.offset;
    } else if (record.type === 'E') {
      parse.complete = true;
      break;
    } else {
      applyRecord(parse, record, bytesToLatin1(bytes, record.start, record.end));
    }
  }
  if (reader.problem !== undefined) parse.problems.push(reader.problem);
  checkParse(parse);
  const { origAddress: _orig, dsnOrcpt: _orcpt, notify: _notify, ...file } = parse;
  return file;
}

function emptyParse(): Parse {
  return {
    sizeFields: undefined,
    arrivalTime: undefined,
    attributes: new Map(),
    sender: undefined,
    fullName: undefined,
    contentFilter: undefined,
    redirect: undefined,
    verpDelimiters: undefined,
    warnTimeSec: undefined,
    recipients: [],
    contentOffset: undefined,
    extractedOffset: undefined,
    complete: false,
    problems: [],
    origAddress: '',
    dsnOrcpt: '',
    notify: 0,
  };
}

/** Jumps over the text when the size record says where it ends and an X record is there; else reads on. */
function skipContent(parse: Parse, reader: QueueReader): void {
  const { sizeFields, contentOffset } = parse;
  if (sizeFields === undefined || sizeFields.dataOffset !== contentOffset) return;
  const end = sizeFields.dataOffset + sizeFields.contentSize;
  if (reader.bytes[end] === 0x58 && reader.bytes[end + 1] === 0) reader.at = end;
}

function applyRecord(parse: Parse, record: QueueRecord, data: string): void {
  const { type } = record;
  const inContent = parse.contentOffset !== undefined && parse.extractedOffset === undefined;
  if (inContent) {
    if (!isText(type))
      parse.problems.push(`unexpected record type ${type} in content at offset ${record.offset}`);
  } else if (type === 'R' || type === 'D' || type === '/') addRecipient(parse, type, data, record.offset);
  else if (type === 'A') addAttribute(parse, data, record.offset);
  else applyValue(parse, type, data, record.offset);
}

function applyValue(parse: Parse, type: RecordType, data: string, offset: number): void {
  if (type === 'C') parse.sizeFields = parseSize(data);
  else if (type === 'T') parse.arrivalTime = parseTime(data);
  else if (type === 'S') parse.sender ??= data;
  else if (type === 'F') parse.fullName = data;
  else if (type === 'L') parse.contentFilter = data;
  else if (type === '>') parse.redirect = data;
  else if (type === 'V') parse.verpDelimiters = data;
  else if (type === 'W') parse.warnTimeSec = wholeNumber(data);
  else if (type === 'O') parse.origAddress = data;
  else if (type === 'o') parse.dsnOrcpt = data;
  else if (type === 'n') parse.notify = wholeNumber(data) ?? 0;
  else if (type === 'N' || type === 'M')
    parse.problems.push(`unexpected record type ${type} at offset ${offset}`);
  if (type === 'C' && parse.sizeFields === undefined) parse.problems.push('malformed size record');
  if (type === 'T' && parse.arrivalTime === undefined) parse.problems.push('malformed arrival time');
}

function addAttribute(parse: Parse, data: string, offset: number): void {
  const equals = data.indexOf('=');
  if (equals < 1) {
    parse.problems.push(`malformed attribute at offset ${offset}`);
    return;
  }
  const name = data.slice(0, equals).trimEnd();
  const value = data.slice(equals + 1).trimStart();
  if (name === 'dsn_orig_rcpt') parse.dsnOrcpt = value;
  else if (name === 'notify_flags') parse.notify = wholeNumber(value) ?? 0;
  else parse.attributes.set(name, value);
}

function addRecipient(parse: Parse, type: 'R' | 'D' | '/', address: string, offset: number): void {
  const { origAddress, dsnOrcpt, notify } = parse;
  parse.recipients.push({ address, origAddress, dsnOrcpt, notify, offset, type, done: type !== 'R' });
  parse.origAddress = '';
  parse.dsnOrcpt = '';
  parse.notify = 0;
}

function parseSize(data: string): SizeFields | undefined {
  const fields = data.trim().split(/ +/).map(wholeNumber);
  const [contentSize, dataOffset, recipientCount, qmgrFlags = 0, contentLength, sendOptions = 0] = fields;
  if (contentSize === undefined || dataOffset === undefined || recipientCount === undefined) return undefined;
  return {
    contentSize,
    dataOffset,
    recipientCount,
    qmgrFlags,
    contentLength: contentLength ?? contentSize,
    sendOptions,
  };
}

function parseTime(data: string): { readonly sec: number; readonly usec: number } | undefined {
  const [first = '', second = '0'] = data.trim().split(/ +/);
  const sec = wholeNumber(first);
  const usec = wholeNumber(second);
  return sec === undefined || usec === undefined ? undefined : { sec, usec };
}

function wholeNumber(text: string): number | undefined {
  return /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}

function checkParse(parse: Parse): void {
  if (parse.sender === undefined) parse.problems.push('missing sender record');
  if (parse.arrivalTime === undefined) parse.problems.push('missing arrival time record');
  if (parse.contentOffset === undefined) parse.problems.push('missing start of content');
  else if (parse.extractedOffset === undefined) parse.problems.push('missing end of content');
  if (!parse.complete) parse.problems.push('missing end record');
}

/** The message text with LF line ends, as far as it can be read. */
export function contentOf(bytes: Uint8Array, file: QueueFile): Uint8Array {
  return textFrom(bytes, file.contentOffset, false);
}

/** The message text of a file of which nothing else is asked: its other records are passed over. */
export function textIn(bytes: Uint8Array): Uint8Array {
  return textFrom(bytes, contentStart(bytes), false);
}

/** The same up to the first blank line and with it. RFC 5322 §2.1 */
export function headerIn(bytes: Uint8Array): Uint8Array {
  return textFrom(bytes, contentStart(bytes), true);
}

/** Where the text begins; undefined without M record. */
function contentStart(bytes: Uint8Array): number | undefined {
  const reader = queueReader(bytes);
  for (let record = nextRecord(reader); record !== undefined; record = nextRecord(reader)) {
    if (record.type === 'M') return record.end;
    if (record.type === 'E') return undefined;
  }
  return undefined;
}

function textFrom(bytes: Uint8Array, start: number | undefined, headerOnly: boolean): Uint8Array {
  const records: QueueRecord[] = [];
  if (start === undefined) return decodeContent(bytes, records);
  const reader = queueReader(bytes, start);
  let beginsLine = true;
  for (
    let record = nextRecord(reader);
    record !== undefined && isText(record.type);
    record = nextRecord(reader)
  ) {
    records.push(record);
    if (headerOnly && beginsLine && record.type === 'N' && record.start === record.end) break;
    beginsLine = record.type === 'N';
  }
  return decodeContent(bytes, records);
}

/** The edit that marks a recipient done: one byte, so no crash can leave half of it. */
export function markDone(offset: number): { readonly offset: number; readonly bytes: Uint8Array } {
  return { offset, bytes: Uint8Array.of(0x44) };
}
