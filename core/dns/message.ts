/**
 * DNS messages: a question to bytes, and what came back to records. Nothing here throws, whatever comes.
 *
 * RFC 1035 §4 · RFC 3596 (AAAA)
 */
import type { DnsRecord, DnsType } from '../kernel/dns.ts';
import { dataBytes, dataText } from './data.ts';
import { nameBytes, readName } from './name.ts';

/** Numbers of the record types that are known here. RFC 1035 §3.2.2 */
const TYPES: ReadonlyMap<DnsType, number> = new Map([
  ...([['A', 1] as const, ['NS', 2] as const, ['CNAME', 5] as const, ['SOA', 6] as const] as const),
  ...([['PTR', 12] as const, ['MX', 15] as const, ['TXT', 16] as const, ['AAAA', 28] as const] as const),
]);
const NAMES: ReadonlyMap<number, DnsType> = new Map([...TYPES].map(([name, number]) => [number, name]));

export function isDnsType(text: string): text is DnsType {
  return TYPES.has(text as DnsType);
}

export interface DnsMessage {
  readonly id: number;
  readonly isReply: boolean;
  readonly isTruncated: boolean;
  /** 0 no error, 2 server failure, 3 no such name… RFC 1035 §4.1.1 */
  readonly rcode: number;
  /** The one question; undefined when there is none, or of a type or class that is not known here. */
  readonly question: { readonly name: string; readonly rrtype: DnsType } | undefined;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** A record of a known type that cannot be read. */
  readonly isDamaged: boolean;
}

const IN = 1;

function short(value: number): readonly number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function long(value: number): readonly number[] {
  return [...short(value >>> 16), ...short(value)];
}

/** Fields that a message is written from. */
export type DnsDraft = Omit<DnsMessage, 'isDamaged' | 'question'> & {
  readonly question: NonNullable<DnsMessage['question']>;
  readonly isAuthoritative?: boolean;
};

function recordBytes(record: DnsRecord): readonly number[] | undefined {
  const name = nameBytes(record.name);
  const data = dataBytes(record);
  if (name === undefined || data === undefined || data.length > 0xffff) return undefined;
  const type = TYPES.get(record.rrtype) ?? 0;
  return [...name, ...short(type), ...short(IN), ...long(record.ttl), ...short(data.length), ...data];
}

/**
 * A message in bytes; a pointer stands where a record is about the name of the question. Undefined: there
 * is a name in it that is none.
 */
export function encodeMessage(draft: DnsDraft): Uint8Array | undefined {
  const { id, isReply, isTruncated, rcode, question, answers, authority } = draft;
  const asked = nameBytes(question.name);
  if (asked === undefined) return undefined;
  const records = [...answers, ...authority].map((record) => {
    const bytes = recordBytes(record);
    const own = bytes !== undefined && record.name.toLowerCase() === question.name.toLowerCase();
    return own && question.name !== '' ? [0xc0, 12, ...bytes.slice(asked.length)] : bytes;
  });
  if (records.some((bytes) => bytes === undefined)) return undefined;
  // QR, AA, TC, RD; RA where it is an answer.
  const high = (isReply ? 0x80 : 0) | (draft.isAuthoritative ? 4 : 0) | (isTruncated ? 2 : 0) | 1;
  const low = (isReply ? 0x80 : 0) | rcode;
  return Uint8Array.from([
    ...[...short(id), high, low, ...short(1), ...short(answers.length), ...short(authority.length), 0, 0],
    ...[...asked, ...short(TYPES.get(question.rrtype) ?? 0), ...short(IN)],
    ...records.flatMap((bytes) => bytes ?? []),
  ]);
}

/** The question of a stub resolver; undefined when the name cannot be written. */
export function encodeQuery(id: number, name: string, rrtype: DnsType): Uint8Array | undefined {
  const flags = { isReply: false, isTruncated: false, rcode: 0 };
  return encodeMessage({ id, ...flags, question: { name, rrtype }, answers: [], authority: [] });
}

interface Reading {
  readonly bytes: Uint8Array;
  at: number;
  isDamaged: boolean;
}

function shortAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** So many records; undefined when the message is cut. Those of other types and classes are left out. */
function readRecords(reading: Reading, count: number): readonly DnsRecord[] | undefined {
  const { bytes } = reading;
  const records: DnsRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const owner = readName(bytes, reading.at);
    if (owner === undefined || owner.end + 10 > bytes.length) return undefined;
    const at = owner.end;
    const [start, end] = [at + 10, at + 10 + shortAt(bytes, at + 8)];
    if (end > bytes.length) return undefined;
    reading.at = end;
    const rrtype = NAMES.get(shortAt(bytes, at));
    if (rrtype === undefined || shortAt(bytes, at + 2) !== IN) continue;
    const data = dataText(bytes, rrtype, start, end);
    // The highest bit makes it nonsense, that is zero. RFC 2181 §8
    const ttl =
      ((bytes[at + 4] ?? 0) & 0x80) === 0 ? shortAt(bytes, at + 4) * 65_536 + shortAt(bytes, at + 6) : 0;
    if (data === undefined) reading.isDamaged = true;
    else records.push({ name: owner.name, rrtype, ttl, ...data });
  }
  return records;
}

/** Reads a message. Undefined: it is cut, or no message at all. */
export function decodeMessage(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < 12) return undefined;
  const flags = shortAt(bytes, 2);
  const reading: Reading = { bytes, at: 12, isDamaged: false };
  let question: DnsMessage['question'];
  const questions = shortAt(bytes, 4);
  for (let index = 0; index < questions; index += 1) {
    const asked = readName(bytes, reading.at);
    if (asked === undefined || asked.end + 4 > bytes.length) return undefined;
    const rrtype = NAMES.get(shortAt(bytes, asked.end));
    const isOurs = questions === 1 && rrtype !== undefined && shortAt(bytes, asked.end + 2) === IN;
    if (isOurs) question = { name: asked.name, rrtype };
    reading.at = asked.end + 4;
  }
  const isTruncated = (flags & 0x200) !== 0;
  const cut = isTruncated ? [] : undefined;
  const answers = readRecords(reading, shortAt(bytes, 6)) ?? cut;
  const authority = answers && (readRecords(reading, shortAt(bytes, 8)) ?? cut);
  if (answers === undefined || authority === undefined) return undefined;
  return {
    ...{ id: shortAt(bytes, 0), isReply: (flags & 0x8000) !== 0, isTruncated, rcode: flags & 15 },
    ...{ question, answers, authority, isDamaged: reading.isDamaged },
  };
}
