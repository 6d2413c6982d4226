/** The data of a resource record, in bytes and as text. RFC 1035 §3.3, §3.4 · RFC 3596 §2.2 */
import { addressBytes, addressText } from '../config/cidr.ts';
import type { DnsRecord, DnsType } from '../kernel/dns.ts';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { nameBytes, readName } from './name.ts';

type Data = Pick<DnsRecord, 'preference' | 'data'>;

function plain(data: string): Data {
  return { preference: 0, data };
}

/** A name that fills what is left. */
function nameIn(bytes: Uint8Array, start: number, end: number): string | undefined {
  const read = readName(bytes, start);
  return read?.end === end ? read.name : undefined;
}

/** One or more strings; they belong together. RFC 7208 §3.3 */
function strings(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let at = start;
  while (at < end) {
    const next = at + 1 + (bytes[at] ?? 0);
    if (next > end) return undefined;
    text += bytesToLatin1(bytes, at + 1, next);
    at = next;
  }
  return at === start ? undefined : text;
}

function longAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x1000000 +
    (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8)) +
    (bytes[at + 3] ?? 0)
  );
}

/** `primary mailbox serial refresh retry expire minimum`. */
function authority(bytes: Uint8Array, start: number, end: number): string | undefined {
  const primary = readName(bytes, start);
  const mailbox = primary && readName(bytes, primary.end);
  if (primary === undefined || mailbox === undefined || mailbox.end + 20 !== end) return undefined;
  const numbers = [0, 4, 8, 12, 16].map((offset) => longAt(bytes, mailbox.end + offset));
  return [primary.name, mailbox.name, ...numbers].join(' ');
}

/** What stands from `start` to `end` of a message; undefined when it cannot be of this type. */
export function dataText(bytes: Uint8Array, rrtype: DnsType, start: number, end: number): Data | undefined {
  const text = textOf(bytes, rrtype, start, end);
  if (text === undefined) return undefined;
  if (rrtype !== 'MX') return plain(text);
  return { preference: ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0), data: text };
}

function textOf(bytes: Uint8Array, rrtype: DnsType, start: number, end: number): string | undefined {
  switch (rrtype) {
    case 'A':
      return end - start === 4 ? addressText([...bytes.subarray(start, end)]) : undefined;
    case 'AAAA':
      return end - start === 16 ? addressText([...bytes.subarray(start, end)]) : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return nameIn(bytes, start, end);
    case 'MX':
      return nameIn(bytes, start + 2, end);
    case 'TXT':
      return strings(bytes, start, end);
    case 'SOA':
      return authority(bytes, start, end);
    default:
      return rrtype satisfies never;
  }
}

function textBytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at === 0 || at < text.length; at += 255) {
    const part = text.slice(at, at + 255);
    bytes.push(part.length, ...[...part].map((char) => char.charCodeAt(0) & 0xff));
  }
  return bytes;
}

function authorityBytes(data: string): readonly number[] | undefined {
  const [primary = '', mailbox = '', ...numbers] = data.split(' ');
  const [first, second] = [nameBytes(primary), nameBytes(mailbox)];
  if (first === undefined || second === undefined || numbers.length !== 5) return undefined;
  const longs = numbers.map(Number).flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return [...first, ...second, ...longs];
}

/** The data in bytes; undefined when the text is none of this type. */
export function dataBytes({ rrtype, preference, data }: DnsRecord): readonly number[] | undefined {
  switch (rrtype) {
    case 'A':
    case 'AAAA': {
      const bytes = addressBytes(data);
      return bytes?.length === (rrtype === 'A' ? 4 : 16) ? bytes : undefined;
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return nameBytes(data);
    case 'MX': {
      const name = nameBytes(data);
      return name === undefined ? undefined : [(preference >> 8) & 0xff, preference & 0xff, ...name];
    }
    case 'TXT':
      return textBytes(data);
    case 'SOA':
      return authorityBytes(data);
    default:
      return rrtype satisfies never;
  }
}
