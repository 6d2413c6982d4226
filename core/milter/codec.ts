/**
 * The protocol between a mail server and a milter: packets of a length, a letter and data.
 *
 * MILTER_README · libmilter: mfdef.h · Postfix: src/milter/milter8.c
 */
import { bytesToLatin1, concatBytes, EMPTY_BYTES, latin1ToBytes } from '../wire/bytes.ts';

/** No packet of a milter is larger: a body comes in pieces of 65,535 bytes. */
export const MAX_PACKET_BYTES = 1_048_576;

/** A packet without its length. */
export interface Packet {
  /** One letter. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Bytes of a packet that is not whole yet, in pieces of which each is larger than the next. */
export type PacketBuffer = readonly Uint8Array[];

/** The packets that are whole; undefined in `packets`' place: what comes is no packet, or too large. */
export interface ReadPackets {
  readonly packets: readonly Packet[];
  readonly rest: PacketBuffer;
  readonly isBroken: boolean;
}

/** A packet in bytes. */
export function encodePacket(type: string, data: Uint8Array = EMPTY_BYTES): Uint8Array {
  const out = new Uint8Array(5 + data.length);
  new DataView(out.buffer).setUint32(0, 1 + data.length);
  out[4] = type.charCodeAt(0);
  out.set(data, 5);
  return out;
}

/** Texts, each ended by NUL; a text is cut where it holds one itself. */
export function encodeTexts(texts: readonly string[]): Uint8Array {
  return latin1ToBytes(texts.map((text) => `${text.replace(/\0.*$/s, '')}\0`).join(''));
}

/** A number as four bytes. */
export function encodeNumbers(numbers: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 * numbers.length);
  const view = new DataView(out.buffer);
  for (const [at, number] of numbers.entries()) view.setUint32(4 * at, number >>> 0);
  return out;
}

/** The number at this place; undefined: the data are too short. */
export function numberAt(data: Uint8Array, at: number): number | undefined {
  if (at < 0 || at + 4 > data.length) return undefined;
  return new DataView(data.buffer, data.byteOffset).getUint32(at);
}

/**
 * The texts of a packet; undefined: the last one has no end. Latin-1, a character a byte. Linear.
 *
 * @param from where they begin
 */
export function textsIn(data: Uint8Array, from = 0): readonly string[] | undefined {
  if (from > data.length || (data.length > from && data[data.length - 1] !== 0)) return undefined;
  const texts: string[] = [];
  for (let at = from; at < data.length; ) {
    const end = data.indexOf(0, at);
    texts.push(bytesToLatin1(data, at, end));
    at = end + 1;
  }
  return texts;
}

/** One piece more. Pieces that are alike are joined: many small ones cost n log n, not n². */
function withPiece(before: PacketBuffer, bytes: Uint8Array): PacketBuffer {
  let last = bytes;
  let count = before.length;
  for (; count > 0 && (before[count - 1]?.length ?? 0) <= last.length; count -= 1)
    last = concatBytes([before[count - 1] as Uint8Array, last]);
  return [...before.slice(0, count), last];
}

/** So many bytes the first packet has with its length; undefined: that is not known yet. */
function neededBytes(pieces: PacketBuffer): number | undefined {
  // The first piece is the largest: pieces that are all shorter than a length are few.
  const [first = EMPTY_BYTES] = pieces;
  const size = numberAt(first.length >= 4 ? first : concatBytes(pieces), 0);
  return size === undefined || size > MAX_PACKET_BYTES ? undefined : 4 + size;
}

/** Takes whole packets out of what has come. Never throws; a length that cannot be is told as broken. */
export function readPackets(before: PacketBuffer, bytes: Uint8Array): ReadPackets {
  const pieces = withPiece(before, bytes);
  const needed = neededBytes(pieces);
  const has = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (needed !== undefined && has < needed) return { packets: [], rest: pieces, isBroken: false };
  const all = pieces.length === 1 ? (pieces[0] ?? EMPTY_BYTES) : concatBytes(pieces);
  const packets: Packet[] = [];
  let at = 0;
  for (;;) {
    const size = numberAt(all, at);
    if (size === undefined) break;
    if (size === 0 || size > MAX_PACKET_BYTES) return { packets, rest: [], isBroken: true };
    if (at + 4 + size > all.length) break;
    packets.push({
      type: String.fromCharCode(all[at + 4] ?? 0),
      data: all.slice(at + 5, at + 4 + size),
    });
    at += 4 + size;
  }
  return { packets, rest: at === all.length ? [] : [all.slice(at)], isBroken: false };
}
